"""When the engine must next act by itself.

Most timers never fire: reservations are answered, tasks are handled long before they are too old. So a timer is never
called off; whether it still holds is asked when it falls due, and ones that no longer do are swept out when they
outnumber the others. Timers of one duration fall due in the order they were set, so each duration has a plain queue.
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


class Timers:
    """All timers of one engine. What falls due together comes in the order of the kinds above, then of setting."""

    __slots__ = ("_by_duration", "_holds", "_sweep_at", "_targets", "_targets_sweep_at", "wake")

    def __init__(self, *, reservation: Holds, target: Holds, task_age: Holds, assignment_age: Holds) -> None:
        self._holds = (reservation, target, task_age, assignment_age)
        self._by_duration: dict[tuple[int, float], deque[Timer]] = {}
        self._targets: list[Timer] = []
        self._targets_sweep_at = _SLACK
        self._sweep_at: dict[tuple[int, float], int] = {}
        self.wake = math.inf  # a lower bound of the next moment: never late, sometimes early

    def after(self, kind: int, now: float, duration: float, whose: int, stamp: int = 0) -> None:
        """Fall due ``duration`` seconds after ``now``."""
        moment = now + duration
        key = (kind, duration)
        queue = self._by_duration.get(key)
        if queue is None:
            queue = self._by_duration[key] = deque()
            self._sweep_at[key] = _SLACK
        queue.append((moment, whose, stamp))
        self.wake = min(self.wake, moment)
        if len(queue) > self._sweep_at[key]:
            holds = self._holds[kind]
            kept = deque(timer for timer in queue if holds(timer[1], timer[2]))
            self._by_duration[key] = kept
            self._sweep_at[key] = 2 * len(kept) + _SLACK

    def target_at(self, moment: float, task: int, stamp: int) -> None:
        """A task leaves its target at ``moment``."""
        heapq.heappush(self._targets, (moment, task, stamp))
        self.wake = min(self.wake, moment)
        if len(self._targets) > self._targets_sweep_at:
            holds = self._holds[TARGET]
            self._targets = [timer for timer in self._targets if holds(timer[1], timer[2])]
            heapq.heapify(self._targets)
            self._targets_sweep_at = 2 * len(self._targets) + _SLACK

    def pop_due(self, now: float) -> tuple[float, int, int] | None:
        """The next timer that holds and is due by ``now``, as (moment, kind, whose), taken out; None when there is none.

        After None, ``wake`` is the next moment at which a timer that holds now falls due.
        """
        best: tuple[float, int] | None = None
        source: deque[Timer] | None = None
        targets = self._targets
        while targets and not self._holds[TARGET](targets[0][1], targets[0][2]):
            heapq.heappop(targets)
        if targets:
            best = (targets[0][0], TARGET)
        for (kind, _), queue in self._by_duration.items():
            holds = self._holds[kind]
            while queue and not holds(queue[0][1], queue[0][2]):
                queue.popleft()
            if queue and (best is None or (queue[0][0], kind) < best):
                best, source = (queue[0][0], kind), queue
        if best is None or best[0] > now:
            self.wake = best[0] if best else math.inf
            return None
        whose = heapq.heappop(targets)[1] if source is None else source.popleft()[1]
        return best[0], best[1], whose
