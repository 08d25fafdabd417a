"""Version 1: sessions, their agents, turns, messages, decisions, memories and what-ifs."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None

_DOCUMENT = sa.JSON()
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _sessions()
    _agents()
    _turns()
    _messages()
    _decisions()
    _memories()
    _what_ifs()


def _of_a_session(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=f"fk_{table}_sessions", ondelete="CASCADE")


def _of_a_turn(table: str, column: str = "turn") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["session_id", column], ["turns.session_id", "turns.number"], name=f"fk_{table}_turns", ondelete="CASCADE"
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("mind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("beginning", _DOCUMENT, nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("updated", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_created", "sessions", ["created"])


def _agents() -> None:
    op.create_table(
        "agent_states",
        sa.Column("session_id", sa.String(34), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("description", _DOCUMENT, nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("proposals", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "role", name="pk_agent_states"),
        _of_a_session("agent_states"),
    )


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("session_id", sa.String(34), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", _DOCUMENT, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("dollars", sa.Double(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "number", name="pk_turns"),
        _of_a_session("turns"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("session_id", sa.String(34), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipients", _DOCUMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "turn", "place", name="pk_messages"),
        _of_a_turn("messages"),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("session_id", sa.String(34), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.Column("proposal_reason", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "turn", "place", name="pk_decisions"),
        _of_a_turn("decisions"),
    )


def _memories() -> None:
    op.create_table(
        "memories",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("session_id", sa.String(34), nullable=False),
        sa.Column("noted", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("importance", sa.Double(), nullable=False),
        sa.Column("expires", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_memories"),
        _of_a_turn("memories", "noted"),
    )
    op.create_index("ix_memories_session_id_role_id", "memories", ["session_id", "role", "id"])
    op.create_index("ix_memories_session_id_noted", "memories", ["session_id", "noted"])


def _what_ifs() -> None:
    op.create_table(
        "what_ifs",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("session_id", sa.String(34), nullable=False),
        sa.Column("question", _DOCUMENT, nullable=False),
        sa.Column("answer", _DOCUMENT, nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_what_ifs"),
        _of_a_session("what_ifs"),
    )
    op.create_index("ix_what_ifs_session_id", "what_ifs", ["session_id"])
