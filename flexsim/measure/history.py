"""Counts by time, for the past 30 days, of which any window can be added up.

What happens is counted by the whole second it happens in. Seconds are told apart for an hour, minutes for two days and
hours for thirty days; older counts are dropped. So a window whose edges are within the last hour is exact to the second,
and ``window`` widens older edges to the minute or the hour (UTC) in which they lie: what is added up is always exactly
what the window it returns says. Nothing here grows with the number of events: a ``Series`` keeps two hours of seconds,
four days of minutes and sixty days of hours at the most (and a few rows more), and of these only the ones in which something was counted.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400
KEPT: Final = 30 * DAY  # "Historical statistics allow you to analyze data from the past 30 days" (Twilio: Statistics)

NEVER: Final = (1 << 53) - 1  # the least of nothing; exact in JSON

# What a column holds, and so how two of its cells are joined.
COUNT: Final = "I"
TOTAL: Final = "q"
LEAST: Final = "least"
MOST: Final = "most"

_BATCH: Final = 32
# Cells this wide are kept for so long, at least; then they are joined to the next ones.
_WIDTHS: Final = ((1, HOUR), (MINUTE, 2 * DAY), (HOUR, KEPT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The seconds from ``first`` to ``last``, both included; of the last one, what lies before ``until``."""

    first: int
    last: int
    until: float


def window(now: float, start: float, end: float) -> Window:
    """The window from the second of ``start`` to that of ``end``, widened where history is coarse, cut to what is kept."""
    present = math.floor(now)
    first = max(math.floor(start), present - KEPT)
    last = min(math.floor(end), present)
    first -= first % _width(present - first)
    wide = _width(present - last)
    last = last - last % wide + wide - 1
    return Window(first=first, last=last, until=min(now, last + 1.0))


def _width(age: int) -> int:
    """How wide the narrowest cells are at this age."""
    return next((width for width, kept in _WIDTHS if age <= kept), HOUR)


class _Cells:
    """Cells of one width, in order of time: when each begins, and its value in every column."""

    __slots__ = ("columns", "starts")

    def __init__(self, kinds: Iterable[str]) -> None:
        self.starts = array("q")
        self.columns = [array(COUNT if kind == COUNT else TOTAL) for kind in kinds]

    def extend(self, starts: Iterable[int], columns: Iterable[Iterable[int]]) -> None:
        self.starts.extend(starts)
        for column, values in zip(self.columns, columns, strict=True):
            column.extend(values)

    def drop(self, count: int) -> None:
        """Forget the first so many."""
        del self.starts[:count]
        for column in self.columns:
            del column[:count]


class Series:
    """One thing's counts over time, in columns of the given ``kinds``.

    ``row`` holds the values of ``second``, the latest in which anything was counted: count in it directly where ``second``
    is the present one, else in what ``open`` returns. Time never goes back.
    """

    __slots__ = ("_blank", "_cells", "_kinds", "_loose", "row", "second")

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self._kinds = kinds
        self._blank = blank(kinds)
        self._loose: list[
            tuple[int, list[int]]
        ] = []  # the latest rows but ``row``, to be put into cells many at a time
        self._cells: list[_Cells] = []  # by width; made when first needed
        self.row = self._blank
        self.second = -1

    def open(self, second: int) -> list[int]:
        """The row of this second, to be counted in."""
        if second == self.second:
            return self.row
        if self.second >= 0:
            self._loose.append((self.second, self.row))
            if len(self._loose) == _BATCH:
                self._settle(second)
        self.row = row = self._blank.copy()
        self.second = second
        return row

    def within(self, span: Window) -> list[int]:
        """The columns' values over the window."""
        self._settle(self.second)
        found = self._blank.copy()
        for cells in self._cells:
            low, high = bisect_left(cells.starts, span.first), bisect_right(cells.starts, span.last)
            if low < high:
                join(self._kinds, found, _joined(self._kinds, cells, low, high))
        if span.first <= self.second <= span.last:
            join(self._kinds, found, self.row)
        return found

    def dump(self) -> dict[str, Any]:
        """All of it as a JSON-ready document."""
        self._settle(self.second)
        cells = [[each.starts.tolist(), [column.tolist() for column in each.columns]] for each in self._cells]
        return {"second": self.second, "row": self.row, "cells": cells}

    def load(self, document: dict[str, Any]) -> None:
        """Hold what was dumped."""
        self.second, self.row = document["second"], document["row"]
        for starts, columns in document["cells"]:
            cells = _Cells(self._kinds)
            cells.extend(starts, columns)
            self._cells.append(cells)

    def _settle(self, second: int) -> None:
        """Put the loose rows into cells, of which those that have grown old enough by ``second`` become coarser."""
        if not self._loose:
            return
        if not self._cells:
            self._cells.append(_Cells(self._kinds))
        self._cells[0].extend((at for at, _ in self._loose), zip(*(row for _, row in self._loose), strict=True))
        self._loose.clear()
        for level, (_, kept) in enumerate(_WIDTHS):
            if level == len(self._cells) or self._cells[level].starts[0] >= second - 2 * kept:
                return  # rarely, then much at once; each time some have become coarser, the next level is looked at too
            self._coarsen(level, second)

    def _coarsen(self, level: int, second: int) -> None:
        """Join the cells of this level that are past their time to those of the next."""
        kept = _WIDTHS[level][1]
        fine = self._cells[level]
        if level + 1 == len(_WIDTHS):
            fine.drop(bisect_left(fine.starts, second - kept - HOUR))
            return
        width = _WIDTHS[level + 1][0]
        edge = second - kept
        end = bisect_left(fine.starts, edge - edge % width)
        if level + 1 == len(self._cells):
            self._cells.append(_Cells(self._kinds))
        coarse = self._cells[level + 1]
        low = 0
        while low < end:
            start = fine.starts[low] - fine.starts[low] % width
            high = bisect_left(fine.starts, start + width, low, end)
            coarse.extend([start], ([value] for value in _joined(self._kinds, fine, low, high)))
            low = high
        fine.drop(end)


def blank(kinds: tuple[str, ...]) -> list[int]:
    """The row of a second in which nothing happened."""
    return [NEVER if kind == LEAST else 0 for kind in kinds]


def join(kinds: tuple[str, ...], into: list[int], other: list[int]) -> None:
    """Join one row to another: sums, the least, the most."""
    for place, kind in enumerate(kinds):
        if kind == LEAST:
            into[place] = min(into[place], other[place])
        elif kind == MOST:
            into[place] = max(into[place], other[place])
        else:
            into[place] += other[place]


def _joined(kinds: tuple[str, ...], cells: _Cells, low: int, high: int) -> list[int]:
    """The cells from ``low`` up to ``high`` as one row."""
    ways = {LEAST: min, MOST: max}
    return [ways.get(kind, sum)(column[low:high]) for kind, column in zip(kinds, cells.columns, strict=True)]
