"""The store as a whole."""

import pickle
import subprocess
import sys
import threading

import pytest

from flexsim.clock import ManualClock
from flexsim.errors import ConfigurationError, Conflict
from flexsim.workforce.store.engines import open_engine
from flexsim.workforce.store.migrating import migrate
from flexsim.workforce.store.store import Store
from tests.workforce.doubles import session, turns_of


def test_an_sqlite_file_is_made_when_it_is_not_there(tmp_path, clock):
    opened = Store.open(f"sqlite:///{tmp_path}/new.db", clock)
    assert opened.sessions() == (0, [])
    assert opened.check()["database"] == "sqlite"
    opened.close()


def test_postgresql_must_be_brought_up_to_date_first(empty_url, clock):
    if empty_url.startswith("sqlite"):
        return
    with pytest.raises(ConfigurationError, match="run: flexsim workforce migrate"):
        Store.open(empty_url, clock)


def test_turns_are_the_same_from_the_cache_and_from_the_database(store, url, clock):
    kept = session()
    told = turns_of(kept, 4)
    store.begin(kept)
    for each in told:
        store.keep_turn(kept.id, each)
    fresh = Store.open(url, clock)
    for opened in (store, fresh, fresh):
        assert opened.turns(kept.id, limit=10) == told
        assert opened.turns(kept.id, after=1, limit=2) == told[1:3]
    fresh.close()


def test_the_turn_of_an_idempotency_key_is_given_whole(store, begun):
    (turn,) = turns_of(session(), 1)
    store.keep_turn(begun, turn, "key")
    assert store.turn_asked_as(begun, "key") == turn
    assert store.turn_asked_as(begun, "other") is None


def test_of_many_who_write_the_same_turn_one_succeeds(store, begun):
    (turn,) = turns_of(session(), 1)
    together, outcomes = threading.Barrier(6), []

    def write():
        together.wait()
        try:
            store.keep_turn(begun, turn)
            outcomes.append("written")
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=write) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["conflict"] * 5 + ["written"]
    assert len(store.memories(begun)) == len(turn.memories)


STATEMENTS = 9  # of the transaction, at least: those that a parameter names are among them

KILLED = """
import os, pickle, signal, sys
from sqlalchemy import event
from flexsim.clock import WallClock
from flexsim.workforce.store.store import Store

url, session_id, statement = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = Store.open(url, WallClock())
turn = pickle.load(sys.stdin.buffer)
seen = []

@event.listens_for(store.engine, "after_cursor_execute")
def kill(connection, cursor, text, *_):
    seen.append(text)
    if len(seen) == statement:
        os.kill(os.getpid(), signal.SIGKILL)

@event.listens_for(store.engine, "commit")
def before_commit(_):
    print(len(seen), flush=True)
    if statement == 0:
        os.kill(os.getpid(), signal.SIGKILL)

store.keep_turn(session_id, turn)
"""


@pytest.mark.parametrize("statement", [3, 0])
def test_a_process_killed_in_the_middle_of_a_turn_leaves_nothing_of_it_and_the_next_call_works(url, statement):
    """A real process with kill -9, after this statement of the transaction; 0 is after the last, before the commit."""
    store = Store.open(url, ManualClock())
    kept = session()
    first, second = turns_of(kept, 2)
    store.import_run(kept, [first])
    done = subprocess.run(
        [sys.executable, "-c", KILLED, url, kept.id, str(statement)],
        input=pickle.dumps(second),
        capture_output=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr.decode()
    if statement == 0:
        assert int(done.stdout) >= STATEMENTS
    assert store.session(kept.id).turns == 1
    assert store.turns(kept.id, limit=5) == [first]
    assert len(store.memories(kept.id)) == len(first.memories)
    assert [each.messages for each in store.session_with_tallies(kept.id)[1]] == [1, 1, 1]
    store.keep_turn(kept.id, second)
    assert store.turns(kept.id, limit=5) == [first, second]
    store.close()


def test_two_who_bring_up_one_database_do_not_disturb_each_other(empty_url):
    outcomes = []

    def bring_up():
        engine = open_engine(empty_url)
        outcomes.append(len(migrate(engine)))
        engine.dispose()

    threads = [threading.Thread(target=bring_up) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes)[:2] == [0, 0]
    assert sorted(outcomes)[2] > 1
