"""The mean handle time and patience of a domain's customers, for formulas that know no more of them than that."""

import math
from dataclasses import dataclass
from typing import Final

from flexsim.domain.model import MEASURED, Domain
from flexsim.domain.sampling import Sampler
from flexsim.randomness import Generator

_DRAWS: Final = 5000  # the mean is right within one or two per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """Means in seconds: talk and wrap-up together, and how long customers wait before they give up."""

    aht: float
    patience: float


def mean_handling(domain: Domain, rng: Generator) -> Handling:
    """Means of 5,000 customers drawn from the domain, served without a wait; the same generator gives the same means."""
    sampler = Sampler(domain)
    handled, waited = [], []
    for _ in range(_DRAWS):
        values = sampler.draw("tasks", "arrive", {}, rng)
        at_assignment = sampler.draw("tasks", "assign", {**values, MEASURED: 0.0}, rng)
        handled.append(_seconds(at_assignment["talkTime"]) + _seconds(at_assignment["wrapTime"]))
        waited.append(_seconds(values["abandonTime"]))
    return Handling(aht=math.fsum(handled) / _DRAWS, patience=math.fsum(waited) / _DRAWS)


def _seconds(value: object) -> float:
    assert isinstance(value, int | float), f"a duration that is no number: {value}"
    return max(0.0, float(value))
