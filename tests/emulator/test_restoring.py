"""What a server held comes back as it was: from a snapshot, from inputs done again, from both."""

import inspect
import json
import random

import pytest

from flexsim.clock import ManualClock
from flexsim.emulator.accounts import Accounts
from flexsim.emulator.api import Api
from flexsim.emulator.exchange import Request
from flexsim.emulator.host import Happening, Host
from flexsim.emulator.journal import MEMORY, Journal
from flexsim.emulator.options import Options
from flexsim.emulator.persistence import Persistence
from flexsim.emulator.restoring import Record, State, chosen_seed, open_record, read_export, read_journal
from flexsim.emulator.server import LocalTaskRouter
from flexsim.errors import ConfigurationError, RoutingError, UnknownResource
from flexsim.taskrouter import snapshot
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.inputs import (
    NewTask,
    NewTaskQueue,
    NewWorker,
    NewWorkflow,
    TaskChanges,
    TaskQueueChanges,
    WorkerChanges,
    WorkflowChanges,
    WorkspaceChanges,
)
from flexsim.taskrouter.templates import flex_workspace, plain_workspace
from tests.emulator.conftest import basic
from tests.taskrouter.centre import START, Operations, furnish

LATER = START + 5000.0  # when what was restored is compared


class Diary:
    """A keeper that remembers every event, and when it was told."""

    name = "diary"

    def __init__(self, host):
        self.host = host
        self.pages = []
        host.subscribe(self)

    def __call__(self, happening: Happening):
        events = [list(event) for event in happening.events]
        self.pages.append([happening.workspace.sid, self.host.clock.now(), happening.first, events])

    def dump(self):
        return self.pages

    def load(self, document):
        self.pages = document


class Centre:
    """What a server consists of, without the server."""

    def __init__(self, seed=1):
        self.clock = ManualClock(START)
        self.host = Host(self.clock, seed)
        self.accounts = Accounts(seed)
        self.outside = []
        self.host.subscribe(self.outside.append, outward=True)
        self.diary = Diary(self.host)
        self.state = State(seed, self.host, self.accounts, [self.diary])

    @property
    def workspace(self):
        return next(self.host.workspaces())


class HostedOperations(Operations):
    """Random operations that go through the host, as a client's do."""

    def __init__(self, centre, rng):
        super().__init__(_Hosted(centre), rng)
        self.centre = centre
        self.now = centre.clock.now()

    def step(self):
        happened = super().step()
        self.engine.keep_up(self.now)
        return happened


class _Hosted:
    """An engine whose inputs are asked of the host."""

    def __init__(self, centre):
        self._centre = centre

    def __getattr__(self, name):
        found = getattr(self._centre.workspace.engine, name)
        if not callable(found) or name == "next_deadline":
            return found
        return lambda now, *args, **kwargs: self._do(found, now, *args, **kwargs)

    def keep_up(self, now):
        self._centre.clock.advance(max(0.0, now - self._centre.clock.now()))

    def _do(self, method, now, *args, **kwargs):
        self.keep_up(now)
        return self._centre.host.do(self._centre.workspace, method, *args, **kwargs)


def recorded(seed, steps):
    """A centre that has been worked in, and its journal."""
    rng = random.Random(seed)
    centre, journal = Centre(), Journal(MEMORY)
    persistence = Persistence(journal, centre.state, is_kept=False)
    centre.account = centre.accounts.add()
    persistence.account_added(centre.account)
    centre.host.open(centre.account, "Flex", flex_workspace)
    furnish(_Hosted(centre), rng)
    operations = HostedOperations(centre, rng)
    for _ in range(steps):
        operations.step()
    return centre, journal, persistence


def restored(record):
    centre = Centre()
    centre.state.load(record)
    return centre


def as_json(document):
    return json.loads(json.dumps(document))


def state_of(centre):
    """Everything at the present moment, but for timers that no longer hold; what these two leave out is looked at below."""
    centre.clock.advance(max(0.0, LATER - centre.clock.now()))
    for workspace in centre.host.workspaces():
        centre.host.catch_up(workspace)
    parts = as_json(centre.state.dump())
    for name, part in parts.items():
        if name.startswith("workspace/"):
            del part["engine"]["timers"]
    return parts


def rest_of(centre):
    """What still happens when nothing more is asked."""
    centre.clock.advance(200_000)
    return as_json(centre.diary.pages)


