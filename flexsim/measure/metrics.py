"""What a threshold can be about: every figure by its name, taken from the counts themselves, not from rounded ones."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from flexsim.measure.distribution import Distribution
from flexsim.measure.statistics import Tally, Totals


class Kind(Enum):
    """What sort of number a figure is, and so which units a limit can have."""

    COUNT = "a whole number"
    SHARE = "a share from 0 to 1"
    SECONDS = "a duration in seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A figure that is one number. ``of`` takes it from the tally of all tasks, or of one queue; None is no data.

    A figure that is not counted by queue has no ``of``, and is taken from the totals by ``overall``.
    """

    name: str
    kind: Kind
    meaning: str
    of: Callable[[Tally], float | None] | None = None
    overall: Callable[[Totals], float | None] | None = None


def _abandonment(tally: Tally) -> float | None:
    return tally.abandoned / tally.offered if tally.offered else None


_ALL: Final = (
    Metric(name="offered", kind=Kind.COUNT, meaning="tasks that came in", of=lambda tally: tally.offered),
    Metric(name="count", kind=Kind.COUNT, meaning="the same as offered", of=lambda tally: tally.offered),
    Metric(name="answered", kind=Kind.COUNT, meaning="of these, accepted by an agent", of=lambda tally: tally.answered),
    Metric(name="handled", kind=Kind.COUNT, meaning="completed by an agent", of=lambda tally: tally.handled),
    Metric(
        name="abandoned",
        kind=Kind.COUNT,
        meaning="given up by the customer, unanswered",
        of=lambda tally: tally.abandoned,
    ),
    Metric(name="lost", kind=Kind.COUNT, meaning="ended by the routing, unanswered", of=lambda tally: tally.lost),
    Metric(
        name="removed", kind=Kind.COUNT, meaning="deleted, or canceled after an answer", of=lambda tally: tally.removed
    ),
    Metric(
        name="service_level",
        kind=Kind.SHARE,
        meaning="answered in time / (answered + given up or lost after that time)",
        of=lambda tally: tally.service_level,
    ),
    Metric(name="abandonment", kind=Kind.SHARE, meaning="abandoned / offered", of=_abandonment),
    Metric(
        name="occupancy",
        kind=Kind.SHARE,
        meaning="agents' time with work / (that + time available without); in total only",
        overall=lambda totals: totals.occupancy,
    ),
    Metric(name="asa", kind=Kind.SECONDS, meaning="mean wait of the answered", of=lambda tally: tally.wait.mean),
    Metric(
        name="aht", kind=Kind.SECONDS, meaning="mean handle time of the handled", of=lambda tally: tally.handle.mean
    ),
)
METRICS: Final[Mapping[str, Metric]] = {each.name: each for each in _ALL}

DISTRIBUTIONS: Final[Mapping[str, tuple[str, Callable[[Tally], Distribution]]]] = {
    "wait": ("waits of the answered", lambda tally: tally.wait),
    "waiting": ("the same as wait", lambda tally: tally.wait),
    "talk": ("acceptance to wrap-up, of the handled", lambda tally: tally.talk),
    "wrap": ("wrap-up to completion, of the handled", lambda tally: tally.wrap),
    "handle": ("talk + wrap, of the handled", lambda tally: tally.handle),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What thresholds can be about: figures, each with its sort of number, and distributions, whose values are seconds.

    ``by_queue`` are those of the figures that can be asked of one queue alone; all distributions can, where any figure can.
    """

    figures: Mapping[str, Kind]
    distributions: Collection[str] = ()
    by_queue: Collection[str] = ()

    def kind_of(self, function: str | None, name: str) -> Kind:
        """What sort of number ``name``, or ``function(name)``, is."""
        if function is None:
            return self.figures[name]
        return Kind.COUNT if function == "count" else Kind.SECONDS

    def __str__(self) -> str:
        named = ", ".join(self.figures)
        if not self.distributions:
            return named
        return f"{named}, and {', '.join(FUNCTIONS)} of {', '.join(self.distributions)}"


CENTRE: Final = Vocabulary(
    figures={each.name: each.kind for each in _ALL},
    distributions=tuple(DISTRIBUTIONS),
    by_queue=frozenset(each.name for each in _ALL if each.of is not None),
)

FUNCTIONS: Final = ("mean", "max", "count", "p50", "p90", "p95", "p99")  # and any other percentile
_PERCENTILE: Final = re.compile(r"p([1-9]\d?(?:\.\d{1,4})?)")


def is_function(name: str) -> bool:
    """Whether this makes one number of a distribution: ``mean``, ``max``, ``count``, or a percentile from p1 to p99.9999."""
    return name in {"mean", "max", "count"} or _PERCENTILE.fullmatch(name) is not None


def value_of(function: str | None, name: str, totals: Totals, queue: str | None) -> float | None:
    """The figure over all tasks, or of one queue; None where nothing was counted that it could be made of.

    Percentiles are right within 2.5 % (``Distribution``).
    """
    if function is None and METRICS[name].overall is not None:
        overall = METRICS[name].overall
        return overall(totals) if overall else None
    tally = totals.overall if queue is None else totals.queues.get(queue)
    if tally is None:
        return None
    if function is None:
        of = METRICS[name].of
        return of(tally) if of else None
    return _reduced(function, DISTRIBUTIONS[name][1](tally))


def _reduced(function: str, distribution: Distribution) -> float | None:
    if function == "count":
        return distribution.count
    if not distribution.count:
        return None
    if function == "mean":
        return distribution.mean
    if function == "max":
        return distribution.largest
    return distribution.percentile(float(function[1:]) / 100)
