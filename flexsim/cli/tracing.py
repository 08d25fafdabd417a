"""``--otlp`` of commands that run a centre: each contact becomes a trace under its own id."""

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.errors import TargetUnreachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from flexsim.traces.sending import ContactSender, Outcome

    Sent: TypeAlias = Outcome

Live = Annotated[
    str | None,
    typer.Option(
        "--otlp",
        help="Send each contact, as soon as it has ended, as a trace to this OTLP address: wait, reservations, talk, wrap.",
        show_default=False,
    ),
]
Afterwards = Annotated[
    str | None,
    typer.Option(
        "--otlp",
        help="At the end, send each contact that has ended as a trace to this OTLP address: wait, reservations, talk, wrap."
        " Of several replications those whose logs are kept (--keep-logs), with flexsim.replication in the resource.",
        show_default=False,
    ),
]


def check(otlp: str | None) -> None:
    """Raise ConfigurationError, before anything is run, if that is no address."""
    if otlp is not None:
        from flexsim.traces.transports import traces_url

        traces_url(otlp)


@asynccontextmanager
async def live(otlp: str | None, seed: int) -> "AsyncIterator[ContactSender | None]":
    """What sends contacts while they come, and the last of them on leaving; None without an address."""
    if otlp is None:
        yield None
        return
    from flexsim.clock import WallClock
    from flexsim.traces.sending import Destination, contacts_as_they_end

    async with contacts_as_they_end(Destination(endpoint=otlp), WallClock(), seed) as sender:
        yield sender


def send(otlp: str | None, run: Path, seed: int, *, quiet: bool) -> None:
    """Send the contacts of the run in this folder; raises TargetUnreachable where spans are lost. Nothing without an address."""
    if otlp is None:
        return
    from flexsim.clock import WallClock
    from flexsim.runs.folder import kept_logs, read_raw_lines
    from flexsim.traces.sending import Destination, send_contacts

    logs = kept_logs(run)
    several = len(logs) > 1
    for number, log in logs.items():
        told = send_contacts(
            read_raw_lines(run, log), Destination(endpoint=otlp), WallClock(), seed, number if several else None
        )
        tell(interrupts.run(told), quiet=quiet, of=f" of replication {number}" if several else "")


def tell(outcome: "Sent | None", *, quiet: bool, of: str = "") -> None:
    """Say what was sent; raises TargetUnreachable where spans are lost."""
    if outcome is None:
        return
    output.say(f"{outcome.made.traces} contacts{of} sent as traces, {outcome.delivery['sent']} spans", quiet=quiet)
    if losses := outcome.losses():
        raise TargetUnreachable(losses)
