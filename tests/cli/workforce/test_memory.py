"""The command ``flexsim workforce memory``."""

import json

import pytest

from tests.cli.workforce.conftest import run


@pytest.fixture
def seeded(folder):
    return json.loads(run("seed", "--sessions", 1, "--turns", 4, "--seed", 7, "--json").stdout)["sessions"][0][
        "session_id"
    ]


def remembered(*arguments):
    found = run("memory", *arguments, "--json")
    assert found.exit_code == 0, found.stderr
    return json.loads(found.stdout)


def test_the_latest_memories_of_the_last_session_come_first(seeded):
    found = remembered("last")
    assert (found["session_id"], found["turn"]) == (seeded, 4)
    turns = [each["turn"] for each in found["memories"]]
    assert turns == sorted(turns, reverse=True)


def test_they_can_be_asked_for_by_role_kind_turn_and_number(seeded):
    every = remembered(seeded, "--limit", 1000)["memories"]
    role, kind = every[0]["role"], every[0]["kind"]
    assert {each["role"] for each in remembered(seeded, "--role", role)["memories"]} == {role}
    assert {each["kind"] for each in remembered(seeded, "--kind", kind)["memories"]} == {kind}
    assert {each["turn"] for each in remembered(seeded, "--turn", 1)["memories"]} == {1}
    assert len(remembered(seeded, "--limit", 2)["memories"]) == 2


def test_a_role_recalls_what_a_question_is_about_best_first(seeded):
    one = remembered(seeded, "--role", "support")["memories"][-1]
    assert (
        remembered(seeded, "--role", "support", "--query", one["text"], "--limit", 1)["memories"][0]["role"]
        == "support"
    )
    assert one in remembered(seeded, "--role", "support", "--query", one["text"])["memories"]


def test_a_table_shows_what_they_are_worth_by_now(seeded):
    found = run("memory", "last", "--limit", 1)
    assert found.exit_code == 0
    assert "by now" in found.stdout


def test_nothing_is_said_to_be_nothing(seeded):
    assert run("memory", "last", "--role", "nobody").stdout == "nothing is remembered of that\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("last", "--query", "queue"), "--query needs --role"),
        (("last", "--query", "queue", "--role", "ceo", "--kind", "semantic"), "leave --kind out"),
        (("WS0",), "no such session: WS0"),
    ],
)
def test_what_cannot_be_asked_is_refused(folder, arguments, said):
    found = run("memory", *arguments)
    assert (found.exit_code, said in found.stderr) == (2, True)


def test_without_any_session_it_says_how_to_get_one(folder):
    found = run("memory", "last")
    assert (found.exit_code, "flexsim workforce seed, makes one" in found.stderr) == (2, True)
