"""What every formula tells about a group of agents, so that a search or a table need not know which one it asks."""

from typing import Protocol

from flexsim.staffing.demand import Demand


class Model(Protocol):
    """A group of agents in the long run. Shares are from 0 to 1; times in seconds, infinite where the queue only grows.

    Customers who are turned away at the door never enter: shares and waits are of those who do.
    """

    @property
    def demand(self) -> Demand:
        """What comes."""

    @property
    def agents(self) -> int:
        """How many serve it."""

    @property
    def blocking(self) -> float:
        """Share of all arrivals turned away because there is no room."""

    @property
    def wait_probability(self) -> float:
        """Share of those who enter that find all agents busy."""

    @property
    def abandonment(self) -> float:
        """Share that gives up."""

    @property
    def mean_wait(self) -> float:
        """Mean wait of all who enter, whether they are served or give up."""

    @property
    def asa(self) -> float:
        """Mean wait of those who are served: average speed of answer."""

    @property
    def occupancy(self) -> float:
        """Share of their time that agents serve."""

    @property
    def queue_length(self) -> float:
        """Mean number of waiting customers."""

    def wait_exceeds(self, seconds: float) -> float:
        """P(W > t): the chance that somebody who never gave up would wait longer."""

    def served_within(self, seconds: float) -> float:
        """Share of those who enter that is served within so many seconds."""

    def service_level(self, seconds: float) -> float:
        """As ``flexsim.measure`` counts it: answered within / (answered + abandoned after)."""
