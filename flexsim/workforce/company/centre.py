"""The company's contact centre as the model sees it, and by Erlang A alone. Pure; ``simulated_centre`` runs the real one.

The centre (``centre.json``) takes calls only, which come at random and last an exponential time; callers' patience is
exponential. A change of the handling time changes the load; times stay in proportion.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from flexsim.staffing.demand import Demand
from flexsim.staffing.erlang_a import ErlangA

WEEK: Final = 40 * 3600.0  # seconds that the centre is open
HANDLING: Final = 300.0  # seconds of a contact, as centre.json has it
PATIENCE: Final = 180.0
IN_TIME: Final = 20.0
STEPS: Final = 4  # of the load that double it: a step is 19 %

_FINER: Final = 5  # times as many steps for the formula
_LOWEST: Final = 0.05  # erlangs; below, everybody is answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """``service_level`` is answered in time / (answered + given up after that time); ``occupancy`` of the agents."""

    service_level: float
    occupancy: float


class Centre(Protocol):
    """Whatever says how a week goes."""

    def week(self, agents: int, load: float) -> Answered:
        """With so many agents on the phones and a load in erlangs; nobody answers where there is no agent."""


class ErlangCentre:
    """By Erlang A: nothing is simulated, and more agents never answer less."""

    def week(self, agents: int, load: float) -> Answered:
        return edge(agents, load) or by_erlang(agents, load)


def edge(agents: int, load: float) -> Answered | None:
    """The answer where there is nothing to work out."""
    if load < _LOWEST:
        return Answered(service_level=1.0, occupancy=0.0)
    return Answered(service_level=0.0, occupancy=1.0) if agents < 1 else None


def by_erlang(agents: int, load: float) -> Answered:
    """Erlang A, between two loads that are 3.5 % apart: the formula costs a thousand times as much as a look at the two."""
    place = math.log2(load) * STEPS * _FINER
    below = math.floor(place)
    part = place - below
    low, high = _erlang(agents, below), _erlang(agents, below + 1)
    return Answered(
        service_level=low.service_level + part * (high.service_level - low.service_level),
        occupancy=low.occupancy + part * (high.occupancy - low.occupancy),
    )


@lru_cache(maxsize=50_000)
def _erlang(agents: int, fine_step: int) -> Answered:
    load = 2.0 ** (fine_step / (STEPS * _FINER))
    theory = ErlangA(Demand(rate=load / HANDLING, service=HANDLING, patience=PATIENCE), agents)
    return Answered(service_level=share(theory.service_level(IN_TIME)), occupancy=share(theory.occupancy))


def share(value: float) -> float:
    """Held between 0 and 1."""
    return min(1.0, max(0.0, value))
