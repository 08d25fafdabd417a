"""Spoils spans on purpose, as real pipelines do, and keeps an exact account of it.

============== =====================================================================================
out_of_order   of a trace: its spans are sent in any order, not as they ended; the root is still the last
orphaned       of a span: its parent is one that nobody ever sends
skewed         of a span: its clock is up to five seconds wrong
oversized      of a span: it carries an attribute of 64 KiB
duplicated     of a span: it is sent twice
late           of a span that is no root: it is sent after three more traces, in a later batch than its root, or at the end
dropped        of a batch: it is not sent at all
============== =====================================================================================

What the ledger counts per mode is what was sent, so that a receiver can be held to it: what was dropped with its batch is
counted there alone. Always ``generated`` + ``duplicates`` = ``sent`` + ``dropped_spans``, duplicates sent or not. Of traces out of order
``shuffled_traces`` is how many were shuffled, and ``out_of_order`` the fewest of their spans that stand elsewhere than they ended, before
anything is dropped. Modes at work on the same trace hide each other: what is late in a shuffled trace cannot be told from what is not.
"""

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from flexsim.errors import ConfigurationError
from flexsim.randomness import Generator
from flexsim.traces.answers import Defect
from flexsim.traces.declared import END, EXTRAS, NO_EXTRAS, PARENT_ID, SPAN_ID, Emitted

_SKEW: Final = 5_000_000_000
_OVERSIZED: Final = "x" * 65_536
OVERSIZED_KEY: Final = "flexsim.oversized"
_LATE_BY: Final = 3  # traces


@dataclass(frozen=True, slots=True, kw_only=True)
class Dirt:
    """The share of traces, spans or batches that each mode befalls."""

    out_of_order: float = 0.0
    orphaned: float = 0.0
    skewed: float = 0.0
    oversized: float = 0.0
    duplicated: float = 0.0
    late: float = 0.0
    dropped: float = 0.0


MODES: Final = tuple(each.name for each in fields(Dirt))


def parse(given: dict[str, str]) -> Dirt:
    """The shares that are given by name; raises ConfigurationError for a mode that is none, or a share outside 0 to 1."""
    shares = {}
    for name, text in given.items():
        if name.replace("-", "_") not in MODES:
            raise ConfigurationError(f"no such way to spoil data: {name}; there are {', '.join(MODES)}")
        try:
            share = float(text)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise ConfigurationError(f"{name} is a share from 0 to 1: {text}")
        shares[name.replace("-", "_")] = share
    return Dirt(**shares)


Spoilt = tuple[Emitted, tuple[str, ...]]


