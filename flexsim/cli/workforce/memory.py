"""The command ``flexsim workforce memory``: what the roles of a session remember."""

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from flexsim.cli import output
from flexsim.cli.options import Json
from flexsim.cli.workforce import storing
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flexsim.workforce.records import Memory
    from flexsim.workforce.store.store import Store


class Kind(StrEnum):
    """Kinds of memory, as ``workforce.records`` has them."""

    SHORT_TERM = "short_term"
    LONG_TERM = "long_term"
    EPISODIC = "episodic"
    SEMANTIC = "semantic"


def memory(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    session: storing.SessionName,
    *,
    role: Annotated[
        str | None, typer.Option("--role", help="Whose memory; everybody's unless given.", show_default=False)
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option("--kind", help="Which kind; all unless given.", show_default=False)
    ] = None,
    query: Annotated[
        str | None,
        typer.Option("--query", help="What the role recalls of this, best first; needs --role.", show_default=False),
    ] = None,
    turn: Annotated[
        int | None,
        typer.Option("--turn", help="As of this turn; of the last unless given.", min=0, show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many at most.", min=1, max=100_000)] = 20,
    database: storing.Database = None,
    as_json: Json = False,
) -> None:
    """Show what the roles of a session remember: the latest first, or what a role recalls of a question, best first.

    Example: flexsim workforce memory last
    Example: flexsim workforce memory WS0123456789abcdef0123456789abcdef --role ceo --query "budget for hiring" --json
    """
    if query is not None and role is None:
        raise ConfigurationError("--query needs --role: whose memory is asked?")
    if query is not None and kind is not None:
        raise ConfigurationError("--query asks all kinds at once: leave --kind out")
    with storing.opened(context, database) as store:
        found_id = storing.session_id(store, session)
        now = store.session(found_id).turns if turn is None else turn
        if query is None or role is None:
            found = _listed(store, found_id, role, kind, now, limit)
        else:
            found = store.recall(found_id).recall(role, query, turn=now, limit=limit)
    if as_json:
        output.print_json({"session_id": found_id, "turn": now, "memories": [asdict(each) for each in found]})
    else:
        _print(found, now)


def _listed(  # noqa: PLR0913, PLR0917 -- what was asked for
    store: "Store", session_id: str, role: str | None, kind: Kind | None, turn: int, limit: int
) -> "Sequence[Memory]":
    from flexsim.workforce.records import MemoryKind

    wanted = None if kind is None else MemoryKind(kind.value)
    return store.memories(session_id, role=role, kind=wanted, turn=turn, limit=limit)


def _print(found: "Sequence[Memory]", now: int) -> None:
    from flexsim.workforce.memory.ranking import strength

    if not found:
        output.print_line("nothing is remembered of that")
        return
    rows = [
        (
            each.turn, each.role, each.kind.value.replace("_", "-"), f"{each.importance:.2f}",
            f"{strength(each.importance, each.kind.value, now - each.turn):.2f}",
            "" if each.expires is None else str(each.expires), each.text,
        )
        for each in found
    ]  # fmt: skip
    output.print_table(None, ("turn", "role", "kind", "importance", "by now", "until", "memory"), rows)
