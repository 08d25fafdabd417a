"""How changes to a workspace are shown: before they are made, while, and when something stops them."""

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flexsim.cli import output
from flexsim.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from flexsim.deployment.changes import Change


def print_changes(changes: "Iterable[Change]") -> None:
    """A table of what is to change, and a line on what stays as it is."""
    from flexsim.deployment.changes import Action, grouped

    changes = list(changes)
    groups = grouped(change for change in changes if change.action is not Action.LEAVE)
    if groups:
        rows = [(group.action.value, group.kind.value, group.name, group.what) for group in groups]
        output.print_table(None, ("", "what", "name", "how"), rows)
    staying = Counter(change.kind.value for change in changes if change.action is Action.LEAVE)
    if staying:
        output.print_line("unchanged: " + ", ".join(counted(number, kind) for kind, number in staying.items()))


def counted(number: int, noun: str) -> str:
    """``1 task``, ``2 tasks``: a number and a noun whose plural is a mere s."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


@contextmanager
def carrying_out(todo: "Sequence[Change]", command: str, *, quiet: bool) -> "Iterator[Callable[[Change], None]]":
    """Hands out what to call for each change made; says how far things came when the target stops them."""
    made = 0
    with output.progress(quiet=quiet) as bars:
        bar = bars.add_task(command, total=len(todo))

        def done(change: "Change") -> None:
            nonlocal made
            made += 1
            bars.update(bar, advance=1, description=f"{change.action} {change.kind} {change.name}")

        try:
            yield done
        except TargetError:
            output.say(
                f"stopped after {made} of {counted(len(todo), 'change')}; flexsim {command} goes on from there",
                quiet=quiet,
            )
            raise
