"""Version 2: memories are found by their words, those that are there already too."""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

from flexsim.workforce.store.indexing import indexed, owners_and_words

revision = "2"
down_revision = "1"

_BATCH = 1_000
_POSTGRESQL = ("CREATE INDEX memories_search ON memories USING gin (array_to_tsvector(string_to_array(indexed, ' ')))",)
# The words are ours, in ASCII and apart by spaces, so that the plainest tokenizer does. Without content of its own, the
# index reads the table's; triggers keep the two together, as https://sqlite.org/fts5.html section 4.4.3 shows.
_ADD = "INSERT INTO memories_search(rowid, indexed) VALUES (new.id, new.indexed);"
_REMOVE = "INSERT INTO memories_search(memories_search, rowid, indexed) VALUES ('delete', old.id, old.indexed);"
_TRIGGER = "CREATE TRIGGER memories_search_"
_SQLITE = (
    "CREATE VIRTUAL TABLE memories_search USING fts5(indexed, content='memories', content_rowid='id', tokenize='ascii')",
    f"{_TRIGGER}added AFTER INSERT ON memories BEGIN {_ADD} END",
    f"{_TRIGGER}removed AFTER DELETE ON memories BEGIN {_REMOVE} END",
    f"{_TRIGGER}changed AFTER UPDATE OF indexed ON memories BEGIN {_REMOVE} {_ADD} END",
    "INSERT INTO memories_search(memories_search) VALUES ('rebuild')",
)


def upgrade() -> None:
    """Add the words, their counts, and the database's own full-text index over them."""
    op.add_column("memories", sa.Column("indexed", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "memory_words",
        sa.Column("session_id", sa.String(34), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("memories", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "role", "word", name="pk_memory_words"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_memory_words_sessions", ondelete="CASCADE"),
    )
    _index_what_is_there()
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def _index_what_is_there() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, session_id, role, text FROM memories ORDER BY id")).all()
    for some in _batches(rows):
        connection.execute(
            sa.text("UPDATE memories SET indexed = :indexed WHERE id = :id"),
            [{"id": each.id, "indexed": indexed(each.session_id, each.role, each.text)} for each in some],
        )
    counts = Counter((each.session_id, *owned) for each in rows for owned in owners_and_words(each.role, each.text))
    for found in _batches(list(counts.items())):
        connection.execute(
            sa.text("INSERT INTO memory_words VALUES (:session_id, :role, :word, :memories)"),
            [
                {"session_id": session, "role": role, "word": word, "memories": number}
                for (session, role, word), number in found
            ],
        )


def _batches(rows: Any) -> Any:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
