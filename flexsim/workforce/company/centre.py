"""The company's contact centre: how many of a week's contacts are answered in time by so many agents.

``SimulatedCentre`` runs the contact centre itself, in virtual time (``flexsim.fastforward``), once for each number of agents
and each step of the load, and remembers. A simulated day has luck of its own: more calls than expected, or longer ones. Erlang A
is the control that takes most of it out:

    service level = Erlang A at the week's load + (simulated - Erlang A at the load that came on the simulated day)

which is the method of control variates (Law, *Simulation Modeling and Analysis*, 11.4); what remains is what the formula does
not know. ``ErlangCentre`` is Erlang A alone: nothing is simulated, and more agents never answer less.

The centre (``centre.json``) takes calls only, which come at random and last an exponential time; callers' patience is
exponential. A change of the handling time changes the load; times stay in proportion.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Final, Protocol

from flexsim.configuration.generate import generate
from flexsim.configuration.records import Configuration
from flexsim.domain.loading import load_domain
from flexsim.fastforward.levers import changed
from flexsim.fastforward.replication import Plan, Running
from flexsim.randomness import Randomness
from flexsim.staffing.demand import Demand
from flexsim.staffing.erlang_a import ErlangA

WEEK: Final = 40 * 3600.0  # seconds that the centre is open
HANDLING: Final = 300.0  # seconds of a contact, as centre.json has it
PATIENCE: Final = 180.0
IN_TIME: Final = 20.0

_STEPS: Final = 5  # of the load that double it: a step is 15 %
_FINER: Final = 4  # times as many steps for the control
_SEED: Final = 3
_MONDAY: Final = 1_767_600_000.0
_DAY: Final = 4 * 3600.0  # simulated, with ten agents; with more, as much less
_DAYS_AGENTS: Final = 10
_WARMUP: Final = 1800.0
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
    """By Erlang A."""

    def week(self, agents: int, load: float) -> Answered:
        return _edge(agents, load) or _control(agents, load)


class SimulatedCentre:
    """By the contact centre itself. All give the same answers, whatever they were asked before."""

    def week(self, agents: int, load: float) -> Answered:
        found = _edge(agents, load)
        if found is not None:
            return found
        step = round(math.log2(load) * _STEPS)
        control, (level, occupancy) = _control(agents, load), _beyond(agents, step)
        return Answered(
            service_level=_share(control.service_level + level), occupancy=_share(control.occupancy + occupancy)
        )


def _edge(agents: int, load: float) -> Answered | None:
    """Where there is nothing to work out."""
    if load < _LOWEST:
        return Answered(service_level=1.0, occupancy=0.0)
    return Answered(service_level=0.0, occupancy=1.0) if agents < 1 else None


def _control(agents: int, load: float) -> Answered:
    """Erlang A, between two loads that are 3.5 % apart: the formula costs a thousand times as much as a look at the two."""
    place = math.log2(load) * _STEPS * _FINER
    below = math.floor(place)
    share = place - below
    low, high = _erlang(agents, below), _erlang(agents, below + 1)
    return Answered(
        service_level=low.service_level + share * (high.service_level - low.service_level),
        occupancy=low.occupancy + share * (high.occupancy - low.occupancy),
    )


@lru_cache(maxsize=50_000)
def _erlang(agents: int, fine_step: int) -> Answered:
    load = 2.0 ** (fine_step / (_STEPS * _FINER))
    theory = ErlangA(Demand(rate=load / HANDLING, service=HANDLING, patience=PATIENCE), agents)
    return Answered(service_level=_share(theory.service_level(IN_TIME)), occupancy=_share(theory.occupancy))


@lru_cache(maxsize=5_000)
def _beyond(agents: int, step: int) -> tuple[float, float]:
    """What a simulated day says beyond the formula: of the service level, and of the occupancy."""
    gap = HANDLING / 2.0 ** (step / _STEPS)
    configuration, _ = changed(_configuration(), [("agents", str(agents)), ("arrivalGap.mean", repr(gap))])
    duration = _DAY * min(1.0, _DAYS_AGENTS / agents)
    plan = Plan(configuration=configuration, seed=_SEED, start=_MONDAY, duration=duration, warmup=_WARMUP)
    totals = Running(plan).run().standing.totals
    came = totals.overall.offered / duration * (totals.overall.handle.mean or HANDLING)
    level = totals.overall.service_level
    if level is None or came < _LOWEST:  # a day on which nobody came tells nothing
        return 0.0, 0.0
    control = _control(agents, came)
    return level - control.service_level, (totals.occupancy or 0.0) - control.occupancy


@lru_cache(maxsize=1)
def _configuration() -> Configuration:
    with as_file(files("flexsim.workforce.company") / "centre.json") as path:
        return generate(load_domain(path), Randomness(_SEED))


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
