"""The server as it is used: Twilio's own SDK over a real socket, started and stopped in every way."""

import asyncio
import json
import socket
import threading
import time

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from flexsim.clock import ManualClock
from flexsim.emulator.server import LocalTaskRouter
from flexsim.errors import ConfigurationError
from flexsim.taskrouter.events import KIND, TASK_CANCELED

# Twilio's async client still hands its credentials to aiohttp in the old way; ours to bear, not to fix.
TWILIOS_OWN_WARNING = pytest.mark.filterwarnings(
    "ignore:(BasicAuth|The 'auth' parameter) is deprecated:DeprecationWarning"
)


def client_of(router, **more):
    client = Client(router.account_sid, router.auth_token, **more)
    client.taskrouter.base_url = router.base_url
    return client


@pytest.fixture(scope="module")
def router():
    with LocalTaskRouter() as running:
        yield running


@pytest.fixture
def workspace(router):
    """A workspace of its own for each test, through the SDK."""
    client = client_of(router)
    made = client.taskrouter.v1.workspaces.create(friendly_name="test", template="FIFO")
    yield client.taskrouter.v1.workspaces(made.sid)
    assert client.taskrouter.v1.workspaces(made.sid).delete()


def available(workspace):
    return workspace.activities.list(friendly_name="Available")[0].sid


def test_the_sdk_finds_a_flex_workspace_at_the_printed_address(router):
    found = client_of(router).taskrouter.v1.workspaces(router.workspace_sid).fetch()
    assert found.friendly_name == "Flex Task Assignment"
    assert found.date_created.tzinfo is not None  # else the date did not parse


def test_the_sdk_takes_a_task_through_its_whole_life(workspace):
    worker = workspace.workers.create("bob", attributes=json.dumps({"a": 1}), activity_sid=available(workspace))
    workspace.workers(worker.sid).worker_channels("chat").update(capacity=2)
    task = workspace.tasks.create(attributes='{"x": 1}', task_channel="chat", priority=3)
    (reservation,) = workspace.tasks(task.sid).reservations.list()
    assert reservation.update(reservation_status="accepted").reservation_status == "accepted"
    assert task.update(assignment_status="wrapping", reason="bye").assignment_status == "wrapping"
    done = workspace.tasks(task.sid).update(assignment_status="completed", reason="solved", attributes='{"x": 2}')
    assert (done.assignment_status, done.reason, done.attributes) == ("completed", "solved", '{"x": 2}')
    (seen,) = workspace.workers(worker.sid).reservations.list()
    assert seen.reservation_status == "completed"
    assert task.delete()
    assert worker.delete()


def test_the_sdk_turns_pages_and_passes_filters(workspace):
    for number in range(7):
        workspace.tasks.create(attributes=json.dumps({"n": number}))
    assert [json.loads(each.attributes)["n"] for each in workspace.tasks.list(page_size=3)] == list(range(7))
    found = workspace.tasks.list(evaluate_task_attributes="n >= 5", assignment_status=["pending", "reserved"])
    assert [json.loads(each.attributes)["n"] for each in found] == [5, 6]
    page = workspace.tasks.page(page_size=3).next_page()
    assert [json.loads(each.attributes)["n"] for each in page.previous_page()] == [0, 1, 2]


def test_the_sdk_raises_twilios_error_with_status_and_code(workspace, router):
    with pytest.raises(TwilioRestException) as missing:
        workspace.tasks("WT" + "0" * 32).fetch()
    assert (missing.value.status, missing.value.code) == (404, 20404)
    with pytest.raises(TwilioRestException) as refused:
        workspace.workers.create("x" * 65)
    assert (refused.value.status, refused.value.code) == (400, 20001)
    stranger = Client(router.account_sid, "wrong")
    stranger.taskrouter.base_url = router.base_url
    with pytest.raises(TwilioRestException) as unauthorized:
        stranger.taskrouter.v1.workspaces(router.workspace_sid).fetch()
    assert (unauthorized.value.status, unauthorized.value.code) == (401, 20003)


def test_the_sdks_conditional_update_works(workspace):
    task = workspace.tasks.create(attributes="{}")
    assert workspace.tasks(task.sid).update(attributes='{"a": 1}', if_match="0").attributes == '{"a": 1}'
    with pytest.raises(TwilioRestException) as stale:
        workspace.tasks(task.sid).update(attributes="{}", if_match="0")
    assert stale.value.status == 412


@TWILIOS_OWN_WARNING
def test_the_async_sdk_works_on_the_same_event_loop():
    async def scenario():
        async with LocalTaskRouter() as router, AsyncTwilioHttpClient() as http:
            workspace = client_of(router, http_client=http).taskrouter.v1.workspaces(router.workspace_sid)
            await asyncio.gather(*(workspace.tasks.create_async(attributes=json.dumps({"n": n})) for n in range(20)))
            tasks = await workspace.tasks.list_async(page_size=8)
            assert sorted(json.loads(each.attributes)["n"] for each in tasks) == list(range(20))

    asyncio.run(scenario())


