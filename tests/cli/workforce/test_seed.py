"""The command ``flexsim workforce seed``."""

import json

from flexsim.clock import ManualClock
from flexsim.workforce.store.store import Store
from tests.cli.workforce.conftest import run


def test_it_writes_sessions_that_can_be_looked_at(folder):
    found = run("seed", "--sessions", 2, "--turns", 3, "--seed", 7, "--json")
    assert found.exit_code == 0
    told = json.loads(found.stdout)["sessions"]
    store = Store.open("sqlite:///workforce.db", ManualClock())
    for each in told:
        assert len(store.turns(each["session_id"], limit=10)) == each["turns"] == 3
        assert store.memories(each["session_id"]) != []
    store.close()


def test_the_same_seed_plays_the_same_again_in_sessions_of_their_own(folder):
    told = [
        json.loads(run("seed", "--sessions", 1, "--turns", 2, "--seed", 7, "--json").stdout)["sessions"][0]
        for _ in "ab"
    ]
    store = Store.open("sqlite:///workforce.db", ManualClock())
    one, other = (store.turns(each["session_id"], limit=5) for each in told)
    store.close()
    assert (told[0]["session_id"] == told[1]["session_id"], one == other) == (False, True)


def test_what_was_written_is_told_a_line_each(folder):
    lines = run("seed", "--sessions", 2, "--turns", 1, "--seed", 7).stdout.splitlines()
    assert len(lines) == 2
    assert "1 turns, seed 7: The release slips" in lines[0]
