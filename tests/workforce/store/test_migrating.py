"""Databases come up from nothing and from the first version, once, whole, and to what the tables say."""

import pytest
import sqlalchemy as sa

from flexsim.errors import ConfigurationError
from flexsim.workforce.store import indexing, memories, migrating, turns
from flexsim.workforce.store.engines import open_engine, reading, writing
from flexsim.workforce.store.migrating import differences, migrate, require_current, version, versions
from tests.workforce.doubles import session, turns_of

LATEST = versions()[-1]


@pytest.fixture
def engine(empty_url):
    made = open_engine(empty_url)
    yield made
    made.dispose()


def test_versions_are_numbered_from_the_first():
    assert versions() == tuple(str(number + 1) for number in range(len(versions())))


def test_a_database_comes_up_from_nothing_to_what_the_tables_say(engine):
    assert version(engine) is None
    assert len(migrate(engine)) == len(versions())
    assert version(engine) == LATEST
    with reading(engine) as connection:
        assert differences(connection) == []


def test_a_database_comes_up_from_the_first_version_with_what_it_holds(engine):
    migrate(engine, "1")
    kept = session()
    with writing(engine) as connection:
        plant(connection, kept)
    assert len(migrate(engine)) == len(versions()) - 1
    with reading(engine) as connection:
        assert differences(connection) == []
        found = memories.recall(connection, kept.id, "ceo", "queues", turn=1, limit=5)
        assert [each.text for each in found] == ["The queue is long"]
        assert memories.noted(connection, kept.id, 1, 1)[1] == found


def test_what_a_migrated_database_is_given_afterwards_is_found_with_the_old(engine):
    migrate(engine, "1")
    kept = session()
    with writing(engine) as connection:
        plant(connection, kept)
    migrate(engine)
    (_, following) = turns_of(kept, 2)
    with writing(engine) as connection:
        turns.write(connection, kept.id, following, 2.0)
    with reading(engine) as connection:
        words = f"queue {following.memories[0].text}"
        assert len(memories.recall(connection, kept.id, "ceo", words, turn=2, limit=5)) == 2


def plant(connection, kept):
    """A session with one turn and one memory, as version 1 kept it."""
    rows = {
        "sessions": {"id": kept.id, "scenario": "x", "seed": 1, "mind": "rules", "status": "running", "turns": 1,
                     "beginning": "{}", "created": 1.0, "updated": 1.0},
        "turns": {"session_id": kept.id, "number": 1, "state": "{}", "summary": "s", "calls": 0, "input_tokens": 0,
                  "output_tokens": 0, "dollars": 0.0, "created": 1.0},
        "memories": {"session_id": kept.id, "noted": 1, "turn": 1, "role": "ceo", "kind": "episodic",
                     "text": "The queue is long", "importance": 0.5},
    }  # fmt: skip
    for table, row in rows.items():
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)


def test_there_is_nothing_to_do_the_second_time(engine):
    migrate(engine)
    assert migrate(engine) == ()


def test_a_migration_that_fails_leaves_nothing(engine, monkeypatch):
    """DDL is in the transaction: an error in the second version takes the first one's tables with it."""
    migrate(engine, "1")
    with writing(engine) as connection:
        plant(connection, session())

    def fail(*_):
        raise RuntimeError("planted")

    monkeypatch.setattr(indexing, "indexed", fail)
    with pytest.raises(RuntimeError, match="planted"):
        migrate(engine)
    assert version(engine) == "1"
    with reading(engine) as connection:
        names = sa.inspect(connection).get_table_names()
    assert "memory_words" not in names


def test_an_old_database_is_named_with_what_to_do(engine):
    migrate(engine, "1")
    with pytest.raises(
        ConfigurationError, match=r"at version 1, and version \d+ is needed; run: flexsim workforce migrate"
    ):
        require_current(engine)


def test_a_database_of_a_later_flexsim_is_left_alone(engine):
    migrate(engine)
    with writing(engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '99'"))
    with pytest.raises(ConfigurationError, match="made by a later flexsim: version 99"):
        migrate(engine)


def test_a_difference_would_be_found(engine):
    migrate(engine)
    with writing(engine) as connection:
        connection.execute(sa.text("ALTER TABLE sessions ADD COLUMN more TEXT"))
    with reading(engine) as connection:
        assert [each[0] for each in differences(connection)] == ["remove_column"]


def test_full_text_search_is_all_that_is_left_out(engine):
    migrate(engine)
    with reading(engine) as connection:
        names = {*sa.inspect(connection).get_table_names(), "memories_search"}
    described = {name for name in names if not name.startswith(migrating.SEARCH)}
    assert described == {*migrating.Table.metadata.tables, "alembic_version"}
