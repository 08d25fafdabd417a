"""Erlang B, M/M/c/c: no place to wait. Who finds all agents busy is turned away.

Source: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
exchanges" (1917); L. Kleinrock, "Queueing Systems, Volume 1" (1975), equation 3.43. The recursion is that of D. L. Jagerman,
"Some properties of the Erlang loss function" (Bell System Technical Journal 53, 1974).
"""

from flexsim.staffing.demand import Demand, check_agents


def blocking(agents: int, load: float) -> float:
    """B(c, a): the share of arrivals that finds all agents busy, where nobody can wait; ``load`` in erlangs.

    By B(0) = 1 and B(n) = a B(n-1) / (n + a B(n-1)): sums and products of positive numbers only, in which an error of one
    step shrinks in the next. So it is right to some 14 digits at any size; below 1e-308 it is 0. Takes ``agents`` steps.
    """
    share = 1.0
    for number in range(1, agents + 1):
        carried = load * share
        share = carried / (number + carried)
    return share


class ErlangB:
    """The loss system. Nobody waits, so all of its figures follow from the share that is turned away."""

    __slots__ = ("agents", "blocking", "demand", "occupancy")

    wait_probability = abandonment = mean_wait = asa = queue_length = 0.0

    def __init__(self, demand: Demand, agents: int) -> None:
        check_agents(agents)
        self.demand = demand
        self.agents = agents
        before = blocking(agents - 1, demand.load)
        self.blocking = demand.load * before / (agents + demand.load * before)
        # a (1 - B(c)) / c, without the subtraction: 1 - B(c) = c / (c + a B(c-1))
        self.occupancy = demand.load / (agents + demand.load * before)

    def wait_exceeds(self, seconds: float) -> float:  # noqa: ARG002 -- as every model
        """Nobody waits."""
        return 0.0

    def served_within(self, seconds: float) -> float:  # noqa: ARG002 -- as every model
        """Who enters is served at once."""
        return 1.0

    def service_level(self, seconds: float) -> float:
        """Who enters is served at once."""
        return self.served_within(seconds)
