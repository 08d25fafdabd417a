"""The same days in two centres: common random numbers, so that the difference is the change's and not luck's.

Both centres of a pair have the same seed, and every purpose its own numbers: the same customers come at the same moments,
talk as long and are as patient, and each agent who is in both has the same day in mind (Law, *Simulation Modeling and
Analysis*, 11.2). The interval is of the differences, pair by pair.
"""

from dataclasses import dataclass, replace
from typing import Any

from flexsim.cluster.processes import Spread
from flexsim.configuration.records import Configuration
from flexsim.fastforward.figures import FIGURES, Difference, differences
from flexsim.fastforward.replication import Plan, Progress, Replication
from flexsim.fastforward.replications import replicate


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Each figure before and after; ``pairs`` is how many pairs are complete."""

    pairs: int
    differences: dict[str, Difference]
    interrupted: bool

    def document(self) -> dict[str, Any]:
        """The same for JSON; shares with four decimals, the rest with two."""
        return {
            "replications": self.pairs,
            "figures": {name: _document(name, each) for name, each in self.differences.items()},
        }


def compare(
    plan: Plan, other: Configuration, pairs: int, *, spread: Spread | None = None, progress: Progress | None = None
) -> Comparison:
    """``plan`` as it is and with the ``other`` configuration; an interruption ends it with the pairs that are complete."""
    works = [(which, number) for number in range(pairs) for which in (0, 1)]
    done: list[Replication] = []
    interrupted = False
    try:
        for each in replicate([plan, replace(plan, configuration=other)], works, spread=spread, progress=progress):
            done.append(each)  # noqa: PERF402 -- an interruption must leave what there is
    except KeyboardInterrupt:
        interrupted = True
    complete = len(done) // 2
    before, after = ([each.standing for each in done[which : 2 * complete : 2]] for which in (0, 1))
    return Comparison(pairs=complete, differences=differences(before, after), interrupted=interrupted)


def _document(figure: str, difference: Difference) -> dict[str, Any]:
    digits = 4 if FIGURES[figure] == "share" else 2
    half_width = difference.change.half_width
    return {
        "before": round(difference.before.mean, digits),
        "after": round(difference.after.mean, digits),
        "change": round(difference.change.mean, digits),
        "half_width": None if half_width is None else round(half_width, digits),
        "significant": difference.change.excludes_zero,
    }
