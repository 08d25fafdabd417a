"""Operator controls, each over a real socket: beside the API, without its credentials, strict about what it is sent."""

import asyncio
import http.client
import json
import re
from dataclasses import fields
from pathlib import Path

import orjson
import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from flexsim.clock import ManualClock
from flexsim.emulator.access import Access
from flexsim.emulator.control import MAX_BODY, Control
from flexsim.emulator.exchange import Request
from flexsim.emulator.faults import Rule
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter
from flexsim.taskrouter.events import KIND, WORKSPACE_DELETED

HEADERS = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server():
    with LocalTaskRouter() as running:
        yield running


@pytest.fixture
def router(server):
    server.reset(seed=1)
    return server


def ask(router, method, path, body=None, **headers):
    """Status and document of one control's answer."""
    answer = requests.request(
        method, f"{router.base_url}/_flexsim{path}", data=body, headers={**HEADERS, **headers}, timeout=10
    )
    return answer.status_code, answer.json()


def get(router, path, **headers):
    return ask(router, "GET", path, **headers)


def post(router, path, **fields):
    return ask(router, "POST", path, orjson.dumps(fields))


def reserve(router):
    """A worker, a task and the reservation that joins them, over the SDK."""
    workspace = router.workspace
    (available,) = workspace.activities.list(friendly_name="Available")
    worker = workspace.workers.create("bob", activity_sid=available.sid)
    task = workspace.tasks.create()
    (reservation,) = workspace.tasks(task.sid).reservations.list()
    return worker, task, reservation


def test_health_says_what_time_it_is_and_what_there_is(router):
    reserve(router)
    router.workspace.tasks.create()
    status, health = get(router, "/health")
    assert status == 200
    assert health["status"] == "ok"
    assert health["now"] <= router.workspaces.clock.now()
    assert (health["speed"], health["seed"]) == (1.0, 1)
    assert (health["account_sid"], health["workspace_sid"]) == (router.account_sid, router.workspace_sid)
    (workspace,) = health["workspaces"]
    assert workspace["workers_by_activity"] == {"Available": 1}
    assert workspace["tasks_by_status"] == {"reserved": 1, "pending": 1}
    assert health["event_callbacks"] == {"sent": 0, "waiting": 0, "lost": 0}
    assert health["assignment_callbacks"] == {"sent": 0, "underway": 0}


def test_health_is_true_of_the_moment_it_is_asked_for():
    clock = ManualClock()
    with LocalTaskRouter(clock=clock) as router:
        router.workspace.tasks.create(timeout=10)
        router.workspaces.sleep()
        clock.advance(11)
        (workspace,) = get(router, "/health")[1]["workspaces"]
        assert workspace["tasks_by_status"] == {"canceled": 1}


def test_health_never_shows_a_token(router):
    assert router.auth_token not in str(get(router, "/health"))


def test_a_stranger_learns_from_health_that_it_runs_and_nothing_that_leads_to_a_token():
    router = LocalTaskRouter()
    request = Request(method="GET", path="/_flexsim/health", base_url="http://x", peer="10.0.0.7")
    response = Control(router, Access()).handle(request)
    assert response.status == 200
    assert set(orjson.loads(response.body)) == {"status", "now", "speed"}


def test_alerts_are_listed(router):
    _, _, reservation = reserve(router)
    reservation.update(instruction="dequeue")
    status, document = get(router, "/alerts")
    assert (status, document["count"]) == (200, 1)
    assert document["alerts"][0]["resource_sid"] == reservation.sid


def test_an_unknown_control_is_404_and_a_wrong_method_405(router):
    assert get(router, "/nothing")[0] == 404
    assert post(router, "/health")[0] == 405
    assert ask(router, "DELETE", "/reset")[0] == 405


# --- reset and seed ---


def test_reset_makes_everything_fresh_and_the_same_sids_come_again(router):
    first = [each.sid for each in reserve(router)]
    router.client().taskrouter.v1.workspaces.create(friendly_name="another")
    router.workspace.update(friendly_name="renamed")
    status, answer = post(router, "/reset")
    assert status == 200
    assert answer == {
        "seed": 1,
        "account_sid": router.account_sid,
        "auth_token": router.auth_token,
        "workspace_sid": router.workspace_sid,
    }
    (workspace,) = router.client().taskrouter.v1.workspaces.list()
    assert (workspace.sid, workspace.friendly_name) == (answer["workspace_sid"], "Flex Task Assignment")
    assert router.workspace.tasks.list() == router.workspace.workers.list() == []
    assert [each.sid for each in reserve(router)] == first


