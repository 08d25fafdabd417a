"""What a trace's end waited for: the critical path, from the root's end backwards to its start.

Of a span's children that had ended by a moment, the last one is what was waited for at it; what lies between is the span's
own time; and it goes on at that child's start. Of children that ended at the same nanosecond it is the one that started
last, then the one that came last. A call as its server has it is no child but the call itself (``Tree.halves``). A child that still ran at the moment was not waited for. Every nanosecond of the root
belongs to exactly one span of the path, so its stretches add up to the root's duration.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flexsim.traces.spans import Span
from flexsim.traces.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From ``begin`` to ``end``, in nanoseconds since 1970, the root waited for the span's own work."""

    span: Span
    begin: int
    end: int

    @property
    def duration(self) -> int:
        """Nanoseconds; more than none."""
        return self.end - self.begin


def critical_path(tree: Tree, root: Span | None = None) -> list[Stretch]:
    """The stretches of the path under ``root`` (the tree's, unless given), in the order of time, without a gap."""
    top = root or tree.root
    order = {span_id: place for place, span_id in enumerate(tree.by_id)}  # of arrival
    found: list[Stretch] = []
    # What is still to be gone through, from late to early: a span's children not yet looked at, up to a moment, and its start.
    walk = [(top, _by_end(tree.steps(top), order), top.end, top.start)]
    while walk:
        span, waiting, moment, begin = walk.pop()
        child = _last_before(waiting, moment, begin)
        if child is None:
            if moment > begin:
                found.append(Stretch(span=span, begin=begin, end=moment))
            continue
        if child.end < moment:
            found.append(Stretch(span=span, begin=child.end, end=moment))
        since = max(child.start, begin)
        walk.append((span, waiting, since, begin))
        walk.append((child, _by_end(tree.steps(child), order), child.end, since))
    found.reverse()
    return found


def _by_end(children: Sequence[Span], order: dict[bytes, int]) -> list[Span]:
    return sorted(children, key=lambda each: (each.end, each.start, order[each.span_id]))


def _last_before(waiting: list[Span], moment: int, begin: int) -> Span | None:
    """The child that ended last of those that ended by ``moment`` and after ``begin``; those after it are dropped."""
    while waiting:
        child = waiting.pop()
        if begin < child.end <= moment and child.start < child.end:
            return child
    return None


def path_of(stretches: Sequence[Stretch]) -> list[Span]:
    """The spans of a path, each once, in the order of their start, parents before their children."""
    seen = {each.span.span_id: each.span for each in stretches}
    own_first = {each.span.span_id: place for place, each in reversed(list(enumerate(stretches)))}
    return sorted(seen.values(), key=lambda each: (each.start, -each.end, own_first[each.span_id]))
