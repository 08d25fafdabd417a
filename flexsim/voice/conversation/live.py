"""A conversation at a clock's pace, over two connections to a Realtime server: ours, or OpenAI's.

Frame n has been spoken when the clock has passed n + 1 frames, and goes out then. A loop that was held up catches up, so
that sound never falls behind the clock.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from flexsim.clock import Clock
from flexsim.errors import RecorderFailed, TargetError, TargetUnreachable
from flexsim.voice.conversation.bridge import Bridge
from flexsim.voice.conversation.connection import Connection, Door, connect
from flexsim.voice.conversation.records import EndReason, Side
from flexsim.voice.ports import FRAME_MS

_APPEND: Final = b'{"type":"input_audio_buffer.append","audio":"'
_APPEND_END: Final = b'"}'
_FRAME: Final = FRAME_MS / 1000
_READY: Final = 20.0  # real seconds for both sessions to be set


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnecting:
    """How often a lost session is opened anew, in a conversation and side, and after how many real seconds."""

    attempts: int = 2
    pause: float = 0.5


async def converse(
    bridge: Bridge, doors: Mapping[Side, Door], conversation_id: str, *, clock: Clock, reconnecting: Reconnecting
) -> None:
    """Run the conversation to its end; a recording that fails ends it. Cancelled, it ends as interrupted.

    Raises TargetUnreachable or TargetRefused where a session could not be opened to begin with.
    """
    live = _Live(bridge, doors, clock, reconnecting)
    try:
        await live.open()
        live.start(conversation_id)
        await live.over
    except asyncio.CancelledError:
        bridge.end(EndReason.INTERRUPTED)
        raise
    finally:
        await live.close()


class _Live:
    def __init__(self, bridge: Bridge, doors: Mapping[Side, Door], clock: Clock, reconnecting: Reconnecting) -> None:
        loop = asyncio.get_running_loop()
        self._bridge = bridge
        self._clock = clock
        self._seats = {side: _Seat(side, doors[side], self) for side in Side}
        self._caller, self._agent = self._seats[Side.CALLER], self._seats[Side.AGENT]
        self._reconnecting = reconnecting
        self._began: float | None = None
        self._ready: asyncio.Future[None] = loop.create_future()
        self.over: asyncio.Future[None] = loop.create_future()

    # Beginning and end.

    async def open(self) -> None:
        """Both sessions, open and set."""
        await asyncio.gather(*(seat.open() for seat in self._seats.values()))
        self._guarded(self._bridge.open)
        try:
            async with asyncio.timeout(_READY):
                await self._ready
        except TimeoutError as error:
            raise TargetUnreachable("the sessions were opened, and never set") from error

    def start(self, conversation_id: str) -> None:
        """Let the clock run."""
        self._began = self._clock.now()
        if self._bridge.ended is None:
            self._guarded(lambda: self._bridge.start(conversation_id))
            self._wait()
        self._check()

    async def close(self) -> None:
        """Hang up on both sides."""
        for seat in self._seats.values():
            seat.leave()
        await asyncio.gather(*(seat.close() for seat in self._seats.values()))

    # The clock.

    def _wait(self) -> None:
        assert self._began is not None
        self._clock.call_at(self._began + (self._bridge.position + 1) * _FRAME, self._tick)

    def _tick(self) -> None:
        bridge, clock = self._bridge, self._clock
        assert self._began is not None
        while bridge.ended is None and clock.now() >= self._began + (bridge.position + 1) * _FRAME:
            try:
                to_caller, to_agent = bridge.tick()
            except RecorderFailed:
                bridge.end(EndReason.RECORDER_FAILED)
                break
            if to_caller is not None:
                self._caller.send(_APPEND + to_caller.encode() + _APPEND_END)
            if to_agent is not None:
                self._agent.send(_APPEND + to_agent.encode() + _APPEND_END)
            self._carry()
        if bridge.ended is None:
            self._wait()
        self._check()

    def _now(self) -> float:
        """The time on the audio clock, between frames too."""
        return 0.0 if self._began is None else self._clock.now() - self._began

    # What sessions say, and are told.

    def received(self, side: Side, text: bytes) -> None:
        """A message of a session's."""
        try:
            event = orjson.loads(text)
            event["type"].encode()
        except (ValueError, TypeError, KeyError, AttributeError):
            self._bridge.inform(side, "sent what is no event")
            self._bridge.end(EndReason.CALLER_LOST if side is Side.CALLER else EndReason.AGENT_LOST)
            self._check()
            return
        bridge = self._bridge
        try:
            bridge.receive(side, event, self._now())
        except RecorderFailed:
            bridge.end(EndReason.RECORDER_FAILED)
        self._carry()
        self._check()
        if not self._ready.done() and bridge.ready:
            self._ready.set_result(None)

    def gone(self, side: Side, why: str) -> None:
        """A session's connection is over."""
        bridge = self._bridge
        if bridge.ended is not None:
            return
        self._guarded(lambda: bridge.dropped(side, why))
        seat = self._seats[side]
        if self._began is None or seat.attempts >= self._reconnecting.attempts:
            bridge.lost(side)
            self._check()
        else:
            seat.come_back(self._reconnecting)

    def back(self, side: Side) -> None:
        """There is another one."""
        self._guarded(lambda: self._bridge.rejoined(side))

    def lost(self, side: Side) -> None:
        """There is none to be had."""
        self._bridge.lost(side)
        self._check()

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except RecorderFailed:
            self._bridge.end(EndReason.RECORDER_FAILED)
        self._carry()
        self._check()

    def _carry(self) -> None:
        for side, event in self._bridge.taken():
            self._seats[side].send(orjson.dumps(event))

    def _check(self) -> None:
        if self._bridge.ended is not None:
            for each in (self._ready, self.over):
                if not each.done():
                    each.set_result(None)


class _Seat:
    """One side's connection, and the one that follows it when it is lost."""

    def __init__(self, side: Side, door: Door, live: _Live) -> None:
        self._side = side
        self._door = door
        self._live = live
        self._connection: Connection | None = None
        self._returning: asyncio.Task[None] | None = None
        self._left = False
        self.attempts = 0

    async def open(self) -> None:
        """Connect; raises TargetUnreachable or TargetRefused."""
        self._connection = await connect(self._door, self)

    def send(self, text: bytes) -> None:
        """Send a message, if there is somebody to send it to."""
        if self._connection is not None:
            self._connection.send(text)

    def received(self, text: bytes) -> None:
        """A message has come."""
        self._live.received(self._side, text)

    def gone(self, why: str) -> None:
        """The connection is over."""
        self._connection = None
        if not self._left:
            self._live.gone(self._side, why)

    def come_back(self, reconnecting: Reconnecting) -> None:
        """Try to open another session."""
        self._returning = asyncio.get_running_loop().create_task(self._come_back(reconnecting))

    async def _come_back(self, reconnecting: Reconnecting) -> None:
        while self.attempts < reconnecting.attempts:
            self.attempts += 1
            await asyncio.sleep(reconnecting.pause)
            try:
                await self.open()
            except TargetError:
                continue
            self._live.back(self._side)
            return
        self._live.lost(self._side)

    def leave(self) -> None:
        """What happens to the connection from now on is of no interest."""
        self._left = True

    async def close(self) -> None:
        """End it."""
        if self._returning is not None:
            self._returning.cancel()
            await asyncio.gather(self._returning, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()
