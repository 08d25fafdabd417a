"""The figures of a replication by name, as numbers, and their means over replications with confidence intervals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from flexsim.measure.intervals import Interval, mean_interval, paired_difference
from flexsim.measure.summary import Standing

Unit = Literal["contacts", "share", "seconds"]

FIGURES: Final[Mapping[str, Unit]] = {
    "offered": "contacts",
    "answered": "contacts",
    "handled": "contacts",
    "abandoned": "contacts",
    "lost": "contacts",
    "abandonment": "share",  # abandoned and lost, of the offered
    "service_level": "share",
    "asa": "seconds",
    "wait_p50": "seconds",
    "wait_p90": "seconds",
    "talk": "seconds",
    "wrap": "seconds",
    "aht": "seconds",
    "occupancy": "share",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure before and after, and the change, over the replications in which both are known."""

    before: Interval
    after: Interval
    change: Interval


def figures(standing: Standing) -> dict[str, float | None]:
    """What ``FIGURES`` names, unrounded; None where there is nothing to say."""
    total = standing.totals.overall
    return {
        "offered": total.offered,
        "answered": total.answered,
        "handled": total.handled,
        "abandoned": total.abandoned,
        "lost": total.lost,
        "abandonment": (total.abandoned + total.lost) / total.offered if total.offered else None,
        "service_level": total.service_level,
        "asa": total.wait.mean,
        "wait_p50": total.wait.percentile(0.5),
        "wait_p90": total.wait.percentile(0.9),
        "talk": total.talk.mean,
        "wrap": total.wrap.mean,
        "aht": total.handle.mean,
        "occupancy": standing.totals.occupancy,
    }


def intervals(standings: Iterable[Standing]) -> dict[str, Interval]:
    """The mean of each figure over the replications in which it is known; a figure that never is, is left out."""
    values = [figures(each) for each in standings]
    known = {name: [each[name] for each in values] for name in FIGURES}
    return {
        name: mean_interval(numbers)
        for name, found in known.items()
        if (numbers := [v for v in found if v is not None])
    }


def differences(before: Sequence[Standing], after: Sequence[Standing]) -> dict[str, Difference]:
    """Replication by replication, of two runs with the same seeds; raises ValueError when they are not equally many."""
    pairs = [(figures(one), figures(other)) for one, other in zip(before, after, strict=True)]
    found = {}
    for name in FIGURES:
        known = [
            (first, second)
            for one, other in pairs
            if (first := one[name]) is not None and (second := other[name]) is not None
        ]
        if known:
            firsts, seconds = [first for first, _ in known], [second for _, second in known]
            found[name] = Difference(
                before=mean_interval(firsts), after=mean_interval(seconds), change=paired_difference(firsts, seconds)
            )
    return found
