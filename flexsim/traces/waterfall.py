"""A trace as a waterfall: a row for each span, where its bar stands, and which part of it the trace's end waited for.

The shape of it only; the page and the terminal draw it. Long traces are shown in part: what is on the critical path, what
failed and what is above these comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flexsim.traces.critical_path import Stretch, critical_path
from flexsim.traces.spans import Code, Span
from flexsim.traces.tree import Tree

MOST_ROWS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One span: ``begin`` and ``end`` are shares of the window, and so are those of its ``critical`` stretches."""

    span: Span
    depth: int
    begin: float
    end: float
    critical: tuple[tuple[float, float], ...]
    failed: bool
    hidden: int  # children, and what is below them, that are not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """``start`` and ``duration`` of the window are nanoseconds; ``hidden`` spans are in no row."""

    rows: Sequence[Row]
    path: Sequence[Stretch]
    start: int
    duration: int
    hidden: int


def waterfall(tree: Tree, most: int = MOST_ROWS) -> Waterfall:
    """The waterfall of at most ``most`` spans, and what leads to them: every one shown stands below its parent."""
    path = critical_path(tree)
    start = min(each.start for each in tree.spans)
    duration = max(1, max(max(each.start, each.end) for each in tree.spans) - start)
    shown = _shown(tree, path, most)
    stretches: dict[bytes, list[tuple[float, float]]] = {}
    for each in path:
        place = ((each.begin - start) / duration, (each.end - start) / duration)
        stretches.setdefault(each.span.span_id, []).append(place)
    rows = [
        Row(
            span=span,
            depth=tree.depths[span.span_id],
            begin=(span.start - start) / duration,
            end=(max(span.start, span.end) - start) / duration,
            critical=tuple(stretches.get(span.span_id, ())),
            failed=span.status.code == Code.ERROR,
            hidden=sum(each.span_id not in shown for each in tree.children(span)),
        )
        for top in _tops(tree)
        for span in tree.within(top)
        if span.span_id in shown
    ]
    return Waterfall(rows=rows, path=path, start=start, duration=duration, hidden=len(tree.spans) - len(rows))


def _tops(tree: Tree) -> list[Span]:
    """The root first; then what hangs on nothing."""
    return [tree.root, *(each for each in tree.tops if each is not tree.root)]


def _shown(tree: Tree, path: Sequence[Stretch], most: int) -> set[bytes]:
    if len(tree.spans) <= most:
        return set(tree.by_id)
    wanted = [
        *(each.span for each in path),
        *(each for each in tree.spans if each.status.code == Code.ERROR),
        *sorted(tree.spans, key=lambda each: (tree.depths[each.span_id], -each.duration)),
    ]
    shown = {tree.root.span_id}
    for span in wanted:
        lineage = _lineage(tree, span, shown)
        if len(shown) + len(lineage) <= most:
            shown.update(lineage)
    return shown


def _lineage(tree: Tree, span: Span, shown: set[bytes]) -> list[bytes]:
    """The span and those above it that are not shown yet."""
    found: list[bytes] = []
    each: Span | None = span
    for _ in range(tree.depths[span.span_id] + 1):
        if each is None or each.span_id in shown:
            break
        found.append(each.span_id)
        each = tree.by_id.get(each.parent_id)
    return found
