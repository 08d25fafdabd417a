"""M/M/c/K: as Erlang C, but with room for no more than K customers, those being served among them.

Source: D. Gross and C. M. Harris, "Fundamentals of Queueing Theory" (1998), chapter 2, "Queues with truncation". K = c is Erlang B, and K without
bound is Erlang C.
"""

import itertools
import math
from typing import Final

from flexsim.errors import ConfigurationError
from flexsim.staffing.demand import Demand, check_agents
from flexsim.staffing.erlang_b import blocking

_MOST_ROOM: Final = 1_000_000


class FiniteRoom:
    """Who finds the room full is turned away. Settles at any load. ``room`` is K, no less than ``agents``.

    Works on the chances to find j customers waiting, relative to the likeliest j: sums of positive numbers, no overflow.
    """

    __slots__ = (
        "_found", "agents", "blocking", "demand", "mean_wait", "occupancy", "queue_length", "room", "wait_probability",
    )  # fmt: skip

    abandonment = 0.0

    def __init__(self, demand: Demand, agents: int, room: int) -> None:
        check_agents(agents)
        if not agents <= room <= agents + _MOST_ROOM:
            raise ConfigurationError(f"the room must be from {agents}, the agents, to {agents + _MOST_ROOM}: {room}")
        self.demand = demand
        self.agents = agents
        self.room = room
        waiting = self._waiting(room - agents)
        free = self._any_free(waiting[0])
        total = free + math.fsum(waiting)
        self.blocking = waiting[-1] / total
        entered = free + math.fsum(waiting[:-1])
        self._found = [weight / entered for weight in waiting[:-1]]  # with j waiting, by those who enter
        self.wait_probability = math.fsum(self._found)
        self.queue_length = math.fsum(number * weight for number, weight in enumerate(waiting)) / total
        self.occupancy = demand.load / agents * (entered / total)
        self.mean_wait = math.fsum(share * (number + 1) for number, share in enumerate(self._found)) * self._each

    @property
    def asa(self) -> float:
        """Whoever enters is served."""
        return self.mean_wait

    @property
    def _each(self) -> float:
        return self.demand.service / self.agents  # mean seconds from one service's end to the next, all agents busy

    def _waiting(self, places: int) -> list[float]:
        ratio = self.demand.load / self.agents
        if ratio <= 1.0:
            return [ratio**number for number in range(places + 1)]
        return [ratio ** (number - places) for number in range(places + 1)]

    def _any_free(self, all_busy: float) -> float:
        """The weight of 0 to c-1 in the system, from that of c: 1 / B(c, a) - 1 = c / (a B(c-1, a))."""
        carried = self.demand.load * blocking(self.agents - 1, self.demand.load)
        return all_busy * self.agents / carried if carried else math.inf

    def wait_exceeds(self, seconds: float) -> float:
        """P(W > t) of those who enter: with j ahead, no more than j services have ended by then."""
        if seconds < 0.0:
            return 1.0
        mean = seconds / self._each
        at_least = list(itertools.accumulate(reversed(self._found)))[::-1]
        late = math.fsum(_poisson(number, mean) * share for number, share in enumerate(at_least))
        return min(1.0, late)

    def served_within(self, seconds: float) -> float:
        """Share of those who enter."""
        return 1.0 - self.wait_exceeds(seconds)

    def service_level(self, seconds: float) -> float:
        """Nobody gives up, so both definitions agree."""
        return self.served_within(seconds)


def _poisson(number: int, mean: float) -> float:
    if mean == 0.0:
        return float(number == 0)
    return math.exp(number * math.log(mean) - mean - math.lgamma(number + 1))
