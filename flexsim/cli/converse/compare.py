"""The command ``flexsim converse compare``: kinds of callers, or two batches, side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim.cli import output
from flexsim.cli.converse.recordings import OUT, AudioOnly, Conversations, Out, scored
from flexsim.cli.options import Json, common
from flexsim.errors import ConfigurationError
from flexsim.voice.scores.by import By

_USUAL: Final = "typical"  # the caller that the others are held against, where there is one

if TYPE_CHECKING:
    from flexsim.voice.scores.analysis import Analysis


def compare(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    conversations: Conversations = None,
    *,
    out: Out = OUT,
    by: Annotated[
        By | None,
        typer.Option(
            "--by",
            help="Compare callers, scenarios or agents; unless given, callers, or two folders with each other.",
            show_default=False,
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            help="The group that the others are held against; unless given, typical, else the first.",
            show_default=False,
        ),
    ] = None,
    audio_only: AudioOnly = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write the comparison to this file as a page.", dir_okay=False, show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare recorded conversations side by side: by caller, scenario or agent, or one batch with another.

    Every group is held against the first; a star is for what is more than chance, the number of comparisons counted.

    Example: flexsim converse compare
    Example: flexsim converse compare runs/nightly --by caller --baseline typical
    Example: flexsim converse compare runs/monday runs/tuesday --html comparison.html
    """  # fmt: skip
    from flexsim.voice.scores.contrast import contrasted
    from flexsim.voice.scores.contrast_page import contrast_page

    groups = _ordered(_groups(context, conversations or [], out, by, audio_only=audio_only), baseline)
    document = contrasted(groups)
    if html is not None:
        from flexsim.reporting.writing import write_text

        write_text(html, contrast_page(" and ".join(groups) if len(groups) < 5 else f"{len(groups)} groups", document))
    if as_json:
        output.print_json({"format": "flexsim-conversations-comparison/1", **document})
    else:
        _print(document)


def _groups(
    context: typer.Context, names: Sequence[str], out: Path, by: By | None, *, audio_only: bool
) -> "dict[str, list[Analysis]]":
    from flexsim.voice.scores.groups import grouped
    from flexsim.voice.scores.reading import find

    def read(wanted: Sequence[str]) -> "list[Analysis]":
        # The log alone is enough, and thousands of conversations are read in seconds.
        return scored(
            find(list(wanted), out), quiet=common(context).quiet, with_log=not audio_only, with_sound=audio_only
        )

    if by is None and len(names) == 2 and Path(names[0]).name != Path(names[1]).name:
        return {Path(name).name: read([name]) for name in names}
    if by is None and len(names) == 2:
        return {name: read([name]) for name in names}
    return grouped(read(names), by or By.CALLER)


def _ordered(groups: "dict[str, list[Analysis]]", baseline: str | None) -> "dict[str, list[Analysis]]":
    """The baseline first."""
    if baseline is not None and baseline not in groups:
        raise ConfigurationError(f"--baseline: no such group: {baseline}; there are {', '.join(groups)}")
    if len(groups) < 2:
        raise ConfigurationError(
            f"nothing to compare: all conversations are of {next(iter(groups))}; give two folders, or another --by"
        )
    first = baseline or (_USUAL if _USUAL in groups else next(iter(groups)))
    return {first: groups[first], **groups}


def _print(document: dict[str, object]) -> None:
    from flexsim.voice.scores.contrast_page import columns, notes, rows

    output.print_table(None, columns(document), rows(document))
    for line in notes(document):
        output.print_line(line)
