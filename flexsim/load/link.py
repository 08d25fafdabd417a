"""A connection to the backend, of one agent or of several: an asyncio protocol with slots, without a task, a queue or a timer of its own."""

import asyncio
import math
from typing import Any, Final, Protocol

from flexsim.load import framing
from flexsim.load.framing import FramingError, Reader
from flexsim.load.target import Handshake, Masks, Target

_LARGEST_HEAD: Final = 16_384  # bytes of a handshake's answer
NORMAL: Final = 1000
_LINGER: Final = 2.0  # seconds for a peer that is not heard of to take what was written


class Owner(Protocol):
    """Who hears of a link; ``number`` is the owner's own."""

    masks: Masks

    def opened(self, link: "Link") -> None:
        """The handshake is done."""

    def received(self, link: "Link", payload: bytes) -> None:
        """A message has come."""

    def broken(self, link: "Link") -> None:
        """The peer has broken the protocol; the link closes itself."""

    def gone(self, link: "Link", reason: str) -> None:
        """The connection is no more; the last word of every link that was made."""


class Link(asyncio.Protocol):
    """States: shaking hands, open, closing (sends nothing more, but still counts what comes), gone."""

    __slots__ = (
        "_buffer", "_handshake", "_owner", "_reader", "_transport",
        "ask_at", "asked_at", "closing", "full", "heard", "made", "number", "open", "was_open", "why",
    )  # fmt: skip

    def __init__(self, owner: Owner, number: int, target: Target, asked_at: float) -> None:
        self._owner = owner
        self.number = number
        self.asked_at = asked_at
        self._handshake: Handshake | None = Handshake(target)
        self._reader: Reader | None = None
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self.why = ""
        self.ask_at = math.inf  # when the peer is to be asked for a sign of life
        self.open = self.was_open = self.made = self.closing = self.full = False
        self.heard = True

    # Called by asyncio.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the handshake."""
        assert self._handshake is not None
        made: Any = transport  # uvloop's transports are asyncio's in all but name
        self._transport = made
        self.made = True
        if self.closing:
            made.abort()
            return
        made.write(self._handshake.request)

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        self.heard = True
        if self._reader is None:
            rest = self._shake(data)
            if not rest:
                return
            data = rest
        assert self._reader is not None
        try:
            for opcode, payload in self._reader.feed(data):
                self._take(opcode, payload)
        except FramingError as error:
            self._owner.broken(self)
            self.close(error.code, f"it broke the protocol: {error}")
            self.abort()

    def eof_received(self) -> bool:
        """The peer sends nothing more: neither do we."""
        return False

    def pause_writing(self) -> None:
        """The peer does not read as fast as we send."""
        self.full = True

    def resume_writing(self) -> None:
        """The peer has read."""
        self.full = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that it is over."""
        self._transport = self._reader = self._handshake = None
        self.open, self.closing = False, True
        self._owner.gone(self, self.why or (str(exc) if exc else "the backend hung up"))

    # Called by the owner.

    def send(self, payload: bytes) -> None:
        """Send a text message; to be called while ``open``."""
        assert self._transport is not None
        self._transport.write(framing.masked(framing.TEXT, payload, self._owner.masks.next()))

    def ping(self) -> None:
        """Ask for a sign of life."""
        assert self._transport is not None
        self.heard = False
        self._transport.write(framing.masked(framing.PING, b"", self._owner.masks.next()))

    def close(self, code: int = NORMAL, why: str = "we closed it") -> None:
        """Say goodbye; from now on nothing is sent. The peer's goodbye, or ``abort``, ends it."""
        if self.closing:
            return
        was_open, self.open, self.closing = self.open, False, True
        self.why = why
        if self._transport is None:
            return
        if was_open:
            self._transport.write(framing.masked(framing.CLOSE, framing.closing(code), self._owner.masks.next()))
        else:
            self._transport.abort()

    def give_up(self, why: str) -> None:
        """End a connection whose peer is not heard of; what has been written is still delivered if it is there after all."""
        self.open, self.closing, self.why = False, True, why
        if self._transport is not None:
            self._transport.close()
            asyncio.get_running_loop().call_later(_LINGER, self.abort)

    def abort(self) -> None:
        """End it now; harmless when it has ended."""
        self.open, self.closing = False, True
        if self._transport is not None:
            self._transport.abort()

    def refuse(self, why: str) -> None:
        """Give up a connection that never came to be open."""
        self._buffer = b""
        self.why = why
        self.abort()

    # Inside.

    def _shake(self, data: bytes) -> bytes:
        """Go on with the handshake; what came after it is returned."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n") + 4
        if end < 4:
            if len(self._buffer) > _LARGEST_HEAD:
                self.refuse("the answer to the handshake has no end")
            return b""
        head, rest = self._buffer[:end], self._buffer[end:]
        assert self._handshake is not None
        problem = self._handshake.answered(head)
        self._buffer, self._handshake = b"", None
        if problem is not None:
            self.refuse(problem)
            return b""
        self._reader = Reader(masked=False)
        self.open = self.was_open = True
        self._owner.opened(self)
        return rest

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode in {framing.TEXT, framing.BINARY}:
            self._owner.received(self, payload)
        elif opcode == framing.PING and self.open:
            assert self._transport is not None
            self._transport.write(framing.masked(framing.PONG, payload, self._owner.masks.next()))
        elif opcode == framing.CLOSE:
            self._farewell(payload)

    def _farewell(self, payload: bytes) -> None:
        """The peer closes: answer, unless this is its answer (RFC 6455, 5.5.1)."""
        if self._transport is None:
            return
        if not self.closing:
            self.open, self.closing = False, True
            code = framing.close_code(payload)
            self.why = f"the backend closed it ({code})"
            echo = payload[:2] if len(payload) >= 2 else b""
            self._transport.write(framing.masked(framing.CLOSE, echo, self._owner.masks.next()))
        self._transport.close()
