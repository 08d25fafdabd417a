"""A client's socket at the engine: ``websockets``' own, but messages of text go to and fro without its queues and tasks."""

from collections.abc import Iterable
from typing import Any, Final, Protocol

from websockets.asyncio.server import ServerConnection
from websockets.frames import DATA_OPCODES, CloseCode, Frame, Opcode
from websockets.protocol import Event, State

from flexsim.voice.realtime import wire
from flexsim.voice.realtime.frames import Frames, text_frame

_NO_TEXT: Final = "not valid UTF-8"


class Listener(Protocol):
    """Whoever is told what comes."""

    def received(self, message: bytes, *, text: bool) -> None:
        """A whole message."""


class Socket(ServerConnection):
    """Whoever opens one calls ``listen``; until then nothing is read beyond the handshake."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._frames = Frames(masked=True, limit=wire.MOST_BYTES)
        self._listener: Listener | None = None
        self._early = b""  # what came before somebody listened
        self._pieces: list[Frame] = []  # of a message that is not whole
        self._held = False

    def listen(self, listener: Listener) -> None:
        """Tell this one, from the first message on."""
        self._listener = listener
        early, self._early = self._early, b""
        self.hold(held=False)
        self._hand_on(early)

    def hold(self, *, held: bool) -> None:
        """Read nothing more for a while, or go on."""
        if held is not self._held and not self.transport.is_closing():
            self._held = held
            if held:
                self.transport.pause_reading()
            else:
                self.transport.resume_reading()

    async def send_texts(self, texts: Iterable[bytes]) -> None:
        """Send messages in one go, and wait while too much waits; raises ConnectionClosed where nobody is there."""
        if self.protocol.state is not State.OPEN or self.transport.is_closing():
            for text in texts:
                await self.send(text, text=True)
            return
        self.transport.write(b"".join(map(text_frame, texts)))
        await self.drain()

    def refuse_text(self) -> None:
        """What was said to be text is none: that ends it (RFC 6455, 8.1)."""
        self.protocol.fail(CloseCode.INVALID_DATA, _NO_TEXT)
        self.send_data()

    # Called by asyncio and websockets.

    def data_received(self, data: bytes) -> None:
        """The next bytes."""
        if not self._frames.begun:
            head, data = self._frames.head(data)
            super().data_received(head)
        if self._listener is not None:
            self._hand_on(data)
        elif data:
            self._early += data
            self.hold(held=True)

    def process_event(self, event: Event) -> None:
        """What ``websockets`` has read."""
        if not isinstance(event, Frame) or event.opcode not in DATA_OPCODES:
            super().process_event(event)
            return
        self._pieces.append(event)
        if event.fin and self._listener is not None:
            whole, self._pieces = self._pieces, []
            message = b"".join(bytes(each.data) for each in whole)
            self._listener.received(message, text=whole[0].opcode is Opcode.TEXT)

    def _hand_on(self, data: bytes) -> None:
        assert self._listener is not None, "somebody listens"
        for is_text, frame in self._frames.feed(data) if data else ():
            if not is_text:
                super().data_received(frame)
            elif self.protocol.state is State.OPEN:
                self._listener.received(frame, text=True)
