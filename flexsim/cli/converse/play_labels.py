"""The command ``flexsim converse play-labels``: what was said when, to be seen below the sound."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flexsim.cli import output
from flexsim.cli.converse import plans
from flexsim.errors import ConfigurationError


class Kind(StrEnum):
    """Which labels."""

    CALLER = "caller"
    AGENT = "agent"
    EVENTS = "events"


def play_labels(
    conversation: Annotated[
        str, typer.Argument(metavar="ID", help="A conversation's id, or its folder.", show_default=False)
    ],
    *,
    out: plans.Where = plans.CONVERSATIONS,
    of: Annotated[
        list[Kind] | None,
        typer.Option("--of", help="Only these: caller, agent, events. May be given several times.", show_default=False),
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", help="Write them to this file, and do not print them.", dir_okay=False, show_default=False
        ),
    ] = None,
) -> None:
    """Print a conversation's labels as Audacity reads them: open stereo_recording.wav there, then File, Import, Labels.

    Example: flexsim converse play-labels typical-lost-card-s7
    Example: flexsim converse play-labels typical-lost-card-s7 --of agent --of events --write labels.txt
    """
    from flexsim.voice.conversation.catalogue import labels
    from flexsim.voice.conversation.recorder import STEREO
    from flexsim.voice.scores.reading import find

    (folder, *others) = find([conversation], out)
    if others:
        raise ConfigurationError(f"{conversation} holds {1 + len(others)} conversations; name one, such as {folder}")
    text = labels(folder, [each.value for each in of or Kind])
    if write is None:
        output.stdout().file.write(text)  # as it is: Rich would turn tabs into spaces
        return
    try:
        write.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"cannot write {write}: {error.strerror}") from error
    output.print_line(f"{len(text.splitlines())} labels for {folder / STEREO} are in {write}")
