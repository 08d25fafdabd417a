"""The week's luck: one number from 0 to 1 for each purpose, that the seed, the week and the purpose decide. Pure.

Named so, a number never depends on how many others were drawn before it: two companies that differ in a decision share
all luck that the decision has nothing to do with (common random numbers; Law, *Simulation Modeling and Analysis*, 11.2).
"""

from statistics import NormalDist
from typing import Final

from flexsim.randomness import Family, Randomness

_STANDARD: Final = NormalDist()
_SMALLEST: Final = 2.0**-54  # a draw may be 0, whose normal quantile is not finite


class Luck:
    """The luck of one ``turn``."""

    __slots__ = ("_family", "_turn")

    def __init__(self, family: Family, turn: int) -> None:
        self._family = family
        self._turn = turn

    def uniform(self, purpose: str) -> float:
        """Evenly from 0 up to, never including, 1."""
        return next(self._family.stream(f"{self._turn}/{purpose}"))

    def normal(self, purpose: str) -> float:
        """Standard normal, the larger the larger the uniform number is."""
        return _STANDARD.inv_cdf(self.uniform(purpose) + _SMALLEST)

    def about(self, purpose: str, expected: float) -> int:
        """A whole number with this mean, next to it, which never falls where ``expected`` rises."""
        return int(expected + self.uniform(purpose))


def world(randomness: Randomness) -> Family:
    """What decides how the world goes; minds have their own."""
    return randomness.family("workforce", "world")
