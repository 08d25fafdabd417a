"""How counts have gone over time, for charts: what they were at the end of each interval, and only where they changed.

A point holds counts that only grow (arrivals so far, say) or that are so at the moment (how many wait), so points between
two others can be left out: what happened between is a difference. Fine points, 5 s apart, are kept for 4 hours at least,
coarse ones, a minute apart, for two days.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final, Generic, TypeAlias, TypeVar

K = TypeVar("K", bound=Hashable)
Counts: TypeAlias = Sequence[int]
Point: TypeAlias = tuple[float, Counts]

FINE: Final = 5.0  # seconds
COARSE: Final = 60.0
MOST_POINTS: Final = 2_880  # of each resolution, and of each trail


class _Ring:
    """Points of one resolution, oldest first; the oldest go when there are too many."""

    __slots__ = ("is_whole", "points")

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.is_whole = True  # what was before the first point is known: nothing

    def add(self, point: Point) -> None:
        self.points.append(point)
        if len(self.points) == 2 * MOST_POINTS:  # in one go: a deletion at the front moves all that is behind it
            del self.points[:MOST_POINTS]
            self.is_whole = False

    def at(self, moments: Iterable[float]) -> list[Point]:
        """The points at these moments, of which each without one is as the one before it."""
        points = self.points
        nothing = (0,) * len(points[0][1])
        found: list[Point] = []
        place = -1
        for moment in moments:
            while place + 1 < len(points) and points[place + 1][0] <= moment:
                place += 1
            if place >= 0 or self.is_whole:
                found.append((moment, points[place][1] if place >= 0 else nothing))
        return found


class Trails(Generic[K]):
    """The trails of many things at once; ``read`` gives a thing's present counts."""

    def __init__(self, read: Callable[[K], Counts], now: float) -> None:
        self._read = read
        self._began = now
        self.next = _end(now, FINE)  # when the interval is over that is being counted
        self._next_coarse = _end(now, COARSE)
        self._fine: dict[K, _Ring] = {}
        self._coarse: dict[K, _Ring] = {}
        self._changed: set[K] = set()
        self._changed_since_minute: set[K] = set()

    def pass_to(self, now: float) -> None:
        """Time has come to ``now``; call it before what happens then is counted."""
        if now < self.next:
            return
        for key in self._changed:
            self._fine.setdefault(key, _Ring()).add((self.next, tuple(self._read(key))))
        self._changed_since_minute |= self._changed
        self._changed.clear()
        self.next = _end(now, FINE)
        if now >= self._next_coarse:
            for key in self._changed_since_minute:
                self._coarse.setdefault(key, _Ring()).add((self._next_coarse, tuple(self._read(key))))
            self._changed_since_minute.clear()
            self._next_coarse = _end(now, COARSE)

    def touch(self, keys: Iterable[K]) -> None:
        """The counts of these may have changed."""
        self._changed.update(keys)

    def points(self, key: K, start: float, now: float, most: int) -> list[Point]:
        """From ``start`` to ``now``, at most so many and evenly spaced; the last one is of ``now``.

        Begins no earlier than the first point that is known. Times are those of the ends of intervals.
        """
        self.pass_to(now)
        start = max(start, self._began)
        wanted = max(now - start, FINE) / max(most - 1, 1)
        width, ring = (COARSE, self._coarse) if wanted > COARSE or start < self._fine_since(key) else (FINE, self._fine)
        step = max(1, -int(-wanted // width)) * width
        passed = ring[key].at(_ends(start, now, step)) if key in ring else []
        return [*passed, (now, tuple(self._read(key)))]

    def _fine_since(self, key: K) -> float:
        """From when on the fine points are known."""
        ring = self._fine.get(key)
        return self._began if ring is None or ring.is_whole else ring.points[0][0]


def _end(now: float, width: float) -> float:
    """When the interval ends that ``now`` is in."""
    return (now // width + 1) * width


def _ends(start: float, now: float, step: float) -> Iterable[float]:
    moment = _end(start, step)
    while moment < now:
        yield moment
        moment += step
