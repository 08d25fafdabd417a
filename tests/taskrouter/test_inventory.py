"""What a workspace consists of: names are unique, things in use stay, and a refusal changes nothing."""

import json

import pytest

from flexsim.errors import InvalidInput, UnknownResource, VersionMismatch
from flexsim.taskrouter.events import EXTRA, KIND, NAMES
from flexsim.taskrouter.inputs import (
    NewTask,
    NewTaskQueue,
    NewWorker,
    NewWorkflow,
    TaskQueueChanges,
    WorkerChanges,
    WorkflowChanges,
    WorkspaceChanges,
)
from tests.taskrouter.centre import START, activity, add_worker, new_engine
from tests.taskrouter.laws import check_laws

DEFAULT_ONLY = json.dumps({"task_routing": {}})


@pytest.fixture
def engine():
    engine = new_engine()
    add_worker(engine, "Ann", level=1)
    return engine


def told(happened):
    return [NAMES[event[KIND]] for event in happened]


@pytest.mark.parametrize(
    "create",
    [
        lambda engine: engine.create_activity(START, "Break"),
        lambda engine: engine.create_task_channel(START, "voice", "Another"),
        lambda engine: engine.create_task_queue(START, NewTaskQueue(name="Everyone")),
        lambda engine: engine.create_workflow(START, NewWorkflow(name="Assign to Anyone", configuration=DEFAULT_ONLY)),
        lambda engine: engine.create_worker(START, NewWorker(name="ANN", attributes={})),
        lambda engine: engine.rename_activity(START, activity(engine, "Break"), "Available"),
    ],
)
def test_a_name_that_is_taken_is_refused(engine, create):
    before = engine.sequence
    with pytest.raises(InvalidInput, match="already exists"):
        create(engine)
    assert engine.advance(START) == []
    assert engine.sequence == before


@pytest.mark.parametrize(
    "create",
    [
        lambda engine: engine.create_activity(START, " "),
        lambda engine: engine.create_activity(START, "x" * 65),
        lambda engine: engine.create_task_channel(START, "not good", "x"),
        lambda engine: engine.create_task_queue(START, NewTaskQueue(name="q", target_workers="a =")),
        lambda engine: engine.create_task_queue(START, NewTaskQueue(name="q", max_reserved_workers=51)),
        lambda engine: engine.create_workflow(START, NewWorkflow(name="w", configuration="{}")),
        lambda engine: engine.create_workflow(
            START, NewWorkflow(name="w", configuration=DEFAULT_ONLY, reservation_timeout=0)
        ),
        lambda engine: engine.update_worker_channel(START, 0, 0, capacity=-1),
        lambda engine: engine.update_worker(START, 0, WorkerChanges(reject_pending=True)),
    ],
)
def test_what_is_out_of_range_is_refused(engine, create):
    with pytest.raises(InvalidInput):
        create(engine)
    check_laws(engine)


@pytest.mark.parametrize(
    "touch",
    [
        lambda engine: engine.delete_activity(START, 99),
        lambda engine: engine.update_task_channel(START, 99),
        lambda engine: engine.delete_task_queue(START, 99),
        lambda engine: engine.update_workflow(START, 99, WorkflowChanges()),
        lambda engine: engine.update_worker(START, 99, WorkerChanges()),
        lambda engine: engine.update_worker_channel(START, 0, 99, capacity=1),
        lambda engine: engine.create_worker(START, NewWorker(name="x", attributes={}, activity=99)),
        lambda engine: engine.create_task(START, NewTask(workflow=99, channel=0, attributes={})),
        lambda engine: engine.create_task(START, NewTask(workflow=0, channel=99, attributes={})),
        lambda engine: engine.update_workspace(START, WorkspaceChanges(name="new", default_activity=99)),
    ],
)
def test_what_is_not_there_is_not_found(engine, touch):
    with pytest.raises(UnknownResource):
        touch(engine)
    assert engine.name == "Flex Task Assignment"


def test_what_is_in_use_is_not_deleted(engine):
    engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}))
    for delete in (
        lambda: engine.delete_activity(START, activity(engine, "Available")),
        lambda: engine.delete_activity(START, engine.default_activity.id),
        lambda: engine.delete_task_channel(START, 0),
        lambda: engine.delete_task_queue(START, 0),
        lambda: engine.delete_workflow(START, 0),
    ):
        with pytest.raises(InvalidInput):
            delete()
    check_laws(engine)