def test_reset_with_another_seed_gives_other_credentials_and_back_the_old_ones(router):
    before = (router.account_sid, router.auth_token, router.workspace_sid)
    _, other = post(router, "/reset", seed=7)
    assert other["seed"] == get(router, "/health")[1]["seed"] == 7
    assert not set(before) & set(other.values())
    client = Client(other["account_sid"], other["auth_token"])
    client.taskrouter.base_url = router.base_url
    assert client.taskrouter.v1.workspaces(other["workspace_sid"]).fetch().sid == router.workspace_sid
    stale = Client(before[0], before[1])
    stale.taskrouter.base_url = router.base_url
    with pytest.raises(TwilioRestException) as refused:
        stale.taskrouter.v1.workspaces(before[2]).fetch()
    assert refused.value.status == 401
    _, again = post(router, "/reset", seed=1)
    assert (again["account_sid"], again["auth_token"], again["workspace_sid"]) == before


def test_reset_takes_accounts_keys_faults_alerts_and_speed_back_as_well(router):
    _, account = post(router, "/accounts")
    post(router, "/keys", account_sid=account["account_sid"])
    post(router, "/faults", rules=[{"fault": "drop", "path": "/nowhere"}])
    post(router, "/speed", speed=50)
    _, _, reservation = reserve(router)
    reservation.update(instruction="dequeue")
    post(router, "/reset")
    assert len(get(router, "/accounts")[1]["accounts"]) == 1
    assert get(router, "/faults")[1]["rules"] == []
    assert get(router, "/alerts")[1] == {"count": 0, "alerts": []}
    assert get(router, "/speed")[1]["speed"] == 1.0
    assert post(router, "/accounts")[1] == account


def test_reset_drops_the_callbacks_underway_and_those_that_wait(router, receiver):
    async def scenario():
        async with receiver(None) as server:

            def begin():
                (workflow,) = router.workspace.workflows.list()
                workflow.update(assignment_callback_url=f"{server.address}/reservation")
                router.workspace.update(event_callback_url=f"{server.address}/events")
                reserve(router)

            await asyncio.to_thread(begin)
            await server.arrived(2)
            _, health = await asyncio.to_thread(get, router, "/health")
            assert health["assignment_callbacks"]["underway"] == 1
            assert health["event_callbacks"]["waiting"] > 1
            await asyncio.to_thread(post, router, "/reset")
            server.answers = ["{}"]
            _, health = await asyncio.to_thread(get, router, "/health")
            assert health["assignment_callbacks"] == {"sent": 0, "underway": 0}
            assert health["event_callbacks"] == {"sent": 0, "waiting": 0, "lost": 0}
            # The same workspace, as far as its SID goes, delivers anew, and nothing of before comes late.
            await asyncio.to_thread(
                lambda: router.workspace.update(
                    event_callback_url=f"{server.address}/new", events_filter="task.created"
                )
            )
            await asyncio.to_thread(router.workspace.tasks.create)
            posts = await server.arrived(3)
            assert [each.path for each in posts[2:]] == ["/new"]
            assert posts[2].form["EventType"] == "task.created"

    asyncio.run(scenario())


def test_subscribers_hear_of_a_reset(router):
    heard = []
    router.workspaces.subscribe(heard.append)
    sid = router.workspace_sid
    post(router, "/reset")
    deleted, opened = heard
    assert deleted.workspace.sid == opened.workspace.sid == sid
    assert [event[KIND] for event in deleted.events] == [WORKSPACE_DELETED]
    assert opened.workspace is not deleted.workspace


def test_the_seed_is_that_of_the_next_reset(router):
    account = router.account_sid
    assert get(router, "/seed") == (200, {"seed": 1})
    assert post(router, "/seed", seed=9) == (200, {"seed": 9})
    assert router.account_sid == account
    assert post(router, "/reset")[1]["seed"] == 9
    assert router.account_sid != account


def test_a_seed_begins_the_faults_afresh(router):
    post(router, "/faults", rules=[{"fault": "status", "status": 500, "path": "*/Tasks", "probability": 0.5}])
    turns = []
    for seed in (5, 5, 6):
        assert post(router, "/seed", seed=seed)[0] == 200
        assert get(router, "/faults")[1]["seed"] == seed
        turns.append([create_task(router).status_code for _ in range(20)])
    assert turns[0] == turns[1] != turns[2]
    assert get(router, "/faults")[1]["rules"][0]["matched"] == 20


