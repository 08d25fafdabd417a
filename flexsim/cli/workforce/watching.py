"""What one sees of a run while it goes on: the conversation, decisions, each week's figures, and who is speaking just now."""

from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from flexsim.cli import output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flexsim.workforce.records import Decision, Message, Session, Turn

_COLOURS: Final = ("cyan", "magenta", "green", "yellow", "blue", "bright_red", "bright_cyan", "bright_magenta")
_SPARKS: Final = "▁▂▃▄▅▆▇█"
_CURVES: Final = (("service level", "service_level", "{:.0%}"), ("churn", "churn", "{:.2%}"), ("budget", "budget", "${:,.0f}k"),
                  ("customers", "customers", "{:,}"), ("morale", "morale", "{:.2f}"), ("quality", "quality", "{:.2f}"))  # fmt: skip
_LONGEST: Final = 160  # characters of what is being said


class Watching:
    """Prints to stdout as it happens. On a terminal the curves, and what a model is saying, stand below; ``silent`` says nothing."""

    def __init__(self, session: "Session", turns: int, *, silent: bool, brief: bool) -> None:
        from rich.live import Live

        self._console = output.stdout()
        self._session = session
        self._turns = turns
        self._silent = silent
        self._brief = brief
        self._colours = {role.name: _COLOURS[at % len(_COLOURS)] for at, role in enumerate(session.roles)}
        self._titles = {role.name: role.title for role in session.roles}
        self._done: list[Turn] = []
        self._speaking: dict[str, str] = {}
        self._number = 0
        live = self._console.is_terminal and not silent
        self._live = (
            Live(console=self._console, refresh_per_second=8, transient=True, get_renderable=self._footer)
            if live
            else None
        )

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def happened(self, what: "Message | Decision") -> None:
        """Something was said or decided."""
        from flexsim.workforce.records import Message

        if isinstance(what, Message):
            self._speaking.pop(what.sender, None)
            self._said(what)

    def speaking(self, role: str, text: str) -> None:
        """A model is saying this for the role, as far as it has come."""
        self._speaking[role] = text

    def turn(self, turn: "Turn") -> None:
        """A turn is over."""
        from rich.text import Text

        self._done.append(turn)
        self._speaking.clear()
        if not self._silent:
            self._print(Text(turn.summary, style="dim"))

    def _said(self, message: "Message") -> None:
        from rich.text import Text

        if self._silent or self._brief:
            return
        if message.turn != self._number:
            self._number = message.turn
            self._print(Text(f"\nWeek {message.turn}", style="bold"))
        to = ", ".join(self._titles.get(name, name) for name in message.recipients) or "all"
        who = Text(self._titles.get(message.sender, message.sender), style=self._colours.get(message.sender, ""))
        self._print(Text.assemble(who, Text(f" to {to}: ", style="dim"), message.text))

    def _print(self, text: Any) -> None:
        self._console.print(text, soft_wrap=not self._console.is_terminal)

    def _footer(self) -> Any:
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        states = [self._session.beginning, *(turn.state for turn in self._done)]
        for title, name, form in _CURVES:
            values = [float(getattr(state, name)) for state in states]
            table.add_row(title, sparkline(values, 40), form.format(getattr(states[-1], name)))
        waiting = [
            Text.assemble((self._titles.get(name, name), self._colours.get(name, "")), f": {text[-_LONGEST:]}")
            for name, text in self._speaking.items()
        ]
        return Group(*waiting, Text(f"week {len(self._done)} of {self._turns}", style="bold"), table)


def sparkline(values: "Sequence[float]", width: int) -> str:
    """The last ``width`` values as a line of blocks, from the lowest to the highest of them."""
    shown = values[-width:]
    low, high = min(shown), max(shown)
    if high - low <= 1e-12:
        return _SPARKS[3] * len(shown)
    return "".join(_SPARKS[min(7, int((value - low) / (high - low) * 8))] for value in shown)
