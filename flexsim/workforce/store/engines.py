"""The way to the database: SQLite as a service needs it, PostgreSQL where there is one, and errors that say what to do."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from flexsim.errors import ConfigurationError, StoreUnreachable

DEFAULT: Final = "sqlite:///workforce.db"
_BUSY: Final = 10.0  # seconds that a write waits for another one
_CONNECT: Final = 5  # seconds until a database that does not answer counts as unreachable
# WAL: whoever reads does not wait for whoever writes. NORMAL: a killed process loses nothing; a power cut may cost the last
# turns, whole ones.
_PRAGMAS: Final = ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON")


def open_engine(url: str) -> Engine:
    """An engine for ``sqlite:///FILE`` or ``postgresql://USER@HOST/DATABASE``; connects to nothing yet.

    Raises ConfigurationError for another kind of address, and where what speaks to PostgreSQL is not installed.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    try:
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": _CONNECT,
                "application_name": "flexsim",
                # A prepared search is planned once for all words, rare or common: a hundred times slower for one of them.
                "prepare_threshold": None,
            },
        )
    except ModuleNotFoundError as error:
        raise ConfigurationError("PostgreSQL needs the extra postgres: pip install 'flexsim[postgres]'") from error


def described(engine: Engine) -> str:
    """The database's address without its password."""
    return engine.url.render_as_string(hide_password=True)


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read with: on SQLite one view of the database, on PostgreSQL one for each statement.

    That does for what is read here: a turn, once it is there, never changes, and is there with all its parts. PostgreSQL
    is spared two messages, to begin a transaction and to end it.
    """
    with telling(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed whole at the end, or nothing of it where an error leaves."""
    with telling(engine), engine.begin() as connection:
        yield connection


@contextlib.contextmanager
def telling(engine: Engine) -> Iterator[None]:
    """Say what is wrong with the database in words for its user: StoreUnreachable, or ConfigurationError for lack of tables."""
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        if "no such table" in reason or "no such column" in reason or _is_undefined(error):
            raise ConfigurationError(
                f"the database {described(engine)} is not up to date ({reason}); run: flexsim workforce migrate"
            ) from error
        if "not a database" in reason:
            raise ConfigurationError(f"{engine.url.database} is not a database; name another file") from error
        if isinstance(error, OperationalError):
            raise StoreUnreachable(f"cannot use the database {described(engine)}: {reason}") from error
        if type(error) is DatabaseError and engine.dialect.name == "sqlite":
            raise ConfigurationError(f"{engine.url.database} is damaged ({reason}); name another file") from error
        raise


def _is_undefined(error: DBAPIError) -> bool:
    """PostgreSQL's classes of errors: 42P01 is a table that is not there, 42703 a column."""
    return getattr(error.orig, "sqlstate", None) in {"42P01", "42703"}


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(f"not the address of a database; {_FORMS}") from error
    if parsed.drivername not in {"sqlite", "postgresql", "postgres", "postgresql+psycopg"}:
        raise ConfigurationError(f"no such kind of database: {parsed.drivername}; {_FORMS}")
    return parsed


_FORMS: Final = "DATABASE_URL is sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ConfigurationError("a database in memory would be another one for each connection; name a file")
    folder = Path(url.database).absolute().parent
    if not folder.is_dir():
        raise ConfigurationError(f"there is no folder {folder} for the database {url.database}")
    engine = create_engine(url, connect_args={"timeout": _BUSY, "check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
    # Python's driver begins transactions late and ends them before some statements; with None it leaves them to _begin.
    connection.isolation_level = None
    for each in _PRAGMAS:
        connection.execute(f"PRAGMA {each}")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