class Spoiler:
    """Takes traces, gives batches: ``add`` each trace, then ``finish``; what is dropped does not come out."""

    def __init__(self, dirt: Dirt, draws: Generator, batch: int) -> None:
        self.counts: Counter[str] = Counter()
        self._dirt = dirt
        self._random = draws.random
        self._shuffle = draws.shuffle
        self._bytes = draws.randbytes
        self._batch = batch
        self._open: list[Spoilt] = []
        self._late: deque[tuple[int, int, Spoilt]] = deque()  # the trace and the batch after which it may go
        self._traces = 0
        self._cut = 0  # batches, dropped or not

    def add(self, spans: Sequence[Emitted]) -> tuple[Iterator[list[Emitted]], tuple[Defect, ...]]:
        """The batches that are full with this trace, and what was done to it."""
        self._traces += 1
        self.counts["generated"] += len(spans)
        done: list[Spoilt] = []
        for span in spans:
            done += self._spoil(span)
        if self._dirt.out_of_order and self._random() < self._dirt.out_of_order:
            done = self._shuffled(done)
        self._open += [each for each in done if "late" not in each[1]]
        batch = self._cut + (len(self._open) - 1) // self._batch if self._open else self._cut
        self._late.extend((self._traces + _LATE_BY, batch, each) for each in done if "late" in each[1])
        while self._late and self._late[0][0] <= self._traces and self._late[0][1] < self._cut:
            self._open.append(self._late.popleft()[2])
        defects = dict.fromkeys(
            Defect(kind=kind, span_id=span[SPAN_ID].hex()) for span, kinds in done for kind in kinds
        )
        return self._batches(self._batch), tuple(defects)

    def finish(self) -> Iterator[list[Emitted]]:
        """The batches that are left, late spans last and in batches of their own."""
        yield from self._batches(1)
        self._open += [each for _, _, each in self._late]
        self._late.clear()
        yield from self._batches(1)

    def document(self) -> dict[str, Any]:
        """The ledger as JSON has it."""
        names = ("generated", "duplicates", "sent", "dropped_batches", "dropped_spans", "shuffled_traces", *MODES[:-1])
        return {name: self.counts[name] for name in names}

    def _spoil(self, span: Emitted) -> list[Spoilt]:
        dirt, kinds = self._dirt, []
        for kind, share, change in (
            ("orphaned", dirt.orphaned, self._orphaned),
            ("skewed", dirt.skewed, self._skewed),
            ("oversized", dirt.oversized, _oversized),
        ):
            if share and self._random() < share:
                changed: Callable[[Emitted], Emitted | None] = change
                span_or_none = changed(span)
                if span_or_none is not None:
                    span = span_or_none
                    kinds.append(kind)
        if dirt.late and span[PARENT_ID] and self._random() < dirt.late:
            kinds.append("late")
        first: Spoilt = (span, tuple(kinds))
        if dirt.duplicated and self._random() < dirt.duplicated:
            self.counts["duplicates"] += 1
            return [first, (span, (*kinds, "duplicated"))]
        return [first]

    def _shuffled(self, done: list[Spoilt]) -> list[Spoilt]:
        """In any order, with the root last all the same: what came after it in another batch would be late, too."""
        others = [each for each in done if each[0][PARENT_ID]]
        self._shuffle(others)
        done = others + [each for each in done if not each[0][PARENT_ID]]
        first: dict[bytes, int] = {}  # of copies, the one that comes first
        for span, kinds in done:
            if "late" not in kinds:
                first.setdefault(span[SPAN_ID], span[END])
        self.counts["shuffled_traces"] += 1
        self.counts["out_of_order"] += _displaced(list(first.values()))
        return done

    def _orphaned(self, span: Emitted) -> Emitted | None:
        kind, trace, own, parent, start, end, values, extras = span
        if not parent:
            return None  # a root has no parent to lose
        return (kind, trace, own, self._bytes(8), start, end, values, extras)

    def _skewed(self, span: Emitted) -> Emitted | None:
        kind, trace, own, parent, start, end, values, extras = span
        wrong = int((2 * self._random() - 1) * _SKEW) or 1
        return (kind, trace, own, parent, start + wrong, end + wrong, values, extras)

    def _batches(self, least: int) -> Iterator[list[Emitted]]:
        while len(self._open) >= least:
            batch, self._open = self._open[: self._batch], self._open[self._batch :]
            self._cut += 1
            if self._dirt.dropped and self._random() < self._dirt.dropped:
                self.counts["dropped_batches"] += 1
                self.counts["dropped_spans"] += len(batch)
                continue
            self.counts["sent"] += len(batch)
            for _, kinds in batch:
                for kind in kinds:
                    self.counts[kind] += 1
            yield [span for span, _ in batch]


def _displaced(ends: Sequence[int]) -> int:
    """The fewest that would have to stand elsewhere for all to be in order: all but a longest run that never falls."""
    least: list[int] = []  # at each place the least end that a run of that length can have
    for end in ends:
        if not least or end >= least[-1]:
            least.append(end)
        else:
            least[bisect_right(least, end)] = end
    return len(ends) - len(least)


def _oversized(span: Emitted) -> Emitted | None:
    kind, trace, own, parent, start, end, values, _ = span
    extras = span[EXTRAS] or NO_EXTRAS
    extras = replace(extras, attributes={**extras.attributes, OVERSIZED_KEY: _OVERSIZED})
    return (kind, trace, own, parent, start, end, values, extras)
