"""What is wrong with a trace as it came in, counted exactly, so that a generator's own account can be held against it.

Of the spans of one trace, in the order in which they arrived:

``duplicates``    spans whose id this trace has had already; each further copy counts, and is otherwise passed over
``orphans``       spans with a parent that has not arrived (and may yet: asked again later, the answer may be another)
``late``          spans that came in a later request than the trace's root, by more than the time allowed; where the root
                  is late itself, those before it are not seen to be
``out_of_order``  of those not late, the fewest that would have to come elsewhere for all to come as they ended, as exporters
                  send them
``skewed``        spans whose clock is to blame for starting, or having children start, while the parent is not running;
                  a skew that leaves a span within its parent cannot be seen
``backward``      spans that end before they start
"""

import struct
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final, TypeAlias

# Span id, parent id (zeros: none), start, end, number of the request: all that must be kept of a span to judge it.
ROW: Final = struct.Struct("<8s8sQQI")
_NONE: Final = bytes(8)
_Row: TypeAlias = tuple[bytes, bytes, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defects:
    """``spans`` are those that differ from each other; the other figures are as the module says."""

    spans: int = 0
    duplicates: int = 0
    orphans: int = 0
    late: int = 0
    out_of_order: int = 0
    skewed: int = 0
    backward: int = 0

    def __add__(self, other: "Defects") -> "Defects":
        return Defects(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})

    def __sub__(self, other: "Defects") -> "Defects":
        return Defects(**{each.name: getattr(self, each.name) - getattr(other, each.name) for each in fields(self)})


NO_DEFECTS: Final = Defects()


def defects_of(rows: bytes | bytearray, arrivals: Mapping[int, float], late_after: float = 0.0) -> Defects:
    """What is wrong with the trace whose spans ``rows`` holds (``ROW``), in the order of their arrival.

    ``arrivals`` are the moments of the requests, by number; ``late_after`` is in seconds.
    """
    running: dict[bytes, tuple[int, int]] = {}
    kept: list[_Row] = []
    for row in ROW.iter_unpack(rows):
        if row[0] not in running:
            running[row[0]] = row[2], row[3]
            kept.append(row)
    orphans = outside = backward = 0
    for _, parent, start, end, _ in kept:
        if end < start:
            backward += 1
        if parent == _NONE:
            continue
        at = running.get(parent)
        if at is None:
            orphans += 1
        elif not at[0] <= start <= max(at):
            outside += 1
    late, out_of_order = _against_the_order(kept, arrivals, late_after)
    return Defects(
        spans=len(kept), duplicates=len(rows) // ROW.size - len(kept), orphans=orphans, late=late,
        out_of_order=out_of_order, skewed=_to_blame(kept) if outside else 0, backward=backward,
    )  # fmt: skip


def _against_the_order(kept: Sequence[_Row], arrivals: Mapping[int, float], late_after: float) -> tuple[int, int]:
    """How many are late, and how many came out of order."""
    late = 0
    ends: list[
        int
    ] = []  # the longest run in order so far: at each place the least end that a run of that length can have
    in_time = 0
    root: int | None = None  # the request that brought it
    for _, parent, _, end, request in kept:
        if root is not None and request != root and arrivals[request] - arrivals[root] >= late_after:
            late += 1
            continue
        in_time += 1
        if not ends or end >= ends[-1]:
            ends.append(end)
        else:
            ends[bisect_right(ends, end)] = end
        if parent == _NONE and root is None:
            root = request
    return late, in_time - len(ends)


def _to_blame(kept: Sequence[_Row]) -> int:
    """How many spans have a wrong clock: from the top down, each is held against the nearest one above it that has a right one."""
    rows = {row[0]: row for row in kept}
    children: dict[bytes, list[_Row]] = {}
    for row in kept:
        children.setdefault(row[1], []).append(row)
    wrong = 0
    waiting: list[tuple[_Row, _Row | None]] = [(row, None) for row in kept if row[1] not in rows]
    while waiting:
        row, above = waiting.pop()
        below = children.get(row[0], ())
        if above is None:
            skewed = (
                bool(below) and all(_outside(each, row) for each in below) and _blamed_from_below(row, below, children)
            )
        else:
            skewed = _outside(row, above)
        wrong += skewed
        waiting.extend((each, above if skewed else row) for each in below)
    return wrong


def _blamed_from_below(row: _Row, below: Sequence[_Row], children: Mapping[bytes, Sequence[_Row]]) -> bool:
    """Whether a span at the top is wrong rather than all its children: they are several, or theirs speak against it too."""
    return len(below) > 1 or any(_outside(each, row) for child in below for each in children.get(child[0], ()))


def _outside(row: _Row, above: _Row) -> bool:
    """Whether it starts while the other is not running."""
    return not above[2] <= row[2] <= max(above[2], above[3])
