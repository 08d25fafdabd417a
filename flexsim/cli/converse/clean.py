"""The command ``flexsim converse clean``: old recordings are done away with."""

from typing import Annotated

import typer

from flexsim.cli import output
from flexsim.cli.converse import plans
from flexsim.cli.options import Json


def clean(
    *,
    out: plans.Where = plans.CONVERSATIONS,
    older_than: Annotated[
        str,
        typer.Option(
            "--older-than", metavar="AGE", help="Those to which nothing was written for so long: 7d, 12h, 30m, 2w."
        ),
    ] = "7d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which they are.")] = False,
    as_json: Json = False,
) -> None:
    """Remove recorded conversations that are old.

    Example: flexsim converse clean --older-than 7d --dry-run
    Example: flexsim converse clean --older-than 12h --out runs/nightly/conversations
    """
    from flexsim.clock import WallClock
    from flexsim.voice.conversation.catalogue import entry, folders, old, remove, seconds_of

    age = seconds_of(older_than)
    found = old(map(entry, folders(out)), WallClock().now(), age)
    if not dry_run:
        remove(found)
    if as_json:
        output.print_json({"removed": not dry_run, "folders": [str(each.folder) for each in found]})
        return
    for each in found:
        output.print_line(str(each.folder))
    done = "would be removed" if dry_run else "removed"
    output.print_line(f"{len(found)} conversations {done}")