def assert_alike(again, centre):
    centre.host.recorder = None
    again.clock.advance(centre.clock.now() - again.clock.now())
    again.host.wake()
    assert state_of(again) == state_of(centre)
    assert rest_of(again) == rest_of(centre)


@pytest.mark.parametrize("seed", range(12))
def test_inputs_done_again_lead_to_the_same_state_and_keepers_hear_the_same(seed):
    centre, journal, _ = recorded(seed, 200)
    with journal:
        again = restored(read_journal(journal))
        assert journal.since_snapshot > 100
    assert as_json(again.diary.pages) == as_json(centre.diary.pages)
    assert_alike(again, centre)


@pytest.mark.parametrize("seed", range(12))
def test_a_snapshot_and_the_inputs_since_lead_to_the_same_state(seed):
    centre, journal, persistence = recorded(seed, 90)
    with journal:
        persistence.snapshot()
        assert journal.since_snapshot == 0
        operations = HostedOperations(centre, random.Random(seed))
        for _ in range(90):
            operations.step()
        again = restored(read_journal(journal))
    assert_alike(again, centre)


def test_nobody_outside_hears_of_what_is_done_again():
    centre, journal, _ = recorded(3, 50)
    with journal:
        again = restored(read_journal(journal))
    assert centre.outside
    assert again.outside == []
    again.host.do(again.workspace, again.workspace.engine.create_task, NewTask(workflow=0, channel=0, attributes={}))
    assert len(again.outside) == 1


def test_after_restoring_nothing_is_woken_until_the_host_wakes_and_then_all_that_is_due_is_done():
    centre, journal, _ = recorded(5, 60)
    with journal:
        again = restored(read_journal(journal))
    before = again.workspace.engine.sequence
    again.clock.advance(centre.clock.now() - START + 200_000)
    assert again.workspace.engine.sequence == before
    again.host.wake()
    assert not [each for each in again.workspace.engine.tasks.values() if each.ended is None]
    assert again.outside


def test_accounts_keys_and_workspaces_come_back_with_their_sids():
    centre, journal, persistence = recorded(1, 0)
    with journal:
        second = centre.accounts.add()
        persistence.account_added(second)
        opened = centre.host.open(second, "Gone", plain_workspace)
        key = centre.accounts.add_key(second)
        persistence.key_added(second)
        centre.host.close(opened)
        for snapshotted in (False, True):
            if snapshotted:
                persistence.snapshot()
            again = restored(read_journal(journal))
            account = again.accounts.listed()[1]
            assert account == second
            assert list(again.host.workspaces(account)) == []
            with pytest.raises(UnknownResource):
                again.host.workspace(account, opened.sid)
            assert again.accounts.add_key(account) != key
            assert again.host.open(account, "New", plain_workspace).number == 1


def test_the_last_known_moment_is_that_of_the_last_input_or_of_the_snapshot():
    centre, journal, persistence = recorded(1, 30)
    with journal:
        last = json.loads(list(journal.lines())[-1])["at"]
        assert read_journal(journal).until == last
        centre.clock.advance(1e6)
        persistence.snapshot()
        assert read_journal(journal).until == centre.clock.now()


def test_an_export_can_be_read_and_done_again(tmp_path):
    centre, journal, persistence = recorded(2, 80)
    path = tmp_path / "inputs.jsonl"
    with journal:
        attributes = {"line break": "\u2028", "half": "\ud83d"}
        centre.host.do(
            centre.workspace, centre.workspace.engine.create_task, NewTask(workflow=0, channel=0, attributes=attributes)
        )
        path.write_text("".join(f"{line}\n" for line in persistence.export()))
    assert_alike(restored(read_export(path)), centre)


def tampered(record, change):
    lines = list(record.lines)
    document = json.loads(lines[-1])
    change(document)
    return Record(source="centre.db", parts=record.parts, lines=[*lines[:-1], json.dumps(document)])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda document: document.update(events=1), "has other results than when it was recorded"),
        (lambda document: document.update(do="conquer"), "cannot be done again: ConfigurationError: there is no input"),
        (lambda document: document.pop("do"), "cannot be done again: KeyError"),
        (lambda document: document.update(workspace="WS0"), "no such workspace: WS0"),
        (lambda document: document.update(account="AC0"), "cannot be done again"),
    ],
)
def test_an_input_that_cannot_be_done_again_is_named(change, message):
    _, journal, _ = recorded(1, 20)
    with journal:
        record = read_journal(journal)
    with pytest.raises(
        ConfigurationError, match=f"centre.db: input {len(record.lines)} since the snapshot .*{message}"
    ):
        restored(tampered(record, change))


