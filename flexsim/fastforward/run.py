"""A simulation with its folder: event log, manifest, configuration, one line for each replication, and the summary."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flexsim.clock import Clock
from flexsim.cluster.processes import Spread
from flexsim.configuration.files import render
from flexsim.fastforward.figures import FIGURES, intervals
from flexsim.fastforward.replication import Plan, Progress, Replication, Running
from flexsim.fastforward.replications import replicate
from flexsim.measure.intervals import Interval
from flexsim.measure.statistics import Totals
from flexsim.measure.summary import document, merged
from flexsim.runs.folder import Manifest, RunWriter, begin_run, digest_of_files, versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How much to simulate, and what to leave where; ``begun`` hears of the run's folder before anything happens."""

    out: Path
    replications: int = 1
    spread: Spread | None = None
    keep_logs: bool = False
    command: str = "simulate"
    progress: Progress | None = None
    begun: Callable[[Path], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it; ``interrupted`` when fewer replications are complete than were wanted."""

    path: Path
    replications: tuple[Replication, ...]
    summary: dict[str, Any] | None  # None when not one is complete
    interrupted: bool

    @property
    def totals(self) -> Totals:
        """The counts of all replications together; empty when not one is complete."""
        found = Totals()
        for each in self.replications:
            found.merge(each.standing.totals)
        return found

    @property
    def intervals(self) -> dict[str, Interval]:
        """The mean of each figure with its confidence interval over the replications."""
        return intervals(each.standing for each in self.replications)


def simulate(plan: Plan, wanted: Wanted) -> Outcome:
    """Run all replications; an interruption (KeyboardInterrupt) ends it with what is complete."""
    files = render(plan.configuration)
    with begin_run(wanted.out, manifest(plan, files, wanted.command)) as run:
        run.keep_configuration(files)
        _tell_begun(wanted, run)
        logged = range(wanted.replications if wanted.keep_logs else 1)
        logs = {(0, number): run.log_file(number) for number in logged}
        works = [(0, number) for number in range(wanted.replications)]
        done: list[Replication] = []
        interrupted = False
        try:
            for each in replicate([plan], works, spread=wanted.spread, logs=logs, progress=wanted.progress):
                run.keep_replication(each.number, each.seed, document(each.standing))
                done.append(each)
        except KeyboardInterrupt:
            interrupted = True
            run.keep_only((each.number, each.seed, document(each.standing)) for each in done)
        return finish(run, done, interrupted=interrupted)


async def simulate_paced(plan: Plan, wanted: Wanted, clock: Clock, speed: float) -> Outcome:
    """One replication at the pace of ``clock``; leaves the same log as without. Cancelled, it sums up what there is."""
    files = render(plan.configuration)
    with begin_run(wanted.out, manifest(plan, files, wanted.command, speed)) as run:
        run.keep_configuration(files)
        _tell_begun(wanted, run)
        running = Running(plan, write=run.write)
        interrupted = False
        try:
            done = await running.run_paced(clock)
        except asyncio.CancelledError:  # Ctrl-C: whoever asked for the run wants to see it
            done, interrupted = running.over(running.simulation.now), True
        run.keep_replication(done.number, done.seed, document(done.standing))
        return finish(run, [done], interrupted=interrupted)


def _tell_begun(wanted: Wanted, run: RunWriter) -> None:
    if wanted.begun is not None:
        wanted.begun(run.path)


def pooled(replications: Sequence[Replication]) -> dict[str, Any]:
    """The figures of all replications together: counts added up, means over all contacts, and each figure's interval."""
    together = merged(each.standing for each in replications)
    found = intervals(each.standing for each in replications)
    return {
        **document(together),
        "replications": len(replications),
        "refused": sum(each.refused for each in replications),
        "intervals": {name: interval_document(name, each) for name, each in found.items()},
    }


def interval_document(figure: str, interval: Interval) -> dict[str, float | None]:
    """Mean and half width with the digits that the figure has in a summary, and one more for what is counted in contacts."""
    digits = 4 if FIGURES[figure] == "share" else 2
    half_width = None if interval.half_width is None else round(interval.half_width, digits)
    return {"mean": round(interval.mean, digits), "half_width": half_width}


def manifest(plan: Plan, files: dict[str, str], command: str, speed: float = 0.0) -> Manifest:
    """What it takes to repeat the run; ``speed`` 0 is as fast as the machine can."""
    return Manifest(
        command=command,
        seed=plan.seed,
        speed=speed,
        started=plan.start,
        configuration=digest_of_files(files),
        threshold=plan.configuration.domain.service_level.threshold,
        versions=versions(),
        warmup=plan.warmup,
    )


def finish(run: RunWriter, done: Sequence[Replication], *, interrupted: bool) -> Outcome:
    """Write the summary, if there is anything to sum up."""
    summary = pooled(done) if done else None
    if summary is not None:
        run.finish(summary)
    return Outcome(path=run.path, replications=tuple(done), summary=summary, interrupted=interrupted)
