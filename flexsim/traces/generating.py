"""From a plan to spans on their way: makes the traces, spoils them if asked, hands them on, and writes down what is true.

In virtual time as fast as the receiver takes them; otherwise each trace begins when it should by the clock, and takes as
long as it takes.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from flexsim.clock import Clock, sleep_until
from flexsim.randomness import Randomness
from flexsim.traces import truth
from flexsim.traces.answers import Answers
from flexsim.traces.declared import Emitted
from flexsim.traces.dirt import Dirt, Spoiler
from flexsim.traces.exporter import BATCH
from flexsim.traces.mix import Arrival, Mix, arrivals
from flexsim.traces.real_stage import RealStage, SleepingTools
from flexsim.traces.run import Ids, Names, Run
from flexsim.traces.scenarios import BY_NAME
from flexsim.traces.stage import SECOND
from flexsim.traces.virtual import VirtualTraces, tool_delay
from flexsim.traces.vocabulary import vocabulary

_MOST_AT_ONCE: Final = 1_000  # traces under way by the clock


class Sink(Protocol):
    """Where spans go."""

    async def export(self, spans: Sequence[Emitted]) -> None:
        """Take them, at the sink's own pace."""

    async def batch(self, spans: Sequence[Emitted]) -> None:
        """Take them as a request of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Traces of a ``mix`` from ``start`` (UTC nanoseconds) on: ``count`` of them, or those of ``duration`` seconds, or both."""

    mix: Mix
    seed: int
    start: int
    count: int | None = None
    duration: float | None = None
    mesh: str = ""
    dirt: Dirt = field(default_factory=Dirt)

    def arrivals(self) -> Iterator[Arrival]:
        """The traces, in the order of their beginning."""
        until = None if self.duration is None else self.start + int(self.duration * SECOND)
        draws = Randomness(self.seed).generator("trace arrivals")
        for number, each in enumerate(arrivals(self.mix, self.start, draws)):
            if number == self.count or (until is not None and each.time >= until):
                return
            yield each


@dataclass(slots=True, kw_only=True)
class Made:
    """How much was made."""

    traces: int = 0
    spans: int = 0
    ledger: dict[str, Any] = field(default_factory=dict)


class Pipeline:
    """What happens to a trace that has been made."""

    def __init__(self, plan: Plan, sink: Sink, write: Callable[[str], object] | None) -> None:
        self.made = Made()
        self._sink = sink
        self._write = write
        draws = Randomness(plan.seed).generator("trace dirt")
        self._spoiler = Spoiler(plan.dirt, draws, BATCH) if plan.dirt != Dirt() else None

    async def take(self, spans: list[Emitted], answers: Callable[[], Answers]) -> None:
        """One trace; its answers are asked for only where somebody wants them."""
        self.made.traces += 1
        self.made.spans += len(spans)
        true = None if self._write is None else answers()
        if self._spoiler is None:
            await self._sink.export(spans)
        else:
            batches, found = self._spoiler.add(spans)
            true = None if true is None else replace(true, defects=true.defects + found)
            for batch in batches:
                await self._sink.batch(batch)
        if true is not None and self._write is not None:
            self._write(true.line() + "\n")

    async def finish(self) -> Made:
        """What was held back goes as well."""
        if self._spoiler is not None:
            for batch in self._spoiler.finish():
                await self._sink.batch(batch)
            self.made.ledger = self._spoiler.document()
        return self.made


async def in_virtual_time(plan: Plan, pipeline: Pipeline, progress: Callable[[int], None]) -> None:
    """All traces of the plan, without waiting; ``progress`` hears how many there are."""
    traces = VirtualTraces(plan.seed, plan.mesh)
    for number, each in enumerate(plan.arrivals(), 1):
        made = traces.make(each.entry.scenario, each.entry.parameters, each.time)
        await pipeline.take(made.spans, made.answers)
        progress(number)
        if number % 64 == 0:
            await asyncio.sleep(0)  # let those that send do so


async def by_the_clock(plan: Plan, pipeline: Pipeline, clock: Clock, progress: Callable[[int], None]) -> None:
    """All traces of the plan, each when it is due; what is under way when this is cancelled is broken off."""
    randomness = Randomness(plan.seed)
    ids, names, draws = Ids(randomness.generator("trace ids")), Names(plan.mesh), randomness.family("trace")
    free = asyncio.Semaphore(_MOST_AT_ONCE)
    done = 0

    async def one(number: int, arrival: Arrival) -> None:
        nonlocal done
        entry = arrival.entry
        stage = RealStage(clock, SleepingTools(tool_delay(entry.parameters)))
        run = Run(stage, vocabulary(entry.scenario), entry.parameters, ids, draws.of(str(number)).random, names)
        try:
            await BY_NAME[entry.scenario](run)
        finally:
            free.release()
            with contextlib.suppress(asyncio.CancelledError):
                await pipeline.take(run.spans, lambda: truth.answers(entry.scenario, run.spans, run.facts))
        done += 1
        progress(done)

    async with asyncio.TaskGroup() as group:
        for number, arrival in enumerate(plan.arrivals()):
            await free.acquire()
            await sleep_until(clock, arrival.time / SECOND)
            group.create_task(one(number, arrival))
