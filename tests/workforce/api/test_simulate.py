"""The operations on sessions, over HTTP, on both databases."""

import asyncio
import re

import httpx2
import pytest

from flexsim.workforce.api.application import Options, application
from flexsim.workforce.service import Service
from flexsim.workforce.store.store import Store
from tests.workforce.api.conftest import SCENARIO, start, take
from tests.workforce.doubles import ROLES, SeededCompany, session, turns_of

NOWHERE = f"WS{'0' * 32}"


def test_a_session_is_started_taken_further_and_shown(client):
    session_id = start(client)
    for number in (1, 2, 3):
        answer = take(client, session_id)
        assert (answer.status_code, answer.json()["number"]) == (200, number)
    shown = client.get(f"/simulate/{session_id}").json()
    assert shown["session"] | {"created": 0, "updated": 0} == SCENARIO | {
        "id": session_id, "mind": "rules", "status": "running", "turns": 3, "created": 0, "updated": 0,
        "roles": [each.name for each in ROLES],
    }  # fmt: skip
    assert shown["state"]["turn"] == 3
    assert [each["messages"] for each in shown["agents"]] == [3, 3, 3]
    assert shown["summary"] == "Turn 3 is over"


def test_the_same_seed_gives_the_same_turns_in_sessions_of_their_own(client):
    one, other = start(client), start(client)
    assert one != other
    assert take(client, one).json() == take(client, other).json()


def test_turns_are_read_a_page_at_a_time(client):
    session_id = start(client)
    taken = [take(client, session_id).json() for _ in range(5)]
    assert client.get(f"/simulate/{session_id}/turns").json() == {"total": 5, "turns": taken}
    page = client.get(f"/simulate/{session_id}/turns", params={"after": 1, "limit": 2}).json()
    assert page["turns"] == taken[1:3]
    assert client.get(f"/simulate/{session_id}/turns", params={"after": 9}).json() == {"total": 5, "turns": []}


def test_an_idempotency_key_gives_its_turn_again_and_takes_no_other(client, company):
    session_id, before = start(client), company.simulators.calls
    first = take(client, session_id, **{"Idempotency-Key": "a"})
    again = take(client, session_id, **{"Idempotency-Key": "a"})
    other = take(client, session_id, **{"Idempotency-Key": "b"})
    assert (first.json(), other.json()["number"]) == (again.json(), 2)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert company.simulators.calls == before + 2


def test_a_paused_session_takes_no_turn_until_it_is_resumed(client):
    session_id = start(client)
    assert client.post(f"/simulate/{session_id}/pause").json()["status"] == "paused"
    refused = take(client, session_id)
    assert (refused.status_code, "is paused" in refused.json()["error"]) == (409, True)
    paused = client.get("/simulate", params={"status": "paused", "limit": 200}).json()["sessions"]
    assert session_id in {each["id"] for each in paused}
    client.post(f"/simulate/{session_id}/resume")
    assert take(client, session_id).json()["number"] == 1


def test_what_if_is_asked_of_the_turns_there_are_and_its_answer_kept(client, company):
    session_id = start(client)
    take(client, session_id)
    asked = {"session_id": session_id, "changes": ["headcount.support=+5"], "pairs": 3, "turns": 4}
    answer = client.post("/simulate/what-if", json=asked)
    assert answer.status_code == 200
    assert answer.json()["answer"]["effects"] == [{"what": "headcount.support=+5", "mean": 0.5}]
    assert answer.json()["question"] == {"changes": ["headcount.support=+5"], "at": 1, "turns": 4, "pairs": 3}
    assert client.get(f"/simulate/{session_id}/what-ifs").json() == {"what_ifs": [answer.json()]}
    _, turns, question = company.compared[-1]
    assert (len(turns), question.at) == (1, 1)


