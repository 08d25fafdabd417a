"""Where the command line's words go: results to stdout, everything else to stderr.

Consoles are made when asked for, so that they follow whoever has redirected the streams. Colour is for terminals only,
and ``NO_COLOR`` is honoured: Rich sees to both.
"""

import errno
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


# What would ring, write over what stands there already, or command the terminal; a name from elsewhere may hold it.
_UNPRINTED: Final = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)))


class ReaderGoneError(BrokenPipeError):
    """Whoever read our output has closed it: ``flexsim ... | head``."""


def stdout() -> "Console":
    """The console for results."""
    return _console(stderr=False)


def stderr() -> "Console":
    """The console for progress, notes and errors."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console

    class PlainPipeConsole(Console):
        """Rich would exit 1 on a closed pipe, which here means that a check failed; let the frame decide."""

        def on_broken_pipe(self) -> None:
            raise ReaderGoneError(errno.EPIPE, "nobody reads what is printed")

        def render(self, renderable: Any, options: Any = None) -> Iterator[Any]:
            """Rich writes out what a text holds, commands to the terminal as well; only its own are meant."""
            for each in super().render(renderable, options):
                if each.control is None and not each.text.isprintable():
                    yield each._replace(text=each.text.translate(_UNPRINTED))
                else:
                    yield each

    # soft_wrap is asked for at each print: a table still needs the width.
    return PlainPipeConsole(stderr=stderr, highlight=False)


def say(message: str, *, quiet: bool = False) -> None:
    """One line on stderr for the person watching; nothing when ``quiet``."""
    if quiet:
        return
    try:
        # Without Rich, which a server would carry for as long as it lives.
        sys.stderr.write(message.translate(_UNPRINTED) + "\n")
        sys.stderr.flush()
    except BrokenPipeError as error:
        raise ReaderGoneError(errno.EPIPE, "nobody reads what is said") from error


def print_line(text: str) -> None:
    """One line of result on stdout, as it is."""
    stdout().print(text, markup=False, soft_wrap=True)


def print_text(text: str) -> None:
    """A whole document of result on stdout, as it is, with its own line ends."""
    stdout().out(text, end="", highlight=False)


def print_json(document: Any) -> None:
    """A result as JSON on stdout: indented on a terminal, one line in a pipe, keys in the order given."""
    console = stdout()
    escaped = not console.encoding.startswith("utf")  # then "?" would stand where a letter cannot be written
    if console.is_terminal:
        console.print_json(json.dumps(document), indent=2, ensure_ascii=escaped)
    else:
        console.out(json.dumps(document, ensure_ascii=escaped), highlight=False)


def print_table(title: str | None, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A result as a table on stdout; columns whose values are all numbers are set to the right."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for index, name in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[index], int | float) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    stdout().print(table)


@contextmanager
def progress(*, quiet: bool = False) -> "Iterator[Progress]":
    """Progress bars on stderr that vanish when done; silent when ``quiet`` or when stderr is not a terminal."""
    from rich.progress import Progress

    console = stderr()
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bars:
        yield bars
