"""``--otlp`` of commands that run a centre: each contact becomes a trace under its own id, sent when the run is over."""

from pathlib import Path
from typing import Annotated

import typer

from flexsim.cli import output
from flexsim.errors import TargetUnreachable

Otlp = Annotated[
    str | None,
    typer.Option(
        "--otlp",
        help="At the end, send each contact as a trace to this OTLP address: wait, reservations, talk, wrap.",
        show_default=False,
    ),
]


def check(otlp: str | None) -> None:
    """Raise ConfigurationError, before anything is run, if that is no address."""
    if otlp is not None:
        from flexsim.traces.transports import traces_url

        traces_url(otlp)


def send(otlp: str | None, run: Path, seed: int, *, quiet: bool) -> None:
    """Send the contacts of the run in this folder; raises TargetUnreachable where spans are lost. Nothing without an address."""
    if otlp is None:
        return
    import asyncio

    from flexsim.clock import WallClock
    from flexsim.runs.folder import read_raw_lines
    from flexsim.traces.sending import Destination, send_contacts

    outcome = asyncio.run(send_contacts(read_raw_lines(run), Destination(endpoint=otlp), WallClock(), seed))
    output.say(f"{outcome.made.traces} contacts sent as traces, {outcome.delivery['sent']} spans", quiet=quiet)
    if losses := outcome.losses():
        raise TargetUnreachable(losses)
