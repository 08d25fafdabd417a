"""Bringing a database up to date, and seeing whether it is: Alembic without files of its own."""

from pathlib import Path
from typing import Any, Final

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from flexsim.errors import ConfigurationError
from flexsim.workforce.store.engines import described, reading, telling
from flexsim.workforce.store.tables import Table

SEARCH: Final = "memories_search"  # what begins so is full-text search, which tables.py cannot describe
_LOCK: Final = 0x666C6578  # of PostgreSQL's advisory locks, the one that migrations take: "flex"


def _scripts() -> ScriptDirectory:
    folder = Path(__file__).parent / "migrations"
    return ScriptDirectory(str(folder), version_locations=[str(folder)])


def versions() -> tuple[str, ...]:
    """The versions of the database there are, from the first."""
    return tuple(reversed([each.revision for each in _scripts().walk_revisions()]))


def version(engine: Engine) -> str | None:
    """The version of this database; None where nothing was ever made in it. Raises StoreUnreachable."""
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_current(engine: Engine) -> None:
    """Raise ConfigurationError where the database is older or newer than this program."""
    found, wanted = version(engine), versions()[-1]
    if found != wanted:
        raise ConfigurationError(
            f"the database {described(engine)} is at version {found or 'none'}, and version {wanted} is needed;"
            " run: flexsim workforce migrate"
        )


def migrate(engine: Engine, target: str = "head") -> tuple[str, ...]:
    """Bring the database to ``target`` in one transaction; gives the versions that were applied, in order.

    Two at a time wait for each other, and the second finds nothing to do. Raises StoreUnreachable, and ConfigurationError
    for a database that a later flexsim has made.
    """
    scripts = _scripts()
    applied: list[str] = []

    def steps(current: Any, _context: MigrationContext) -> Any:
        if current and current[0] not in versions():
            raise ConfigurationError(
                f"the database {described(engine)} was made by a later flexsim: version {current[0]}"
            )
        found = scripts._upgrade_revs(target, current)  # noqa: SLF001 -- as Alembic's own command does; there is no other door
        applied.extend(str(each.doc) for each in found)
        return found

    with telling(engine), engine.connect().execution_options(immediate=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        environment = EnvironmentContext(Config(), scripts, fn=steps)
        environment.configure(connection=connection, target_metadata=Table.metadata)
        environment.run_migrations()
    return tuple(applied)


def differences(connection: Connection) -> list[Any]:
    """What a migration would still have to do for the database to be as ``tables.py`` says; full-text search aside."""
    options = {"include_name": _is_described, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Table.metadata))


def _is_described(name: str | None, _kind: str, _parents: Any) -> bool:
    return name is None or not name.startswith(SEARCH)
