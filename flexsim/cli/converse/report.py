"""The command ``flexsim converse report``: recorded conversations as pages."""

from collections.abc import Sequence
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim.cli import output
from flexsim.cli.converse.recordings import OUT, Conversations, Out, scored
from flexsim.cli.options import common

if TYPE_CHECKING:
    from flexsim.voice.scores.analysis import Analysis

PAGE: Final = "report.html"  # in a conversation's folder, and in a batch's
INDEX: Final = "index.html"  # in a folder that holds conversations


def report(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    conversations: Conversations = None,
    *,
    out: Out = OUT,
    index: Annotated[
        Path | None,
        typer.Option(
            "--index",
            help="File of the page about all of them; unless given, it lies in the folder that holds them.",
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    pages: Annotated[
        bool,
        typer.Option("--pages/--no-pages", help="Write each conversation's own page, too: report.html in its folder."),
    ] = True,
    open_it: Annotated[bool, typer.Option("--open", help="Show the page in the browser.")] = False,
) -> None:
    """Report on recorded conversations: a page for each, and one about all of them.

    A conversation's page has both channels, what was said and the function calls on one time line, with players.

    Pages hold everything but the sound, which they play from beside them; they ask nothing of the network.

    Example: flexsim converse report typical-lost-card-s7 --open
    Example: flexsim converse report runs/nightly
    """
    from flexsim.voice.scores.reading import find

    folders = find(conversations or [], out)
    alone = len(folders) == 1 and index is None
    target = folders[0] / PAGE if alone else index or _index_of(folders, conversations or [])
    if pages or alone:
        found = _with_pages(folders, None if alone else target, quiet=common(context).quiet)
    else:
        found = scored(folders, quiet=common(context).quiet, with_sound=False)
    if not alone:
        _write_index(target, folders, found)
    output.print_line(str(target))
    if open_it:
        _show(target)


def _index_of(folders: Sequence[Path], names: Sequence[str]) -> Path:
    """In the folder that holds them; where there are several, here."""
    holders = {each.parent for each in folders}
    if len(holders) > 1:
        return Path("conversations.html")
    (holder,) = holders
    run = holder.parent
    of_a_batch = holder.name == "conversations" and (run / "manifest.json").is_file() and len(names) <= 1
    return run / PAGE if of_a_batch else holder / INDEX


def _with_pages(folders: Sequence[Path], index: Path | None, *, quiet: bool) -> "list[Analysis]":
    """Read, score and write one after the other: the sound of one conversation at a time is held."""
    from dataclasses import replace

    from flexsim.reporting.writing import write_text
    from flexsim.voice.scores.analysis import analysed
    from flexsim.voice.scores.page import PLAYERS, conversation_page
    from flexsim.voice.scores.reading import read_recording

    found = []
    with output.progress(quiet=quiet) as bars:
        bar = bars.add_task("writing pages", total=len(folders))
        for folder in folders:
            analysis = analysed(read_recording(folder))
            sounds = [name for _, name, _ in PLAYERS if (folder / name).is_file()]
            back = None if index is None else relpath(index, folder)
            write_text(folder / PAGE, conversation_page(analysis, sounds, back))
            found.append(replace(analysis, recording=replace(analysis.recording, sound=None)))
            bars.advance(bar)
    return found


def _write_index(target: Path, folders: Sequence[Path], found: "Sequence[Analysis]") -> None:
    from flexsim.reporting.writing import write_text
    from flexsim.voice.scores.index_page import index_page

    beside = target.absolute().parent
    links = [relpath(each / PAGE, beside) if (each / PAGE).is_file() else None for each in folders]
    write_text(target, index_page(beside.name, found, links))


def _show(page: Path) -> None:
    import webbrowser

    if not webbrowser.open(page.resolve().as_uri()):
        output.say(f"flexsim: no browser found; open {page} yourself")
