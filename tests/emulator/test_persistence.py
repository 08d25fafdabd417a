"""A server with a data file: what it held is there when it starts again."""

import asyncio
import json
import sqlite3
import time

import pytest
import requests
from twilio.rest import Client

from flexsim.clock import ManualClock, WallClock
from flexsim.emulator.accounts import Accounts
from flexsim.emulator.host import Host
from flexsim.emulator.journal import MEMORY, Journal
from flexsim.emulator.options import Options
from flexsim.emulator.persistence import Persistence
from flexsim.emulator.restoring import State
from flexsim.emulator.server import LocalTaskRouter
from flexsim.errors import ConfigurationError
from flexsim.taskrouter.inputs import NewTask
from flexsim.taskrouter.templates import flex_workspace

START = 1_767_600_000.0


def small(every, tasks=0):
    """A journal that takes a snapshot after so many inputs, and a function that creates a task."""
    host, accounts = Host(ManualClock(START), 1), Accounts(1)
    workspace = host.open(accounts.add(), "Flex", flex_workspace)
    journal = Journal(MEMORY)

    def create():
        host.do(workspace, workspace.engine.create_task, NewTask(workflow=0, channel=0, attributes={}))

    for _ in range(tasks):
        create()
    return journal, Persistence(journal, State(1, host, accounts, []), is_kept=False, every=every), create


def test_a_snapshot_is_taken_after_so_many_inputs_and_not_within_one():
    async def scene():
        journal, persistence, create = small(every=3)
        with journal:
            for _ in range(3):
                create()
            assert journal.since_snapshot == 3  # the last of them is under way until the loop turns
            await asyncio.sleep(0)
            assert journal.since_snapshot == 0
            create()
            await asyncio.sleep(0)
            assert journal.since_snapshot == 1
            persistence.close()

    asyncio.run(scene())


def test_where_there_are_many_tasks_a_snapshot_waits_for_as_many_inputs():
    async def scene():
        journal, _, create = small(every=3, tasks=50)
        with journal:
            for _ in range(40):
                create()
                await asyncio.sleep(0)
            assert journal.since_snapshot == 40

    asyncio.run(scene())


def test_without_an_event_loop_inputs_are_kept_all_the_same():
    journal, persistence, create = small(every=2)
    with journal:
        for _ in range(5):
            create()
        assert journal.since_snapshot == 5
        persistence.snapshot()
        assert journal.since_snapshot == 0


@pytest.fixture
def path(tmp_path):
    return tmp_path / "centre.db"


def served(path, **more):
    return LocalTaskRouter(options=Options(data=path), **more)


def client_of(router):
    client = Client(router.account_sid, router.auth_token)
    client.taskrouter.base_url = router.base_url
    return client.taskrouter.v1.workspaces(router.workspace_sid)


def work_in(workspace):
    available = workspace.activities.list(friendly_name="Available")[0]
    worker = workspace.workers.create("alice", activity_sid=available.sid)
    task = workspace.tasks.create(attributes='{"from":  "a test"}')
    reservation = workspace.tasks(task.sid).reservations.list()[0]
    reservation.update(reservation_status="accepted")
    return worker, task, reservation


def test_what_a_server_held_is_there_when_another_one_starts(path):
    with served(path) as first:
        worker, task, reservation = work_in(client_of(first))
    with served(path) as second:
        assert (second.account_sid, second.auth_token, second.workspace_sid) == (
            first.account_sid, first.auth_token, first.workspace_sid,
        )  # fmt: skip
        workspace = client_of(second)
        found = workspace.tasks(task.sid).fetch()
        assert (found.assignment_status, found.attributes) == ("assigned", '{"from":  "a test"}')
        assert found.date_created == task.date_created
        (again,) = workspace.tasks(task.sid).reservations.list()
        assert (again.sid, again.worker_name) == (reservation.sid, worker.friendly_name)
        again.update(reservation_status="completed")
        assert workspace.tasks.create(attributes="{}").sid != task.sid


def test_a_server_that_is_stopped_and_started_goes_on(path):
    router = served(path)
    with router:
        client_of(router).tasks.create(attributes="{}")
    with router:
        client_of(router).tasks.create(attributes="{}")
    with served(path) as other:
        assert len(client_of(other).tasks.list()) == 2


def test_keys_and_accounts_are_kept(path):
    with served(path) as first:
        account = first.add_account()
        key, secret = first.add_key(account)
    with served(path) as second:
        client = Client(key, secret, account.sid)
        client.taskrouter.base_url = second.base_url
        assert [each.friendly_name for each in client.taskrouter.v1.workspaces.list()] == ["Flex Task Assignment"]
        assert second.accounts() == [second.account, account]


