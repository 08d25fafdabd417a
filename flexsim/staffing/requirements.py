"""From a day cut in intervals to the agents that each of them needs, and to the heads that must be paid for.

Every interval is taken for itself, as if it had gone on like that for ever (SIPP, "stationary independent period by
period": L. Green, P. Kolesar and J. Soares, "Improving the SIPP approach for staffing service systems that have cyclic
demands", Operations Research 49, 2001). That is good where contacts are short beside an interval and the load changes
slowly; where it rises fast, the queue of one interval is the next one's too, and only a simulation shows it.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flexsim.errors import ConfigurationError
from flexsim.staffing.demand import Demand
from flexsim.staffing.model import Model
from flexsim.staffing.sizing import Goals, least_agents, model_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """``calls`` are expected in ``seconds`` from ``start`` (as people write it); ``service`` is their mean handle time."""

    start: str
    seconds: float
    calls: float
    service: float

    def demand(self, patience: float | None) -> Demand:
        """As if it were always so."""
        return Demand(rate=self.calls / self.seconds, service=self.service, patience=patience)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What an interval needs: ``agents`` at work, for which ``heads`` are paid. ``model`` is None where nobody comes."""

    interval: Interval
    agents: int
    heads: int
    model: Model | None

    @property
    def paid_hours(self) -> float:
        """Heads times hours."""
        return self.heads * self.interval.seconds / 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Over all intervals; shares and waits are means over calls, the occupancy is one over agents' time. None: no calls."""

    calls: float
    agent_hours: float
    paid_hours: float
    most_agents: int
    most_heads: int
    service_level: float | None
    abandonment: float | None
    asa: float | None
    occupancy: float | None


def heads(agents: int, shrinkage: float) -> int:
    """How many must be paid for so many to be at work, where a share ``shrinkage`` of paid time is not worked.

    In exact decimals: 7 agents at 0.3 are 10 heads, not 11. Raises ConfigurationError unless 0 <= shrinkage < 1.
    """
    if not 0.0 <= shrinkage < 1.0:
        raise ConfigurationError(f"the shrinkage must be 0 or more and below 1: {shrinkage:g}")
    return math.ceil(agents / (1 - Fraction(str(shrinkage))))


def require(
    intervals: Iterable[Interval],
    goals: Goals,
    *,
    patience: float | None = None,
    shrinkage: float = 0.0,
    step: Callable[[], None] = lambda: None,
) -> list[Requirement]:
    """What each interval needs to meet the goals by itself; ``step`` is called after each of them."""
    found = []
    for interval in intervals:
        found.append(_requirement(interval, goals, patience, shrinkage))
        step()
    return found


def _requirement(interval: Interval, goals: Goals, patience: float | None, shrinkage: float) -> Requirement:
    demand = interval.demand(patience)
    agents = least_agents(demand, goals)
    model = model_of(demand, agents) if agents else None
    return Requirement(interval=interval, agents=agents, heads=heads(agents, shrinkage), model=model)


def totals(requirements: Sequence[Requirement], goals: Goals) -> Totals:
    """All of them together."""
    busy = [(each.interval, each.agents, each.model) for each in requirements if each.model is not None]
    worked = math.fsum(interval.seconds * agents for interval, agents, _ in busy)
    return Totals(
        calls=math.fsum(interval.calls for interval, _, _ in busy),
        agent_hours=worked / 3600.0,
        paid_hours=math.fsum(each.paid_hours for each in requirements),
        most_agents=max((each.agents for each in requirements), default=0),
        most_heads=max((each.heads for each in requirements), default=0),
        service_level=_mean([(interval.calls, goals.level(model)) for interval, _, model in busy]),
        abandonment=_mean([(interval.calls, model.abandonment) for interval, _, model in busy]),
        asa=_mean([(interval.calls * (1.0 - model.abandonment), model.asa) for interval, _, model in busy]),
        occupancy=_mean([(interval.seconds * agents, model.occupancy) for interval, agents, model in busy]),
    )


def _mean(weighed: Sequence[tuple[float, float]]) -> float | None:
    total = math.fsum(weight for weight, _ in weighed)
    return math.fsum(weight * value for weight, value in weighed) / total if total else None
