"""Where a swarm connects to: the backend's address, TLS, headers and token, and how the handshake goes."""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidURI
from websockets.http11 import Response
from websockets.uri import parse_uri

from flexsim.errors import ConfigurationError

PATH: Final = "/ws/agent"
_SCHEMES: Final = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
_KEYS: Final = 1024  # masks fetched from the system at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A backend; ``headers`` may hold a token and are never shown. ``ca`` is a file of certificates to trust."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca: Path | None = None
    verify: bool = True

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            port = parts.port
        except ValueError as error:
            raise ConfigurationError(f"not an address of a backend: {self.url} ({error})") from error
        if parts.scheme not in _SCHEMES or not parts.hostname or port == 0:
            raise ConfigurationError(f"not an http, https, ws or wss address of a backend: {parts.geturl()}")
        for name, value in self.headers.items():
            if not (name.isascii() and value.isascii() and name.strip()) or {"\r", "\n"} & {*name, *value}:
                raise ConfigurationError(f"not a header that can be sent: {name!r}")

    @property
    def websocket(self) -> str:
        """The address of the agents' sockets: ``/ws/agent`` unless the address has a path of its own."""
        parts = urlsplit(self.url)
        path = parts.path if parts.path.strip("/") else PATH
        query = f"?{parts.query}" if parts.query else ""
        return f"{_SCHEMES[parts.scheme]}://{parts.netloc}{path}{query}"

    @property
    def http(self) -> str:
        """The address of the backend's HTTP."""
        parts = urlsplit(self.url)
        scheme = "https" if _SCHEMES[parts.scheme] == "wss" else "http"
        return f"{scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The backend's name."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The backend's port, the scheme's own unless it says one."""
        parts = urlsplit(self.url)
        return parts.port or (443 if _SCHEMES[parts.scheme] == "wss" else 80)

    def tls(self) -> ssl.SSLContext | None:
        """How to speak TLS; None where none is spoken. Raises ConfigurationError where the certificates cannot be read."""
        if _SCHEMES[urlsplit(self.url).scheme] != "wss":
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(f"cannot read certificates from {self.ca}: {error}") from error
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class Handshake:
    """One opening handshake: bytes to send, and then bytes received until the response is complete."""

    __slots__ = ("_protocol", "request")

    def __init__(self, target: Target) -> None:
        try:
            self._protocol = ClientProtocol(parse_uri(target.websocket))
        except InvalidURI as error:
            raise ConfigurationError(f"not an address of a backend: {error}") from error
        request = self._protocol.connect()
        for name, value in target.headers.items():
            request.headers[name] = value
        self._protocol.send_request(request)
        self.request = b"".join(self._protocol.data_to_send())

    def answered(self, head: bytes) -> str | None:
        """None when the response's head (up to and with the empty line) opens the connection, else what is wrong."""
        protocol = self._protocol
        protocol.receive_data(head)
        error = protocol.handshake_exc
        opened = any(isinstance(each, Response) for each in protocol.events_received())
        # It refers to itself, and 20,000 of them would wait for the garbage collector.
        protocol.parser.close()
        if error is None:
            return None if opened else "the answer is not a WebSocket handshake's"
        return str(error) if isinstance(error, InvalidHandshake) else f"{type(error).__name__}: {error}"


class Masks:
    """Four unpredictable bytes for each frame (RFC 6455, 10.3), fetched by the thousand."""

    __slots__ = ("_block", "_place")

    def __init__(self) -> None:
        self._block = b""
        self._place = 0

    def next(self) -> bytes:
        """The next mask."""
        place = self._place
        if place >= len(self._block):
            self._block = os.urandom(4 * _KEYS)
            place = 0
        self._place = place + 4
        return self._block[place : place + 4]
