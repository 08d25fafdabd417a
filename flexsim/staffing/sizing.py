"""The least number of agents with whom goals are met."""

from dataclasses import dataclass

from flexsim.errors import ConfigurationError
from flexsim.staffing.demand import MOST_AGENTS, Demand
from flexsim.staffing.erlang_a import ErlangA
from flexsim.staffing.erlang_c import ErlangC
from flexsim.staffing.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Goals:
    """All that are given must be met. ``service_level`` is the share to be answered ``within`` seconds.

    ``of_offered`` counts everybody who gives up against the service level; otherwise who gives up within the threshold is
    left out, as in the house's statistics. Raises ConfigurationError for a goal that nobody can meet, or that is none.
    """

    service_level: float | None = None
    within: float = 20.0
    abandonment: float | None = None
    asa: float | None = None
    occupancy: float | None = None
    of_offered: bool = False

    def __post_init__(self) -> None:
        if self.within < 0.0:
            raise ConfigurationError(f"the service level's threshold must be 0 seconds or more: {self.within:g}")
        for name, most in (("service_level", 1.0), ("abandonment", 1.0)):
            value = getattr(self, name)
            if value is not None and not 0.0 < value < most:
                raise ConfigurationError(f"the {name.replace('_', ' ')} wanted must be above 0 and below 1: {value:g}")
        if self.asa is not None and not self.asa > 0.0:
            raise ConfigurationError(f"the average speed of answer wanted must be above 0 seconds: {self.asa:g}")
        if self.occupancy is not None and not 0.0 < self.occupancy <= 1.0:
            raise ConfigurationError(f"the occupancy wanted must be above 0 and no more than 1: {self.occupancy:g}")
        if {self.service_level, self.abandonment, self.asa, self.occupancy} == {None}:
            raise ConfigurationError(
                "no goal: a service level, abandonment, average speed of answer or occupancy is needed"
            )

    def level(self, model: Model) -> float:
        """The service level, counted as these goals count it."""
        return model.served_within(self.within) if self.of_offered else model.service_level(self.within)

    def met(self, model: Model) -> bool:
        """Whether this group of agents meets all of them."""
        return (
            (self.service_level is None or self.level(model) >= self.service_level)
            and (self.abandonment is None or model.abandonment <= self.abandonment)
            and (self.asa is None or model.asa <= self.asa)
            and (self.occupancy is None or model.occupancy <= self.occupancy)
        )


def model_of(demand: Demand, agents: int) -> Model:
    """Erlang A where customers have a patience, Erlang C where they have none."""
    return ErlangC(demand, agents) if demand.patience is None else ErlangA(demand, agents)


def least_agents(demand: Demand, goals: Goals) -> int:
    """The smallest number of agents that meets the goals, 0 where nobody comes; raises ConfigurationError beyond 100,000.

    By bisection: one more agent never makes any of the figures worse.
    """
    if demand.rate == 0.0:
        return 0
    short, enough = 0, max(1, int(demand.load))
    while enough > MOST_AGENTS or not goals.met(model_of(demand, enough)):
        if enough >= MOST_AGENTS:
            raise ConfigurationError(f"a load of {demand.load:,.0f} erlangs needs more than {MOST_AGENTS:,} agents")
        short, enough = enough, min(MOST_AGENTS, enough + max(1, enough // 4))
    while enough - short > 1:
        middle = (short + enough) // 2
        short, enough = (short, middle) if goals.met(model_of(demand, middle)) else (middle, enough)
    return enough