# --- speed ---


def test_the_speed_changes_from_now_on_and_timers_keep_to_it(router):
    router.workspace.tasks.create(timeout=30)
    status, answer = post(router, "/speed", speed=10_000)
    assert (status, answer["speed"]) == (200, 10_000.0)
    health = get(router, "/health")[1]
    while health["workspaces"][0]["tasks_by_status"].get("pending"):
        health = get(router, "/health")[1]  # 3 ms
    assert (health["speed"], health["now"] >= answer["now"] + 30) == (10_000.0, True)
    assert post(router, "/speed", speed=1)[1]["now"] >= health["now"]


@pytest.mark.parametrize("speed", [0, -1, 20_000, "fast", None, True])
def test_a_speed_that_is_none_is_refused(router, speed):
    status, answer = post(router, "/speed", speed=speed)
    assert (status, answer["code"]) == (400, 20001)
    assert get(router, "/speed")[1]["speed"] == 1.0


def test_a_clock_that_is_moved_by_hand_has_no_speed():
    with LocalTaskRouter(clock=ManualClock()) as router:
        status, answer = post(router, "/speed", speed=2)
        assert status == 400
        assert "moved by hand" in answer["message"]


# --- faults ---


def tasks_url(router):
    return f"{router.base_url}/v1/Workspaces/{router.workspace_sid}/Tasks"


def create_task(router):
    return requests.post(tasks_url(router), auth=(router.account_sid, router.auth_token), timeout=10)


def test_faults_are_set_strike_are_counted_and_cleared(router):
    rule = {"fault": "status", "method": "POST", "path": "*/Tasks", "every": 2, "status": 429, "retry_after": 3}
    status, answer = post(router, "/faults", rules=[rule])
    assert (status, answer["rules"]) == (200, [{**rule, "processed": False, "matched": 0, "struck": 0}])
    answers = [create_task(router) for _ in range(4)]
    assert [each.status_code for each in answers] == [201, 429, 201, 429]
    assert (answers[1].headers["Retry-After"], answers[1].json()["code"]) == ("3", 20429)
    assert len(router.workspace.tasks.list()) == 2
    (counted,) = get(router, "/faults")[1]["rules"]
    assert (counted["matched"], counted["struck"]) == (4, 2)
    status, last = ask(router, "DELETE", "/faults")
    assert (status, last["rules"]) == (200, [counted])
    assert get(router, "/faults")[1]["rules"] == []
    assert create_task(router).status_code == 201


@pytest.mark.parametrize(("processed", "tasks"), [(False, 0), (True, 1)])
def test_a_dropped_connection_gives_no_answer_whether_or_not_the_request_was_processed(router, processed, tasks):
    post(router, "/faults", rules=[{"fault": "drop", "processed": processed, "limit": 1}])
    with pytest.raises(requests.ConnectionError):
        create_task(router)
    assert len(router.workspace.tasks.list()) == tasks


def test_a_dropped_connection_drops_no_other(router):
    post(router, "/faults", rules=[{"fault": "drop", "method": "DELETE"}])
    host, _, port = router.base_url.removeprefix("http://").partition(":")
    other = http.client.HTTPConnection(host, int(port), timeout=10)
    other.request("GET", "/_flexsim/health")
    assert other.getresponse().read()
    kept = other.sock
    with pytest.raises(requests.ConnectionError):
        requests.delete(tasks_url(router), timeout=10)
    other.request("GET", "/_flexsim/health")
    assert other.getresponse().read()
    assert other.sock is kept
    other.close()


def test_latency_delays_the_answer(router):
    post(router, "/faults", rules=[{"fault": "latency", "seconds": 0.1}])
    answer = create_task(router)
    assert answer.status_code == 201
    assert answer.elapsed.total_seconds() >= 0.1


