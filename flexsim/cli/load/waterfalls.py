"""A trace's waterfall in the terminal."""

from typing import TYPE_CHECKING, Final

from flexsim.cli import output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from flexsim.traces.spans import Span
    from flexsim.traces.waterfall import Row

_ROWS: Final = 60
_BAR: Final = 48  # characters
_NAME: Final = 40
_DEEPEST: Final = 10  # steps of indentation


def print_waterfall(spans: "Sequence[Span]") -> None:
    """Draw it on stdout: ``█`` is on the critical path, ``─`` runs beside it; what failed has a ``!``."""
    from flexsim.traces.page import duration
    from flexsim.traces.tree import Tree
    from flexsim.traces.waterfall import waterfall

    found = waterfall(Tree(spans), _ROWS)
    console = output.stdout()
    for row in found.rows:
        console.print(_line(row, duration(row.span.duration)), soft_wrap=True)
    if found.hidden:
        output.print_line(f"... and {found.hidden} more spans; --html shows more of them")


def _line(row: "Row", took: str) -> "Text":
    from rich.text import Text

    name = "  " * min(row.depth, _DEEPEST) + _plain(row.span.name)
    shown = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
    style = "bold red" if row.failed else "bold" if row.critical else ""
    line = Text(f"{'!' if row.failed else ' '}{shown:<{_NAME}} ", style=style)
    for sign in _bar(row):
        line.append(sign, style="red" if sign == "█" else "blue")
    line.append(f" {took:>9}")
    return line


def _bar(row: "Row") -> str:
    signs = [" "] * _BAR
    _fill(signs, row.begin, row.end, "─")
    for begin, end in row.critical:
        _fill(signs, begin, end, "█")
    return "".join(signs)


def _fill(signs: list[str], begin: float, end: float, sign: str) -> None:
    first = min(int(begin * _BAR), _BAR - 1)
    last = max(first + 1, min(round(end * _BAR), _BAR))
    signs[first:last] = sign * (last - first)


def _plain(name: str) -> str:
    """Without what a terminal would obey."""
    return "".join(each if each.isprintable() else "?" for each in name)
