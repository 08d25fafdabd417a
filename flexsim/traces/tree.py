"""The spans of one trace as a tree: who is whose child, and which span is the root, whatever may be missing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flexsim.traces.spans import NO_PARENT, Kind, Span


class Tree:
    """``spans`` are those that differ, in the order of start; ``root`` is the one that the trace is about.

    Copies are passed over. A span whose parent did not come, or that is its own ancestor, stands at the top beside the root:
    ``tops``. The root is the longest of the spans without a parent; where there is none, the longest of the tops.
    ``halves`` are the ids of spans that are the other half of their parent.
    """

    __slots__ = ("_children", "by_id", "depths", "halves", "root", "spans", "tops")

    def __init__(self, spans: Iterable[Span]) -> None:
        self.by_id: dict[bytes, Span] = {}
        for each in spans:
            self.by_id.setdefault(each.span_id, each)
        if not self.by_id:
            raise ValueError("a trace has at least one span")
        self._children: dict[bytes, list[Span]] = {}
        self.tops: list[Span] = []
        for each in self.by_id.values():
            if each.parent_id in self.by_id:
                self._children.setdefault(each.parent_id, []).append(each)
            else:
                self.tops.append(each)
        self.depths = self._depths()
        roots = [each for each in self.tops if each.parent_id == NO_PARENT] or self.tops
        self.root: Final = max(roots, key=lambda each: (each.duration, -each.start))
        for siblings in self._children.values():
            siblings.sort(key=_by_start)
        self.tops.sort(key=_by_start)
        self.halves: Final = frozenset(each.span_id for each in self.by_id.values() if self._is_half(each))
        self.spans: Final = sorted(self.by_id.values(), key=_by_start)

    def children(self, span: Span) -> Sequence[Span]:
        """Its children, in the order of start."""
        return self._children.get(span.span_id, ())

    def steps(self, span: Span) -> Sequence[Span]:
        """Its children that are something else than the same call, seen by the service that answered it."""
        children = self.children(span)
        return [each for each in children if each.span_id not in self.halves] if self.halves else children

    def within(self, span: Span) -> Iterator[Span]:
        """The span and all below it, parents before their children, siblings in the order of start."""
        waiting = [span]
        while waiting:
            each = waiting.pop()
            yield each
            waiting.extend(reversed(self.children(each)))

    def _is_half(self, span: Span) -> bool:
        """Whether this is the other half of its parent: a client's call as its server has it, and nothing known below it.

        What the call took is then known twice, and who asks where a trace's time went means the call.
        """
        if span.kind != Kind.SERVER or self.children(span) or not self.depths[span.span_id]:
            return False
        return self.by_id[span.parent_id].kind == Kind.CLIENT

    def _depths(self) -> dict[bytes, int]:
        """How deep each span stands; spans in a circle are cut loose at the first of them."""
        depths: dict[bytes, int] = {}
        self._descend(self.tops, depths)
        for each in self.by_id.values():
            if each.span_id not in depths:  # nothing at the top leads here
                self._children[each.parent_id].remove(each)
                self.tops.append(each)
                self._descend([each], depths)
        return depths

    def _descend(self, tops: Sequence[Span], depths: dict[bytes, int]) -> None:
        waiting = [(each, 0) for each in tops]
        while waiting:
            each, depth = waiting.pop()
            depths[each.span_id] = depth
            waiting.extend((child, depth + 1) for child in self._children.get(each.span_id, ()))


def _by_start(span: Span) -> tuple[int, int]:
    return span.start, -span.end
