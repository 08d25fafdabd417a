"""What the commands that look into the store share: where it is, and which session is meant."""

import contextlib
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim.cli.options import settings
from flexsim.errors import UnknownSession

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flexsim.workforce.store.store import Store

DEFAULT: Final = "sqlite:///workforce.db"
_LAST: Final = "last"

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="Where sessions are kept, sqlite:///FILE or postgresql://USER@HOST/DATABASE; workforce.db here unless given."
        " \\[env: DATABASE_URL]",
        show_default=False,
    ),
]
SessionName = Annotated[
    str, typer.Argument(metavar="SESSION", help="A session's id; last is the latest.", show_default=False)
]


def address(context: typer.Context, database: str | None) -> str:
    """The database's address: the flag, else DATABASE_URL, else a file here."""
    return database or settings(context).database_url or DEFAULT


@contextlib.contextmanager
def opened(context: typer.Context, database: str | None) -> "Iterator[Store]":
    """The store, closed afterwards; raises ConfigurationError and StoreUnreachable."""
    from flexsim.clock import WallClock
    from flexsim.workforce.store.store import Store

    store = Store.open(address(context, database), WallClock())
    try:
        yield store
    finally:
        store.close()


@contextlib.contextmanager
def keeping(context: typer.Context, database: str | None, *, wanted: bool) -> "Iterator[Store | None]":
    """The store, where it is ``wanted`` at all."""
    if not wanted:
        yield None
        return
    with opened(context, database) as store:
        yield store


def session_id(store: "Store", name: str) -> str:
    """The id that is meant; raises UnknownSession."""
    if name != _LAST:
        return store.session(name).session.id
    _, found = store.sessions(limit=1)
    if not found:
        raise UnknownSession("there is no session yet: flexsim workforce run, or flexsim workforce seed, makes one")
    return found[0].session.id