def test_a_snapshot_that_makes_no_sense_is_one_line():
    _, journal, persistence = recorded(1, 20)
    with journal:
        persistence.snapshot()
        record = read_journal(journal)
    sid = next(part for part in record.parts if part.startswith("workspace/"))
    del record.parts[sid]["engine"]["tasks"]
    with pytest.raises(ConfigurationError, match="the snapshot cannot be read: KeyError: 'tasks'"):
        restored(record)


def test_a_state_of_another_seed_is_refused():
    _, journal, persistence = recorded(1, 0)
    with journal:
        persistence.snapshot()
        record = read_journal(journal)
    with pytest.raises(ConfigurationError, match="seed 2 does not give account AC"):
        Centre(seed=2).state.load(record)


def test_the_seed_is_that_of_the_record_and_no_other_may_be_given():
    record = Record(source="centre.db", parts={"server": {"seed": 5}}, lines=[])
    assert chosen_seed(None, record) == chosen_seed(5, record) == 5
    assert (chosen_seed(None, None), chosen_seed(3, None)) == (1, 3)
    with pytest.raises(ConfigurationError, match=r"centre.db was made with seed 5, not 3: leave the seed out"):
        chosen_seed(3, record)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "does not hold recorded inputs"),
        ("{}\n", "the first line is no header"),
        ("not json\n", "does not hold recorded inputs"),
        ('{"snapshot": {}, "format": 9}\n', "has format 9, this flexsim reads 1"),
    ],
)
def test_a_file_without_recorded_inputs_is_named(tmp_path, text, message):
    path = tmp_path / "inputs.jsonl"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        read_export(path)


def test_inputs_are_not_replayed_into_a_file_that_holds_something(tmp_path):
    _, journal, persistence = recorded(1, 5)
    path, data = tmp_path / "inputs.jsonl", tmp_path / "centre.db"
    with journal:
        path.write_text("".join(f"{line}\n" for line in persistence.export()))
    with Journal(data) as kept:
        kept.keep({"server": {"seed": 1}})
    with pytest.raises(ConfigurationError, match="holds a TaskRouter already: replay the inputs into a new file"):
        open_record(data, path, None)
    Journal(data).close()  # nobody holds it


def test_without_a_file_there_is_nothing_to_restore():
    assert open_record(None, None, None) == (None, None)


def test_a_refused_input_is_not_recorded():
    centre, journal, _ = recorded(1, 0)
    with journal:
        before = journal.since_snapshot
        with pytest.raises(RoutingError):
            centre.host.do(centre.workspace, centre.workspace.engine.accept, 99)
        assert journal.since_snapshot == before


def test_what_falls_due_by_itself_is_recorded_before_it_is_told():
    centre, journal, _ = recorded(1, 0)
    with journal:
        engine = centre.workspace.engine
        centre.host.do(centre.workspace, engine.create_task, NewTask(workflow=0, channel=0, attributes={}, timeout=30))
        told = []
        centre.host.subscribe(lambda _: told.append(journal.since_snapshot))
        before = journal.since_snapshot
        centre.clock.advance(31)
        assert told == [before + 1]
        assert json.loads(list(journal.lines())[-1])["do"] == "advance"


def test_the_document_of_a_keeper_that_is_not_there_any_more_is_left_out():
    _, journal, persistence = recorded(1, 10)
    with journal:
        persistence.snapshot()
        record = read_journal(journal)
    record.parts["keeper/parrot"] = {"document": "Polly"}
    assert "keeper/parrot" not in restored(record).state.dump()


def test_engines_are_dumped_in_the_snapshot_as_they_are():
    centre, journal, persistence = recorded(4, 40)
    with journal:
        persistence.snapshot()
        part = journal.snapshot()[f"workspace/{centre.workspace.sid}"]
    assert part["engine"] == json.loads(json.dumps(snapshot.dump(centre.workspace.engine)))


