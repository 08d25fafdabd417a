"""Calls that arrive at virtual queues by chance: a Poisson process for each, with a rate that can change."""

from collections.abc import Iterator, Mapping

from flexsim.load.chance import Chance, exponential
from flexsim.load.wheel import Agenda


class Arrivals:
    """Which virtual queue gets a call when; ``rates`` are calls a minute."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._chances: dict[str, Chance] = {}
        self._turns: dict[str, int] = {}
        self._agenda: Agenda[tuple[str, float]] = Agenda()
        self.rates: dict[str, float] = {}

    def set_rates(self, now: float, rates: Mapping[str, float]) -> None:
        """From now on these rates; as the process has no memory, what was to come is drawn anew."""
        self.rates = dict(rates)
        self._agenda.clear()
        for queue in self.rates:
            self._next(now, queue)

    def due(self, now: float) -> Iterator[str]:
        """The virtual queues of the calls that have arrived by now, in order."""
        for queue, at in self._agenda.due(now):
            yield queue
            self._next(at, queue)

    def _next(self, after: float, queue: str) -> None:
        rate = self.rates[queue]
        if rate <= 0.0:
            return
        if queue not in self._chances:
            self._chances[queue] = Chance(self._seed, f"calls/{queue}")
        turn = self._turns[queue] = self._turns.get(queue, 0) + 1
        at = after + exponential(60.0 / rate, self._chances[queue].uniforms(0, turn)[0])
        self._agenda.put(at, (queue, at))
