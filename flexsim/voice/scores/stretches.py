"""Stretches of speech: a side speaks from here to there. What is done with them, whoever has found them.

The same rules are applied to what the log says and to what the sound shows, so that the two can be compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flexsim.voice.scores.recording import Kind, Side, Utterance

# A pause in which a speaker takes breath. Those of the local voices are 300 ms at most, those of people and of other
# engines seldom longer; two stretches of one side that are nearer than this are one.
PAUSE: Final = 0.5

Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One side speaks. ``kind`` and ``cut`` (it was stopped by the other) are None where only the sound is known."""

    side: Side
    start: float
    end: float
    kind: Kind | None = None
    cut: bool | None = None

    @property
    def length(self) -> float:
        """In seconds."""
        return self.end - self.start


def of_utterances(utterances: Iterable[Utterance]) -> list[Stretch]:
    """What the log says of who spoke when, in order of start."""
    found = [
        Stretch(side=each.side, start=each.start, end=each.end, kind=each.kind, cut=each.interrupted)
        for each in utterances
        if each.end > each.start
    ]
    return joined(found)


def joined(stretches: Iterable[Stretch], pause: float = PAUSE) -> list[Stretch]:
    """Those of one side that are nearer than ``pause`` as one, in order of start; a back-channel stays by itself."""
    found: list[Stretch] = []
    last: dict[Side, int] = {}  # where the latest of each side stands in found
    for each in in_order(stretches):
        at = last.get(each.side)
        if at is not None and _belong(found[at], each, pause):
            end = max(found[at].end, each.end)
            found[at] = replace(found[at], end=end, cut=each.cut)
        else:
            last[each.side] = len(found)
            found.append(each)
    return found


def _belong(before: Stretch, after: Stretch, pause: float) -> bool:
    back_channel = Kind.BACK_CHANNEL in {before.kind, after.kind}
    interrupts = after.kind is Kind.INTERRUPTION  # told so: it begins something of its own
    return not back_channel and not interrupts and not before.cut and after.start - before.end < pause


def in_order(stretches: Iterable[Stretch]) -> list[Stretch]:
    """By start; the caller's first where both start at once."""
    return sorted(stretches, key=lambda each: (each.start, each.side is Side.AGENT, each.end))


# Spans of time, whoever speaks in them.


def union(spans: Iterable[Span]) -> list[Span]:
    """Time that is in at least one of the spans, in order and without touching."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        elif end > start:
            found.append((start, end))
    return found


def common(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """Time that is in both; each of them is a union."""
    found, i, j = [], 0, 0
    while i < len(first) and j < len(second):
        start, end = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if start < end:
            found.append((start, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return found


def outside(spans: Sequence[Span], duration: float) -> list[Span]:
    """Time from 0 to ``duration`` that is in none of the spans, which are a union."""
    found, since = [], 0.0
    for start, end in spans:
        if start > since:
            found.append((since, min(start, duration)))
        since = max(since, end)
    if since < duration:
        found.append((since, duration))
    return [(start, end) for start, end in found if start < end]


def total(spans: Iterable[Span]) -> float:
    """Seconds in all."""
    return sum(end - start for start, end in spans)
