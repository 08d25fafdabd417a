"""``flexsim backfill``: weeks of history in seconds."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from flexsim.cli import output, virtual
from flexsim.cli.changes import counted
from flexsim.cli.options import Agents, DomainDir, Json, Locale, Out, Seed, common, seed_or_fresh
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from flexsim.domain.model import Domain


def backfill(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    days: Annotated[int, typer.Option("--days", help="How many whole days.", min=1, max=3660)] = 30,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            help="The day after the last, in the centre's time zone; today unless given.",
            metavar="DATE",
            show_default=False,
        ),
    ] = None,
    cfgdir: virtual.OwnCfgDir = None,
    domaindir: DomainDir = None,
    locale: Locale = "en-us",
    agents: Agents = None,
    event_stream: Annotated[
        bool,
        typer.Option("--event-stream", help="Also write event-stream.jsonl, as Twilio's Event Streams send events."),
    ] = False,
    seed: Seed = None,
    out: Out = Path("runs"),
    as_json: Json = False,
) -> None:
    """Make a history: days of contacts that end today, or on another day, with the profile of day and week in the domain.

    Leaves a run's folder with the event log; reports and exports read it like any other.

    For example, one of:

    flexsim backfill --domaindir harbour-bank --days 30

    flexsim backfill --cfgdir config --days 7 --until 2026-03-01 --event-stream --seed 7
    """
    from flexsim.fastforward.backfill import backfill as make
    from flexsim.fastforward.backfill import midnights
    from flexsim.fastforward.replication import Plan
    from flexsim.fastforward.run import Wanted

    seed = seed_or_fresh(context, seed)
    configuration = virtual.centre(cfgdir, domaindir, locale, agents, seed)
    domain = configuration.domain
    start, end = midnights(_day(until, domain), days, virtual.timezone(domain))
    plan = Plan(configuration=configuration, seed=seed, start=start, duration=end - start)
    wanted = Wanted(out=out, command="backfill")
    with virtual.showing("making history", quiet=common(context).quiet) as tell:
        outcome = make(plan, replace(wanted, progress=tell), stream=event_stream)
    summary = outcome.summary or {}
    if as_json:
        output.print_json({"folder": str(outcome.path), "seed": seed, **summary})
    else:
        output.print_line(
            f"{counted(days, 'day')}, {summary['total']['offered']} contacts, {summary['events']} events (seed {seed}) in {outcome.path}"
        )
    if outcome.interrupted:
        raise KeyboardInterrupt


def _day(text: str | None, domain: "Domain") -> date:
    """The day meant; raises ConfigurationError where the text is none."""
    if text is None:
        from flexsim.clock import WallClock

        return datetime.fromtimestamp(WallClock().now(), UTC).astimezone(ZoneInfo(virtual.timezone(domain))).date()
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 1981 <= found.year < 2200:
        raise ConfigurationError(f"--until is not a date such as 2026-03-01: {text}")
    return found
