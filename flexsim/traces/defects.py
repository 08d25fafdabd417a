"""What is wrong with a trace as it came in, counted exactly, so that a generator's own account can be held against it.

Of the spans of one trace, in the order in which they arrived:

``duplicates``    spans whose id this trace has had already; each further copy counts, and is otherwise passed over
``orphans``       spans with a parent that has not arrived (and may yet: asked again later, the answer may be another)
``late``          spans that came in a later request than the trace's root, by more than the time allowed
``out_of_order``  spans, not late, that arrived after one of their trace that ended later: exporters send what has ended
``skewed``        spans that start while their parent, which has arrived, is not running: their clocks disagree
``backward``      spans that end before they start
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

# Span id, parent id (zeros: none), start, end, number of the request: all that must be kept of a span to judge it.
ROW: Final = struct.Struct("<8s8sQQI")
_NONE: Final = bytes(8)


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
    kept: list[tuple[bytes, bytes, int, int, int]] = []
    for row in ROW.iter_unpack(rows):
        if row[0] not in running:
            running[row[0]] = row[2], row[3]
            kept.append(row)
    orphans = skewed = backward = 0
    for _, parent, start, end, _ in kept:
        if end < start:
            backward += 1
        if parent == _NONE:
            continue
        at = running.get(parent)
        if at is None:
            orphans += 1
        elif not at[0] <= start <= max(at):
            skewed += 1
    late, out_of_order = _against_the_order(kept, arrivals, late_after)
    return Defects(
        spans=len(kept), duplicates=len(rows) // ROW.size - len(kept), orphans=orphans, late=late,
        out_of_order=out_of_order, skewed=skewed, backward=backward,
    )  # fmt: skip


def _against_the_order(
    kept: Sequence[tuple[bytes, bytes, int, int, int]], arrivals: Mapping[int, float], late_after: float
) -> tuple[int, int]:
    """How many are late, and how many came out of order."""
    late = out_of_order = latest_end = 0
    root: int | None = None  # the request that brought it
    for _, parent, _, end, request in kept:
        if root is not None and request != root and arrivals[request] - arrivals[root] >= late_after:
            late += 1
            continue
        if end < latest_end:
            out_of_order += 1
        else:
            latest_end = end
        if parent == _NONE and root is None:
            root = request
    return late, out_of_order
