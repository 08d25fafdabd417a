"""When the engine must next act by itself.

Most timers never fire: reservations are answered, tasks are handled long before they are too old. So a timer is never
called off; whether it still holds is asked when it falls due, and ones that no longer do are swept out from time to time when
they outnumber the others. Timers of one duration fall due in the order they were set, so each duration has a plain queue.
"""

import heapq
import math
from collections import deque
from collections.abc import Callable
from typing import Final, TypeAlias

RESERVATION: Final = 0
TARGET: Final = 1
TASK_AGE: Final = 2
ASSIGNMENT_AGE: Final = 3

Timer: TypeAlias = tuple[float, int, int]  # when, whose (an id), and a stamp that says whether it still holds
Holds: TypeAlias = Callable[[int, int], bool]

_SLACK: Final = 1024


class TimerQueue:
    """The timers of one kind and one duration."""

    __slots__ = ("_duration", "_sweep_at", "_timers", "entries", "holds", "kind")

    def __init__(self, timers: "Timers", kind: int, duration: float, holds: Holds) -> None:
        self._timers = timers
        self._duration = duration
        self._sweep_at = _SLACK
        self.kind = kind
        self.holds = holds
        self.entries: deque[Timer] = deque()

    def start(self, now: float, whose: int) -> None:
        """Fall due after the duration."""
        if not self.entries:  # else an earlier one has set the wake-up already
            self._timers.wake = min(self._timers.wake, now + self._duration)
        self.entries.append((now + self._duration, whose, 0))

    def sweep(self) -> None:
        """Forget the timers that no longer hold, where they may be most."""
        if len(self.entries) > self._sweep_at:
            holds = self.holds
            self.entries = deque(timer for timer in self.entries if holds(timer[1], timer[2]))
            self._sweep_at = 4 * len(self.entries) + _SLACK

    def next(self) -> Timer | None:
        """The first timer that holds."""
        entries, holds = self.entries, self.holds
        while entries and not holds(entries[0][1], entries[0][2]):
            entries.popleft()
        return entries[0] if entries else None


class Timers:
    """All timers of one engine. What falls due together comes in the order of the kinds above, then of setting."""

    __slots__ = ("_holds", "_queues", "_targets", "_targets_sweep_at", "wake")

    def __init__(self, *, reservation: Holds, target: Holds, task_age: Holds, assignment_age: Holds) -> None:
        self._holds = (reservation, target, task_age, assignment_age)
        self._queues: dict[tuple[int, float], TimerQueue] = {}
        self._targets: list[Timer] = []
        self._targets_sweep_at = _SLACK
        self.wake = math.inf  # a lower bound of the next moment: never late, sometimes early

    def lasting(self, kind: int, duration: float) -> TimerQueue:
        """Where timers of this kind and duration are started."""
        queue = self._queues.get((kind, duration))
        if queue is None:
            queue = self._queues[kind, duration] = TimerQueue(self, kind, duration, self._holds[kind])
        return queue

    def target_at(self, moment: float, task: int, stamp: int) -> None:
        """A task leaves its target at ``moment``."""
        heapq.heappush(self._targets, (moment, task, stamp))
        self.wake = min(self.wake, moment)
        if len(self._targets) > self._targets_sweep_at:
            holds = self._holds[TARGET]
            self._targets = [timer for timer in self._targets if holds(timer[1], timer[2])]
            heapq.heapify(self._targets)
            self._targets_sweep_at = 4 * len(self._targets) + _SLACK

    def sweep(self) -> None:
        """Forget timers that no longer hold; to be called now and then when something has ended, or they add up."""
        for queue in self._queues.values():
            queue.sweep()

    def pop_due(self, now: float) -> tuple[float, int, int] | None:
        """The next timer that holds and is due by ``now``, as (moment, kind, whose), taken out; None when there is none.

        After None, ``wake`` is the next moment at which a timer that holds now falls due.
        """
        targets = self._targets
        while targets and not self._holds[TARGET](targets[0][1], targets[0][2]):
            heapq.heappop(targets)
        best = (targets[0][0], TARGET) if targets else (math.inf, TARGET)
        source: TimerQueue | None = None
        for queue in self._queues.values():
            timer = queue.next()
            if timer is not None and (timer[0], queue.kind) < best:
                best, source = (timer[0], queue.kind), queue
        if best[0] > now or best[0] == math.inf:
            self.wake = best[0]
            return None
        whose = heapq.heappop(targets)[1] if source is None else source.entries.popleft()[1]
        return best[0], best[1], whose
