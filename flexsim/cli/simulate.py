"""``flexsim simulate``: a day of a contact centre in seconds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flexsim import interrupts
from flexsim.cli import output, tracing, virtual
from flexsim.cli.options import (
    Agents,
    DomainDir,
    FailIf,
    Json,
    Junit,
    Locale,
    Out,
    Seed,
    WithReport,
    common,
    seed_or_fresh,
)
from flexsim.cli.runs import leave_report
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flexsim.fastforward.replication import Plan
    from flexsim.fastforward.run import Outcome, Wanted
    from flexsim.voice.conversation.attaching import Attached, Voices


def simulate(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    cfgdir: virtual.OwnCfgDir = None,
    domaindir: DomainDir = None,
    locale: Locale = "en-us",
    agents: Agents = None,
    start: virtual.Start = "2026-01-05T00:00",
    hours: virtual.Hours = 24.0,
    warmup: virtual.WarmUp = 0.0,
    drain: Annotated[
        bool, typer.Option("--drain", help="At the end nobody else arrives, and everybody finishes.")
    ] = False,
    replications: Annotated[
        int, typer.Option("--replications", help="So many times, each with its own luck.", min=1, max=100_000)
    ] = 1,
    seed: Seed = None,
    jobs: virtual.Jobs = 1,
    cluster: virtual.Cluster = None,
    voices: Annotated[
        int,
        typer.Option(
            "--voices",
            help="Let so many of the voice contacts be conversations, recorded, and talk as long as these take.",
            min=0,
            max=10_000,
        ),
    ] = 0,
    speed: Annotated[
        float | None,
        typer.Option(
            "--speed",
            help="Simulated seconds in a real second; as fast as it goes unless given.",
            min=0.001,
            max=1_000_000,
            show_default=False,
        ),
    ] = None,
    out: Out = Path("runs"),
    keep_logs: Annotated[
        bool, typer.Option("--keep-logs", help="Keep the event logs of all replications, not only the first.")
    ] = False,
    otlp: tracing.Afterwards = None,
    fail_if: FailIf = None,
    junit: Junit = None,
    with_report: WithReport = True,
    as_json: Json = False,
) -> None:
    """Simulate a contact centre in virtual time: a day takes seconds, and the same seed gives the same events.

    Leaves a folder with every event, the figures and the configuration. The figures of all replications together can be held
    against thresholds (docs/thresholds.md).

    For example, one of:

    flexsim simulate --domaindir harbour-bank --seed 7

    flexsim simulate --cfgdir config --hours 8 --start 2026-01-05T08:00 --warmup 1 --replications 20 --jobs 0

    flexsim simulate --hours 1 --speed 60

    flexsim simulate --domaindir harbour-bank --seed 7 --fail-if "service_level < 80%"

    flexsim simulate --domaindir harbour-bank --hours 1 --start 2026-01-05T10:00 --voices 5
    """
    from flexsim.cli.checking import read_checks
    from flexsim.fastforward.replication import Plan
    from flexsim.fastforward.run import Wanted

    tracing.check(otlp)
    seed = seed_or_fresh(context, seed)
    quiet = common(context).quiet
    configuration = virtual.centre(cfgdir, domaindir, locale, agents, seed)
    queues = {queue.name for queue in configuration.queues}
    checks = read_checks("flexsim simulate", fail_if, junit, queues=queues)
    counts = virtual.moment(start, configuration.domain, "--start")
    if voices and (replications > 1 or cluster is not None):
        raise ConfigurationError(
            "--voices lets contacts of one run on this machine talk: leave out --replications, --cluster"
        )
    talking = _voices(voices, seed)
    plan = Plan(
        configuration=configuration,
        seed=seed,
        start=counts - warmup * 3600,
        warmup=warmup * 3600,
        duration=hours * 3600,
        drain=drain,
        talks=None if talking is None else talking.talk,
    )
    wanted = Wanted(
        out=out,
        replications=replications,
        spread=virtual.spread(jobs, cluster, replications),
        keep_logs=keep_logs,
        begun=None if talking is None else talking.begun,
    )
    outcome = _run(plan, wanted, quiet=quiet) if speed is None else _run_paced(plan, wanted, speed, quiet=quiet)
    if with_report and outcome.summary is not None:
        leave_report(outcome.path, quiet=quiet)
    verdicts = checks.judge(outcome.totals)
    if as_json:
        thresholds = {"thresholds": [each.document() for each in verdicts]} if verdicts else {}
        spoken = {} if talking is None else {"conversations": [_in_short(each) for each in talking.attached]}
        output.print_json(
            {"folder": str(outcome.path), "seed": seed, **(outcome.summary or {}), **spoken, **thresholds}
        )
    else:
        _print(outcome, seed, plan)
        if talking is not None:
            _print_conversations(talking.attached)
    tracing.send(otlp, outcome.path, seed, quiet=quiet)
    if outcome.interrupted:
        raise KeyboardInterrupt
    checks.enforce(verdicts, quiet=quiet)


def _voices(count: int, seed: int) -> "Voices | None":
    if not count:
        return None
    from flexsim.voice.conversation.attaching import Voices
    from flexsim.voice.sound.speaking import EspeakSpeaker

    return Voices(count, seed, EspeakSpeaker())


def _in_short(attached: "Attached") -> dict[str, Any]:
    outcome = attached.outcome
    kept = ("duration", "end_reason")
    return {
        "contact": attached.contact,
        "folder": str(outcome.folder),
        **{name: outcome.metadata[name] for name in kept},
        "goal_reached": outcome.reached,
    }


def _print_conversations(found: "Sequence[Attached]") -> None:
    reached = sum(each.outcome.reached for each in found)
    where = f" in {found[0].outcome.folder.parent}" if found else ""
    output.print_line(f"{len(found)} voice contacts were conversations, {reached} reached their goal; recorded{where}")


def _run(plan: "Plan", wanted: "Wanted", *, quiet: bool) -> "Outcome":
    from dataclasses import replace

    from flexsim.fastforward.run import simulate as run

    with virtual.showing("simulating", quiet=quiet) as tell:
        return run(plan, replace(wanted, progress=tell))


def _run_paced(plan: "Plan", wanted: "Wanted", speed: float, *, quiet: bool) -> "Outcome":
    from flexsim.clock import WallClock
    from flexsim.fastforward.run import simulate_paced

    if wanted.replications > 1:
        raise ConfigurationError("--speed paces one run by the clock; --replications has no use for that")
    real = (plan.end - plan.start) / speed
    output.say(f"at {speed:g} times the clock's pace this takes {real:,.0f} s; Ctrl-C ends it", quiet=quiet)
    return interrupts.run(simulate_paced(plan, wanted, WallClock(speed, start=plan.start), speed))


def _print(outcome: "Outcome", seed: int, plan: "Plan") -> None:
    if outcome.summary is None:
        output.print_line("not one replication is complete")
    else:
        _print_figures(outcome, outcome.summary, plan)
    output.print_line(f"seed {seed}; everything that happened is in {outcome.path}")


def _print_figures(outcome: "Outcome", summary: dict[str, Any], plan: "Plan") -> None:
    from flexsim.demo.view import queues

    console = output.stdout()
    console.print(queues(summary, plan.configuration.domain.service_level.target, console.width))
    count = len(outcome.replications)
    if count > 1:
        rows = [
            (
                name,
                virtual.number(name, each.mean),
                "" if each.half_width is None else f"{virtual.number(name, each.half_width)}",
            )
            for name, each in outcome.intervals.items()
        ]
        output.print_line(f"mean of {count} replications, with the half width of its 95 % confidence interval:")
        output.print_table(None, ("figure", "mean", "±"), rows)
    tasks = summary["tasks"]
    still = sum(tasks[state] for state in ("pending", "reserved", "assigned", "wrapping"))
    refused = f", {summary['refused']} refused by the workflow" if summary["refused"] else ""
    of_all = f" in {count} replications" if count > 1 else ""
    output.print_line(
        f"{tasks['completed']} tasks completed, {tasks['canceled']} canceled, {still} open at the end{refused}{of_all}"
    )
