"""Confidence intervals over replications: of a mean, and of a difference between two runs.

Replications are independent draws of the same figure, so Student's t is exact where the figure is normal and good where it
is a mean of many contacts (Law, *Simulation Modeling and Analysis*, 4.5 and 10.2). Two runs whose replications share their
seeds are compared in pairs, which takes the luck of the draw out of the difference (common random numbers); others by
Welch's method, which does not ask for equal variances.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean, variance
from typing import Final

LEVEL: Final = 0.95

_TINY: Final = 1e-300  # in place of zero in a continued fraction
_ENOUGH: Final = 1e-15  # relative change at which the fraction has converged
_TERMS: Final = 10_000
_NORMAL_FROM: Final = 1e7  # degrees of freedom from which t is the normal distribution to seven digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean with the half width of its two-sided confidence interval; None where fewer than two values were given."""

    mean: float
    half_width: float | None
    count: int
    level: float

    @property
    def low(self) -> float | None:
        """The lower end."""
        return None if self.half_width is None else self.mean - self.half_width

    @property
    def high(self) -> float | None:
        """The upper end."""
        return None if self.half_width is None else self.mean + self.half_width

    @property
    def excludes_zero(self) -> bool:
        """Whether a difference is told from none at this level; never from a single value."""
        return self.half_width is not None and abs(self.mean) > self.half_width


def mean_interval(values: Sequence[float], level: float = LEVEL) -> Interval:
    """The mean of independent values; raises ValueError when there is none."""
    if not values:
        raise ValueError("no values to take the mean of")
    count = len(values)
    half_width = None
    if count > 1:
        half_width = t_quantile((1 + level) / 2, count - 1) * math.sqrt(variance(values) / count)
    return Interval(mean=fmean(values), half_width=half_width, count=count, level=level)


def paired_difference(first: Sequence[float], second: Sequence[float], level: float = LEVEL) -> Interval:
    """``second`` minus ``first``, value by value; raises ValueError when they are not equally many."""
    return mean_interval([after - before for before, after in zip(first, second, strict=True)], level)


def welch_difference(first: Sequence[float], second: Sequence[float], level: float = LEVEL) -> Interval:
    """The mean of ``second`` minus the mean of ``first``, drawn independently (Welch 1947, Satterthwaite's degrees).

    ``count`` is that of the smaller; raises ValueError when either is empty.
    """
    if not first or not second:
        raise ValueError("no values to take the difference of")
    count = min(len(first), len(second))
    half_width = None
    if count > 1:
        half_width = _welch_half_width(first, second, level)
    return Interval(mean=fmean(second) - fmean(first), half_width=half_width, count=count, level=level)


def _welch_half_width(first: Sequence[float], second: Sequence[float], level: float) -> float:
    shares = variance(first) / len(first), variance(second) / len(second)
    error = sum(shares)
    if error == 0.0:
        return 0.0
    # Shares of the error, not its squares: those of tiny errors would underflow.
    spread = (shares[0] / error) ** 2 / (len(first) - 1) + (shares[1] / error) ** 2 / (len(second) - 1)
    return t_quantile((1 + level) / 2, 1 / spread) * math.sqrt(error)


@lru_cache(maxsize=1000)  # the same few are asked for again and again, and each is a search
def t_quantile(share: float, degrees: float) -> float:
    """The value that Student's t with so many ``degrees`` of freedom does not exceed with probability ``share``.

    Right to seven digits from a share of 0.55 up; raises ValueError where ``share`` is not between 0 and 1 or ``degrees`` is not positive.
    """
    if not 0.0 < share < 1.0 or not degrees > 0.0:
        raise ValueError(f"no quantile of t: share {share}, degrees of freedom {degrees}")
    if share < 0.5:
        return -t_quantile(1.0 - share, degrees)
    degrees = min(degrees, _NORMAL_FROM)
    low, high = 0.0, 1.0
    while t_tail(high, degrees) > 1.0 - share:
        low, high = high, 2.0 * high
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if t_tail(middle, degrees) > 1.0 - share:
            low = middle
        else:
            high = middle
    return (low + high) / 2 if share > 0.5 else 0.0


def t_tail(value: float, degrees: float) -> float:
    """The probability that t with so many ``degrees`` exceeds ``value``, which is not negative (Abramowitz and Stegun 26.7.1)."""
    return 0.5 * _incomplete_beta(degrees / 2, 0.5, degrees / (degrees + value * value))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularized incomplete beta function (DLMF 8.17), on the side where its fraction converges fast."""
    if x >= 1.0:
        return 1.0
    if x <= 0.0:
        return 0.0
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    if x > (a + 1) / (a + b + 2):
        return 1.0 - math.exp(logarithm) / (b * _fraction(b, a, 1 - x))
    return math.exp(logarithm) / (a * _fraction(a, b, x))


def _fraction(a: float, b: float, x: float) -> float:
    """1 + d1/(1 + d2/(1 + ...)) of DLMF 8.17.22, by the modified method of Lentz."""
    value = numerator = 1.0
    denominator = 0.0
    for term in range(1, _TERMS):
        half = term // 2
        if term % 2:
            part = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            part = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        denominator = 1.0 / ((1.0 + part * denominator) or _TINY)
        numerator = (1.0 + part / numerator) or _TINY
        change = numerator * denominator
        value *= change
        if abs(change - 1.0) < _ENOUGH:
            return value
    raise AssertionError(f"no convergence: beta({a}, {b}) at {x}")
