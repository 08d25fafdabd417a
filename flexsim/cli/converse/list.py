"""The command ``flexsim converse list``: which conversations were recorded."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flexsim.cli import output
from flexsim.cli.converse import plans
from flexsim.cli.options import Json

if TYPE_CHECKING:
    from flexsim.voice.conversation.catalogue import Entry


def list(  # noqa: A001 -- the command's name
    *,
    out: plans.Where = plans.CONVERSATIONS,
    caller: Annotated[str | None, typer.Option("--caller", help="Only this caller's.", show_default=False)] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="Only this scenario's.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """List recorded conversations: who called why, how it ended, and whether the goal was reached.

    Example: flexsim converse list
    Example: flexsim converse list --out runs/nightly/conversations --caller frustrated --json
    """
    from flexsim.voice.conversation.catalogue import entry, folders

    found = [
        each for each in map(entry, folders(out)) if caller in {None, each.caller} and scenario in {None, each.scenario}
    ]
    if as_json:
        output.print_json([asdict(each) | {"folder": str(each.folder)} for each in found])
    elif found:
        columns = ("conversation", "caller", "scenario", "took", "ended", "goal")
        output.print_table(None, columns, [_row(each) for each in found])
    else:
        output.print_line(f"no conversations in {out}; flexsim converse run records one")


def _row(entry: "Entry") -> tuple[str, ...]:
    from flexsim.voice.conversation.view import clock

    return (
        entry.conversation_id,
        entry.caller,
        entry.scenario,
        clock(entry.duration).partition(".")[0],
        (entry.end_reason or "?").replace("_", " ") if entry.finished else "not finished",
        {True: "yes", False: "no", None: ""}[entry.reached],
    )
