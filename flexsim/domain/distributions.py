"""One draw from a curve, before clamping and rounding: pure functions of a generator and the curve's parameters.

Draws are by inversion where the inverse exists, so that one draw takes one uniform number: changing a mean then moves
every value of a run a little instead of shuffling them (common random numbers; Law, Simulation Modeling and Analysis,
section 11.2). The skew-normal has no closed inverse and takes two.
"""

import math
from statistics import NormalDist
from typing import Final

from flexsim.randomness import Generator

_STANDARD: Final = NormalDist()
_SMALLEST: Final = 2.0**-54  # random() returns multiples of 2**-53, 0 among them; the inverse normal needs more than 0


def uniform(rng: Generator, *, mean: float, width: float) -> float:
    """Evenly over the interval of this ``width`` around ``mean``."""
    return mean + width * (rng.random() - 0.5)


def bell(rng: Generator, *, mean: float, deviation: float) -> float:
    """Normal."""
    return mean + deviation * _standard_normal(rng)


def skewed_bell(rng: Generator, *, location: float, deviation: float, shape: float) -> float:
    """Skew-normal; its mean is ``location + deviation * delta * sqrt(2/pi)`` with ``delta = shape/sqrt(1+shape**2)``.

    Source: Azzalini, A class of distributions which includes the normal ones (1985); as |u| and v, two normals.
    """
    delta = shape / math.hypot(1.0, shape)
    folded, plain = abs(_standard_normal(rng)), _standard_normal(rng)
    return location + deviation * (delta * folded + math.sqrt(1.0 - delta * delta) * plain)


def exponential(rng: Generator, *, mean: float) -> float:
    """Exponential; ``mean`` of 0 gives 0."""
    return -mean * math.log1p(-rng.random())


def lognormal(rng: Generator, *, mean: float, cv: float) -> float:
    """Lognormal with this mean (positive) and coefficient of variation, which are those of the values, not of their logs."""
    variance = math.log1p(cv * cv)
    return mean * math.exp(math.sqrt(variance) * _standard_normal(rng) - variance / 2.0)


def _standard_normal(rng: Generator) -> float:
    return _STANDARD.inv_cdf(rng.random() or _SMALLEST)
