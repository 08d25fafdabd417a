"""The roles there are, and what they remember, over HTTP."""

import pytest

from tests.workforce.api.conftest import start, take
from tests.workforce.doubles import ROLES


def test_the_roles_there_are_are_listed_with_all_that_is_known_of_them(lite_client):
    found = lite_client.get("/agents/list").json()
    assert [each["name"] for each in found["agents"]] == [each.name for each in ROLES]
    assert found["agents"][0]["traits"]["creative"] == 0.25
    assert found["minds"] == ["rules", "broken"]


def test_the_roles_of_a_session_are_listed(lite_client):
    session_id = start(lite_client, roles=["support"])
    found = lite_client.get("/agents/list", params={"session_id": session_id}).json()
    assert [each["name"] for each in found["agents"]] == ["support"]


@pytest.fixture
def remembering(client):
    session_id = start(client)
    turns = [take(client, session_id).json() for _ in range(6)]
    return session_id, [each for turn in turns for each in turn["memories"]]


def ask(client, session_id, **asked):
    return client.get(f"/memory/{session_id}", params=asked)


def test_what_is_remembered_as_of_now_is_listed_the_latest_first(client, remembering):
    session_id, memories = remembering
    there = [each for each in memories if each["expires"] is None or each["expires"] >= 6]
    assert ask(client, session_id).json() == {"session_id": session_id, "turn": 6, "memories": there[::-1]}
    ceo = ask(client, session_id, role="ceo", turn=1).json()["memories"]
    assert ceo == memories[:1]


def test_what_a_role_recalls_of_a_question_comes_best_first(client, remembering):
    session_id, memories = remembering
    topic = next(each["text"] for each in memories[::-1] if each["role"] == "support")
    found = ask(client, session_id, role="support", query=topic, limit=3).json()["memories"]
    assert found[0]["text"] == topic
    assert len(found) == 3


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"query": "queue"}, "a query needs a role"),
        ({"query": "queue", "role": "ceo", "offset": 1}, "leave kind and offset out"),
        ({"kind": "vague"}, "query.kind: input should be"),
        ({"limit": 0}, "query.limit: input should be greater"),
        ({"turn": -1}, "query.turn: input should be greater"),
    ],
)
def test_what_cannot_be_asked_is_refused(lite_client, asked, said):
    answer = ask(lite_client, start(lite_client), **asked)
    assert (answer.status_code, said in answer.json()["error"]) == (422, True), answer.text
