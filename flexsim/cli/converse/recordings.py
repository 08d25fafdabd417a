"""What commands about recorded conversations share: their arguments, and reading and scoring with progress."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim.cli import output

if TYPE_CHECKING:
    from flexsim.voice.scores.analysis import Analysis

OUT: Final = Path("agent_conversations")

Conversations = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ID|FOLDER]...",
        help="A conversation by its id or folder; or a folder or a batch's run, for all in it.",
        show_default=False,
    ),
]
Out = Annotated[Path, typer.Option("--out", help="The folder of recorded conversations, for ids.", file_okay=False)]
AudioOnly = Annotated[
    bool, typer.Option("--audio-only", help="Score by the stereo recording alone; the log is not read.")
]


def scored(folders: Sequence[Path], *, quiet: bool, with_log: bool = True, with_sound: bool = True) -> "list[Analysis]":
    """The conversations in these folders, read and scored, with a bar where that takes long; their sound is let go."""
    from dataclasses import replace

    from flexsim.voice.scores.analysis import analysed
    from flexsim.voice.scores.reading import read_recording

    found = []
    with output.progress(quiet=quiet) as bars:
        bar = bars.add_task("scoring conversations", total=len(folders))
        for folder in folders:
            analysis = analysed(read_recording(folder, with_log=with_log, with_sound=with_sound))
            found.append(replace(analysis, recording=replace(analysis.recording, sound=None)))
            bars.advance(bar)
    return found