def test_the_seed_need_not_be_said_again_and_no_other_may_be(path):
    with served(path, seed=7) as first:
        sid = first.account_sid
    with served(path) as again:
        assert (again.seed, again.account_sid) == (7, sid)
    with pytest.raises(ConfigurationError, match="was made with seed 7, not 1: leave the seed out"):
        served(path, seed=1)
    with served(path, seed=7):
        pass


def test_a_reset_is_kept_with_its_seed(path):
    with served(path) as first:
        client_of(first).tasks.create(attributes="{}")
        first.reset(seed=9)
        sid = first.workspace_sid
        task = client_of(first).tasks.create(attributes="{}")
    with served(path) as again:
        assert (again.seed, again.workspace_sid) == (9, sid)
        assert [each.sid for each in client_of(again).tasks.list()] == [task.sid]


def test_a_server_whose_workspaces_are_all_deleted_can_be_started(path):
    with served(path) as first:
        client_of(first).delete()
    with served(path) as again:
        assert again.workspace_sid == first.workspace_sid
        assert list(again.workspaces.workspaces()) == []


def test_a_file_in_use_is_not_used_by_another_server(path):
    with served(path), pytest.raises(ConfigurationError, match="in use by another flexsim"):
        served(path)


def test_a_server_that_cannot_start_gives_its_file_back(path):
    with served(path) as first:
        blocked = LocalTaskRouter(port=first.port, options=Options(data=path.with_name("other.db")))
        with pytest.raises(ConfigurationError, match=r"port \d+ of 127\.0\.0\.1 is in use"):
            blocked.__enter__()
    with served(path.with_name("other.db")):
        pass


def test_a_server_that_cannot_restore_gives_its_file_back(path):
    with served(path):
        pass
    with Journal(path) as journal:
        journal.append({"do": "conquer", "at": START, "account": "AC0"})
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="input 1 since the snapshot cannot be done again"):
            served(path)


def test_time_goes_on_from_the_last_moment_known_when_the_machine_is_behind(path):
    ahead = WallClock(start=WallClock().now() + 5000)
    with served(path, clock=ahead) as first:
        stopped_at = first.workspaces.clock.now()
    with served(path) as again:
        assert stopped_at <= again.workspaces.clock.now() < stopped_at + 1000


def test_time_that_has_passed_meanwhile_has_passed(path):
    clock = ManualClock(WallClock().now() - 3600)
    with served(path, clock=clock) as first:
        task = client_of(first).tasks.create(attributes="{}", timeout=60)
    with served(path) as again:
        assert again.workspaces.clock.now() > clock.now() + 3599
        with pytest.raises(Exception, match="404"):
            client_of(again).tasks(task.sid).fetch()  # it was too old an hour ago, and cannot be read any more


def test_inputs_are_given_as_lines_and_a_new_server_can_be_made_from_them(path):
    with served(MEMORY) as first:
        _, task, reservation = work_in(client_of(first))
        answer = requests.get(f"{first.base_url}/_flexsim/inputs", timeout=10)
    assert answer.headers["content-type"] == "application/x-ndjson"
    header, *lines = map(json.loads, answer.text.splitlines())
    assert (header["flexsim"], header["format"]) == ("inputs", 1)
    assert [each["do"] for each in lines] == ["create_worker", "create_task", "accept"]
    path.write_text(answer.text)
    with LocalTaskRouter(options=Options(replay=path)) as again:
        assert client_of(again).tasks(task.sid).reservations(reservation.sid).fetch().reservation_status == "accepted"


def test_after_a_replay_time_goes_on_from_the_last_input(path):
    clock = ManualClock(START)
    with served(MEMORY, clock=clock) as first:
        task = client_of(first).tasks.create(attributes="{}", timeout=60)
        path.write_text(requests.get(f"{first.base_url}/_flexsim/inputs", timeout=10).text)
    with LocalTaskRouter(options=Options(replay=path)) as again:
        assert START <= again.workspaces.clock.now() < START + 30
        assert client_of(again).tasks(task.sid).fetch().assignment_status == "pending"


def test_replayed_inputs_can_go_into_a_new_data_file(path, tmp_path):
    inputs = tmp_path / "inputs.jsonl"
    with served(MEMORY, seed=5) as first:
        work_in(client_of(first))
        inputs.write_text(requests.get(f"{first.base_url}/_flexsim/inputs", timeout=10).text)
    with LocalTaskRouter(options=Options(data=path, replay=inputs)):
        pass
    with served(path) as again:
        assert again.seed == 5
        assert [each.friendly_name for each in client_of(again).workers.list()] == ["alice"]


