"""An agent's connection as the reference backend has it: the server's side of a WebSocket, as uvicorn hands it over."""

import asyncio
import re
from typing import Any, Final, Protocol

from websockets.http11 import Request
from websockets.server import ServerProtocol

from flexsim.load import framing
from flexsim.load.framing import FramingError, Reader

_UNREAD: Final = 1 << 20  # bytes that an agent may leave unread before it is cut off

# A program sends none; a page that is an agent stands on this machine, where people try such things.
_ORIGINS: Final = (None, re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?"))
_GOODBYE: Final = 5.0  # seconds for the agent's answer to a close


class Hall(Protocol):
    """Who hears of a peer."""

    def arrived(self, peer: "Peer") -> bool:
        """A connection is open; whether it may stay."""

    def said(self, peer: "Peer", payload: bytes) -> None:
        """A message has come."""

    def left(self, peer: "Peer") -> None:
        """The connection is no more."""

    def broke(self, peer: "Peer") -> None:
        """The agent has broken the protocol."""


class Peer(asyncio.Protocol):
    """One connection; while ``deaf`` what comes is counted, and nothing is answered, not even a ping."""

    __slots__ = ("_hall", "_reader", "_transport", "agents", "closing", "deaf", "path")

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._reader: Reader | None = None
        self._transport: asyncio.Transport | None = None
        self.agents: set[str] = set()  # registered here; not taken away when it is closing
        self.closing = self.deaf = False
        self.path = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The request follows."""
        made: Any = transport
        self._transport = made

    def data_received(self, data: bytes) -> None:
        """Take what has come: first the whole request, which uvicorn has read already."""
        if self._reader is None:
            self._shake(data)
            return
        try:
            for opcode, payload in self._reader.feed(data):
                self._take(opcode, payload)
        except FramingError as error:
            self._hall.broke(self)
            self.close(error.code)
            self.hang_up()

    def eof_received(self) -> bool:
        """The agent has gone."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        """Say so."""
        opened, self._transport, self._reader = self._reader is not None, None, None
        self.closing = True
        if opened:
            self._hall.left(self)

    def send(self, payload: bytes) -> bool:
        """Send a text message; False, and nothing sent, where the connection is not to be written to."""
        if self._transport is None or self.closing or self.deaf:
            return False
        if self._transport.get_write_buffer_size() > _UNREAD:
            self._transport.abort()
            return False
        self._transport.write(framing.plain(framing.TEXT, payload))
        return True

    def close(self, code: int = 1000) -> None:
        """Say goodbye; what the agent had sent before it heard is still read."""
        if self._transport is not None and not self.closing:
            self.closing = True
            self._transport.write(framing.plain(framing.CLOSE, framing.closing(code)))
            asyncio.get_running_loop().call_later(_GOODBYE, self._cut)

    def _cut(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def hang_up(self) -> None:
        """End the connection, once what was written is sent."""
        self.closing = True
        if self._transport is not None:
            self._transport.close()

    def pause_reading(self, seconds: float) -> None:
        """Leave what comes unread for so long."""
        if self._transport is not None:
            self._transport.pause_reading()
            asyncio.get_running_loop().call_later(seconds, self._read_again)

    def _read_again(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _shake(self, data: bytes) -> None:
        protocol = ServerProtocol(origins=_ORIGINS)
        protocol.receive_data(data)
        request = next((each for each in protocol.events_received() if isinstance(each, Request)), None)
        # Rubbish after a request has the protocol end its side: then there is nothing to answer it with.
        if request is None or self._transport is None or protocol.eof_sent:
            self.hang_up()
            return
        self.path = request.path.partition("?")[0]
        response = protocol.accept(request)
        allowed = response.status_code == 101 and self._hall.arrived(self)
        if response.status_code == 101 and not allowed:
            response = protocol.reject(404, "agents connect to /ws/agent\n")
        protocol.send_response(response)
        self._transport.write(b"".join(protocol.data_to_send()))
        if allowed:
            self._reader = Reader(masked=True)
        else:
            self.hang_up()

    def _take(self, opcode: int, payload: bytes) -> None:
        assert self._transport is not None
        if opcode in {framing.TEXT, framing.BINARY}:
            self._hall.said(self, payload)
        elif opcode == framing.PING and not self.closing and not self.deaf:
            self._transport.write(framing.plain(framing.PONG, payload))
        elif opcode == framing.CLOSE:
            if not self.closing and not self.deaf:
                self.closing = True
                self._transport.write(framing.plain(framing.CLOSE, payload[:2]))
            self.hang_up()