@TWILIOS_OWN_WARNING
def test_assignment_and_event_callbacks_reach_a_server_and_are_obeyed(receiver):
    async def scenario():
        async with (
            receiver('{"instruction": "accept"}') as server,
            LocalTaskRouter() as router,
            AsyncTwilioHttpClient() as http,
        ):
            workspace = client_of(router, http_client=http).taskrouter.v1.workspaces(router.workspace_sid)
            await workspace.update_async(
                event_callback_url=f"{server.address}/events", events_filter="reservation.accepted"
            )
            (workflow,) = await workspace.workflows.list_async()
            await workflow.update_async(assignment_callback_url=f"{server.address}/reservation")
            (activity,) = await workspace.activities.list_async(friendly_name="Available")
            await workspace.workers.create_async("bob", activity_sid=activity.sid)
            task = await workspace.tasks.create_async()
            called, told = await server.arrived(2)
            assert (called.path, told.path) == ("/reservation", "/events")
            assert told.form["EventType"] == "reservation.accepted"
            assert (await workspace.tasks(task.sid).fetch_async()).assignment_status == "assigned"
            for post in (called, told):
                signature = post.headers["X-Twilio-Signature"]
                assert RequestValidator(router.auth_token).validate(server.address + post.path, post.form, signature)

    asyncio.run(scenario())


def test_timers_run_at_the_chosen_speed_without_any_request():
    with LocalTaskRouter(speed=1000.0) as router:
        workspace = client_of(router).taskrouter.v1.workspaces(router.workspace_sid)
        task = workspace.tasks.create(timeout=50)
        began = time.monotonic()
        while router.workspaces.workspace(router.account, router.workspace_sid).engine.tasks[0].status == "pending":
            assert time.monotonic() - began < 10
            threading.Event().wait(0.005)
        assert workspace.tasks(task.sid).fetch().reason == "Task TTL Exceeded"


def test_accounts_are_kept_apart_over_the_wire():
    router = LocalTaskRouter()
    other = router.add_account()
    sid, password = router.add_key(other)
    with router:
        ours, theirs = client_of(router), Client(sid, password, other.sid)
        theirs.taskrouter.base_url = router.base_url
        ours.taskrouter.v1.workspaces(router.workspace_sid).tasks.create()
        (workspace,) = theirs.taskrouter.v1.workspaces.list()
        assert workspace.account_sid == other.sid != router.account_sid
        assert theirs.taskrouter.v1.workspaces(workspace.sid).tasks.list() == []
        with pytest.raises(TwilioRestException) as foreign:
            theirs.taskrouter.v1.workspaces(router.workspace_sid).fetch()
        assert foreign.value.status == 404


def test_stopped_and_started_again_it_holds_what_it_held_on_the_same_port():
    router = LocalTaskRouter()
    with router:
        address = router.base_url
        task = client_of(router).taskrouter.v1.workspaces(router.workspace_sid).tasks.create()
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=5)
    with router:
        assert router.base_url == address
        assert client_of(router).taskrouter.v1.workspaces(router.workspace_sid).tasks(task.sid).fetch().age >= 0


def test_what_fell_due_while_it_was_stopped_is_done_when_it_starts():
    clock = ManualClock()
    router = LocalTaskRouter(clock=clock)
    engine = router.workspaces.workspace(router.account, router.workspace_sid).engine
    with router:
        client_of(router).taskrouter.v1.workspaces(router.workspace_sid).tasks.create(timeout=10)
    clock.advance(20)
    assert engine.tasks[0].status == "pending"
    with router:
        assert engine.tasks[0].status == "canceled"


@TWILIOS_OWN_WARNING
def test_events_that_waited_when_it_stopped_are_delivered_when_it_starts(receiver):
    async def scenario():
        async with receiver(None, "{}") as server:
            router = LocalTaskRouter()
            async with router, AsyncTwilioHttpClient() as http:
                workspace = client_of(router, http_client=http).taskrouter.v1.workspaces(router.workspace_sid)
                await workspace.update_async(event_callback_url=server.address)
                await server.arrived(1)
            async with router:
                first, again = await server.arrived(2)
            assert first.form == again.form

    asyncio.run(scenario())


def test_the_seed_decides_credentials_and_sids():
    one, same, other = LocalTaskRouter(), LocalTaskRouter(), LocalTaskRouter(seed=2)
    assert (one.account_sid, one.auth_token, one.workspace_sid) == (
        same.account_sid,
        same.auth_token,
        same.workspace_sid,
    )
    assert len({one.account_sid, other.account_sid, one.auth_token, other.auth_token}) == 4


def test_a_port_that_is_taken_is_said_to_be():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(ConfigurationError, match=rf"port {port} of 127\.0\.0\.1 is in use"),
            LocalTaskRouter(port=port),
        ):
            pass


