"""Figures over time, in steps that widen as the run grows, so that a minute and a year take the same room.

Widths are seconds, each a multiple of the one before, and steps begin at multiples of their width since 1970: so steps can
be put together exactly, again and again, and at the end into whatever an interval table asks for.
"""

from collections.abc import Iterator
from typing import Final

WIDTHS: Final = (1, 5, 15, 30, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400, 604_800, 60_480_000)


def wider(width: int) -> int:
    """The next width after this one; the last has none after it and stays."""
    return next((each for each in WIDTHS if each > width), width)


class Flow:
    """Things counted when they happen: a row of numbers for each step in which something did.

    All columns are sums but the last, which holds the largest. At most ``limit`` rows are kept as long as that can be had
    without going past the width ``widest``.
    """

    __slots__ = ("columns", "limit", "rows", "widest", "width")

    def __init__(self, columns: int, *, limit: int, width: int = 1, widest: int = WIDTHS[-1]) -> None:
        self.columns = columns
        self.limit = limit
        self.width = width
        self.widest = widest
        self.rows: dict[int, list[float]] = {}

    def row(self, at: float) -> list[float]:
        """The row of the step that ``at`` is in, to be changed by whoever asked, and at once."""
        row = self.rows.get(int(at // self.width))
        if row is not None:
            return row
        while len(self.rows) >= self.limit and self.width < self.widest:
            self._put_together(wider(self.width))
        return self.rows.setdefault(int(at // self.width), [0] * self.columns)

    def in_steps(self, width: int, offset: int = 0) -> dict[int, list[float]]:
        """The rows by the second at which their step begins, in order, in steps of ``width`` that begin at ``offset``.

        ``width`` and ``offset`` must be multiples of this flow's width.
        """
        return _together(self.rows, self.width, width, offset)

    def _put_together(self, width: int) -> None:
        found = _together(self.rows, self.width, width, 0)
        self.rows = {start // width: row for start, row in found.items()}
        self.width = width


class Level:
    """How many there are at each moment: the mean and the most of each step."""

    __slots__ = ("areas", "level", "limit", "peaks", "since", "width")

    def __init__(self, *, limit: int) -> None:
        self.limit = limit
        self.width = 1
        self.level = 0
        self.since: float | None = None
        self.areas: dict[int, float] = {}  # seconds times how many; steps without any are left out
        self.peaks: dict[int, int] = {}

    def change(self, moment: float, by: int) -> None:
        """From ``moment`` on, there are so many more or fewer."""
        self.settle(moment)
        self.level += by
        step = int(moment // self.width)
        if self.level > self.peaks.get(step, 0):
            self.peaks[step] = self.level

    def settle(self, moment: float) -> None:
        """Count up to ``moment``; a moment that lies before what was counted changes nothing."""
        since = self.since
        if since is None or moment > since:
            self.since = moment
            if since is not None and self.level:
                self._spread(since, moment)

    def _spread(self, since: float, moment: float) -> None:
        width, level = self.width, self.level
        first, last = int(since // width), int(moment // width)
        if first == last:
            self.areas[first] = self.areas.get(first, 0.0) + level * (moment - since)
            return
        while last - next(iter(self.areas), first) >= self.limit and width < WIDTHS[-1]:
            self._widen()
            width = self.width
            first, last = int(since // width), int(moment // width)
        for step in range(first, last + 1):
            begin, end = max(since, step * width), min(moment, (step + 1) * width)
            if end > begin:
                self.areas[step] = self.areas.get(step, 0.0) + level * (end - begin)
                self.peaks[step] = max(level, self.peaks.get(step, 0))

    def _widen(self) -> None:
        width = wider(self.width)
        times = width // self.width
        areas, peaks = self.areas, self.peaks
        self.areas, self.peaks, self.width = {}, {}, width
        for step, area in areas.items():
            self.areas[step // times] = self.areas.get(step // times, 0.0) + area
        for step, peak in peaks.items():
            self.peaks[step // times] = max(peak, self.peaks.get(step // times, 0))

    def in_steps(self, width: int, offset: int = 0) -> dict[int, tuple[float, int]]:
        """Seconds times how many, and the most at once, by the second at which the step begins; as for a flow."""
        rows = {step: [area, self.peaks.get(step, 0)] for step, area in self.areas.items()}
        for step, peak in self.peaks.items():
            rows.setdefault(step, [0.0, peak])
        return {start: (row[0], int(row[1])) for start, row in _together(rows, self.width, width, offset).items()}


def steps(begin: float, end: float, width: int, offset: int = 0) -> Iterator[int]:
    """The beginnings of all steps that have a part in the time from ``begin`` to ``end``; at least one."""
    first = int((begin - offset) // width) * width + offset
    return iter(range(first, max(first + 1, int(-(-end // 1))), width))


def _together(rows: "dict[int, list[float]]", narrow: int, width: int, offset: int) -> dict[int, list[float]]:
    assert width % narrow == 0 and offset % narrow == 0, f"steps of {narrow} s do not make {width} s from {offset} s"  # noqa: PT018 -- one thing
    found: dict[int, list[float]] = {}
    for step in sorted(rows):
        row = rows[step]
        start = (step * narrow - offset) // width * width + offset
        sums = found.get(start)
        if sums is None:
            found[start] = list(row)
        else:
            largest = max(sums[-1], row[-1])
            sums[:] = [mine + other for mine, other in zip(sums, row, strict=True)]
            sums[-1] = largest
    return found
