"""Shares over repeats, with intervals: success, pass^k, how often a repeat comes out otherwise, and whether two shares differ.

A *task* is what is repeated: one caller with one scenario at one agent. Of its ``n`` repeats ``c`` succeed.

* pass^k, the chance that k repeats of a task all succeed: C(c, k) / C(n, k), unbiased, the mean over tasks with at least k
  repeats (Yao et al., *tau-bench*, 2024, section 5).
* flake rate, the chance that two repeats of a task come out differently: 2 c (n - c) / (n (n - 1)), likewise unbiased.

Intervals of one share are Wilson's (*JASA* 22, 1927) or Clopper and Pearson's (*Biometrika* 26, 1934). Those of a mean over tasks
are recovered from the tasks' own, Wilson's carried through the formula, by Zou and Donner's MOVER (*Statist. Med.* 27, 2008): it
holds for few repeats, where resampling has nothing to resample.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean
from typing import Any, Final

LEVEL: Final = 0.95

Range = tuple[float, float]
Task = tuple[int, int]  # successes, repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A share with its interval; ``count`` is of what it was made."""

    value: float
    low: float
    high: float
    count: int

    def document(self) -> dict[str, Any]:
        """As a JSON-ready document."""
        return {
            "value": round(self.value, 6),
            "low": round(self.low, 6),
            "high": round(self.high, 6),
            "count": self.count,
        }


def wilson(successes: int, count: int, level: float = LEVEL) -> Range:
    """The interval of a share by its score test; raises ValueError for a share of nothing."""
    _check(successes, count)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, weight = successes / count, z * z / count
    middle = (share + weight / 2) / (1 + weight)
    reach = z * math.sqrt(share * (1 - share) / count + weight / count / 4) / (1 + weight)
    return (0.0 if successes == 0 else middle - reach), (1.0 if successes == count else middle + reach)


def clopper_pearson(successes: int, count: int, level: float = LEVEL) -> Range:
    """The exact interval: every share that a two-sided binomial test would not reject; raises ValueError for a share of nothing."""
    _check(successes, count)
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else _root(lambda share: _at_least(successes, count, share) - tail)
    high = 1.0 if successes == count else _root(lambda share: tail - _at_most(successes, count, share))
    return low, high


def _check(successes: int, count: int) -> None:
    if not 0 <= successes <= count or count < 1:
        raise ValueError(f"no share: {successes} of {count}")


def _root(rising: Callable[[float], float]) -> float:
    """Where a rising function of a share passes zero."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2


def _at_most(successes: int, count: int, share: float) -> float:
    return math.fsum(_binomial(each, count, share) for each in range(successes + 1))


def _at_least(successes: int, count: int, share: float) -> float:
    return math.fsum(_binomial(each, count, share) for each in range(successes, count + 1))


def _binomial(successes: int, count: int, share: float) -> float:
    """Through logarithms: thousands of repeats overflow nothing."""
    if share <= 0 or share >= 1:
        return float(successes == (count if share >= 1 else 0))
    ways = math.lgamma(count + 1) - math.lgamma(successes + 1) - math.lgamma(count - successes + 1)
    return math.exp(ways + successes * math.log(share) + (count - successes) * math.log1p(-share))


def success_rate(tasks: Sequence[Task]) -> Estimate | None:
    """The share of all repeats that succeeded, with Wilson's interval; None where there was none."""
    successes, count = (sum(each) for each in zip(*tasks, strict=True)) if tasks else (0, 0)
    if not count:
        return None
    low, high = wilson(successes, count)
    return Estimate(value=successes / count, low=low, high=high, count=count)


def pass_k(tasks: Sequence[Task], k: int) -> Estimate | None:
    """The chance that ``k`` repeats of a task all succeed; None where no task has so many repeats."""
    return _mean(
        [each for each in tasks if each[1] >= k],
        lambda successes, count: math.comb(successes, k) / math.comb(count, k),
        lambda low, high: (low**k, high**k),
    )


def flake_rate(tasks: Sequence[Task]) -> Estimate | None:
    """The chance that two repeats of a task come out differently; None where no task has two."""
    return _mean(
        [each for each in tasks if each[1] >= 2],
        lambda successes, count: 2 * successes * (count - successes) / (count * (count - 1)),
        _of_disagreement,
    )


def _of_disagreement(low: float, high: float) -> Range:
    """What 2 p (1 - p) comes to for the shares of a range: greatest at a half."""
    ends = [2 * share * (1 - share) for share in (low, high)]
    return min(ends), 0.5 if low <= 0.5 <= high else max(ends)


def _mean(
    tasks: Sequence[Task], of: Callable[[int, int], float], carried: Callable[[float, float], Range]
) -> Estimate | None:
    if not tasks:
        return None
    values = [of(*each) for each in tasks]
    ranges = [carried(*wilson(*each)) for each in tasks]
    value = fmean(values)
    # An unbiased estimate can lie outside of its task's interval: then that side reaches no further than it.
    below = math.sqrt(
        math.fsum(max(0.0, each - low) ** 2 for each, (low, _) in zip(values, ranges, strict=True))
    ) / len(tasks)
    above = math.sqrt(
        math.fsum(max(0.0, high - each) ** 2 for each, (_, high) in zip(values, ranges, strict=True))
    ) / len(tasks)
    return Estimate(value=value, low=max(0.0, value - below), high=min(1.0, value + above), count=len(tasks))


# Two shares.


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The second share minus the first, with its interval, and how likely so large a difference is by chance alone."""

    value: float
    low: float
    high: float
    p: float


def difference(first: Task, second: Task) -> Difference:
    """Newcombe's interval (his method 10, *Statist. Med.* 17, 1998) and Fisher's exact test; raises ValueError for a share of nothing."""
    (low_one, high_one), (low_two, high_two) = wilson(*first), wilson(*second)
    one, two = first[0] / first[1], second[0] / second[1]
    return Difference(
        value=two - one,
        low=two - one - math.hypot(two - low_two, high_one - one),
        high=two - one + math.hypot(high_two - two, one - low_one),
        p=fisher(first, second),
    )


def fisher(first: Task, second: Task) -> float:
    """Of all tables with these margins, the probability of those that are no likelier than this one (two-sided)."""
    _check(*first)
    _check(*second)
    successes, count = first[0] + second[0], first[1] + second[1]
    lowest, highest = max(0, successes - second[1]), min(successes, first[1])
    chances = {each: _table(each, first[1], successes, count) for each in range(lowest, highest + 1)}
    here = chances[first[0]]
    return min(1.0, math.fsum(each for each in chances.values() if each <= here * (1 + 1e-7)))


def _table(successes: int, of: int, all_successes: int, count: int) -> float:
    """Hypergeometric: so many successes among the first ``of``."""
    return math.exp(_ways(of, successes) + _ways(count - of, all_successes - successes) - _ways(count, all_successes))


def _ways(count: int, chosen: int) -> float:
    return math.lgamma(count + 1) - math.lgamma(chosen + 1) - math.lgamma(count - chosen + 1)


def mcnemar(pairs: Sequence[tuple[bool, bool]]) -> float:
    """The exact test for pairs (the same task and seed on both sides): only those that came out differently tell."""
    better = sum(two and not one for one, two in pairs)
    worse = sum(one and not two for one, two in pairs)
    return min(1.0, 2 * _at_most(min(better, worse), better + worse, 0.5)) if better + worse else 1.0
