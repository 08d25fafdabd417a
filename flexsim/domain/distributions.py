"""One draw from a curve, before clamping and rounding: pure functions of a generator and the curve's parameters.

Draws are by inversion where the inverse exists, so that one draw takes one uniform number: changing a mean then moves
every value of a run a little instead of shuffling them (common random numbers; Law, Simulation Modeling and Analysis,
section 11.2). The skew-normal has no closed inverse and takes two.
"""

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any, Final

from flexsim.randomness import Uniform

_STANDARD: Final = NormalDist()
_SMALLEST: Final = 2.0**-54  # random() returns multiples of 2**-53, 0 among them; the inverse normal needs more than 0


def uniform(rng: Uniform, *, mean: float, width: float) -> float:
    """Evenly over the interval of this ``width`` around ``mean``."""
    return mean + width * (rng.random() - 0.5)


def bell(rng: Uniform, *, mean: float, deviation: float) -> float:
    """Normal."""
    return mean + deviation * _standard_normal(rng)


def skewed_bell(rng: Uniform, *, location: float, deviation: float, shape: float) -> float:
    """Skew-normal; its mean is ``location + deviation * delta * sqrt(2/pi)`` with ``delta = shape/sqrt(1+shape**2)``.

    Source: Azzalini, A class of distributions which includes the normal ones (1985); as |u| and v, two normals.
    """
    delta = shape / math.hypot(1.0, shape)
    folded, plain = abs(_standard_normal(rng)), _standard_normal(rng)
    return location + deviation * (delta * folded + math.sqrt(1.0 - delta * delta) * plain)


def exponential(rng: Uniform, *, mean: float) -> float:
    """Exponential; ``mean`` of 0 gives 0."""
    return -mean * math.log1p(-rng.random())


def lognormal(rng: Uniform, *, mean: float, cv: float) -> float:
    """Lognormal with this mean (positive) and coefficient of variation, which are those of the values, not of their logs."""
    variance = math.log1p(cv * cv)
    return mean * math.exp(math.sqrt(variance) * _standard_normal(rng) - variance / 2.0)


def _standard_normal(rng: Uniform) -> float:
    return _STANDARD.inv_cdf(rng.random() or _SMALLEST)


# The same for parameters that do not change, kept between two ends: what can be worked out once is. Each is one function,
# because a call costs as much as a draw. The first argument is nobody's business here: what is known of the others.


def uniform_within(least: float, most: float, *, mean: float, width: float) -> Callable[[Any, Uniform], float]:
    """``uniform`` with these parameters; like the others, ``least`` or ``most`` in place of what lies beyond."""
    low = mean - width / 2.0

    def draw(_known: Any, rng: Uniform) -> float:
        number = low + width * rng.random()
        if number < least:
            return least
        return number if number < most else most  # noqa: FURB136 -- min() is a call

    return draw


def bell_within(least: float, most: float, *, mean: float, deviation: float) -> Callable[[Any, Uniform], float]:
    """``bell`` with these parameters."""
    inverse = _STANDARD.inv_cdf

    def draw(_known: Any, rng: Uniform) -> float:
        number = mean + deviation * inverse(rng.random() or _SMALLEST)
        if number < least:
            return least
        return number if number < most else most  # noqa: FURB136 -- min() is a call

    return draw


def exponential_within(least: float, most: float, *, mean: float) -> Callable[[Any, Uniform], float]:
    """``exponential`` with this mean."""
    log1p = math.log1p

    def draw(_known: Any, rng: Uniform) -> float:
        number = -mean * log1p(-rng.random())
        if number < least:
            return least
        return number if number < most else most  # noqa: FURB136 -- min() is a call

    return draw


def lognormal_within(least: float, most: float, *, mean: float, cv: float) -> Callable[[Any, Uniform], float]:
    """``lognormal`` with these parameters."""
    variance = math.log1p(cv * cv)
    sigma, shift = math.sqrt(variance), variance / 2.0
    inverse, exp = _STANDARD.inv_cdf, math.exp

    def draw(_known: Any, rng: Uniform) -> float:
        number = mean * exp(sigma * inverse(rng.random() or _SMALLEST) - shift)
        if number < least:
            return least
        return number if number < most else most  # noqa: FURB136 -- min() is a call

    return draw