def test_every_input_of_the_engine_is_recorded_and_can_be_done_again():
    centre, journal, _ = recorded(1, 0)
    engine = centre.workspace.engine

    def do(method, *arguments, **options):
        return centre.host.do(centre.workspace, getattr(engine, method), *arguments, **options)

    with journal:
        activity = do("create_activity", "Training", available=True)[0][5]
        do("rename_activity", activity, "Lunch")
        do("delete_activity", activity)
        channel = do("create_task_channel", "fax", "Fax", optimized=True)[0][5]
        do("update_task_channel", channel, name="Telefax", optimized=None)
        do("delete_task_channel", channel)
        queue = do("create_task_queue", NewTaskQueue(name="All", lifo=True))[0][5]
        do("update_task_queue", queue, TaskQueueChanges(max_reserved_workers=2))
        configuration = json.dumps({"task_routing": {"default_filter": {"queue": engine.sids.sid("WQ", queue)}}})
        workflow = do("create_workflow", NewWorkflow(name="To all", configuration=configuration))[0][5]
        do("update_workflow", workflow, WorkflowChanges(assignment_url="http://127.0.0.1/", reevaluate=True))
        worker = do("create_worker", NewWorker(name="zoe", attributes={"a": 1}, activity=1))[0][3]
        do("update_worker", worker, WorkerChanges(name="Zoë", attributes={}, attributes_text="{ }"))
        do("update_worker_channel", worker, 0, capacity=3, available=True)
        for answer in ("accept", "reject", "wrap_up", "complete"):
            do("create_task", NewTask(workflow=workflow, channel=0, attributes={}, to_worker=worker))
            if answer in {"wrap_up", "complete"}:
                do("accept", max(engine.reservations))
            do(answer, max(engine.reservations))
        do("update_task", 0, TaskChanges(priority=4, version=None))
        for number in list(engine.tasks):
            do("delete_task", number)
        do("delete_worker", worker)
        do("delete_workflow", workflow)
        do("delete_task_queue", queue)
        do("update_workspace", WorkspaceChanges(name="New", events_filter="task.created"))
        done = {json.loads(line)["do"] for line in journal.lines()}
        again = restored(read_journal(journal))
    inputs = {
        name
        for name, function in inspect.getmembers(Engine, inspect.isfunction)
        if "now" in inspect.signature(function).parameters and not name.startswith("_")
    }
    assert inputs - {"advance"} <= done
    assert_alike(again, centre)


@pytest.mark.parametrize("seed", range(8))
def test_a_servers_own_keepers_remember_the_same_after_a_kill(tmp_path, seed):
    path, copy = tmp_path / "centre.db", tmp_path / "copy.db"
    rng = random.Random(seed)
    server = LocalTaskRouter(options=Options(data=path), clock=ManualClock(START))
    centre = Serving(server)
    furnish(_Hosted(centre), rng)
    operations = HostedOperations(centre, rng)
    for _ in range(150):
        operations.step()
        if rng.random() < 0.02:
            server._persistence.snapshot()
    for suffix in ("", "-wal"):  # what a kill at this moment would leave
        copy.with_name(copy.name + suffix).write_bytes(path.with_name(path.name + suffix).read_bytes())
    again = LocalTaskRouter(options=Options(data=copy), clock=ManualClock(server.workspaces.clock.now()))
    for each in (server, again):
        each.workspaces.catch_up(next(each.workspaces.workspaces()))
    for sight in ("Events", "Statistics", "TaskQueues/Statistics", "Workers/Statistics", "Workers", "Tasks"):
        assert read(again, sight) == read(server, sight), sight
    for each in (server, again):
        each._persistence.close()


def read(server, sight):
    """What a client would be answered."""
    account = server.account
    request = Request(
        method="GET",
        path=f"/v1/Workspaces/{server.workspace_sid}/{sight}",
        query="PageSize=1000",
        base_url="http://127.0.0.1",
        authorization=basic(account.sid, account.token),
    )
    response = Api(server.workspaces, server._accounts, server.alerts).handle(request)
    assert response.status == 200, response.body
    return json.loads(response.body)


class Serving:
    """A server that has not been started, as a centre that operations are done in."""

    def __init__(self, server):
        self.host, self.clock = server.workspaces, server.workspaces.clock

    @property
    def workspace(self):
        return next(self.host.workspaces())
