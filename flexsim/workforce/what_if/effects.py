"""Effects with their uncertainty: figures of paired branches, the difference of each pair, and which differences are no chance. Pure.

Two intervals for each figure: Student's t of the paired differences (``measure.intervals``), and the percentile bootstrap of
the same (Efron and Tibshirani, *An Introduction to the Bootstrap*, 13), which asks nothing of their distribution. ``clear`` is
stricter than an interval without 0: many figures are looked at, so their p-values are held against Holm's steps (1979), and the
chance that anything is called clear where nothing is different is at most 5 %.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, variance
from typing import Any, Final

from flexsim.measure.intervals import Interval, mean_interval, paired_difference, t_tail
from flexsim.randomness import Generator, Randomness
from flexsim.workforce.records import CompanyState, Turn

LEVEL: Final = 0.95
RESAMPLES: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Something to compare: a number made of a branch's turns."""

    name: str
    of: Callable[[Sequence[Turn]], float]
    share: bool = False


def _last(name: str) -> Callable[[Sequence[Turn]], float]:
    return lambda turns: float(getattr(turns[-1].state, name))


def _mean(name: str) -> Callable[[Sequence[Turn]], float]:
    return lambda turns: fmean(float(getattr(turn.state, name)) for turn in turns)


def _people(state: CompanyState) -> float:
    return float(sum(state.headcount.values()))


# Stocks as they are at the end, flows and shares as their mean over the weeks of the branch.
FIGURES: Final = (
    Figure(name="service_level", of=_mean("service_level"), share=True),
    Figure(name="churn", of=_mean("churn"), share=True),
    Figure(name="revenue", of=_mean("revenue")),
    Figure(name="costs", of=_mean("costs")),
    Figure(name="budget", of=_last("budget")),
    Figure(name="customers", of=_last("customers")),
    Figure(name="headcount", of=lambda turns: _people(turns[-1].state)),
    Figure(name="morale", of=_mean("morale"), share=True),
    Figure(name="quality", of=_mean("quality"), share=True),
    Figure(name="backlog", of=_last("backlog")),
    Figure(name="releases", of=_last("releases")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A figure before and after a change; ``bootstrap`` the ends of that interval, None where there are too few pairs."""

    figure: str
    share: bool
    before: Interval
    after: Interval
    change: Interval
    bootstrap: tuple[float, float] | None
    p_value: float | None
    clear: bool

    def document(self) -> dict[str, Any]:
        """As a JSON-ready document."""
        ends = None if self.change.low is None else [round(self.change.low, 6), round(self.change.high or 0.0, 6)]
        resampled = None if self.bootstrap is None else [round(each, 6) for each in self.bootstrap]
        return {
            "figure": self.figure, "before": round(self.before.mean, 6), "after": round(self.after.mean, 6),
            "change": round(self.change.mean, 6), "interval": ends, "bootstrap": resampled,
            "p_value": None if self.p_value is None else round(self.p_value, 6), "clear": self.clear,
        }  # fmt: skip


def effects(
    before: Sequence[Mapping[str, float]],
    after: Sequence[Mapping[str, float]],
    *,
    seed: int,
    figures: Sequence[Figure] = FIGURES,
    resamples: int = RESAMPLES,
) -> list[Effect]:
    """The effect on each figure, pair by pair; raises ValueError where there is no pair, or not as many after as before.

    ``seed`` decides the bootstrap's draws; ``resamples`` 0 leaves it out.
    """
    found = [
        _effect(each, [one[each.name] for one in before], [one[each.name] for one in after], (seed, resamples))
        for each in figures
    ]
    clear = _holm({each.figure: each.p_value for each in found if each.p_value is not None})
    return [replace(each, clear=each.figure in clear) for each in found]


def measured(turns: Sequence[Turn], figures: Sequence[Figure] = FIGURES) -> dict[str, float]:
    """A branch's figures by name."""
    return {each.name: each.of(turns) for each in figures}


def _effect(figure: Figure, before: Sequence[float], after: Sequence[float], boot: tuple[int, int]) -> Effect:
    differences = [late - early for early, late in zip(before, after, strict=True)]
    seed, resamples = boot
    generator = Randomness(seed).generator("workforce", "bootstrap", figure.name)
    return Effect(
        figure=figure.name, share=figure.share, before=mean_interval(before), after=mean_interval(after),
        change=paired_difference(before, after), bootstrap=_bootstrap(differences, generator, resamples),
        p_value=p_value(differences), clear=False,
    )  # fmt: skip


def p_value(differences: Sequence[float]) -> float | None:
    """Two-sided, by Student's t: the chance of a mean so far from 0 where the true one is 0. None for a single difference."""
    count = len(differences)
    if count < 2:
        return None
    spread = variance(differences)
    mean = fmean(differences)
    if spread <= (1e-12 * max(1.0, abs(mean))) ** 2:
        return 1.0 if abs(mean) < 1e-12 else 0.0
    return 2 * t_tail(abs(mean) / math.sqrt(spread / count), count - 1)


def _holm(p_values: Mapping[str, float]) -> set[str]:
    """Which are clear when all are looked at: the smallest against a share of 5 %, the next against a larger one, until one fails."""
    clear: set[str] = set()
    for index, (name, value) in enumerate(sorted(p_values.items(), key=lambda each: each[1])):
        if value > (1 - LEVEL) / (len(p_values) - index):
            break
        clear.add(name)
    return clear


def _bootstrap(differences: Sequence[float], generator: Generator, resamples: int) -> tuple[float, float] | None:
    count = len(differences)
    if count < 2 or not resamples:
        return None
    means = sorted(fmean(generator.choices(differences, k=count)) for _ in range(resamples))
    cut = round(resamples * (1 - LEVEL) / 2)
    return means[cut], means[-1 - cut]