def test_a_host_that_is_none_is_said_to_be():
    with pytest.raises(ConfigurationError, match=r"no such host to listen on: nowhere\.invalid"):
        LocalTaskRouter(host="nowhere.invalid").__enter__()


def test_health_is_served_beside_the_api_without_credentials(router):
    health = requests.get(f"{router.base_url}/_flexsim/health", timeout=5).json()
    assert (health["status"], health["workspace_sid"]) == ("ok", router.workspace_sid)


def test_the_answer_on_the_wire_is_json_with_an_etag_and_without_a_server_name(router, workspace):
    task = workspace.tasks.create()
    url = f"{router.base_url}/v1/Workspaces/{task.workspace_sid}/Tasks/{task.sid}"
    answer = requests.get(url, auth=(router.account_sid, router.auth_token), timeout=5)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["ETag"] == '"0"'
    assert "Server" not in answer.headers
    assert answer.json()["url"] == url
    gone = requests.delete(url, auth=(router.account_sid, router.auth_token), timeout=5)
    assert (gone.status_code, gone.content) == (204, b"")


def test_a_body_that_is_too_large_is_refused_on_the_wire(router, workspace):
    url = f"{router.base_url}/v1/Workspaces/{router.workspace_sid}/Tasks"
    auth = (router.account_sid, router.auth_token)
    answer = requests.post(url, data={"Attributes": "x" * (3 << 20)}, auth=auth, timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (413, 20413)


# --- as a library ---


def test_its_client_leads_there_whatever_the_environment_says(monkeypatch):
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    with LocalTaskRouter() as router:
        assert router.client().taskrouter.v1.workspaces(router.workspace_sid).fetch().sid == router.workspace_sid
        assert router.workspace.fetch().friendly_name == "Flex Task Assignment"


@TWILIOS_OWN_WARNING
def test_its_asynchronous_client_leads_there_too():
    async def scenario():
        async with LocalTaskRouter() as router, router.async_client() as client:
            tasks = client.taskrouter.v1.workspaces(router.workspace_sid).tasks
            created = await tasks.create_async()
            assert [each.sid for each in await tasks.list_async()] == [created.sid]
            router.reset()
            assert await tasks.list_async() == []

    asyncio.run(scenario())


def test_a_reset_between_two_uses_gives_the_same_sids_again():
    with LocalTaskRouter() as router:
        sids = []
        for _ in range(2):
            sids.append(
                [router.workspace.tasks.create().sid, router.add_account().sid, router.add_key(router.account)[0]]
            )
            router.reset()
        assert sids[0] == sids[1]
        assert router.workspace.tasks.list() == []
        assert len(router.accounts()) == 1


def test_an_idle_client_outlives_a_reset():
    with LocalTaskRouter() as router:
        client = router.client()
        tasks = client.taskrouter.v1.workspaces(router.workspace_sid).tasks
        tasks.create()
        router.reset()
        assert tasks.list() == []


def test_events_and_figures_of_before_a_reset_are_forgotten():
    with LocalTaskRouter() as router:

        def seen():
            figures = router.workspace.cumulative_statistics().fetch()
            return len(router.workspace.events.list()), figures.tasks_created

        fresh = seen()
        router.workspace.tasks.create()
        assert seen() > fresh
        router.reset()
        assert seen() == fresh == (fresh[0], 0)


def test_requests_of_other_threads_and_resets_do_not_get_in_each_others_way():
    failures = []

    def work(router):
        tasks = router.workspace.tasks
        for _ in range(30):
            try:
                tasks.create()
            except TwilioRestException as error:
                failures.append(error)

    with LocalTaskRouter() as router:
        threads = [threading.Thread(target=work, args=(router,)) for _ in range(3)]
        for each in threads:
            each.start()
        for _ in range(20):
            router.reset()
        for each in threads:
            each.join()
        router.reset()
        assert failures == []
        assert router.workspace.tasks.list() == []


def test_the_speed_can_be_changed_while_it_runs():
    with LocalTaskRouter() as router:
        canceled = threading.Event()

        def hear(happening):
            if TASK_CANCELED in {event[KIND] for event in happening.events}:
                canceled.set()

        router.workspaces.subscribe(hear)
        router.workspace.tasks.create(timeout=1000)
        router.set_speed(10_000)
        assert canceled.wait(10)  # 0.1 s
        assert router.speed == 10_000
        router.reset()
        assert router.speed == 1.0
    with pytest.raises(ConfigurationError, match="moved by hand"):
        LocalTaskRouter(clock=ManualClock()).set_speed(2)


def test_what_goes_wrong_on_its_thread_is_raised_where_it_was_asked_for():
    with LocalTaskRouter() as router:
        router.set_speed(10)
        with pytest.raises(ValueError, match="speed must be positive: -1"):
            router.set_speed(-1)
        assert router.speed == 10
