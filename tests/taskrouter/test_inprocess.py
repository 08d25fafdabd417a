"""The port in process: what the conformance suite, which runs on it too, does not ask of it."""

import asyncio
import inspect
import json

import pytest

from flexsim.clock import ManualClock
from flexsim.deployment.client import TwilioTaskRouter
from flexsim.errors import TargetRefused
from flexsim.ids import Sids
from flexsim.taskrouter import events
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.inprocess import InProcessTaskRouter
from flexsim.taskrouter.port import NewTask, TaskChanges, TaskRouter, WorkerChanges, WorkflowChanges
from flexsim.taskrouter.templates import flex_workspace


class Room:
    """An engine behind the port, on a clock moved by hand; everything it says is written down."""

    def __init__(self):
        self.clock = ManualClock()
        self.engine = Engine(Sids(1, "room"), self.clock.now())
        flex_workspace(self.engine, self.clock.now())
        self.heard = []
        self.before = self.engine.sequence
        self.router = InProcessTaskRouter(self.engine, self.clock.now, self.heard.extend)

    def run(self, method, *args, **kwargs):
        return asyncio.run(getattr(self.router, method)(*args, **kwargs))

    def refused(self, method, *args, **kwargs):
        with pytest.raises(TargetRefused) as caught:
            self.run(method, *args, **kwargs)
        return caught.value.status, caught.value.code

    def kinds(self):
        return [events.NAMES[event[1]] for event in self.heard]

    def available_worker(self, name="ann"):
        available = next(each for each in self.run("activities") if each.name == "Available")
        worker = self.run("create_worker", name, attributes={})
        return self.run("update_worker", worker.sid, WorkerChanges(activity_sid=available.sid))

    def task(self, **attributes):
        workflow = self.run("workflows")[0]
        return self.run("create_task", NewTask(workflow_sid=workflow.sid, channel="chat", attributes=attributes))


@pytest.fixture
def room():
    return Room()


@pytest.mark.parametrize("name", [name for name in vars(TaskRouter) if not name.startswith("_")])
def test_both_implementations_have_every_method_of_the_port_with_its_signature(name):
    wanted = inspect.signature(getattr(TaskRouter, name))
    for implementation in (InProcessTaskRouter, TwilioTaskRouter):
        found = inspect.signature(getattr(implementation, name))
        assert [(each.name, each.kind, each.default) for each in found.parameters.values()] == [
            (each.name, each.kind, each.default) for each in wanted.parameters.values()
        ]


def test_every_event_of_the_engine_is_heard_once_and_in_order(room):
    room.available_worker()
    task = room.task()
    room.run("update_task", task.sid, TaskChanges(attributes={"n": 1}))
    assert len(room.heard) == room.engine.sequence - room.before
    assert [event[0] for event in room.heard] == sorted(event[0] for event in room.heard)
    assert room.kinds()[-1] == "task.updated"


def test_what_was_due_before_a_refused_input_is_heard(room):
    room.available_worker()
    room.task()
    room.clock.advance(121)
    assert room.refused("create_worker", "ann", attributes={}) == (400, 20001)
    assert "reservation.timeout" in room.kinds()


def test_a_read_sees_what_is_due(room):
    worker = room.available_worker()
    task = room.task()
    room.clock.advance(121)
    assert room.run("task", task.sid).status == "pending"
    assert {each.sid: each.available for each in room.run("workers")}[worker.sid] is False


@pytest.mark.parametrize(
    ("method", "args", "refusal"),
    [
        ("delete_activity", ("WAx",), (404, 20404)),
        ("delete_task_channel", ("no such",), (404, 20404)),
        ("worker_channels", ("WKx",), (404, 20404)),
        ("task_reservations", ("WTx",), (404, 20404)),
        ("update_workflow", ("WWx", WorkflowChanges()), (404, 20404)),
        ("create_workflow", ("w", WorkflowChanges()), (400, 20001)),
        ("create_task", (NewTask(workflow_sid="WWx", channel="chat", attributes={}),), (400, 20001)),
    ],
)
def test_a_refusal_has_the_status_and_code_that_http_gives(room, method, args, refusal):
    assert room.refused(method, *args) == refusal


def test_a_refusal_says_what_could_not_be_done_and_why(room):
    with pytest.raises(TargetRefused, match=r"could not delete the activity WAx: .* \(status 404, code 20404\)"):
        room.run("delete_activity", "WAx")


def test_a_channel_that_a_task_names_and_is_not_there_is_refused(room):
    workflow = room.run("workflows")[0]
    task = NewTask(workflow_sid=workflow.sid, channel="telegraph", attributes={})
    assert room.refused("create_task", task) == (400, 20001)


def test_an_activity_that_is_not_there_cannot_be_set(room):
    worker = room.available_worker()
    assert room.refused("update_worker", worker.sid, WorkerChanges(activity_sid="WAx")) == (400, 20001)


def test_a_filter_that_makes_no_sense_is_refused(room):
    assert room.refused("tasks", matching="a ==") == (400, 20001)
    assert room.refused("tasks", statuses=("nonsense",)) == (400, 20001)


def test_a_reservation_is_moved_through_its_own_task_and_to_a_status_that_makes_sense(room):
    room.available_worker()
    room.available_worker("bob")
    first, second = room.task(), room.task()
    (reservation,) = room.run("task_reservations", first.sid)
    assert room.refused("update_reservation", second.sid, reservation.sid, "accepted") == (404, 20404)
    assert room.refused("update_reservation", first.sid, reservation.sid, "timeout") == (400, 20001)
    for status in ("accepted", "wrapping", "completed"):
        assert room.run("update_reservation", first.sid, reservation.sid, status).status == status
    assert room.run("task", first.sid).status == "completed"


def test_attributes_are_measured_as_they_would_be_sent(room):
    most = {"a": "x" * (4096 - len('{"a":""}'))}
    assert len(json.dumps(most, separators=(",", ":"))) == 4096
    assert room.run("create_worker", "ann", attributes=most).attributes == most
    assert room.refused("create_worker", "bob", attributes={"a": most["a"] + "x"}) == (400, 20001)
    for unsayable in (float("nan"), "\ud800"):
        assert room.refused("create_worker", "bob", attributes={"a": unsayable}) == (400, 20001)


def test_nobody_reaches_the_engine_through_attributes(room):
    given = {"skills": ["sales"]}
    worker = room.run("create_worker", "ann", attributes=given)
    given["skills"].append("service")
    worker.attributes["skills"].append("support")
    assert room.run("workers")[0].attributes == {"skills": ["sales"]}


def test_a_task_says_how_old_it_is_and_stops_ageing_at_its_end(room):
    task = room.task()
    room.clock.advance(5.9)
    assert room.run("task", task.sid).age == 5
    room.run("update_task", task.sid, TaskChanges(status="canceled"))
    room.clock.advance(60)
    assert room.run("task", task.sid).age == 5
