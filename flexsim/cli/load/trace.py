"""The command ``flexsim load trace``: agent-shaped traces, with what is true of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim import interrupts
from flexsim.cli import output, virtual
from flexsim.cli.options import Json, Protocol, Seed, common, seed_or_fresh, settings
from flexsim.errors import ConfigurationError, TargetUnreachable

if TYPE_CHECKING:
    from flexsim.traces.mix import Mix
    from flexsim.traces.sending import Outcome

_SELDOM: Final = 50_000  # new objects before the collector looks for cycles: spans refer to nothing that refers back
_START: Final = "2026-01-05T08:00"  # a Monday: the same seed makes the same bytes


def trace(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    scenario: Annotated[
        str | None,
        typer.Argument(
            help="fanout, chain, retry, dag, react, human, rag or stream; not with --mix.", show_default=False
        ),
    ] = None,
    *,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="K=V",
            help="A parameter of the scenario: fanout=50. May be given several times.",
            show_default=False,
        ),
    ] = None,
    mix: Annotated[
        Path | None,
        typer.Option(
            "--mix",
            help="YAML file with scenarios, weights, rate and daily profile.",
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option("--count", help="How many traces; 1 unless --duration says.", min=1, show_default=False),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            "--rate",
            help="Traces a second, at random moments; 1, or the mix's own, unless given.",
            min=0.000_001,
            max=1_000_000,
            show_default=False,
        ),
    ] = None,
    duration: Annotated[
        float | None,
        typer.Option("--duration", help="Begin traces for so many seconds.", min=0.001, show_default=False),
    ] = None,
    in_virtual_time: Annotated[
        bool, typer.Option("--virtual", help="Make them as fast as possible; nothing waits for real.")
    ] = False,
    start: Annotated[
        str | None,
        typer.Option(
            "--start",
            metavar="TIME",
            help=f"When the first begins in virtual time, in UTC unless it says; {_START} unless given. Also: now.",
            show_default=False,
        ),
    ] = None,
    otlp: Annotated[
        str | None,
        typer.Option(
            "--otlp", help="Send them to this address. \\[env: OTEL_EXPORTER_OTLP_ENDPOINT]", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Write them to this file: JSON lines, or protobuf messages after their lengths if it ends in .pb.",
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    stdout: Annotated[bool, typer.Option("--stdout", help="Write them to stdout as JSON lines.")] = False,
    protocol: Protocol = "http/protobuf",
    gzip: Annotated[bool, typer.Option("--gzip", help="Compress what is posted.")] = False,
    header: Annotated[
        list[str] | None,
        typer.Option("--header", help="A header to send along, NAME: VALUE; can be repeated.", show_default=False),
    ] = None,
    grace: Annotated[
        float, typer.Option("--grace", help="Seconds to go on delivering when all is made.", min=0, max=3600)
    ] = 10.0,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--answers",
            help="Write what is true of each trace to this file, a JSON object a line.",
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    dirty: Annotated[
        list[str] | None,
        typer.Option(
            "--dirty",
            metavar="MODE=SHARE",
            help="Spoil that share: out_of_order traces; orphaned, skewed, oversized, duplicated or late spans; dropped"
            " batches. May be given several times.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Make traces of agents at work, and send or write them over OTLP.

    Example: flexsim load trace fanout --virtual --count 100 --out traces.jsonl --answers answers.jsonl --seed 1
    Example: flexsim load trace retry --set error_rate=0.3 --rate 5 --duration 60 --otlp http://localhost:4318
    Example: flexsim load trace --mix mix.yaml --virtual --duration 86400 --start 2026-03-02 --otlp http://localhost:4318
    Example: flexsim load trace dag --virtual --count 500 --dirty orphaned=0.01 --dirty dropped=0.1 --out dirty.jsonl
    """
    from flexsim.clock import WallClock
    from flexsim.loops import collecting_seldom
    from flexsim.traces.dirt import parse as parse_dirt
    from flexsim.traces.generating import Plan
    from flexsim.traces.parameters import pairs
    from flexsim.traces.sending import SERVICE, Destination, Sending, send

    if stdout and as_json:
        raise ConfigurationError("--json and --stdout both write to stdout; give one")
    if start is not None and not in_virtual_time:
        raise ConfigurationError("--start is for --virtual; by the clock, traces begin now")
    known = settings(context)
    clock = WallClock()
    elsewhere = out is not None or stdout
    plan = Plan(
        mix=_mix(scenario, setting or [], mix, rate),
        seed=seed_or_fresh(context, seed),
        start=_start(start, clock.now()) if in_virtual_time else int(clock.now() * 1e9),
        count=1 if count is None and duration is None else count,
        duration=duration,
        mesh=known.agent_name or "",
        dirt=parse_dirt(pairs(dirty or [])),
    )
    destination = Destination(
        endpoint=otlp or (None if elsewhere else known.otlp_endpoint),
        out=out,
        stdout=stdout,
        protocol=protocol,
        gzip=gzip,
        headers=_headers(header or []),
    )
    destination.check()
    quiet = common(context).quiet
    with collecting_seldom(_SELDOM), virtual.showing("making traces", quiet=quiet) as tell:
        how = Sending(
            destination=destination,
            clock=clock,
            virtual=in_virtual_time,
            service=known.service_name or SERVICE,
            answers=answers,
            grace=grace,
            progress=lambda done: tell(min(1.0, done / (plan.count or _expected(plan.mix, duration)))),
        )
        outcome = interrupts.run(send(plan, how))
    _tell(outcome, plan.seed, as_json=as_json, aside=stdout, quiet=quiet)


