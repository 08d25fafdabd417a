"""The command ``flexsim converse batch``: a suite of conversations, repeated, and what they come to."""

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flexsim import interrupts
from flexsim.cli import output, virtual
from flexsim.cli.converse import plans
from flexsim.cli.options import Json, Seed, Speed, WithReport, common, fails_if, seed_or_fresh
from flexsim.cli.runs import REPORT
from flexsim.errors import CheckFailed, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flexsim.cluster.processes import Spread
    from flexsim.measure.thresholds import Threshold, Verdict
    from flexsim.voice.conversation.batch import Done, Job
    from flexsim.voice.conversation.batch_run import BatchRun, Line
    from flexsim.voice.conversation.doors import Way
    from flexsim.voice.conversation.suite import Suite

_AT_ONCE: Final = 1024


def batch(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    suite: Annotated[
        Path,
        typer.Argument(
            metavar="SUITE", help="The suite: YAML or JSON, see docs/converse.md.", dir_okay=False, show_default=False
        ),
    ],
    *,
    parallel: Annotated[
        int,
        typer.Option(
            "--parallel",
            help="How many at a time; in virtual time that many processes, 0 is one for each core.",
            min=0,
            max=_AT_ONCE,
        ),
    ] = 1,
    repeat: Annotated[
        int | None,
        typer.Option(
            "--repeat",
            help="How often each conversation takes place; what the suite says unless given.",
            min=1,
            max=10_000,
            show_default=False,
        ),
    ] = None,
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "--filter",
            metavar="KEY=PATTERN",
            help="Only cases that match: caller=frustrated, scenario=*card, agent=, tag=, name=; several must all match.",
            show_default=False,
        ),
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="At the clock's pace, over sockets, and not in virtual time.")
    ] = False,
    cluster: virtual.Cluster = None,
    provider: plans.WithProvider = plans.Provider.LOCAL,
    model: plans.Model = None,
    engine_url: plans.EngineUrl = None,
    engine_key: plans.EngineKey = None,
    speed: Speed = 1.0,
    acoustic: plans.Acoustic = False,
    seed: Seed = None,
    runs: Annotated[
        Path, typer.Option("--runs", help="Folder that gets the batch's own folder.", file_okay=False)
    ] = Path("runs"),
    fail_if: Annotated[list[str] | None, fails_if('comes true: "goal_rate < 0.9", "p95(latency_agent) > 2s"')] = None,
    junit: Annotated[
        Path | None,
        typer.Option(
            "--junit",
            help="Write conversations and checks to this file as JUnit XML.",
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    with_report: WithReport = True,
    as_json: Json = False,
) -> None:
    """Let a whole suite of conversations take place, keep all of them, and say how often the callers reached their goals.

    Example: flexsim converse batch suite.yaml --parallel 0 --repeat 5
    Example: flexsim converse batch suite.yaml --cluster 10.0.0.1:6379
    Example: flexsim converse batch suite.yaml --filter caller=frustrated --fail-if "goal_rate < 0.9" --junit junit.xml
    """
    from flexsim.measure.thresholds import parse
    from flexsim.voice.conversation.batch import jobs
    from flexsim.voice.conversation.suite import read_suite
    from flexsim.voice.scores.figures import CONVERSATION

    thresholds = [parse(each, CONVERSATION) for each in fail_if or ()]
    if junit is not None and not junit.absolute().parent.is_dir():
        raise ConfigurationError(f"--junit: there is no folder {junit.parent}")
    chosen = seed_or_fresh(context, seed)
    found = _chosen(read_suite(suite, chosen), filters or [], repeat)
    works = jobs(found.plans())
    if not works:
        raise ConfigurationError(f"{suite} has no case that matches {' and '.join(filters or ())}")
    at_once = parallel or os.cpu_count() or 1
    spread = virtual.spread(parallel, cluster, len(works))
    way = None if not (live or provider is plans.Provider.OPENAI or engine_url) else plans.way(
        context, provider, engine_url, engine_key, model, exact=not acoustic
    )  # fmt: skip
    if cluster is not None and way is not None:
        raise ConfigurationError("--cluster is for virtual time; what is live runs on this machine")
    run = _begun(runs, found, chosen, works)
    quiet = common(context).quiet
    interrupted = False
    try:
        with virtual.showing("conversing", quiet=quiet) as tell:
            over = _over(run, len(works), tell)
            if way is None:
                _virtually(works, run, over, spread, exact=not acoustic)
            else:
                interrupted = _live(works, run, over, at_once, speed, way)
    except KeyboardInterrupt:
        interrupted = True
    document = run.finish()
    verdicts = _judged(thresholds, run)
    _print(run, document, verdicts, as_json=as_json)
    if with_report:
        _leave_report(run)
    if junit is not None:
        _write_junit(junit, run, verdicts)
    if interrupted:
        raise KeyboardInterrupt
    _enforce(run, verdicts, quiet=quiet)


def _chosen(suite: "Suite", filters: "Sequence[str]", repeat: int | None) -> "Suite":
    from dataclasses import replace

    from flexsim.voice.conversation.suite import parse_filter

    wishes = [parse_filter(each) for each in filters]
    cases = [case for case in suite.cases if all(case.fits(each) for each in wishes)]
    return replace(suite, cases=cases, repeat=repeat or suite.repeat)


def _begun(runs: Path, suite: "Suite", seed: int, works: "Sequence[Job]") -> "BatchRun":
    from flexsim.clock import WallClock
    from flexsim.voice.conversation.batch_run import BatchRun

    return BatchRun(runs, suite.name, suite.seed if suite.seed is not None else seed, works, WallClock().now())


def _over(run: "BatchRun", count: int, tell: "Callable[[float], None]") -> "Callable[[Done], None]":
    """What is done when a conversation is over."""

    def over(done: "Done") -> None:
        line = run.add(done)
        if line.problem is not None:
            output.say(f"flexsim: {line.conversation_id}: {line.problem}")
        tell(len(run.lines) / count)

    return over


def _virtually(
    works: "Sequence[Job]", run: "BatchRun", over: "Callable[[Done], None]", spread: "Spread | None", *, exact: bool
) -> None:
    from flexsim.voice.conversation.batch import converse_all
    from flexsim.voice.conversation.records import EndReason

    with contextlib.closing(converse_all(works, run.conversations, spread=spread, exact=exact)) as found:
        for done in found:
            over(done)
            if done.outcome is not None and done.outcome.end_reason is EndReason.INTERRUPTED:
                raise KeyboardInterrupt


def _live(  # noqa: PLR0913, PLR0917 -- as many options are about it
    works: "Sequence[Job]", run: "BatchRun", over: "Callable[[Done], None]", at_once: int, speed: float, way: "Way"
) -> bool:
    """Whether it was interrupted."""
    from flexsim.clock import WallClock
    from flexsim.voice.conversation.batch import converse_all_live
    from flexsim.voice.conversation.conversing import Outcome, Setting, converse_live
    from flexsim.voice.conversation.doors import opened
    from flexsim.voice.conversation.live import Reconnecting

    async def all_of_them() -> None:
        clock = WallClock(speed)
        async with opened(way, clock, works[0].plan.seed) as doors:

            async def converse(job: "Job") -> Outcome:
                setting = Setting(out=run.conversations, name=job.name, started=clock.now())
                return await converse_live(job.plan, setting, doors, clock, Reconnecting())

            with interrupts.until_terminated():
                await converse_all_live(works, converse, at_once, over)

    interrupts.run(all_of_them())
    return len(run.lines) < len(works)


def _judged(thresholds: "Sequence[Threshold]", run: "BatchRun") -> "list[Verdict]":
    from flexsim.measure.thresholds import verdict
    from flexsim.voice.scores.figures import CONVERSATION, measured

    return [verdict(each, measured(each.function, each.metric, run.analyses), CONVERSATION) for each in thresholds]


def _print(run: "BatchRun", document: "Mapping[str, Any]", verdicts: "Sequence[Verdict]", *, as_json: bool) -> None:
    from dataclasses import asdict

    from flexsim.voice.conversation.batch_run import rows

    if as_json:
        lines = [asdict(each) for each in run.lines]
        thresholds = [each.document() for each in verdicts]
        output.print_json({"folder": str(run.path), **document, "lines": lines, "thresholds": thresholds})
        return
    output.print_table(None, ["of", "conversations", "goal reached", "all of several"], list(rows(document)))
    reasons = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in document["end_reasons"].items())
    output.print_line(f"{document['conversations']} of {document['planned']} conversations: {reasons or 'none'}")
    output.print_line(f"everything is in {run.path}")


def _leave_report(run: "BatchRun") -> None:
    from flexsim.reporting.writing import write_text
    from flexsim.voice.scores.index_page import index_page

    write_text(run.path / REPORT, index_page(run.path.name, run.analyses, [None] * len(run.analyses)))


def _write_junit(file: Path, run: "BatchRun", verdicts: "Sequence[Verdict]") -> None:
    from flexsim.cli.checking import write_junit
    from flexsim.measure.junit import Case

    def case(line: "Line") -> Case:
        failure = line.problem or (None if line.reached else f"goal not reached; ended: {line.end_reason}")
        return Case(name=line.conversation_id, failure=failure)

    write_junit(file, "flexsim converse batch", [*map(case, run.lines), *(each.case() for each in verdicts)])


def _enforce(run: "BatchRun", verdicts: "Sequence[Verdict]", *, quiet: bool) -> None:
    failed = [each for each in verdicts if each.failed]
    for each in verdicts:
        output.say(str(each), quiet=quiet and not each.failed)
    broken = sum(each.problem is not None for each in run.lines)
    if failed:
        raise CheckFailed(f"{len(failed)} of {len(verdicts)} thresholds failed")
    if broken:
        raise CheckFailed(f"{broken} of {len(run.lines)} conversations could not take place")
