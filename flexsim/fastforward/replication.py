"""One replication: one day, say, of one centre with one seed; its events go into a log, its figures come back.

The period that counts begins after the warm-up. Time before it is simulated and logged like the rest, but whoever arrived in
it is left out of all figures, although agents handle them; agents' busy and idle time counts from the end of the warm-up.
At the end of the period the clock stops: what is open stays open and is named as open. Drained, nobody arrives any more,
and the replication goes on until the last task has ended; its figures are those of that moment.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from flexsim.clock import Clock
from flexsim.configuration.records import Configuration
from flexsim.fastforward.pacing import run_paced
from flexsim.fastforward.simulation import Listener, Simulation
from flexsim.measure.records import Recorder
from flexsim.measure.statistics import Statistics
from flexsim.measure.summary import Standing, standing
from flexsim.people.contact import Talks
from flexsim.randomness import Randomness
from flexsim.taskrouter.events import Event

Lines: TypeAlias = Callable[[Iterable[str]], None]
Progress: TypeAlias = Callable[[float], None]

_STEPS: Final = 200  # progress is told so often
_BATCH: Final = 500  # events


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to simulate; durations in seconds, ``start`` in UTC seconds. ``warmup`` comes before ``duration``.

    ``talks`` is asked for each contact that an agent accepts, and may know how long it is talked to.
    """

    configuration: Configuration
    seed: int
    start: float
    duration: float
    warmup: float = 0.0
    drain: bool = False
    talks: Talks | None = None

    @property
    def end(self) -> float:
        """When the clock stops, or nobody arrives any more."""
        return self.start + self.warmup + self.duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """What came of it. ``refused`` customers got no task, because no filter of the workflow wanted it."""

    number: int
    seed: int
    arrived: int
    refused: int
    standing: Standing


class Running:
    """A replication under way: its simulation, with a log and figures listening. ``write`` None keeps no log.

    ``also`` makes, of the simulation, somebody else who listens; it is then a detailed one, for who knows what they want.
    """

    def __init__(
        self,
        plan: Plan,
        number: int = 0,
        *,
        write: Lines | None = None,
        also: Callable[[Simulation], Listener] | None = None,
        detailed: bool = False,
    ) -> None:
        self.plan = plan
        self.number = number
        self._write = write
        self.randomness = Randomness(plan.seed).replication(number)
        detailed = detailed or also is not None
        self.simulation = Simulation(
            plan.configuration, self.randomness, plan.start, detailed=detailed, talks=plan.talks
        )
        recorder = Recorder(self.simulation.engine)
        self.statistics = Statistics(recorder.names, plan.configuration.domain.service_level.threshold)
        self._heard: list[Event] = []
        opening, lines = recorder.open(plan.start)
        record, heard = recorder.lines, self._heard
        heard += opening
        self._batch = _BATCH

        another = None if also is None else also(self.simulation)

        def hear(happened: list[Event]) -> None:
            if write is not None:
                lines.extend(record(happened))
            if another is not None:
                another(happened)
            heard.extend(happened)
            if len(heard) > self._batch:
                self._count()

        self._lines = lines
        self.simulation.listen = hear
        if plan.drain:
            self.simulation.close_doors(plan.end)
        self.simulation.open()

    def run(self, progress: Progress | None = None) -> Replication:
        """Run to the end; ``progress`` hears from time to time which share of the period is over.

        Whatever stops it, the log holds what had happened by then.
        """
        try:
            return self._run(progress)
        finally:
            self._count()

    def _run(self, progress: Progress | None) -> Replication:
        plan, simulation = self.plan, self.simulation
        if plan.warmup:
            simulation.run_until(plan.start + plan.warmup)
            self._begin(plan.start + plan.warmup)
        begin = plan.start + plan.warmup
        for step in range(1, _STEPS + 1):
            simulation.run_until(plan.end if step == _STEPS else begin + plan.duration * step / _STEPS)
            if progress is not None:
                progress(step / _STEPS)
        while plan.drain and simulation.open_tasks:
            simulation.run_until(simulation.next_moment())
        return self.over(max(plan.end, simulation.now))

    async def run_paced(self, clock: Clock) -> Replication:
        """The same at the pace of ``clock``, which shows the plan's start now."""
        try:
            return await self._run_paced(clock)
        finally:
            self._count()

    async def _run_paced(self, clock: Clock) -> Replication:
        self._batch = 0  # somebody may read along
        plan = self.plan
        if plan.warmup:
            await run_paced(self.simulation, clock, plan.start + plan.warmup)
            self._begin(plan.start + plan.warmup)
        await run_paced(self.simulation, clock, plan.end)
        while plan.drain and self.simulation.open_tasks:
            await run_paced(self.simulation, clock, self.simulation.next_moment())
        return self.over(max(plan.end, self.simulation.now))

    def _count(self) -> None:
        """Take what was heard into the log and the figures: a batch of it in half the time."""
        if self._write is not None:
            self._write(self._lines)
        self._lines.clear()
        self.statistics.add_all(self._heard)
        self._heard.clear()

    def _begin(self, moment: float) -> None:
        """The warm-up is over."""
        self._count()
        self.statistics.begin(moment)

    def over(self, moment: float) -> Replication:
        """What has come of it by ``moment``, which is now."""
        self._count()
        return Replication(
            number=self.number,
            seed=self.randomness.seed,
            arrived=self.simulation.arrived,
            refused=self.simulation.refused,
            standing=standing(self.statistics, moment),
        )
