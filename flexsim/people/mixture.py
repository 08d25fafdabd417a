"""Which activity comes next, for how long, and the mixture of activities that agents settle into.

An option's ``portion`` is its long-run share of an agent's time. Stays last ``baseDur`` on average, so that the next
activity has to be chosen with probability proportional to ``portion / baseDur`` (renewal reward theorem).
"""

from collections.abc import Sequence
from typing import Final

from flexsim.domain.model import Domain
from flexsim.randomness import Generator

SPREAD: Final = 0.2  # standard deviation of a stay, as a share of its mean (reference/domain.md: "sd 20 %")
_SHORTEST: Final = 0.1  # of the mean; more than four standard deviations away, so it hardly bends the distribution
_LONGEST: Final = 2.0


class Activities:
    """The ``activity`` dimension of a domain, ready for drawing."""

    __slots__ = ("_base", "_chances", "_portions", "names", "working")

    def __init__(self, domain: Domain) -> None:
        options = list(domain.dimensions["activity"].all_options())
        self.names = tuple(str(option.value) for option in options)
        self._portions = [float(option.portion) for option in options]
        self._base = {str(option.value): float(option.params["baseDur"]) for option in options}
        self._chances = [portion / self._base[name] for name, portion in zip(self.names, self._portions, strict=True)]
        # Flex calls it Available; another workspace's word for it is where the agents spend most of their time.
        self.working = "Available" if "Available" in self._base else _weightiest(self.names, self._portions)

    def draw_next(self, rng: Generator) -> str:
        """The activity after this one; it may be the same again."""
        return rng.choices(self.names, self._chances)[0]

    def draw_duration(self, name: str, rng: Generator) -> float:
        """Seconds of a stay in the activity, above 0."""
        base = self._base[name]
        return max(self.shortest(name), rng.gauss(base, SPREAD * base))

    def shortest(self, name: str) -> float:
        """The least that a stay in the activity lasts, in seconds."""
        return _SHORTEST * self._base[name]

    def draw_settled(self, rng: Generator) -> tuple[str, float]:
        """Where an agent is that has been at it for long, and how many seconds longer.

        Someone who looks in at any moment meets the activities by their share of time, meets long stays more often than
        short ones (length-biased), and meets them anywhere between beginning and end (inspection paradox).
        """
        name = rng.choices(self.names, self._portions)[0]
        cap = _LONGEST * self._base[name]
        duration = self.draw_duration(name, rng)
        while rng.random() * cap > duration:  # accepts a stay with probability proportional to its length
            duration = self.draw_duration(name, rng)
        return name, duration * (1.0 - rng.random())


def _weightiest(names: Sequence[str], weights: Sequence[float]) -> str:
    return max(zip(weights, names, strict=True), key=lambda pair: pair[0])[1]