def _tell(outcome: "Outcome", seed: int, *, as_json: bool, aside: bool, quiet: bool) -> None:
    delivery = outcome.delivery
    if as_json:
        output.print_json({"seed": seed, **outcome.document()})
    else:
        line = f"{outcome.made.traces} traces, {outcome.made.spans} spans, {delivery['sent']} delivered (seed {seed})"
        if outcome.made.ledger:
            line += "; " + ", ".join(f"{name} {value}" for name, value in outcome.made.ledger.items() if value)
        if aside:
            output.say(line, quiet=quiet)
        else:
            output.print_line(line)
    if losses := outcome.losses():
        raise TargetUnreachable(losses)


def _expected(mix: "Mix", duration: float | None) -> float:
    return max(1.0, mix.rate * (duration or 1.0))


def _mix(scenario: str | None, given: list[str], path: Path | None, rate: float | None) -> "Mix":
    from dataclasses import replace

    from flexsim.traces.mix import Entry, Mix, parse
    from flexsim.traces.parameters import SCENARIOS, pairs, read

    if (scenario is None) == (path is None):
        raise ConfigurationError(f"name one scenario ({', '.join(SCENARIOS)}), or a file of several with --mix")
    if path is not None:
        if given:
            raise ConfigurationError("--set is for one scenario; in a mix, parameters stand in the file")
        try:
            found = parse(path.read_text(encoding="utf-8-sig"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"cannot read {path}: {error}") from error
    else:
        name = str(scenario)
        found = Mix(entries=(Entry(scenario=name, parameters=read(name, pairs(given))),))
    return found if rate is None else replace(found, rate=rate)


def _start(text: str | None, now: float) -> int:
    from datetime import UTC, datetime

    if text == "now":
        return int(now * 1e9)
    try:
        moment = datetime.fromisoformat(text or _START)
    except ValueError as error:
        raise ConfigurationError(
            f"--start is not a date with or without a time, such as {_START}, nor now: {text}"
        ) from error
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    if not 1970 <= moment.year < 2200:
        raise ConfigurationError(f"--start is from 1970 to 2199: {text}")
    return int(moment.timestamp()) * 1_000_000_000 + moment.microsecond * 1000


def _headers(lines: list[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or any(character in line for character in "\r\n\0"):
            raise ConfigurationError("a --header is NAME: VALUE, in one line")  # its value may be a secret
        found[name.strip()] = value.strip()
    return found