def test_callbacks_can_be_dropped_and_the_task_waits_for_its_worker(router, receiver):
    async def scenario():
        async with receiver('{"instruction": "accept"}') as server:
            await asyncio.to_thread(
                post, router, "/faults", rules=[{"fault": "callback_drop", "callback": "assignment"}]
            )

            def begin():
                (workflow,) = router.workspace.workflows.list()
                workflow.update(assignment_callback_url=f"{server.address}/reservation")
                router.workspace.update(
                    event_callback_url=f"{server.address}/events", events_filter="reservation.created"
                )
                return reserve(router)

            _, task, _ = await asyncio.to_thread(begin)
            (told,) = await server.arrived(1)
            assert told.path == "/events"
            assert (await asyncio.to_thread(router.workspace.tasks(task.sid).fetch)).assignment_status == "reserved"
            (rule,) = (await asyncio.to_thread(get, router, "/faults"))[1]["rules"]
            assert rule["struck"] == 1
            assert (await asyncio.to_thread(get, router, "/alerts"))[1]["alerts"][0]["code"] == 11200

    asyncio.run(scenario())


def test_callbacks_can_come_late(router, receiver):
    async def scenario():
        async with receiver('{"instruction": "accept"}') as server:
            rule = {"fault": "callback_latency", "callback": "assignment", "seconds": 0.3}
            await asyncio.to_thread(post, router, "/faults", rules=[rule])

            def begin():
                (workflow,) = router.workspace.workflows.list()
                workflow.update(assignment_callback_url=f"{server.address}/reservation")
                router.workspace.update(
                    event_callback_url=f"{server.address}/events", events_filter="reservation.created"
                )
                reserve(router)

            await asyncio.to_thread(begin)
            # The event is told after the assignment is asked for, and both at once if nothing delays one.
            assert [each.path for each in await server.arrived(2)] == ["/events", "/reservation"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"{", "not valid JSON"),
        (b"[]", "must be a JSON object"),
        (b"", "lacks rules"),
        (b'{"rules": [{"fault": "drop"}, {"fault": "drop", "colour": 1}]}', 'unknown field in rule 2: "colour"'),
        (b'{"rules": [], "more": 1}', 'unknown field in the body: "more"'),
    ],
)
def test_wrong_faults_are_refused_and_those_in_force_stay(router, body, complaint):
    post(router, "/faults", rules=[{"fault": "drop", "path": "/nowhere"}])
    status, answer = ask(router, "POST", "/faults", body)
    assert (status, answer["code"]) == (400, 20001)
    assert complaint in answer["message"]
    assert len(get(router, "/faults")[1]["rules"]) == 1


# --- accounts ---


def other_client(router):
    _, other = post(router, "/accounts")
    client = Client(other["account_sid"], other["auth_token"])
    client.taskrouter.base_url = router.base_url
    return other, client


