"""What comes and how long it takes: the arguments of every formula, checked once."""

import math
from dataclasses import dataclass
from typing import Final

from flexsim.errors import ConfigurationError

MOST_AGENTS: Final = 100_000  # the formulas hold beyond; nobody has asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Poisson arrivals, ``rate`` a second; exponential service with mean ``service`` seconds.

    ``patience`` is the mean of an exponential patience in seconds; None: nobody gives up. Raises ConfigurationError for
    what is not a positive, finite number (a rate of 0 is one of nobody coming).
    """

    rate: float
    service: float
    patience: float | None = None

    def __post_init__(self) -> None:
        if not (0.0 <= self.rate < math.inf):
            raise ConfigurationError(f"the arrival rate must be a finite number, 0 or more: {self.rate:g}")
        if not (0.0 < self.service < math.inf):
            raise ConfigurationError(f"the mean service time must be a finite number above 0: {self.service:g}")
        if self.patience is not None and not (0.0 < self.patience < math.inf):
            raise ConfigurationError(f"the mean patience must be a finite number above 0: {self.patience:g}")

    @property
    def load(self) -> float:
        """The offered load in erlangs: how many agents would be busy on average if there were always one free."""
        return self.rate * self.service


def check_agents(agents: int) -> None:
    """Raise ConfigurationError unless there is at least one agent and no more than the formulas are tested for."""
    if not 1 <= agents <= MOST_AGENTS:
        raise ConfigurationError(f"the number of agents must be from 1 to {MOST_AGENTS:,}: {agents}")
