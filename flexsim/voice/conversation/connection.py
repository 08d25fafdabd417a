"""A client's connection to a Realtime server: an asyncio protocol over ``websockets``' core, without a task or a queue.

What is sent goes out at once, and what comes is handed on at once, so that a frame of sound waits for nobody.
"""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import WebSocketURI, parse_uri

from flexsim.errors import ConfigurationError, TargetRefused, TargetUnreachable
from flexsim.voice.realtime.frames import Frames, text_frame

_LARGEST: Final = 16 << 20  # bytes of a message
_BACKLOG: Final = 4 << 20  # bytes that a server may be behind
_PATIENCE: Final = 10.0  # real seconds for the handshake
_MASKS_AT_ONCE: Final = 1024
_LINGER: Final = 1.0  # for the server's goodbye
_SCHEMES: Final = {"http": "ws", "https": "wss"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where sessions are opened: ``url`` as the protocol has it, with its path and model; ``headers`` may hold a key."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        try:
            parse_uri(self.websocket)
        except (InvalidURI, ValueError) as error:
            raise ConfigurationError(f"not a ws, wss, http or https address: {self.url}") from error

    @property
    def websocket(self) -> str:
        """The address, its scheme a WebSocket's."""
        scheme, _, rest = self.url.partition(":")
        return f"{_SCHEMES.get(scheme, scheme)}:{rest}"

    @property
    def shown(self) -> str:
        """The address for messages, without what may be secret."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


class Guest(Protocol):
    """Whoever a connection belongs to."""

    def received(self, text: bytes) -> None:
        """A message has come."""

    def gone(self, why: str) -> None:
        """The connection is over; nothing comes any more."""


async def connect(door: Door, guest: Guest) -> "Connection":
    """An open connection; raises TargetUnreachable or TargetRefused."""
    address = parse_uri(door.websocket)
    made = Connection(address, door, guest)
    try:
        async with asyncio.timeout(_PATIENCE):
            await asyncio.get_running_loop().create_connection(
                lambda: made, address.host, address.port, ssl=True if address.secure else None
            )
            await made.opened
    except TimeoutError as error:
        made.abort()
        raise TargetUnreachable(f"nobody answers at {door.shown}") from error
    except OSError as error:
        raise TargetUnreachable(f"nobody answers at {door.shown}: {error.strerror or error}") from error
    return made


class _Masks:
    """Four unpredictable bytes for each frame (RFC 6455, 10.3), fetched from the system by the thousand."""

    def __init__(self) -> None:
        self._block = b""
        self._place = 0

    def next(self) -> bytes:
        place = self._place
        if place >= len(self._block):
            self._block, place = os.urandom(4 * _MASKS_AT_ONCE), 0
        self._place = place + 4
        return self._block[place : place + 4]


_MASKS: Final = _Masks()


class Connection(asyncio.Protocol):
    """One connection; ``guest`` hears of it from the moment it is open."""

    def __init__(self, address: WebSocketURI, door: Door, guest: Guest) -> None:
        self._core = ClientProtocol(address, max_size=_LARGEST)
        self._door = door
        self._guest = guest
        self._transport: asyncio.Transport | None = None
        self._frames = Frames(masked=False, limit=_LARGEST)
        self._pieces: list[bytes] = []
        self._masks = _MASKS
        self._is_open = False  # as the core has it
        self._why = ""
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self._over: asyncio.Future[None] = loop.create_future()

    # Called by asyncio.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the handshake."""
        made: Any = transport
        self._transport = made
        request = self._core.connect()
        request.headers.update(self._door.headers)
        self._core.send_request(request)
        self._write()

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        if not self._frames.begun:
            data = self._answered_with(data)
        for is_text, frame in self._frames.feed(data) if data else ():
            if not is_text:
                self._read(frame)
            elif self._is_open:
                self._guest.received(frame)

    def eof_received(self) -> bool:
        """The server sends nothing more."""
        self._core.receive_eof()
        self._take()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that it is over."""
        self._transport = None
        self._over.set_result(None)
        why = self._why or (str(exc) if exc else "the connection was closed")
        if not self.opened.done():
            self.opened.set_exception(TargetUnreachable(f"{self._door.shown} hung up: {why}"))
        elif self.opened.exception() is None:
            self._guest.gone(why)

    # Called by the owner.

    def send(self, text: bytes) -> None:
        """Send a message; nothing where the connection is over. A server that is too far behind is given up."""
        if not self._is_open or self._transport is None:
            return
        # The core would make the same frame at three times the cost, and there is one every 40 ms.
        self._transport.write(text_frame(text, self._masks.next()))
        if self._transport.get_write_buffer_size() > _BACKLOG:
            self._why = "it does not keep up with the sound"
            self.abort()

    async def close(self) -> None:
        """Say goodbye and wait a moment for the answer."""
        if self._is_open:
            self._core.send_close(1000)
            self._is_open = False
            self._write()
            await asyncio.wait([self._over], timeout=_LINGER)
        self.abort()

    def abort(self) -> None:
        """End it now; harmless when it has ended."""
        if self._transport is not None:
            self._transport.abort()

    # Inside.

    def _answered_with(self, data: bytes) -> bytes:
        """Have the answer to the handshake read; gives what is behind it."""
        head, rest = self._frames.head(data)
        self._read(head)
        if self._frames.begun and not self._is_open:
            self._frames.leave()  # it was refused, and what follows says why
        return rest

    def _read(self, data: bytes) -> None:
        self._core.receive_data(data)
        self._take()

    def _take(self) -> None:
        self._is_open = self._core.state is State.OPEN
        for event in self._core.events_received():
            if isinstance(event, Response):
                self._answered()
            elif isinstance(event, Frame):
                self._frame(event)
        self._write()
        if self._core.close_expected():
            self._hang_up()

    def _answered(self) -> None:
        error = self._core.handshake_exc
        if error is None:
            self.opened.set_result(None)
            return
        if isinstance(error, InvalidStatus):
            status = error.response.status_code
            said = f"answers {status} {error.response.reason_phrase}".rstrip()
            refused = TargetRefused(f"{self._door.shown} {said}", status=status)
        else:
            what = str(error) if isinstance(error, InvalidHandshake) else type(error).__name__
            refused = TargetRefused(f"{self._door.shown} is no Realtime server: {what}", status=502)
        self.opened.set_exception(refused)

    def _frame(self, frame: Frame) -> None:
        if frame.opcode in {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}:
            if frame.fin and not self._pieces:
                self._guest.received(bytes(frame.data))
                return
            self._pieces.append(bytes(frame.data))
            if frame.fin:
                whole, self._pieces = b"".join(self._pieces), []
                self._guest.received(whole)
        elif frame.opcode is Opcode.CLOSE:
            said = Close.parse(bytes(frame.data))
            self._why = self._why or f"the server closed it ({said.code}{f', {said.reason}' if said.reason else ''})"

    def _write(self) -> None:
        if self._transport is None:
            return
        for data in self._core.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._hang_up()

    def _hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()
