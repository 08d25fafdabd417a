"""Turns in the database."""

import pytest
from sqlalchemy import text

from flexsim.errors import Conflict, UnknownSession
from flexsim.workforce.records import CompanyState, Turn
from flexsim.workforce.store import turns
from flexsim.workforce.store.engines import reading, writing
from tests.workforce.doubles import session, turns_of


def read(store, session_id, **asked):
    """Past the cache."""
    with reading(store.engine) as connection:
        return turns.read(connection, session_id, **{"after": 0, "limit": 100} | asked)


def test_turns_come_back_as_they_were(store):
    kept = session()
    told = turns_of(kept, 5)
    store.import_run(kept, told)
    assert read(store, kept.id) == told
    assert read(store, kept.id, after=2, limit=2) == told[2:4]
    assert read(store, kept.id, after=5) == []


def test_a_turn_of_nothing_comes_back_too(store, begun):
    empty = Turn(number=1, messages=(), decisions=(), state=CompanyState(turn=1), summary="", memories=())
    store.keep_turn(begun, empty)
    assert read(store, begun) == [empty]


@pytest.mark.parametrize("number", [1, 3])
def test_only_the_turn_that_comes_next_can_be_written(store, number):
    kept = session()
    told = turns_of(kept, 3)
    store.import_run(kept, told[:1])
    with pytest.raises(Conflict, match=rf"at turn 1, so that turn {number} cannot come next"):
        store.keep_turn(kept.id, told[number - 1])
    assert read(store, kept.id) == told[:1]


def test_nothing_is_written_for_a_session_that_is_not_there(store):
    with pytest.raises(UnknownSession, match="no such session"):
        store.keep_turn("SN0", turns_of(session(), 1)[0])


def test_a_turn_whose_writing_fails_is_not_there_at_all(store, monkeypatch):
    """Break any statement of the transaction, the last one here, and what came before it is gone."""
    kept = session()
    store.begin(kept)

    def fail(*_):
        raise RuntimeError("planted")

    (turn,) = turns_of(kept, 1)
    with monkeypatch.context() as patch:
        patch.setattr(turns, "_tally", fail)
        with pytest.raises(RuntimeError, match="planted"):
            store.keep_turn(kept.id, turn)
    assert read(store, kept.id) == []
    assert store.session(kept.id).turns == 0
    assert store.memories(kept.id) == []
    store.keep_turn(kept.id, turn)
    assert read(store, kept.id) == [turn]


def test_the_turn_of_an_idempotency_key_is_found_again(store):
    kept, other = session(), session()
    (turn,) = turns_of(kept, 1)
    for each in (kept, other):
        store.begin(each)
    store.keep_turn(kept.id, turn, "key")
    store.keep_turn(other.id, turn, "key")
    with reading(store.engine) as connection:
        assert turns.asked_as(connection, kept.id, "key") == 1
        assert turns.asked_as(connection, kept.id, "another") is None


def test_a_turn_goes_with_its_session(store):
    """Foreign keys are held to, on SQLite too."""
    kept = session()
    store.import_run(kept, turns_of(kept, 2))
    with writing(store.engine) as connection:
        connection.execute(text("DELETE FROM sessions WHERE id = :id"), {"id": kept.id})
        counts = [
            connection.execute(text(f"SELECT count(*) FROM {table} WHERE session_id = :id"), {"id": kept.id}).scalar()
            for table in ("turns", "messages", "decisions", "memories", "memory_words", "agent_states", "what_ifs")
        ]
    assert counts == [0] * 7