@pytest.mark.parametrize(
    ("asked", "said"), [({"at": 2}, "cannot be forked at turn 2"), ({"changes": ["nonsense"]}, "a change is NAME=WISH")]
)
def test_what_cannot_be_asked_is_refused(client, asked, said):
    answer = client.post("/simulate/what-if", json={"session_id": start(client), "changes": []} | asked)
    assert (answer.status_code, said in answer.json()["error"]) == (422, True)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/simulate/{NOWHERE}", None),
        ("GET", f"/simulate/{NOWHERE}/turns", None),
        ("GET", f"/simulate/{NOWHERE}/events", None),
        ("GET", f"/simulate/{NOWHERE}/what-ifs", None),
        ("POST", f"/simulate/{NOWHERE}/pause", None),
        ("POST", "/simulate/next", {"session_id": NOWHERE}),
        ("POST", "/simulate/what-if", {"session_id": NOWHERE, "changes": []}),
        ("GET", f"/memory/{NOWHERE}", None),
        ("GET", f"/agents/list?session_id={NOWHERE}", None),
    ],
)
def test_a_session_that_is_not_there_is_not_found(lite_client, method, path, body):
    answer = lite_client.request(method, path, json=body)
    assert (answer.status_code, answer.json()["error"]) == (404, f"no such session: {NOWHERE}")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "body.scenario: field required"),
        ({"scenario": "  "}, "body.scenario: string should have at least 1 character"),
        ({"scenario": "a\0b"}, "body.scenario: value error, there is a nul in the text"),
        ({"scenario": "x", "sed": 1}, "body.sed: extra inputs are not permitted"),
        ({"scenario": "x", "seed": 2**63}, "body.seed: input should be less than"),
        ({"scenario": "x", "mind": "slow"}, "no such mind: slow; there is rules"),
        ({"scenario": "x", "roles": ["nobody"]}, "no such role"),
    ],
)
def test_a_wrong_beginning_is_refused_with_its_place(lite_client, body, said):
    answer = lite_client.post("/simulate/start", json=body)
    assert (answer.status_code, said in answer.json()["error"]) == (422, True), answer.text


def test_a_model_that_does_not_answer_is_not_our_fault_and_nothing_has_happened(lite_client):
    session_id = start(lite_client, mind="broken")
    answer = take(lite_client, session_id)
    assert (answer.status_code, answer.json()["error"]) == (502, "the model does not answer")
    assert lite_client.get(f"/simulate/{session_id}").json()["session"]["turns"] == 0


def test_sessions_are_listed_the_latest_first(lite, lite_client):
    made, before = [], lite_client.get("/simulate").json()["total"]
    for _ in range(3):
        lite._clock.advance(1_000)  # past the clocks of others who use the database
        made.append(start(lite_client))
    page = lite_client.get("/simulate", params={"limit": 2, "offset": 1}).json()
    assert (page["total"], [each["id"] for each in page["sessions"]]) == (before + 3, [made[1], made[0]])


def test_of_many_next_at_once_each_is_a_turn_of_its_own_or_a_conflict(store, clock):
    """And never interleaved: the turns are those that a session alone would have taken."""

    async def ask_together():
        service = Service(store, SeededCompany(), clock)
        kept = store.begin(session()).session
        transport = httpx2.ASGITransport(application(service, Options()))
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            asked = [client.post("/simulate/next", json={"session_id": kept.id}) for _ in range(12)]
            answers = await asyncio.gather(*asked)
        return kept, answers

    kept, answers = asyncio.run(ask_together())
    taken = sorted(each.json()["number"] for each in answers if each.status_code == 200)
    assert taken == list(range(1, len(taken) + 1))
    assert {each.status_code for each in answers} <= {200, 409}
    assert store.turns(kept.id, limit=20) == turns_of(kept, len(taken))


def test_two_processes_that_take_the_same_turn_do_not_both_succeed(store, url, clock):
    """Two services on one database, each with its own idea of who is busy, wait for each other in the middle of the turn."""

    async def ask_both():
        gate = asyncio.Event()
        other_store = Store.open(url, clock)
        services = [Service(each, SeededCompany(gate), clock) for each in (store, other_store)]
        kept = store.begin(session()).session
        asked = [asyncio.ensure_future(each.next(kept.id)) for each in services]
        for each in services:
            await each.company.simulators.called.wait()
        gate.set()
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
        other_store.close()
        return kept, outcomes

    kept, outcomes = asyncio.run(ask_both())
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "Taken"]
    assert store.turns(kept.id, limit=5) == turns_of(kept, 1)


def test_ids_of_sessions_cannot_be_guessed_from_the_seed(lite_client):
    ids = {start(lite_client) for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch("WS[0-9a-f]{32}", each) for each in ids)