def test_activities_of_a_queue_are_kept_until_others_are_given(engine):
    busy, away = activity(engine, "Break"), activity(engine, "Unavailable")
    number = engine.create_task_queue(START, NewTaskQueue(name="q", reservation_activity=busy))[0][EXTRA]
    queue = engine.queues[number]
    assert (queue.reservation_activity, queue.assignment_activity) == (busy, None)
    engine.update_task_queue(START, number, TaskQueueChanges(assignment_activity=away))
    assert (queue.reservation_activity, queue.assignment_activity) == (busy, away)
    with pytest.raises(InvalidInput, match="activity Break is used by task queue q"):
        engine.delete_activity(START, busy)
    with pytest.raises(UnknownResource):
        engine.update_task_queue(START, number, TaskQueueChanges(name="new", reservation_activity=99))
    assert queue.name == "q"
    engine.delete_task_queue(START, number)
    engine.delete_activity(START, busy)


def test_everything_that_is_not_in_use_can_be_deleted(engine):
    queue = engine.create_task_queue(START, NewTaskQueue(name="Spare"))[0][EXTRA]
    channel = engine.create_task_channel(START, "letter", "Letter")[0][EXTRA]
    assert channel in engine.workers[0].channels
    assert told(engine.delete_workflow(START, 0)) == ["workflow.deleted"]
    assert told(engine.delete_task_queue(START, queue)) == ["task-queue.deleted"]
    assert told(engine.delete_task_channel(START, channel)) == ["task-channel.deleted"]
    assert told(engine.delete_worker(START, 0)) == ["worker.deleted"]
    assert told(engine.delete_activity(START, activity(engine, "Available"))) == ["activity.deleted"]
    check_laws(engine)


def test_deleting_a_worker_gives_its_pending_work_to_others(engine):
    bob = add_worker(engine, "Bob")
    engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}))
    happened = engine.delete_worker(START + 1, 0)
    assert told(happened) == ["reservation.canceled", "worker.deleted", "reservation.created"]
    assert engine.reservations[1].worker.id == bob
    check_laws(engine)


def test_a_new_expression_changes_who_is_in_the_queue(engine):
    """And serves what has been waiting for it."""
    everyone = engine.queues[0]
    engine.update_task_queue(START, 0, TaskQueueChanges(target_workers="level > 5"))
    assert everyone.members == set()
    engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}))
    happened = engine.update_task_queue(START, 0, TaskQueueChanges(target_workers="level == 1"))
    assert told(happened) == ["task-queue.expression.updated", "reservation.created"]
    check_laws(engine)


def test_new_attributes_change_the_worker_s_queues(engine):
    engine.update_task_queue(START, 0, TaskQueueChanges(target_workers="level > 5"))
    engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}))
    happened = engine.update_worker(START, 0, WorkerChanges(attributes={"level": 9}))
    assert told(happened) == ["worker.attributes.update", "reservation.created"]


def test_versions_count_changes_and_if_match_is_honoured(engine):
    version = engine.workers[0].version
    engine.update_worker(START, 0, WorkerChanges(attributes={}, version=version))
    assert engine.workers[0].version == version + 1
    with pytest.raises(VersionMismatch):
        engine.update_worker(START, 0, WorkerChanges(attributes={"lost": 1}, version=version))
    assert engine.workers[0].attributes == {}


def test_a_worker_is_told_its_time_in_the_previous_activity(engine):
    happened = engine.update_worker(START + 42, 0, WorkerChanges(activity=activity(engine, "Break")))
    assert happened[0][EXTRA] == (activity(engine, "Available"), activity(engine, "Break"), 42.0)
    assert engine.update_worker(START + 50, 0, WorkerChanges(activity=activity(engine, "Break"))) == []


def test_a_channel_that_is_switched_on_again_serves_what_waits(engine):
    engine.update_worker_channel(START, 0, 0, available=False)
    engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}))
    happened = engine.update_worker_channel(START, 0, 0, available=True)
    assert told(happened) == ["worker.channel.availability.update", "reservation.created"]


def test_the_workspace_can_be_renamed_and_given_other_activities(engine):
    away = activity(engine, "Break")
    engine.update_workspace(START, WorkspaceChanges(name="Mine", default_activity=away, timeout_activity=away))
    engine.create_worker(START, NewWorker(name="Bob", attributes={}))
    assert engine.workers[1].activity.name == "Break"
    assert engine.name == "Mine"
