"""Sessions in the database, and how far each has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from flexsim.errors import UnknownSession
from flexsim.workforce.records import Session
from flexsim.workforce.store import documents
from flexsim.workforce.store.tables import AgentRow, SessionRow


class Status(StrEnum):
    """Whether a session takes turns."""

    RUNNING = "running"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A session as it stands: ``turns`` are behind it; times in UTC seconds."""

    session: Session
    status: Status
    turns: int
    created: float
    updated: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTally:
    """What a role has done in a session."""

    role: str
    messages: int
    proposals: int
    accepted: int


def add(connection: Connection, session: Session, now: float) -> Progress:
    """Keep a new session."""
    connection.execute(
        insert(SessionRow).values(
            id=session.id, scenario=session.scenario, seed=session.seed, mind=session.mind, status=Status.RUNNING.value,
            turns=0, beginning=documents.document(session.beginning), created=now, updated=now,
        )
    )  # fmt: skip
    if session.roles:
        connection.execute(
            insert(AgentRow), [_agent(session.id, place, each) for place, each in enumerate(session.roles)]
        )
    return Progress(session=session, status=Status.RUNNING, turns=0, created=now, updated=now)


def get(connection: Connection, session_id: str) -> Progress:
    """The session of this id; raises UnknownSession."""
    row = connection.execute(select(SessionRow.__table__).where(SessionRow.id == session_id)).one_or_none()
    if row is None:
        raise UnknownSession(f"no such session: {session_id}")
    return _progress(row, _roles(connection, [session_id])[session_id])


def some(connection: Connection, *, status: Status | None, limit: int, offset: int) -> tuple[int, list[Progress]]:
    """How many sessions there are (of this status), and of these, the latest first, the ``limit`` after ``offset``."""
    wanted = [] if status is None else [SessionRow.status == status.value]
    total = connection.execute(select(func.count()).select_from(SessionRow).where(*wanted)).scalar_one()
    latest = select(SessionRow.__table__).where(*wanted).order_by(SessionRow.created.desc(), SessionRow.id)
    rows = connection.execute(latest.limit(limit).offset(offset)).all()
    roles = _roles(connection, [each.id for each in rows])
    return total, [_progress(each, roles[each.id]) for each in rows]


def set_status(connection: Connection, session_id: str, status: Status, now: float) -> None:
    """Pause or resume; raises UnknownSession."""
    changed = connection.execute(
        update(SessionRow).where(SessionRow.id == session_id).values(status=status.value, updated=now)
    )
    if not changed.rowcount:
        raise UnknownSession(f"no such session: {session_id}")


def tallies(connection: Connection, session_id: str) -> list[AgentTally]:
    """What each role has done so far, in the session's order."""
    rows = connection.execute(
        select(AgentRow.role, AgentRow.messages, AgentRow.proposals, AgentRow.accepted)
        .where(AgentRow.session_id == session_id)
        .order_by(AgentRow.place)
    )
    return [AgentTally(role=each[0], messages=each[1], proposals=each[2], accepted=each[3]) for each in rows]


def _agent(session_id: str, place: int, role: Any) -> dict[str, Any]:
    return {
        "session_id": session_id, "role": role.name, "place": place, "description": documents.document(role),
        "messages": 0, "proposals": 0, "accepted": 0,
    }  # fmt: skip


def _roles(connection: Connection, session_ids: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {each: [] for each in session_ids}
    rows = connection.execute(
        select(AgentRow.session_id, AgentRow.description)
        .where(AgentRow.session_id.in_(session_ids))
        .order_by(AgentRow.session_id, AgentRow.place)
    )
    for session_id, description in rows:
        found[session_id].append(description)
    return found


def _progress(row: Any, roles: Sequence[Any]) -> Progress:
    session = Session(
        id=row.id, scenario=row.scenario, seed=row.seed, mind=row.mind,
        roles=tuple(documents.role(each) for each in roles), beginning=documents.state(row.beginning),
    )  # fmt: skip
    return Progress(
        session=session, status=Status(row.status), turns=row.turns, created=row.created, updated=row.updated
    )
