"""The workforce's store: what can be asked of it and kept in it, each in one transaction.

Safe to be used from several threads, and several processes on one database.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from sqlalchemy import Engine

from flexsim.clock import Clock
from flexsim.errors import FlexsimError
from flexsim.workforce.records import Memory, MemoryKind, Session, Turn
from flexsim.workforce.store import memories, migrating, sessions, turns, what_ifs
from flexsim.workforce.store.cache import TurnCache
from flexsim.workforce.store.engines import open_engine, reading, writing
from flexsim.workforce.store.sessions import AgentTally, Progress, Status
from flexsim.workforce.store.what_ifs import WhatIf


class SessionMemories:
    """A ``Recall`` of one session's memories, by the database's full-text search."""

    def __init__(self, engine: Engine, session_id: str) -> None:
        self._engine = engine
        self._session_id = session_id

    def recall(self, role: str, query: str, *, turn: int, limit: int) -> Sequence[Memory]:
        """As ``Recall`` says; counts of words are those of today, whatever the ``turn``."""
        with reading(self._engine) as connection:
            return memories.recall(connection, self._session_id, role, query, turn=turn, limit=limit)


class Store:
    """Sessions, turns, memories and what-ifs in one database. Every method raises StoreUnreachable where it does not answer."""

    def __init__(self, engine: Engine, clock: Clock, cache: TurnCache | None = None) -> None:
        self.engine = engine
        self._clock = clock
        self._cache = TurnCache() if cache is None else cache

    @classmethod
    def open(cls, url: str, clock: Clock, cache: TurnCache | None = None) -> Self:
        """The store at this address. An SQLite file is made and brought up to date; PostgreSQL must be already.

        Raises ConfigurationError for a wrong address, and for a database that ``workforce migrate`` must be run on.
        """
        engine = open_engine(url)
        try:
            if engine.dialect.name == "sqlite":
                migrating.migrate(engine)
            else:
                migrating.require_current(engine)
        except FlexsimError:
            engine.dispose()
            raise
        return cls(engine, clock, cache)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def begin(self, session: Session) -> Progress:
        """Keep a new session."""
        with writing(self.engine) as connection:
            return sessions.add(connection, session, self._clock.now())

    def session(self, session_id: str) -> Progress:
        """The session of this id; raises UnknownSession."""
        with reading(self.engine) as connection:
            return sessions.get(connection, session_id)

    def sessions(
        self, *, status: Status | None = None, limit: int = 50, offset: int = 0
    ) -> tuple[int, Sequence[Progress]]:
        """How many sessions there are, and a page of them, the latest first."""
        with reading(self.engine) as connection:
            return sessions.some(connection, status=status, limit=limit, offset=offset)

    def set_status(self, session_id: str, status: Status) -> Progress:
        """Pause or resume a session; raises UnknownSession."""
        with writing(self.engine) as connection:
            sessions.set_status(connection, session_id, status, self._clock.now())
            return sessions.get(connection, session_id)

    def session_with_tallies(self, session_id: str) -> tuple[Progress, Sequence[AgentTally]]:
        """The session of this id, and what each role has done in it so far; raises UnknownSession."""
        with reading(self.engine) as connection:
            return sessions.get(connection, session_id), sessions.tallies(connection, session_id)

    def keep_turn(self, session_id: str, turn: Turn, key: str | None = None) -> None:
        """Write the turn that comes next, whole or not at all; ``key`` is the idempotency key that it was asked for with.

        Raises UnknownSession; and Conflict where it is not next.
        """
        with writing(self.engine) as connection:
            turns.write(connection, session_id, turn, self._clock.now(), key)
        self._cache.put(session_id, [turn])

    def turn_asked_as(self, session_id: str, key: str) -> Turn | None:
        """The turn that was asked for under this idempotency key; None if none was."""
        with reading(self.engine) as connection:
            number = turns.asked_as(connection, session_id, key)
        return None if number is None else self.turns(session_id, after=number - 1, limit=1)[0]

    def turns(self, session_id: str, *, after: int = 0, limit: int) -> Sequence[Turn]:
        """The ``limit`` turns that follow turn ``after``, in order, as far as there are any."""
        numbers = range(after + 1, after + limit + 1)
        known = self._cache.some(session_id, numbers)
        if len(known) == limit:
            return known
        first = after + len(known)
        with reading(self.engine) as connection:
            found = turns.read(connection, session_id, after=first, limit=limit - len(known))
        self._cache.put(session_id, found)
        return [*known, *found]

    def recall(self, session_id: str) -> SessionMemories:
        """What finds memories of a session."""
        return SessionMemories(self.engine, session_id)

    def memories(  # noqa: PLR0913 -- one for each thing that can be asked
        self,
        session_id: str,
        *,
        role: str | None = None,
        kind: MemoryKind | None = None,
        turn: int | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Sequence[Memory]:
        """Memories of a session, the latest first; given a ``turn``, what is remembered as of it. Raises UnknownSession."""
        with reading(self.engine) as connection:
            sessions.get(connection, session_id)
            return memories.some(connection, session_id, role=role, kind=kind, turn=turn, limit=limit, offset=offset)

    def keep_what_if(self, what_if: WhatIf) -> None:
        """Keep an answer."""
        with writing(self.engine) as connection:
            what_ifs.add(connection, what_if)

    def what_ifs(self, session_id: str, *, limit: int = 50) -> Sequence[WhatIf]:
        """The latest answers about a session; raises UnknownSession."""
        with reading(self.engine) as connection:
            sessions.get(connection, session_id)
            return what_ifs.of_session(connection, session_id, limit=limit)

    def import_run(self, session: Session, told: Sequence[Turn]) -> Progress:
        """Keep a whole session at once, in one transaction: one that was run elsewhere, or an example."""
        now = self._clock.now()
        with writing(self.engine) as connection:
            sessions.add(connection, session, now)
            for each in told:
                turns.write(connection, session.id, each, now)
            return sessions.get(connection, session.id)

    def check(self) -> Mapping[str, Any]:
        """Whether the database answers, and its version; raises StoreUnreachable, ConfigurationError."""
        migrating.require_current(self.engine)
        return {"database": self.engine.dialect.name, "version": migrating.version(self.engine)}
