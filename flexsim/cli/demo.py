"""The command ``flexsim demo``: a whole contact centre for a minute, without an account and without a network."""

import asyncio
import contextlib
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flexsim.cli import output, tracing
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
from flexsim.interrupts import first_signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from flexsim.demo.centre import DemoPlan, Outcome
    from flexsim.demo.view import Frame

_FOR_INTERRUPT: Final = 3  # columns: the terminal's "^C" must not wrap, or Live could not find back to its first line
_BETWEEN_LINES: Final = 5.0  # real seconds, in a pipe


def demo(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    duration: Annotated[
        float, typer.Option("--duration", help="Real seconds from the first customer to closing time.", min=1)
    ] = 60.0,
    speed: Annotated[
        float, typer.Option("--speed", help="Simulated seconds in a real second.", min=0.1, max=200)
    ] = 20.0,
    agents: Agents = None,
    domaindir: DomainDir = None,
    locale: Locale = "en-us",
    seed: Seed = None,
    port: Annotated[
        int, typer.Option("--port", help="Port of the local TaskRouter; 0 is any free one.", min=0, max=65_535)
    ] = 0,
    out: Out = Path("runs"),
    otlp: tracing.Live = None,
    fail_if: FailIf = None,
    junit: Junit = None,
    open_dashboard: Annotated[
        bool, typer.Option("--open", help="Open the live dashboard in the browser once it is there.")
    ] = False,
    allow_control: Annotated[
        bool,
        typer.Option(
            "--allow-control",
            help="Let the dashboard act: bursts of customers, speed, log-outs, no arrivals for a while.",
        ),
    ] = False,
    with_report: WithReport = True,
    as_json: Json = False,
) -> None:
    """Run a whole contact centre: TaskRouter, deployment, agents, customers, and a live view of it all.

    Needs no account. Stops by itself, prints the figures and leaves them in a folder, with every event. The figures at
    closing time can be held against thresholds (docs/thresholds.md).

    Example: flexsim demo --duration 120 --agents 40
    Example: flexsim demo --open --allow-control
    """
    from flexsim.cli.checking import read_checks
    from flexsim.configuration.generate import generate
    from flexsim.demo.centre import DemoPlan
    from flexsim.domain.loading import load_domain
    from flexsim.randomness import Randomness

    tracing.check(otlp)
    seed = seed_or_fresh(context, seed)
    configuration = generate(load_domain(domaindir, locale), Randomness(seed), agents)
    queues = {queue.name for queue in configuration.queues}
    checks = read_checks("flexsim demo", fail_if, junit, queues=queues)
    plan = DemoPlan(
        configuration=configuration, seed=seed, speed=speed, duration=duration, out=out, port=port,
        announce=_shown if open_dashboard else _unseen, allow_control=allow_control,
    )  # fmt: skip
    outcome, interrupted, sent = _run(plan, otlp, quiet=common(context).quiet, as_json=as_json)
    if with_report:
        leave_report(outcome.path, quiet=common(context).quiet)
    verdicts = checks.judge(outcome.totals)
    if as_json:
        thresholds = {"thresholds": [each.document() for each in verdicts]} if verdicts else {}
        output.print_json({"folder": str(outcome.path), "seed": seed, **outcome.summary, **thresholds})
    else:
        _print_figures(outcome, seed)
    tracing.tell(sent, quiet=common(context).quiet)
    if interrupted:
        raise KeyboardInterrupt
    checks.enforce(verdicts, quiet=common(context).quiet)


def _shown(address: str) -> None:
    import webbrowser

    webbrowser.open(address)


def _unseen(_: str) -> None:
    """The address has been told."""


def _run(
    plan: "DemoPlan", otlp: str | None, *, quiet: bool, as_json: bool
) -> "tuple[Outcome, bool, tracing.Sent | None]":
    from dataclasses import replace

    from flexsim.demo.centre import run_demo
    from flexsim.loops import run

    console = output.stderr() if as_json else output.stdout()

    async def centre() -> "tuple[Outcome, bool, tracing.Sent | None]":
        stop = asyncio.Event()
        interrupted = False

        def receive(number: signal.Signals) -> None:
            """Close the centre in good order; only Ctrl-C is an interruption."""
            nonlocal interrupted
            interrupted = number is signal.SIGINT
            stop.set()

        with first_signal(receive), _watching(console, quiet=quiet) as (watch, report):

            def announce(address: str) -> None:
                report(f"dashboard: {address}")
                plan.announce(address)

            async with tracing.live(otlp, plan.seed) as sender:
                listen = plan.listen if sender is None else sender.hear
                told = replace(plan, report=report, announce=announce, listen=listen)
                outcome = await run_demo(told, watch, stop)
        return outcome, interrupted, None if sender is None else sender.outcome()

    return run(centre())


@contextlib.contextmanager
def _watching(console: "Console", *, quiet: bool) -> "Iterator[tuple[Callable[[Frame], None], Callable[[str], None]]]":
    """What to do with frames and with words: a picture on a terminal, lines in a pipe, nothing when quiet."""
    from rich.live import Live

    from flexsim.demo.view import draw, line

    if quiet:
        yield (lambda _: None), (lambda _: None)
    elif console.is_terminal:
        with Live(console=console, auto_refresh=False, transient=True) as live:
            yield (
                lambda frame: live.update(draw(frame, console.width - _FOR_INTERRUPT), refresh=True),
                lambda text: console.print(text, markup=False),
            )
    else:
        shown = -_BETWEEN_LINES

        def watch(frame: "Frame") -> None:
            nonlocal shown
            if frame.elapsed - shown >= _BETWEEN_LINES or frame.elapsed >= frame.duration:
                shown = frame.elapsed
                console.print(line(frame), markup=False, soft_wrap=True)

        yield watch, lambda text: console.print(text, markup=False, soft_wrap=True)


def _print_figures(outcome: "Outcome", seed: int) -> None:
    from flexsim.demo.view import queues

    console, frame = output.stdout(), outcome.closing
    console.print(queues(frame.summary, frame.target, console.width))
    output.print_line("")
    output.print_line(_closing_words(frame.summary, frame.lost))
    output.print_line(f"seed {seed}; everything that happened is in {outcome.path}")


def _closing_words(summary: "Any", lost: int) -> str:
    tasks = summary["tasks"]
    open_tasks = sum(tasks[state] for state in ("pending", "reserved", "assigned", "wrapping"))
    losses = f", {lost} requests lost" if lost else ""
    return (
        f"{tasks['completed']} tasks completed, {tasks['canceled']} canceled, {open_tasks} open at closing time{losses}"
    )
