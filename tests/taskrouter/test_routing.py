"""How tasks move when several things happen at once."""

import json
import random

import pytest

from flexsim.taskrouter.events import KIND, NAMES, TASK, TIME
from flexsim.taskrouter.inputs import NewTask, NewTaskQueue, NewWorkflow, WorkerChanges, WorkspaceChanges
from tests.taskrouter.centre import START, activity, add_worker, furnish, new_engine
from tests.taskrouter.laws import check_laws


@pytest.fixture
def engine():
    return new_engine()


def told(happened):
    return [(event[TIME] - START, NAMES[event[KIND]], event[TASK]) for event in happened]


def workflow_with(engine, timeout, reservation_timeout):
    """A workflow whose only target ends after ``timeout`` seconds."""
    queue = engine.sids.sid("WQ", 0)
    filters = [{"expression": "1==1", "targets": [{"queue": queue, "timeout": timeout}]}]
    configuration = json.dumps({"task_routing": {"filters": filters}})
    new = NewWorkflow(name="Timed", configuration=configuration, reservation_timeout=reservation_timeout)
    engine.create_workflow(START, new)
    return 1


def test_what_is_due_together_comes_as_documented(engine):
    """Reservation timeouts, then target timeouts, then tasks that are too old; each kind in the order of setting."""
    workflow = workflow_with(engine, timeout=10, reservation_timeout=10)
    add_worker(engine, "Ann")
    engine.create_task(START, NewTask(workflow=0, channel=1, attributes={}, timeout=10))
    engine.create_task(START, NewTask(workflow=workflow, channel=0, attributes={}))
    engine.create_task(START, NewTask(workflow=workflow, channel=0, attributes={}))
    engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}, timeout=10))
    assert told(engine.advance(START + 10)) == [
        (10, "reservation.timeout", 1),  # ann was offered tasks 0 and 1, on different channels
        (10, "worker.activity.update", None),
        (10, "task-queue.timeout", 1),
        (10, "workflow.timeout", 1),
        (10, "task.canceled", 1),
        (10, "task-queue.timeout", 2),
        (10, "workflow.timeout", 2),
        (10, "task.canceled", 2),
        (10, "task.canceled", 0),
        (10, "reservation.canceled", 0),
        (10, "task.canceled", 3),
    ]


def test_what_was_due_happens_before_the_input_and_at_its_own_time(engine):
    engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}, timeout=5))
    happened = engine.create_task(START + 9, NewTask(workflow=0, channel=0, attributes={}))
    assert told(happened)[:2] == [(5, "task.canceled", 0), (9, "task.created", 1)]


def test_the_deadline_is_never_late(engine):
    engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}, timeout=50))
    engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}, timeout=20))
    seen = []
    while engine.next_deadline() < START + 1000:
        seen += told(engine.advance(engine.next_deadline()))
    assert seen == [(20, "task.canceled", 1), (50, "task.canceled", 0)]


def test_time_does_not_go_back(engine):
    engine.create_task(START + 10, NewTask(workflow=0, channel=0, attributes={}))
    assert engine.create_task(START + 3, NewTask(workflow=0, channel=0, attributes={}))[0][TIME] == START + 10


def test_a_worker_of_both_kinds_of_queue_serves_the_kind_that_comes_first(engine):
    """[6.1] prioritize_queue_order."""
    for lifo_first, expected in ((False, 1), (True, 0)):
        here = new_engine()
        here.update_workspace(START, WorkspaceChanges(lifo_first=lifo_first))
        queue = here.sids.sid("WQ", 0)
        here.create_task_queue(START, NewTaskQueue(name="Newest", lifo=True))
        newest = here.sids.sid("WQ", 1)
        for number, each in enumerate((newest, queue)):
            configuration = json.dumps({"task_routing": {"default_filter": {"queue": each}}})
            here.create_workflow(START, NewWorkflow(name=f"To {number}", configuration=configuration))
        here.create_task(START, NewTask(workflow=1, channel=0, attributes={}))
        here.create_task(START, NewTask(workflow=2, channel=0, attributes={}))
        add_worker(here, "Ann")
        assert here.reservations[0].task.id == expected


def test_workers_are_counted_in_each_queue_by_activity(engine):
    ann = add_worker(engine, "Ann")
    add_worker(engine, "Bob")
    engine.update_worker(START, ann, WorkerChanges(activity=activity(engine, "Break")))
    counts = engine._staffing(engine.queues[0])
    assert (counts["available"], counts["unavailable"]) == (1, 1)
    assert counts[engine.sids.sid("WA", activity(engine, "Break"))] == 1


def test_a_furnished_centre_keeps_the_law_while_nothing_happens(engine):
    furnish(engine, random.Random(1))
    engine.advance(START + 1e6)
    check_laws(engine)
