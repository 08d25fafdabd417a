"""Narrower intervals from what is known about the draws: control variates.

A run whose customers happened to come fast and talk long has long waits. How fast they came and how long they talked is
known, and so is what both are on average; a regression takes their part of the luck out of the figure (S. S. Lavenberg and
P. D. Welch, "A perspective on the use of control variables to increase the efficiency of Monte Carlo simulations",
Management Science 27, 1981).
"""

import math
from collections.abc import Sequence
from statistics import fmean

from flexsim.measure.intervals import Interval, t_quantile

_FEWEST = 6  # runs: two controls leave three degrees of freedom


def controlled_interval(values: Sequence[float], controls: Sequence[tuple[float, float]], level: float) -> Interval:
    """The mean of independent ``values``, given two ``controls`` of each, whose true means are 0.

    The intercept of the regression of the values on their controls, with Student's interval of n - 3 degrees of freedom.
    Raises ValueError for fewer than six values.
    """
    count = len(values)
    if count < _FEWEST:
        raise ValueError(f"two controls take {_FEWEST} values or more: {count}")
    first, second = [one for one, _ in controls], [other for _, other in controls]
    inverse = _inverse(_product(first, first), _product(first, second), _product(second, second))
    slopes = _times(inverse, (_product(first, values), _product(second, values)))
    off = (fmean(first), fmean(second))
    mean = fmean(values) - slopes[0] * off[0] - slopes[1] * off[1]
    left = math.fsum(
        (value - mean - slopes[0] * one - slopes[1] * other) ** 2
        for value, (one, other) in zip(values, controls, strict=True)
    )
    moved = _times(inverse, off)
    error = left / (count - 3) * (1.0 / count + off[0] * moved[0] + off[1] * moved[1])
    half_width = t_quantile((1 + level) / 2, count - 3) * math.sqrt(error)
    return Interval(mean=mean, half_width=half_width, count=count, level=level)


_Matrix = tuple[tuple[float, float], tuple[float, float]]


def _product(one: Sequence[float], other: Sequence[float]) -> float:
    """The sum of products of deviations from the means."""
    middle, base = fmean(one), fmean(other)
    return math.fsum((x - middle) * (y - base) for x, y in zip(one, other, strict=True))


def _inverse(a: float, b: float, d: float) -> _Matrix:
    determinant = a * d - b * b
    return (d / determinant, -b / determinant), (-b / determinant, a / determinant)


def _times(matrix: _Matrix, vector: tuple[float, float]) -> tuple[float, float]:
    (a, b), (c, d) = matrix
    return a * vector[0] + b * vector[1], c * vector[0] + d * vector[1]
