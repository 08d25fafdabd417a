"""The command ``flexsim watch``: a workspace's figures in the terminal, for as long as one looks."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.cli.options import Account, Auth, Json, Workspace, common, credentials, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flexsim.demo.watching import Source

_LOCALLY: Final = 1.0  # real seconds between looks at a local TaskRouter
_AT_TWILIO: Final = 10.0  # ... and at Twilio, which limits how often it is asked
_HINT: Final = "Ctrl-C ends it"
_FOR_INTERRUPT: Final = 3  # columns: the terminal's "^C" must not wrap


def watch(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            help="Address of a local TaskRouter; TASKROUTER_URL unless given, and Twilio where neither is.",
            show_default=False,
        ),
    ] = None,
    acct: Account = None,
    auth: Auth = None,
    wrkspc: Workspace = None,
    control_token: Annotated[
        str | None,
        typer.Option(
            "--control-token",
            help="What the local TaskRouter was started with, if so; that in .env is for the TaskRouter in .env."
            " \\[env: TASKROUTER_CONTROL_TOKEN]",
            show_default=False,
        ),
    ] = None,
    interval: Annotated[
        float | None,
        typer.Option(
            "--interval", help="Real seconds between two looks; 1, or 10 at Twilio.", min=0.1, show_default=False
        ),
    ] = None,
    minutes: Annotated[
        int, typer.Option("--minutes", help="At Twilio: of the latest so many minutes.", min=1, max=43_200)
    ] = 60,
    threshold: Annotated[
        int, typer.Option("--threshold", help="At Twilio: the service level's, in seconds.", min=1)
    ] = 20,
    once: Annotated[bool, typer.Option("--once", help="Look once, print, and end.")] = False,
    as_json: Json = False,
) -> None:
    """Show a workspace's figures in the terminal: a local TaskRouter's, or Twilio's statistics.

    Comes back by itself when the connection is lost. In a pipe it prints a line for each look, with --json an object.

    Example: flexsim watch --url http://127.0.0.1:8900
    Example: flexsim watch --once --json
    Example: flexsim watch --minutes 240 --threshold 30
    """
    from flexsim.demo.watching import LocalSource, TwilioSource, look_once

    known = settings(context)
    address = url or known.taskrouter_url
    source: Source
    if address is None:
        way_in = credentials(context, acct, auth, wrkspc)
        source = TwilioSource(credentials=way_in, minutes=minutes, threshold=threshold)
    else:
        # The workspace and the control token in .env are those of the TaskRouter in .env.
        workspace = wrkspc or (None if url else known.workspace_sid)
        token = control_token or (None if url else known.control_token)
        source = LocalSource(address=address, workspace_sid=workspace, control_token=token)
    if once:
        _print(interrupts.run(look_once(source)), source.address, as_json=as_json)
        return
    pause = interval or (_AT_TWILIO if address is None else _LOCALLY)
    interrupts.run(_watch(source, pause, quiet=common(context).quiet, as_json=as_json))


async def _watch(source: "Source", interval: float, *, quiet: bool, as_json: bool) -> None:
    from flexsim.demo.watching import watch as keep_watching

    with interrupts.until_terminated(), _shown(source.address, quiet=quiet, as_json=as_json) as (show, lost):
        await keep_watching(source, interval, show, lost)


@contextmanager
def _shown(
    address: str, *, quiet: bool, as_json: bool
) -> "Iterator[tuple[Callable[[dict[str, Any]], None], Callable[[str, float], None]]]":
    """What to do with figures, and with the news that there are none: a picture on a terminal, lines in a pipe."""
    from rich.live import Live

    from flexsim.demo.view import look, look_line

    console = output.stdout()

    def say(why: str, pause: float) -> None:
        output.say(f"{why}; trying again in {pause:g} s", quiet=quiet)

    if as_json:
        yield output.print_json, say
    elif not console.is_terminal:
        yield (lambda summary: output.print_line(look_line(summary))), say
    else:
        latest: dict[str, Any] = {}
        with Live(console=console, auto_refresh=False, transient=False) as live:

            def show(summary: dict[str, Any], trouble: str = "") -> None:
                latest.update(summary)
                live.update(
                    look(summary, address, width=console.width - _FOR_INTERRUPT, trouble=trouble, hint=_HINT),
                    refresh=True,
                )

            yield show, lambda why, pause: show(latest, f"{why}; trying again in {pause:g} s")


def _print(summary: dict[str, Any], address: str, *, as_json: bool) -> None:
    from flexsim.demo.view import look

    if as_json:
        output.print_json(summary)
        return
    console = output.stdout()
    console.print(look(summary, address, width=console.width))
