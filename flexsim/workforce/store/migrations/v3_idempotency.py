"""Version 3: a turn knows the key under which it was asked for, so that asking again gives the same turn."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Add the key, of which a session has each once."""
    op.add_column("turns", sa.Column("idempotency_key", sa.Text(), nullable=True))
    op.create_index("ix_turns_idempotency_key", "turns", ["session_id", "idempotency_key"], unique=True)
