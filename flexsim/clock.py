"""The time, and being woken later: the only module that reads the machine's clock.

Times are UTC seconds since 1970. ``WallClock`` runs at a chosen multiple of real time; ``ManualClock`` stands still
until it is told to advance, so that a test waits for nothing.
"""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from typing import Protocol

Callback = Callable[[], None]


class Waking(Protocol):
    """A callback that has been asked for and can be called off."""

    def cancel(self) -> None:
        """Call it off; harmless when it has already run."""


class Clock(Protocol):
    """What the time is, and waking up later."""

    def now(self) -> float:
        """UTC seconds; never goes back."""

    def call_at(self, moment: float, callback: Callback) -> Waking:
        """Run ``callback`` once ``now()`` has reached ``moment``, never before."""


async def sleep_until(clock: Clock, moment: float) -> None:
    """Return once ``clock`` has reached ``moment``."""
    if clock.now() >= moment:
        return
    woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def wake() -> None:
        if not woken.done():
            woken.set_result(None)

    waking = clock.call_at(moment, wake)
    try:
        await woken
    finally:
        waking.cancel()


class _WallWaking:
    """One pending callback of a ``WallClock``; re-armed when the speed changes."""

    __slots__ = ("_callback", "_clock", "_moment", "_timer")

    def __init__(self, clock: "WallClock", moment: float, callback: Callback) -> None:
        self._clock = clock
        self._moment = moment
        self._callback = callback
        self._timer: asyncio.TimerHandle | None = None

    def arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        delay = (self._moment - self._clock.now()) / self._clock.speed
        self._timer = asyncio.get_running_loop().call_later(max(0.0, delay), self._run)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._clock.forget(self)

    def _run(self) -> None:
        # The loop may fire within its own resolution, a hair too early.
        if self._clock.now() < self._moment:
            self.arm()
            return
        self._timer = None  # it refers back: a cycle at each callback would be the garbage collector's main work
        self._clock.forget(self)
        self._callback()


class WallClock:
    """Real time, ``speed`` times as fast. Callbacks run on the running event loop.

    Starts at ``start`` (UTC seconds), to keep step with another's clock, else at the machine's time.
    """

    def __init__(self, speed: float = 1.0, *, start: float | None = None) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be positive: {speed}")
        self.speed = speed
        self._origin = time.time() if start is None else start
        self._mark = time.monotonic()
        self._pending: dict[_WallWaking, None] = {}

    def now(self) -> float:
        return self._origin + (time.monotonic() - self._mark) * self.speed

    def call_at(self, moment: float, callback: Callback) -> Waking:
        waking = _WallWaking(self, moment, callback)
        self._pending[waking] = None
        waking.arm()
        return waking

    def set_speed(self, speed: float) -> None:
        """Go on from the present time at another speed; pending callbacks keep their moments."""
        if speed <= 0:
            raise ValueError(f"speed must be positive: {speed}")
        self._origin = self.now()
        self._mark = time.monotonic()
        self.speed = speed
        for waking in list(self._pending):
            waking.arm()

    def forget(self, waking: _WallWaking) -> None:
        """A callback has run or was called off."""
        self._pending.pop(waking, None)


class _ManualWaking:
    __slots__ = ("callback",)

    def __init__(self, callback: Callback) -> None:
        self.callback: Callback | None = callback

    def cancel(self) -> None:
        self.callback = None


class ManualClock:
    """Time that moves only when told to."""

    def __init__(self, start: float = 1_767_600_000.0) -> None:
        self._now = start
        self._serial = itertools.count()
        self._due: list[tuple[float, int, _ManualWaking]] = []

    def now(self) -> float:
        return self._now

    def call_at(self, moment: float, callback: Callback) -> Waking:
        waking = _ManualWaking(callback)
        heapq.heappush(self._due, (moment, next(self._serial), waking))
        return waking

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``, running what falls due on the way, in order of time and then of asking."""
        end = self._now + seconds
        while self._due and self._due[0][0] <= end:
            moment, _, waking = heapq.heappop(self._due)
            self._now = max(self._now, moment)
            if waking.callback is not None:
                waking.callback()
        self._now = end


def machine_seconds() -> float:
    """What the machine's clock shows now, which may be set back or forth: only for what others have read off the same clock."""
    return time.time()


def real_seconds() -> float:
    """A monotonic stopwatch in real seconds, whatever the simulation's speed: for time limits and progress."""
    return time.monotonic()
