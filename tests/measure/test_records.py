"""The log's lines are JSON with the promised keys, self-contained and in order."""

import json
import re

import pytest

from flexsim.measure.records import _TAILS, _WRITERS, KEYS, Recorder, logged
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import NAMES, WORKER_CAPACITY_UPDATE, WORKER_CHANNEL_AVAILABILITY_UPDATE
from flexsim.taskrouter.inputs import NewTask, TaskChanges, TaskQueueChanges, WorkflowChanges

from .conftest import START


@pytest.fixture
def records(centre):
    centre.one_busy_hour()
    return [json.loads(line) for line in centre.log]


def of_type(records, name):
    return [record for record in records if record["type"] == name]


def test_every_line_begins_with_sequence_time_and_type(records):
    for position, record in enumerate(records):
        assert list(record)[:3] == ["seq", "t", "type"]
        assert record["seq"] == position
    times = [record["t"] for record in records]
    assert times == sorted(times)


def test_every_line_ends_with_one_line_end_and_its_time_has_three_decimals(centre):
    centre.hire(0.12345, "Ann")
    assert all(line.endswith("}\n") and line.count("\n") == 1 for line in centre.log)
    assert all(re.search(r'"t":\d+\.\d{3},', line) for line in centre.log)
    assert '"t":1767600000.123,' in centre.log[-1]


def test_the_log_begins_with_the_workspace_as_it_stood(records):
    assert records[0]["type"] == "workspace.created"
    assert [each["activity"] for each in of_type(records, "activity.created")] == [
        "Offline", "Available", "Unavailable", "Break",
    ]  # fmt: skip
    assert {each["queue"] for each in of_type(records, "task-queue.created")} == {"Everyone", 'The "best"'}
    assert {each["workflow"] for each in of_type(records, "workflow.created")} == {"Assign to Anyone", "Flow"}


def test_a_log_that_begins_later_names_the_workers_who_were_there(centre):
    worker = centre.hire(0, "Ann", "Break")
    _, lines = Recorder(centre.engine).open(START + 5)
    record = json.loads(lines[-1])
    assert (record["type"], record["name"], record["activity"]) == ("worker.created", "Ann", "Break")
    assert record["worker"] == centre.engine.sids.sid("WK", worker)


def test_a_task_carries_its_contact_channel_workflow_and_priority(records):
    created = of_type(records, "task.created")[0]
    assert list(created)[3:] == ["task", "contact", "channel", "workflow", "priority"]
    assert (created["contact"], created["channel"], created["workflow"], created["priority"]) == (
        "CX1",
        "voice",
        "Flow",
        0,
    )
    assert of_type(records, "task.created")[1]["contact"] is None


def test_lines_have_the_keys_of_their_type_and_at_most_three_more(records):
    assert set(KEYS) == set(NAMES)
    assert len({record["type"] for record in records}) > 10
    for record in records:
        assert [key for key in record if key in KEYS[record["type"]]] == list(KEYS[record["type"]])
        assert set(record) - set(KEYS[record["type"]]) <= {"from", "channel", "ignore_capacity"}


def test_names_are_quoted(records):
    assert of_type(records, "task-queue.entered")[0]["queue"] == 'The "best"'


def test_sids_are_those_of_the_engine(centre):
    worker = centre.hire(0, "Ann")
    task = centre.arrive(1)
    record = json.loads(centre.log[-1])
    assert record == {
        "seq": record["seq"], "t": START + 1, "type": "reservation.created", "task": centre.engine.sids.sid("WT", task),
        "worker": centre.engine.sids.sid("WK", worker),
        "reservation": centre.engine.sids.sid("WR", centre.offered(task)),
    }  # fmt: skip


def test_an_activity_change_tells_where_from_and_how_long(records):
    change = of_type(records, "worker.activity.update")[0]
    assert (change["activity"], change["from"], change["seconds"]) == ("Available", "Break", 60.0)


def test_a_cancellation_tells_its_reason(records):
    assert [each["reason"] for each in of_type(records, "task.canceled")] == ["gave up", "Task TTL Exceeded"]


