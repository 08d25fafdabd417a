"""Erlang C, M/M/c: everybody waits as long as it takes, in order of arrival.

Sources: A. K. Erlang (1917); L. Kleinrock, "Queueing Systems, Volume 1" (1975), equation 3.40. The wait's distribution and
its mean: R. B. Cooper, "Introduction to Queueing Theory" (1981), chapter 3.
"""

import math

from flexsim.staffing.demand import Demand, check_agents
from flexsim.staffing.erlang_b import blocking


def delay_probability(agents: int, load: float) -> float:
    """C(c, a): the share of arrivals that finds all agents busy, where everybody waits; 1 from a load of ``agents`` on.

    From Erlang B: C = B / (1 - u (1 - B)) with u = a / c; the denominator is written
    (1 - u) + u B, whose terms are positive, and 1 - u is (c - a) / c, which is exact where it matters.
    """
    if load >= agents:
        return 1.0
    share = blocking(agents, load)
    return share / ((agents - load) / agents + load / agents * share)


class ErlangC:
    """The queue with patient customers. From a load of ``agents`` erlangs on it only grows, and its means are infinite."""

    __slots__ = ("_spare", "agents", "asa", "demand", "mean_wait", "occupancy", "queue_length", "wait_probability")

    blocking = abandonment = 0.0

    def __init__(self, demand: Demand, agents: int) -> None:
        check_agents(agents)
        self.demand = demand
        self.agents = agents
        self.wait_probability = delay_probability(agents, demand.load)
        self._spare = max(0.0, (agents - demand.load) / demand.service)  # services a second beyond what is needed
        self.mean_wait = self.asa = self.wait_probability / self._spare if self._spare else math.inf
        self.queue_length = demand.rate * self.mean_wait if self._spare else math.inf  # Little
        self.occupancy = min(1.0, demand.load / agents)

    def wait_exceeds(self, seconds: float) -> float:
        """P(W > t) = C exp(-(c - a) t / s)."""
        return self.wait_probability * math.exp(-self._spare * max(0.0, seconds)) if seconds >= 0.0 else 1.0

    def served_within(self, seconds: float) -> float:
        """1 - P(W > t); without the cancellation where nearly everybody waits and nearly all are late."""
        if seconds < 0.0 or not self._spare:
            return 0.0
        late = -math.expm1(-self._spare * seconds)  # of those who wait, the share in time
        return (1.0 - self.wait_probability) + self.wait_probability * late

    def service_level(self, seconds: float) -> float:
        """Nobody gives up, so both definitions agree."""
        return self.served_within(seconds)
