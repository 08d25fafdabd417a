"""Integrals of functions whose logarithm is concave: one peak, from which they fall ever more steeply.

Such is the density of the wait in the M/M/c+M queue. Its width may be that of a millisecond or of a week, its height
beyond any floating-point number; so panels grow outwards from its peak, and everything is relative to its height.
"""

import functools
import itertools
import math
from collections.abc import Callable
from typing import Final

Nodes = list[tuple[float, float]]  # where, and weight times value

_ORDER: Final = 20
_NEGLIGIBLE: Final = 45.0  # exp(-45) = 3e-20, of the peak
_CAP: Final = 8  # no panel is wider than an eighth of the whole: the function falls by less than exp(20) within it


def nodes(log_value: Callable[[float], float], peak: float, start: float, end: float, scale: float) -> Nodes:
    """Points and weights with which sum(w * g(x)) is the integral of g(x) exp(log_value(x) - log_value(peak)).

    ``log_value`` is concave and highest at ``peak``, which may lie outside of ``start`` to ``end`` (perhaps infinite);
    neither it nor g may have structure finer than ``scale``. Relative error around 1e-13: Gauss-Legendre rule of order 20
    (Abramowitz and Stegun, 25.4.29) on panels that double.
    """
    if not start < end:
        return []
    top = min(max(peak, start), end)
    height = log_value(top)
    base = log_value(peak)
    found: Nodes = []
    for side, limit in ((1.0, end - top), (-1.0, top - start)):

        def drop(away: float, side: float = side) -> float:
            return height - log_value(top + side * away)

        for near, far in itertools.pairwise(_edges(drop, limit, scale)):
            for where, weight in _panel(top + side * near, top + side * far):
                found.append((where, weight * math.exp(log_value(where) - base)))
    return found


def _edges(drop: Callable[[float], float], limit: float, scale: float) -> list[float]:
    """Distances from the peak between which a panel each lies, up to where the function is negligible."""
    if limit <= 0.0:
        return []
    reach = _distance(drop, _NEGLIGIBLE, limit)
    width = max(min(scale, _distance(drop, 1.0, limit), reach) / 2.0, math.ulp(0.0))  # half of the smallest number is 0
    edges = [0.0]
    while edges[-1] < reach:
        edges.append(min(reach, edges[-1] + width))
        width = min(2.0 * width, reach / _CAP) if width < reach / _CAP else width
    return edges


def _distance(drop: Callable[[float], float], wanted: float, limit: float) -> float:
    """Where the logarithm has dropped by about ``wanted``, or the limit if it has not by then."""
    if limit < math.inf and drop(limit) <= wanted:
        return limit
    low, high = 0.0, min(limit, 1.0)
    while drop(high) < wanted:
        low, high = high, min(limit, 2.0 * high)
    while drop(high) > 2.0 * wanted:  # near enough: panels are cut by reach, not by value
        middle = (low + high) / 2.0
        if middle in {low, high}:
            break
        low, high = (middle, high) if drop(middle) < wanted else (low, middle)
    return high


def _panel(one: float, other: float) -> Nodes:
    middle, half = (one + other) / 2.0, abs(other - one) / 2.0
    return [(middle + half * point, half * weight) for point, weight in _rule()]


@functools.cache
def _rule() -> Nodes:
    """Zeros of the Legendre polynomial by Newton's method, and the weights 2 / ((1 - x^2) P'(x)^2)."""
    rule: Nodes = []
    for number in range(_ORDER):
        point = math.cos(math.pi * (number + 0.75) / (_ORDER + 0.5))
        for _ in range(6):  # quadratic from four digits: three are enough
            value, slope = _legendre(point)
            point -= value / slope
        slope = _legendre(point)[1]
        rule.append((point, 2.0 / ((1.0 - point * point) * slope * slope)))
    return rule


def _legendre(point: float) -> tuple[float, float]:
    """P(x) and P'(x) by the three-term recurrence."""
    before, value = 1.0, point
    for degree in range(2, _ORDER + 1):
        before, value = value, ((2 * degree - 1) * point * value - (degree - 1) * before) / degree
    return value, _ORDER * (point * value - before) / (point * point - 1.0)
