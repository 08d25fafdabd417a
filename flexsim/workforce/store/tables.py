"""The tables of the workforce's database, as they are after the last migration.

Two things are not among them because SQLAlchemy has no word for them: SQLite's full-text index ``memories_search`` (FTS5,
kept by triggers), and PostgreSQL's index of that name over ``memories.indexed``. Migrations make both.
"""

from typing import Any, ClassVar, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    literal_column,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# Not JSONB, which puts keys in an order of its own: a state that comes back must be the one that went in.
DOCUMENT: Final = JSON()
NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows by itself only in an INTEGER
_EMPTY: Final[ColumnElement[str]] = literal_column("''")
NAMES: Final = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class Table(DeclarativeBase):
    """What all tables have in common: how constraints are named, and that texts and documents are never null."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text(), dict[str, Any]: DOCUMENT, list[str]: DOCUMENT}


class SessionRow(Table):
    """A session, and how far it has come: ``turns`` is raised in the transaction that writes the turn."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_created", "created"),)

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    scenario: Mapped[str]
    seed: Mapped[int] = mapped_column(BigInteger)
    mind: Mapped[str]
    status: Mapped[str]
    turns: Mapped[int]
    beginning: Mapped[dict[str, Any]]
    created: Mapped[float]
    updated: Mapped[float]


class AgentRow(Table):
    """A role of a session, and what it has done so far."""

    __tablename__ = "agent_states"

    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    description: Mapped[dict[str, Any]]
    messages: Mapped[int]
    proposals: Mapped[int]
    accepted: Mapped[int]


class TurnRow(Table):
    """A turn's numbers; what was said, decided and remembered in it stands in tables of their own."""

    __tablename__ = "turns"
    __table_args__ = (Index("ix_turns_idempotency_key", "session_id", "idempotency_key", unique=True),)

    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[dict[str, Any]]
    summary: Mapped[str]
    calls: Mapped[int]
    input_tokens: Mapped[int]
    output_tokens: Mapped[int]
    dollars: Mapped[float]
    created: Mapped[float]
    idempotency_key: Mapped[str | None]


def _of_a_turn() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["session_id", "turn"], ["turns.session_id", "turns.number"], ondelete="CASCADE")


class MessageRow(Table):
    """Something said in a turn."""

    __tablename__ = "messages"
    __table_args__ = (_of_a_turn(),)

    session_id: Mapped[str] = mapped_column(String(34), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    wave: Mapped[int]
    sender: Mapped[str]
    recipients: Mapped[list[str]]
    text: Mapped[str]


class DecisionRow(Table):
    """A proposal of a turn, and what became of it."""

    __tablename__ = "decisions"
    __table_args__ = (_of_a_turn(),)

    session_id: Mapped[str] = mapped_column(String(34), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]
    kind: Mapped[str]
    amount: Mapped[float]
    proposal_reason: Mapped[str]
    accepted: Mapped[bool]
    decided_by: Mapped[str]
    reason: Mapped[str]


class MemoryRow(Table):
    """Something remembered; ``indexed`` holds the words it is found by, whose memory it is before them."""

    __tablename__ = "memories"
    __table_args__ = (
        ForeignKeyConstraint(["session_id", "noted"], ["turns.session_id", "turns.number"], ondelete="CASCADE"),
        Index("ix_memories_session_id_role_id", "session_id", "role", "id"),
        Index("ix_memories_session_id_noted", "session_id", "noted"),
    )

    id: Mapped[int] = mapped_column(NUMBER, primary_key=True)
    session_id: Mapped[str] = mapped_column(String(34))
    noted: Mapped[int]
    turn: Mapped[int]
    role: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str]
    importance: Mapped[float]
    expires: Mapped[int | None]
    indexed: Mapped[str] = mapped_column(server_default=_EMPTY)


class WordRow(Table):
    """How many memories of a role hold a word; the empty word stands in all of them."""

    __tablename__ = "memory_words"

    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    memories: Mapped[int]


class WhatIfRow(Table):
    """A question to a session, and its answer."""

    __tablename__ = "what_ifs"
    __table_args__ = (Index("ix_what_ifs_session_id", "session_id"),)

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    question: Mapped[dict[str, Any]]
    answer: Mapped[dict[str, Any]]
    created: Mapped[float]
