"""The contact centre itself, in virtual time, behind the company's port.

It is simulated (``flexsim.fastforward``) once for each number of agents and each step of the load, and remembered. A simulated
day has luck of its own: more calls than expected, or longer ones. Erlang A is the control that takes most of it out:

    service level = Erlang A at the week's load + (simulated - Erlang A at the load that came on the simulated day)

which is the method of control variates (Law, *Simulation Modeling and Analysis*, 11.4); what remains is what the formula does
not know.
"""

import math
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Final

from flexsim.configuration.generate import generate
from flexsim.configuration.records import Configuration
from flexsim.domain.loading import load_domain
from flexsim.fastforward.levers import changed
from flexsim.fastforward.replication import Plan, Running
from flexsim.randomness import Randomness
from flexsim.workforce.company.centre import HANDLING, STEPS, Answered, by_erlang, edge, share

_SEED: Final = 3
_MONDAY: Final = 1_767_600_000.0
_DAY: Final = 4 * 3600.0  # simulated, with ten agents; with more, as much less
_DAYS_AGENTS: Final = 10
_WARMUP: Final = 1800.0
_NOBODY_WAITS: Final = 0.995  # then there is nothing that a simulated day could say beyond the formula
_LOWEST: Final = 0.05  # erlangs, of which something can be told


class SimulatedCentre:
    """By the contact centre itself. All give the same answers, whatever they were asked before."""

    def week(self, agents: int, load: float) -> Answered:
        found = edge(agents, load)
        if found is not None:
            return found
        step = round(math.log2(load) * STEPS)
        control = by_erlang(agents, load)
        if control.service_level > _NOBODY_WAITS:
            return control
        level, occupancy = _beyond(agents, step)
        return Answered(
            service_level=share(control.service_level + level), occupancy=share(control.occupancy + occupancy)
        )


@lru_cache(maxsize=5_000)
def _beyond(agents: int, step: int) -> tuple[float, float]:
    """What a simulated day says beyond the formula: of the service level, and of the occupancy."""
    gap = HANDLING / 2.0 ** (step / STEPS)
    configuration, _ = changed(_configuration(), [("agents", str(agents)), ("arrivalGap.mean", repr(gap))])
    duration = _DAY * min(1.0, _DAYS_AGENTS / agents)
    plan = Plan(configuration=configuration, seed=_SEED, start=_MONDAY, duration=duration, warmup=_WARMUP)
    totals = Running(plan).run().standing.totals
    came = totals.overall.offered / duration * (totals.overall.handle.mean or HANDLING)
    level = totals.overall.service_level
    if level is None or came < _LOWEST:  # a day on which nobody came tells nothing
        return 0.0, 0.0
    control = by_erlang(agents, came)
    return level - control.service_level, (totals.occupancy or 0.0) - control.occupancy


@lru_cache(maxsize=1)
def _configuration() -> Configuration:
    with as_file(files("flexsim.workforce.company") / "centre.json") as path:
        return generate(load_domain(path), Randomness(_SEED))