def test_an_account_can_neither_see_nor_touch_what_is_anothers(router):
    _, task, reservation = reserve(router)
    worker = router.workspace.workers.list()[0]
    _, stranger = other_client(router)
    ours = stranger.taskrouter.v1.workspaces(router.workspace_sid)
    attempts = [
        ours.fetch, ours.delete, lambda: ours.update(friendly_name="mine"), ours.tasks.list, ours.tasks.create,
        ours.tasks(task.sid).fetch, ours.tasks(task.sid).delete, ours.workers.list, ours.workers(worker.sid).delete,
        ours.tasks(task.sid).reservations(reservation.sid).fetch, ours.activities.list, ours.task_queues.list,
        ours.workflows.list, ours.task_channels.list,
        lambda: ours.tasks(task.sid).update(assignment_status="canceled"),
        lambda: ours.tasks(task.sid).reservations(reservation.sid).update(reservation_status="accepted"),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(Exception, match="404") as refused:
            attempt()
        assert type(refused.value).__name__ in {"TwilioRestException", "TwilioException"}
    assert router.workspace.tasks(task.sid).fetch().assignment_status == "reserved"
    assert router.workspace.fetch().friendly_name == "Flex Task Assignment"


def test_sids_of_anothers_things_are_unknown_in_ones_own_workspace(router):
    _, task, _ = reserve(router)
    other, stranger = other_client(router)
    own = stranger.taskrouter.v1.workspaces(other["workspace_sid"])
    with pytest.raises(TwilioRestException) as refused:
        own.tasks(task.sid).fetch()
    assert refused.value.status == 404
    with pytest.raises(TwilioRestException) as refused:
        own.tasks.create(workflow_sid=router.workspace.workflows.list()[0].sid)
    assert refused.value.status == 400


def test_one_accounts_credentials_do_not_open_another(router):
    other, _ = other_client(router)
    mixed = Client(other["account_sid"], router.auth_token)
    mixed.taskrouter.base_url = router.base_url
    with pytest.raises(TwilioRestException) as refused:
        mixed.taskrouter.v1.workspaces(other["workspace_sid"]).fetch()
    assert refused.value.status == 401


def test_accounts_are_listed_without_what_proves_them(router):
    other, _ = other_client(router)
    status, listed = get(router, "/accounts")
    assert status == 200
    assert listed == {
        "accounts": [
            {"account_sid": router.account_sid, "workspace_sids": [router.workspace_sid]},
            {"account_sid": other["account_sid"], "workspace_sids": [other["workspace_sid"]]},
        ]
    }
    assert router.auth_token not in json.dumps(listed)


def test_a_key_opens_the_account_it_was_made_for_and_no_other(router):
    other, _ = other_client(router)
    status, key = ask(router, "POST", "/keys", orjson.dumps({"account_sid": other["account_sid"]}))
    assert status == 201
    client = Client(key["key_sid"], key["key_secret"], other["account_sid"])
    client.taskrouter.base_url = router.base_url
    assert [each.sid for each in client.taskrouter.v1.workspaces.list()] == [other["workspace_sid"]]
    assert post(router, "/keys")[1]["account_sid"] == router.account_sid
    status, answer = post(router, "/keys", account_sid="ACnone")
    assert (status, answer["message"]) == (400, "no such account: ACnone")


# --- who is let in ---


def test_a_page_of_another_site_and_a_forged_name_are_refused_on_the_wire(router):
    task = router.workspace.tasks.create()
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert ask(router, "POST", "/reset", b"{}", **headers)[0] == 403
    assert ask(router, "POST", "/reset", b"{}", **{"Content-Type": "text/plain"})[0] == 400
    assert router.workspace.tasks(task.sid).fetch().sid == task.sid


def test_who_is_let_in_is_decided_by_the_connection_and_not_by_what_a_header_says_of_it(router):
    assert get(router, "/seed", **{"X-Forwarded-For": "10.0.0.7", "X-Forwarded-Proto": "https"})[0] == 200


def test_no_other_site_may_read_a_controls_answer(router):
    for path in ("/health", "/nothing"):
        answer = requests.get(f"{router.base_url}/_flexsim{path}", timeout=10)
        assert answer.headers["Content-Type"] == "application/json"
        assert [name for name in answer.headers if name.lower().startswith("access-control-")] == []
    assert requests.options(f"{router.base_url}/_flexsim/reset", timeout=10).status_code == 405


def test_with_a_control_token_only_who_knows_it_is_let_in():
    with LocalTaskRouter(options=Options(control_token="open sesame")) as router:
        assert get(router, "/seed")[0] == 403
        assert get(router, "/seed", Authorization="Bearer wrong")[0] == 403
        assert get(router, "/seed", Authorization="Bearer open sesame") == (200, {"seed": 1})
        assert set(get(router, "/health")[1]) == {"status", "now", "speed"}
        assert "open sesame" not in repr(Options(control_token="open sesame"))


def test_a_body_that_is_too_large_is_refused(router):
    status, answer = ask(router, "POST", "/faults", b" " * (MAX_BODY + 1))
    assert (status, answer["code"]) == (413, 20413)


def test_a_fault_of_ours_is_500_without_a_word_of_the_inside(caplog):
    router = LocalTaskRouter()
    router.callback_counts = None
    request = Request(method="GET", path="/_flexsim/health", base_url="http://localhost", peer="127.0.0.1")
    response = Control(router, Access()).handle(request)
    assert response.status == 500
    assert b"NoneType" not in response.body
    assert "NoneType" in caplog.text


# --- the guide ---


def test_the_guides_examples_are_taken_as_they_stand(router):
    text = (Path(__file__).parents[2] / "docs" / "local-taskrouter.md").read_text(encoding="utf-8")
    examples = re.findall(
        r"^curl --json '(.*?)' http://127\.0\.0\.1:8900/_flexsim(/\w+)$", text, re.MULTILINE | re.DOTALL
    )
    assert {path for _, path in examples} >= {"/reset", "/faults"}
    for body, path in examples:
        assert ask(router, "POST", path, body)[0] == 200


def test_the_guide_names_every_control_and_every_field_of_a_rule():
    text = (Path(__file__).parents[2] / "docs" / "local-taskrouter.md").read_text(encoding="utf-8")
    router = LocalTaskRouter()
    for path, methods in Control(router, Access()).routes.items():
        for method in methods:
            assert f"`{method} {path[1:]}`" in text, f"{method} {path}"
    for field in fields(Rule):
        assert f"`{field.name}`" in text, field.name
