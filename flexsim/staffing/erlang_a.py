"""Erlang A, M/M/c+M: everybody waits until served or until an exponential patience runs out.

Sources: C. Palm, "Research on telephone traffic carried by full availability groups" (1957); F. Baccelli and G.
Hebuterne, "On queues with impatient customers" (1981), for the density of the offered wait; S. Zeltyn and A. Mandelbaum,
"Call centers with impatient customers: many-server asymptotics of the M/M/n+G queue" (Queueing Systems 51, 2005), for
what follows from it. "V" is the wait offered to a customer, which it endures if its patience is longer.
"""

import math
from typing import Final

from flexsim.errors import ConfigurationError
from flexsim.staffing.demand import Demand, check_agents
from flexsim.staffing.erlang_b import blocking
from flexsim.staffing.quadrature import Nodes, nodes

_TINY: Final = 1e-300
_SMALL: Final = 0.01  # a hundredth to the seventh is nothing beside one


class ErlangA:
    """The queue with impatient customers; always settles, whatever the load. The demand must have a patience.

    With m = c / s the agents' rate and G(x) = 1 - exp(-x / p) the patience's distribution, V has the density

        f(x) = r P(c-1 in the system) exp(r H(x) - m x)   where   H(x) = p G(x), the integral of 1 - G from 0 to x.

    Everything is an integral of f with positive weights, so nothing cancels: the closed forms by incomplete gamma
    functions lose all digits where patience is long, or overflow where the load is high. Errors are around 1e-11.
    """

    __slots__ = (
        "_above", "_all", "_mass", "_patience", "_peak", "_spare", "_steep", "abandonment", "agents", "asa", "demand", "mean_wait",
        "occupancy", "queue_length", "served", "served_at_once", "wait_probability",
    )  # fmt: skip

    blocking = 0.0

    def __init__(self, demand: Demand, agents: int) -> None:
        check_agents(agents)
        if demand.patience is None:
            raise ConfigurationError("Erlang A needs a mean patience; where nobody gives up, it is Erlang C")
        self.demand = demand
        self.agents = agents
        self._patience = demand.patience
        # f rises as long as those still patient come faster than agents are freed: r (1 - G(x)) > m
        self._above = max(0.0, (demand.load - agents) / agents)
        self._peak = self._patience * math.log1p(self._above)
        self._steep = min(demand.rate, agents / demand.service)
        self._spare = max(0.0, (agents - demand.load) / demand.service)
        self._all = self._nodes(0.0, math.inf)
        self._mass = sum(weight for _, weight in self._all)
        self._derive()

    def _derive(self) -> None:
        demand = self.demand
        # (1 - P(V > 0)) / P(V > 0); f is held relative to its height at the peak, which is exp(m p (a/c - 1 - log(a/c)))
        before = blocking(self.agents - 1, demand.load)
        weighed = demand.rate * self._mass * before
        height = self.agents / demand.service * self._patience * _log_gap(self._above)
        odds = math.exp(-height) / weighed if weighed > _TINY else math.inf
        self.wait_probability = 1.0 / (1.0 + odds)
        self.served_at_once = 1.0 if odds == math.inf else odds / (1.0 + odds)
        self.abandonment = self._share([(x, w * -math.expm1(-x / self._patience)) for x, w in self._all])
        self.served = self.served_at_once + self._share(self._endured(self._all))
        self.mean_wait = self.abandonment * self._patience  # who waits dies off at the rate 1/p: P(Ab) = E[W] / p
        self.asa = self._share([(x, x * w) for x, w in self._endured(self._all)]) / self.served
        self.occupancy = demand.load * self.served / self.agents
        self.queue_length = demand.rate * self.mean_wait  # Little

    def wait_exceeds(self, seconds: float) -> float:
        """P(V > t), of somebody who never gives up."""
        return self._share(self._nodes(seconds, math.inf)) if seconds >= 0.0 else 1.0

    def served_within(self, seconds: float) -> float:
        """Share of all who are served within ``seconds``."""
        if seconds < 0.0:
            return 0.0
        return self.served_at_once + self._share(self._endured(self._nodes(0.0, seconds)))

    def abandoned_after(self, seconds: float) -> float:
        """Share of all who give up later than ``seconds``."""
        patience, late = self._patience, self._nodes(max(0.0, seconds), math.inf)
        still = math.exp(-max(0.0, seconds) / patience)
        return self._share([(x, w * still * -math.expm1(-(x - max(0.0, seconds)) / patience)) for x, w in late])

    def service_level(self, seconds: float) -> float:
        """Answered within / (answered + abandoned after), as ``flexsim.measure.statistics`` defines it."""
        return self.served_within(seconds) / (self.served + self.abandoned_after(seconds))

    def _exponent(self, wait: float) -> float:
        """The logarithm of f relative to its peak, as sums of one sign: r H(x) and m x cancel to their last digits."""
        away = (wait - self._peak) / self._patience
        return -self._steep * self._patience * _exp_gap(away) - self._spare * wait

    def _nodes(self, start: float, end: float) -> Nodes:
        return nodes(self._exponent, self._peak, start, end, self._patience)

    def _endured(self, points: Nodes) -> Nodes:
        """Weighed with the chance that patience is longer than the wait."""
        return [(x, w * math.exp(-x / self._patience)) for x, w in points]

    def _share(self, points: Nodes) -> float:
        return self.wait_probability * sum(weight for _, weight in points) / self._mass


def _exp_gap(x: float) -> float:
    """exp(-x) - 1 + x, by its series where that cancels."""
    if abs(x) > _SMALL:
        return math.expm1(-x) + x
    return x * x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6 * (1 - x / 7)))))


def _log_gap(x: float) -> float:
    """Likewise x - log(1 + x), where x is not negative."""
    if x > _SMALL:
        return x - math.log1p(x)
    return x * x * (1 / 2 - x * (1 / 3 - x * (1 / 4 - x * (1 / 5 - x * (1 / 6 - x * (1 / 7 - x / 8))))))