def test_without_a_data_file_nothing_is_recorded_and_the_control_says_what_to_do():
    with LocalTaskRouter() as router:
        answer = requests.get(f"{router.base_url}/_flexsim/inputs", timeout=10)
    assert answer.status_code == 400
    assert answer.json()["message"] == "no inputs are recorded: start with --data FILE, or --data :memory:"


def test_an_input_that_cannot_be_kept_is_answered_500_and_nothing_after_it_is_accepted(path):
    with served(path) as router:
        workspace = client_of(router)
        kept = workspace.tasks.create(attributes="{}")
        connection = router._persistence._journal._connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        big = {"Attributes": json.dumps({"ballast": "x" * 4000})}
        statuses = {
            requests.post(
                f"{router.base_url}/v1/Workspaces/{router.workspace_sid}/Tasks",
                data=big, auth=(router.account_sid, router.auth_token), timeout=10,
            ).status_code
            for _ in range(8)
        }  # fmt: skip
        assert 500 in statuses
        with pytest.raises(Exception, match="500"):
            workspace.tasks.create(attributes="{}")
    with sqlite3.connect(path) as connection:
        made = connection.execute("SELECT count(*) FROM inputs").fetchone()[0]
    connection.close()
    with served(path) as again:
        tasks = client_of(again).tasks.list()
        assert kept.sid in {each.sid for each in tasks}
        assert len(tasks) == made


def copied_while_it_runs(path, router):
    """The data file as a kill at this moment would leave it."""
    copy = path.with_name("copy.db")
    for suffix in ("", "-wal"):
        copy.with_name(copy.name + suffix).write_bytes(path.with_name(path.name + suffix).read_bytes())
    return LocalTaskRouter(options=Options(data=copy), clock=ManualClock(router.workspaces.clock.now()))


SIGHTS = (
    "Tasks", "Workers", "TaskQueues", "Workflows", "Events", "Statistics", "RealTimeStatistics", "CumulativeStatistics",
    "TaskQueues/Statistics", "Workers/Statistics", "Workers/RealTimeStatistics", "Workers/CumulativeStatistics",
)  # fmt: skip


def seen(router):
    """Everything that clients can see of what there is and what has happened."""
    base = f"{router.base_url}/v1/Workspaces/{router.workspace_sid}"
    auth = (router.account_sid, router.auth_token)
    answers = [requests.get(f"{base}/{sight}?PageSize=1000", auth=auth, timeout=10) for sight in SIGHTS]
    assert {each.status_code for each in answers} == {200}
    return [each.text.replace(router.base_url, "") for each in answers]


@pytest.mark.parametrize("snapshot_every", [3, 1000])
def test_everything_that_is_seen_is_the_same_after_a_kill(path, snapshot_every):
    clock = ManualClock(WallClock().now() - 100)
    with LocalTaskRouter(options=Options(data=path, snapshot_every=snapshot_every), clock=clock) as first:
        worker, _, reservation = work_in(client_of(first))
        first._on_its_loop(lambda: clock.advance(20))
        client_of(first).tasks.create(attributes="{}", timeout=30)
        reservation.update(reservation_status="completed")
        first._on_its_loop(lambda: clock.advance(20))
        client_of(first).workers(worker.sid).update(friendly_name="bob")
        with copied_while_it_runs(path, first) as again:
            assert seen(again) == seen(first)


def test_a_server_whose_ended_tasks_have_been_forgotten_can_be_restored(path):
    clock = ManualClock(WallClock().now() - 1000)
    with LocalTaskRouter(options=Options(data=path), clock=clock) as first:
        _, task, reservation = work_in(client_of(first))
        reservation.update(reservation_status="completed")
        first._on_its_loop(lambda: clock.advance(301))
        assert client_of(first).tasks.list() == []  # nothing happens: the engine forgets it on being asked
    with LocalTaskRouter(options=Options(data=path), clock=clock) as again:
        assert task.sid in {each.resource_sid for each in client_of(again).events.list()}


def test_time_goes_on_where_it_was_when_the_machines_clock_has_been_set_back(tmp_path, monkeypatch):
    options = Options(data=tmp_path / "centre.db")
    with LocalTaskRouter(options=options) as server:
        server.client().taskrouter.v1.workspaces(server.workspace_sid).tasks.create(attributes="{}")
        last = server.workspaces.clock.now()
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 3600)
    with LocalTaskRouter(options=options) as server:
        assert server.workspaces.clock.now() >= last
        [task] = server.client().taskrouter.v1.workspaces(server.workspace_sid).tasks.list()
        assert 0 <= task.age < 3600
