"""How long workers were in their activities, within any window.

A spell is an unbroken stay of one worker in one activity; of a spell that began before the window or goes on after it,
what lies within counts. Only changes are kept, never who is where at each moment: what a window needs is found by going
back from the present through the changes since it began. The latest 200,000 changes at least are kept; a window that
reaches back further begins, for durations, with the first of them.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection
from typing import Any, Final

from flexsim.measure.history import NEVER, Window
from flexsim.measure.instants import milliseconds

MOST_CHANGES: Final = 200_000
NOWHERE: Final = -1  # where a worker is before being created and after being deleted


class Spread:
    """How many durations, and the least, the most and the sum of them in whole milliseconds."""

    __slots__ = ("count", "least", "most", "total")

    def __init__(self, count: int = 0, total: int = 0, least: int = NEVER, most: int = 0) -> None:
        self.count = count
        self.total = total
        self.least = least if count else 0
        self.most = most

    def add(self, length: int, times: int = 1) -> None:
        """Count ``times`` durations of this ``length``; nothing is not a duration."""
        if length <= 0 or not times:
            return
        self.least = min(self.least, length) if self.count else length
        self.most = max(self.most, length)
        self.count += times
        self.total += times * length


class Spells:
    """The workers' activities, now and in the past."""

    __slots__ = ("_entered", "_in_activity", "_left", "_moments", "_present", "_since", "_who")

    def __init__(self) -> None:
        self._present: dict[int, tuple[int, float]] = {}  # by worker: the activity, and since when
        self._in_activity: Counter[int] = Counter()
        # The changes, oldest first: when, who, which activity was left, since when it had been, which was entered.
        self._moments = array("d")
        self._who = array("q")
        self._left = array("q")
        self._since = array("d")
        self._entered = array("q")

    def change(self, moment: float, worker: int, activity: int) -> None:
        """The worker enters this activity: for the first time when new here, and ``NOWHERE`` when deleted."""
        left, since = self._present.pop(worker, (NOWHERE, moment))
        if left != NOWHERE:
            self._in_activity[left] -= 1
        if activity != NOWHERE:
            self._present[worker] = (activity, moment)
            self._in_activity[activity] += 1
        for column, value in zip(self._columns(), (moment, worker, left, since, activity), strict=True):
            column.append(value)
        if len(self._moments) == 2 * MOST_CHANGES:
            for column in self._columns():
                del column[:MOST_CHANGES]

    def now(self, workers: Collection[int] | None) -> Counter[int]:
        """How many of these workers, or of all, are in each activity."""
        if workers is None:
            return self._in_activity.copy()
        return Counter(self._present[worker][0] for worker in workers if worker in self._present)

    def durations(self, span: Window, workers: Collection[int] | None) -> dict[int, Spread]:
        """By activity, the spells of these workers, or of all there have been, that overlap the window."""
        moments, who = self._moments, self._who
        start = max(float(span.first), moments[0]) if moments else float(span.first)
        until = span.until
        found: dict[int, Spread] = {}
        staying = self.now(workers)
        changed = set()  # who has changed within the window, later than the change looked at
        for place in range(len(moments) - 1, bisect_left(moments, start) - 1, -1):
            worker, moment = who[place], moments[place]
            if workers is not None and worker not in workers:
                continue
            left, entered = self._left[place], self._entered[place]
            if moment > until:
                staying[entered] -= 1
                staying[left] += 1
                continue
            if worker not in changed:
                changed.add(worker)
                staying[entered] -= 1
                found.setdefault(entered, Spread()).add(milliseconds(until - moment))
            found.setdefault(left, Spread()).add(milliseconds(moment - max(start, self._since[place])))
        for activity, count in staying.items():
            found.setdefault(activity, Spread()).add(milliseconds(until - start), count)
        found.pop(NOWHERE, None)
        return found

    def dump(self) -> dict[str, Any]:
        """All of it as a JSON-ready document."""
        present = [[worker, activity, since] for worker, (activity, since) in self._present.items()]
        return {"present": present, "changes": [column.tolist() for column in self._columns()]}

    def load(self, document: dict[str, Any]) -> None:
        """Hold what was dumped."""
        for worker, activity, since in document["present"]:
            self._present[worker] = (activity, since)
            self._in_activity[activity] += 1
        for column, values in zip(self._columns(), document["changes"], strict=True):
            column.extend(values)

    def _columns(self) -> "tuple[array[Any], ...]":
        return self._moments, self._who, self._left, self._since, self._entered