def test_a_channel_change_tells_the_new_and_the_old(centre):
    worker = centre.hire(0, "Ann")
    channel = centre.engine.channel_by_name["chat"]
    centre.take(centre.engine.update_worker_channel(START + 1, worker, channel, capacity=4, available=False))
    by_type = {record["type"]: record for record in map(json.loads, centre.log)}
    capacity = by_type[NAMES[WORKER_CAPACITY_UPDATE]]
    assert (capacity["channel"], capacity["capacity"], capacity["from"]) == ("chat", 4, 1)
    availability = by_type[NAMES[WORKER_CHANNEL_AVAILABILITY_UPDATE]]
    assert (availability["channel"], availability["available"]) == ("chat", False)


def test_a_deleted_thing_is_named_all_the_same(centre):
    centre.take(centre.engine.delete_activity(START + 1, centre.activities["Break"]))
    assert json.loads(centre.log[-1])["activity"] == "Break"


def test_a_renamed_workflow_goes_by_its_new_name(centre):
    centre.take(centre.engine.update_workflow(START + 1, centre.workflow, WorkflowChanges(name="Fluss")))
    centre.arrive(2)
    assert {
        record["workflow"] for record in map(json.loads, centre.log) if "task" in record and "workflow" in record
    } == {"Fluss"}


def test_every_kind_of_event_has_a_line(centre):
    """The tables are whole: a kind without a line would be noticed when it happens, in the middle of a run."""
    of_reservations = range(ev.RESERVATION_CREATED, ev.RESERVATION_COMPLETED + 1)
    alone = [ev.TASK_CREATED, ev.TASK_UPDATED]
    assert sorted([*alone, *_TAILS, *of_reservations, *_WRITERS]) == list(range(len(NAMES)))
    assert all(hasattr(centre.recorder, writer) for writer in _WRITERS.values())


def test_an_updated_task_tells_its_channel_while_nobody_has_it(centre):
    centre.hire(0, "Ann")
    first, second = centre.arrive(1), centre.arrive(2)
    centre.accept(3, first)
    chat = centre.engine.channel_by_name["chat"]
    centre.take(centre.engine.update_task(START + 4, first, TaskChanges(priority=3)))
    centre.take(centre.engine.update_task(START + 5, second, TaskChanges(channel=chat)))
    updates = of_type([json.loads(line) for line in centre.log], "task.updated")
    assert [each.get("channel") for each in updates] == [None, "chat"]


def test_a_task_for_one_worker_whatever_that_worker_is_doing_says_so(centre):
    worker, voice = centre.hire(0, "Ann", "Break"), centre.engine.channel_by_name["voice"]
    for ignore in (True, False):
        new = NewTask(workflow=centre.workflow, channel=voice, attributes={}, to_worker=worker, ignore_capacity=ignore)
        centre.take(centre.engine.create_task(START + 1, new))
    created = of_type([json.loads(line) for line in centre.log], "task.created")
    assert [each.get("ignore_capacity") for each in created] == [True, None]


def test_a_renamed_thing_tells_its_former_name_once(centre):
    centre.take(centre.engine.rename_activity(START + 1, centre.activities["Break"], "Lunch"))
    for name in ("Fluss", "Fluss"):
        centre.take(centre.engine.update_workflow(START + 2, centre.workflow, WorkflowChanges(name=name)))
    queue = next(each.id for each in centre.engine.queues.values() if each.name == 'The "best"')
    changes = TaskQueueChanges(name="Good", target_workers="1==1")
    centre.take(centre.engine.update_task_queue(START + 3, queue, changes))
    told = [(each["type"], each.get("from")) for each in map(json.loads, centre.log[-4:])]
    assert told == [
        ("activity.updated", "Break"), ("workflow.updated", "Flow"), ("workflow.updated", None),
        ("task-queue.expression.updated", 'The "best"'),
    ]  # fmt: skip


def test_the_keys_that_are_promised_are_those_that_stand_there(records):
    for record in records:
        assert set(KEYS[record["type"]]) <= set(record)


def test_logged_events_have_the_times_of_their_lines(centre):
    events = [(START + number / 7, 40, None, None, None, None) for number in range(50)]
    lines = centre.recorder.lines(events)
    assert [json.loads(line)["t"] for line in lines] == [event[0] for event in logged(events)]
