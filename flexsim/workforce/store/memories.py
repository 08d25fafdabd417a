"""Memories in the database, and finding those that matter by its full-text search.

SQLite searches with FTS5, PostgreSQL with a GIN index over ``tsvector``. Both hold the words that ``memory.words`` makes, and
lead to candidates only; ``memory.ranking`` puts these in order. So both databases recall the same, in the same order.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, TextClause, bindparam, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite

from flexsim.workforce.memory.ranking import CANDIDATES, Candidate, best, leading
from flexsim.workforce.memory.words import query_words
from flexsim.workforce.records import Memory, MemoryKind, Turn
from flexsim.workforce.store.indexing import indexed, owner, owners_and_words
from flexsim.workforce.store.tables import MemoryRow, WordRow

_COLUMNS: Final = "m.id, m.kind, m.importance, m.turn, m.indexed"
_REMEMBERED: Final = "m.turn <= :turn AND (m.expires IS NULL OR m.expires >= :turn)"  # as ranking.is_remembered says
_FINDING: Final[Mapping[str, TextClause]] = {  # the values are parameters; what is put together here is ours
    "sqlite": text(
        f"SELECT {_COLUMNS} FROM memories_search s JOIN memories m ON m.id = s.rowid"  # noqa: S608
        f" WHERE s.indexed MATCH :words AND {_REMEMBERED} ORDER BY s.rowid DESC LIMIT :most"
    ),
    # Whose memories they are is said twice: for a common word, PostgreSQL then takes the latest of the role's own index.
    "postgresql": text(
        f"SELECT {_COLUMNS} FROM memories m WHERE m.session_id = :session_id AND m.role = :role"  # noqa: S608
        " AND array_to_tsvector(string_to_array(m.indexed, ' ')) @@ CAST(:words AS tsquery)"
        f" AND {_REMEMBERED} ORDER BY m.id DESC LIMIT :most"
    ),
}
_JOINTS: Final = {"sqlite": (" AND ", " OR "), "postgresql": (" & ", " | ")}


def write(connection: Connection, session_id: str, turn: Turn) -> None:
    """Keep what a turn leaves in memory, in its order, to be found from now on."""
    if not turn.memories:
        return
    connection.execute(insert(MemoryRow), [_row(session_id, turn.number, each) for each in turn.memories])
    counts = Counter(owned for each in turn.memories for owned in owners_and_words(each.role, each.text))
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    counted: Any = dialect.insert(WordRow)
    connection.execute(
        counted.on_conflict_do_update(
            index_elements=["session_id", "role", "word"],
            set_={"memories": WordRow.memories + counted.excluded.memories},
        ),
        [
            {"session_id": session_id, "role": role, "word": word, "memories": number}
            for (role, word), number in sorted(counts.items())
        ],
    )


def recall(  # noqa: PLR0913 -- as Recall asks, of one session
    connection: Connection, session_id: str, role: str, query: str, *, turn: int, limit: int
) -> list[Memory]:
    """As ``Recall`` says; counts of words are those of today, whatever the ``turn``."""
    counts, memories = _counts(connection, session_id, role, query_words(query))
    if not counts:
        return []
    kind = connection.dialect.name
    both, either = _JOINTS[kind]
    wanted = f"{owner(session_id, role)}{both}({either.join(leading(counts))})"
    asked = {"words": wanted, "turn": turn, "most": CANDIDATES}
    if kind == "postgresql":
        asked |= {"session_id": session_id, "role": role}
    found = connection.execute(_FINDING[kind], asked)
    candidates = [Candidate._make((*each[:4], each[4].split(" "))) for each in found]
    return _numbered(connection, best(candidates, counts, memories, turn=turn, limit=limit))


def noted(connection: Connection, session_id: str, first: int, last: int) -> dict[int, list[Memory]]:
    """The memories that the turns from ``first`` to ``last`` have left, by turn, in their order."""
    wanted = (MemoryRow.session_id == session_id, MemoryRow.noted.between(first, last))
    found = defaultdict(list)
    for row in connection.execute(select(MemoryRow.__table__).where(*wanted).order_by(MemoryRow.id)):
        found[row.noted].append(_memory(row))
    return found


def some(  # noqa: PLR0913 -- one for each thing that can be asked
    connection: Connection,
    session_id: str,
    *,
    role: str | None = None,
    kind: MemoryKind | None = None,
    turn: int | None = None,
    limit: int,
    offset: int = 0,
) -> Sequence[Memory]:
    """Memories of a session, the latest first; given a ``turn``, only what is remembered as of it."""
    wanted = [MemoryRow.session_id == session_id]
    if role is not None:
        wanted.append(MemoryRow.role == role)
    if kind is not None:
        wanted.append(MemoryRow.kind == kind.value)
    if turn is not None:
        wanted += [MemoryRow.turn <= turn, MemoryRow.expires.is_(None) | (MemoryRow.expires >= turn)]
    latest = select(MemoryRow.__table__).where(*wanted).order_by(MemoryRow.id.desc())
    return [_memory(each) for each in connection.execute(latest.limit(limit).offset(offset))]


def _counts(connection: Connection, session_id: str, role: str, asked: Sequence[str]) -> tuple[dict[str, int], int]:
    """How many of the role's memories hold each of the words that any holds, and how many memories there are."""
    rows = connection.execute(_COUNTING, {"session_id": session_id, "role": role, "words": ["", *asked]})
    counts = {each.word: each.memories for each in rows}
    return counts, counts.pop("", 0)


_COUNTING: Final = select(WordRow.word, WordRow.memories).where(
    WordRow.session_id == bindparam("session_id"),
    WordRow.role == bindparam("role"),
    WordRow.word.in_(bindparam("words", expanding=True)),
)


def _row(session_id: str, number: int, memory: Memory) -> dict[str, Any]:
    return {
        "session_id": session_id, "noted": number, "turn": memory.turn, "role": memory.role, "kind": memory.kind.value,
        "text": memory.text, "importance": memory.importance, "expires": memory.expires,
        "indexed": indexed(session_id, memory.role, memory.text),
    }  # fmt: skip


def _memory(row: Any) -> Memory:
    return Memory(
        role=row.role, kind=MemoryKind(row.kind), text=row.text, importance=row.importance, turn=row.turn,
        expires=row.expires,
    )  # fmt: skip


def _numbered(connection: Connection, numbers: Sequence[int]) -> list[Memory]:
    rows = connection.execute(_NUMBERED, {"numbers": numbers})
    found = {each.id: _memory(each) for each in rows}
    return [found[each] for each in numbers]


_NUMBERED: Final = select(MemoryRow.__table__).where(MemoryRow.id.in_(bindparam("numbers", expanding=True)))
