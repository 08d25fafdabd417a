"""One client's socket and its session: frames in, frames out, and the session's deadlines on a clock."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from websockets.exceptions import ConnectionClosed

from flexsim.clock import Clock, Waking, sleep_until
from flexsim.errors import ProtocolError
from flexsim.voice.ports import Heard
from flexsim.voice.realtime import wire
from flexsim.voice.realtime.announcing import Event
from flexsim.voice.realtime.listening import Hearing
from flexsim.voice.realtime.metrics import Counts
from flexsim.voice.realtime.names import Told
from flexsim.voice.realtime.session import ServerSession
from flexsim.voice.realtime.sockets import Socket

_UNSENT: Final = 4_000  # events waiting to be sent, above which nothing more is read
_AT_ONCE: Final = 32  # events sent in one go
_FIRST: Final = frozenset({Told.OUTPUT_ITEM_ADDED.value, Told.RESPONSE_DONE.value})
_ENDS_A_TURN: Final = frozenset({Told.SPEECH_STOPPED.value})

# Understands an utterance, wherever that is done.
Listen = Callable[[Hearing], Awaitable[Heard]]


class Connection:
    """Carries one session until its client goes, its time is over, or nothing has come for ``idle`` seconds."""

    def __init__(  # noqa: PLR0913, PLR0917 -- all it stands between
        self, socket: Socket, session: ServerSession, clock: Clock, counts: Counts, listen: Listen, idle: float
    ) -> None:  # fmt: skip
        self._socket = socket
        self._session = session
        self._clock = clock
        self._counts = counts
        self._listen = listen
        self._idle = idle
        self._unsent: deque[Event] = deque()
        self._wake = asyncio.Event()
        self._waking: Waking | None = None
        self._armed_for = float("inf")
        self._heard_at = clock.now()
        self._asked_at: float | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._fault: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self) -> str:
        """Gives the reason of the end: ``client``, ``expired``, ``idle``."""
        self._put(self._session.opening())
        self._socket.listen(self)
        idle = asyncio.create_task(self._watch())
        running = {asyncio.create_task(self._send()), asyncio.create_task(self._socket.wait_closed()), idle}
        try:
            done, _ = await asyncio.wait({*running, self._fault}, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                if each.exception() is not None and not isinstance(each.exception(), ConnectionClosed):
                    await each
            return "expired" if self._session.over else "idle" if idle in done else "client"
        finally:
            if self._waking is not None:
                self._waking.cancel()
            for each in (*running, *self._tasks):
                each.cancel()
            self._fault.cancel()
            await asyncio.gather(*running, *self._tasks, return_exceptions=True)

    def received(self, message: bytes, *, text: bool) -> None:
        """A message of the client's."""
        try:
            self._take(message, text=text)
        except Exception as error:  # noqa: BLE001 -- it is raised again, in ``run``
            self._break(error)

    def _take(self, message: bytes, *, text: bool) -> None:
        session = self._session
        now = self._heard_at = self._clock.now()
        try:
            event = wire.decode(message, text=text)
        except ProtocolError as error:
            self._counts.receive(None)
            if text and not _is_utf8(message):
                self._socket.refuse_text()
            else:
                self._put([session.refusal(error)])
            return
        kind = event.get("type")
        self._counts.receive(kind)
        if kind == "response.create":
            self._asked_at = now
        self._put(session.receive(event, now))

    async def _send(self) -> None:
        socket, unsent = self._socket, self._unsent
        while not (self._session.over and not unsent):
            if not unsent:
                self._wake.clear()
                await self._wake.wait()
            while unsent:
                await socket.send_texts([wire.encode(unsent.popleft()) for _ in range(min(len(unsent), _AT_ONCE))])
            socket.hold(held=False)
        await socket.close(1000, "session expired")

    async def _watch(self) -> None:
        while self._clock.now() < self._heard_at + self._idle:
            await sleep_until(self._clock, self._heard_at + self._idle)
        await self._socket.close(1000, f"nothing received for {self._idle:g} seconds")

    def _put(self, events: list[Event]) -> None:
        """Send these, and wake up when the session wants to be."""
        if events:
            self._count(events)
            self._unsent.extend(events)
            self._wake.set()
            if len(self._unsent) > _UNSENT:
                self._socket.hold(held=True)
        for hearing in self._session.hearings():
            task = asyncio.create_task(self._understand(hearing))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if self._session.next_deadline != self._armed_for:
            self._arm()

    def _arm(self) -> None:
        if self._waking is not None:
            self._waking.cancel()
        self._armed_for = self._session.next_deadline
        self._waking = self._clock.call_at(self._armed_for, self._advance)

    def _advance(self) -> None:
        self._armed_for = float("inf")
        with self._watched():
            self._put(self._session.advance(self._clock.now()))

    async def _understand(self, hearing: Hearing) -> None:
        with self._watched():
            heard = await self._listen(hearing)
            self._put(self._session.heard(hearing, heard, self._clock.now()))

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """A fault in what nobody waits for ends the session too."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 -- it is raised again, in ``run``
            self._break(error)

    def _break(self, error: Exception) -> None:
        if not self._fault.done():
            self._fault.set_exception(error)

    def _count(self, events: list[Event]) -> None:
        sent = self._counts.sent
        for event in events:
            kind = event["type"]
            sent[kind] += 1
            if kind in _ENDS_A_TURN:
                self._asked_at = self._clock.now()
            elif kind in _FIRST and self._asked_at is not None:
                self._counts.answer(self._clock.now() - self._asked_at)
                self._asked_at = None
            elif kind == "error":
                self._counts.errors[str(event["error"]["code"])] += 1


def _is_utf8(message: bytes) -> bool:
    try:
        message.decode()
    except UnicodeDecodeError:
        return False
    return True
