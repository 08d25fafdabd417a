"""Tasks, told of event by event: what the corruptions of a whole log do not show one by one."""

import pytest

from flexsim.measure.audit.durations import Durations
from flexsim.measure.audit.laws import Findings, Place
from flexsim.measure.audit.tasks import Tasks
from flexsim.measure.audit.workspace import Workspace


class Told:
    def __init__(self):
        self.findings = Findings()
        workspace = Workspace(self.findings)
        self.tasks = Tasks(workspace, Durations(self.findings), self.findings)
        self.steps = dict(workspace.steps()) | dict(self.tasks.steps())
        self.seq = 0
        for name, record in (
            ("task-channel.created", {"channel": "voice"}), ("task-channel.created", {"channel": "chat"}),
            ("workflow.created", {"workflow": "Flow"}), ("task-queue.created", {"queue": "Sales"}),
        ):  # fmt: skip
            self.hear(0.0, name, **record)

    def hear(self, t, name, **record):
        self.tasks.settle(t)
        self.steps[name]({"type": name, **record}, Place(self.seq, t))
        self.seq += 1

    def arrive(self, t, task="WT1", contact=None):
        self.hear(t, "task.created", task=task, contact=contact, channel="voice", workflow="Flow")

    @property
    def broken(self):
        return [each.law.name for each in self.findings.listed]


@pytest.fixture
def told():
    return Told()


def test_a_waiting_task_may_change_its_channel(told):
    told.arrive(1.0)
    told.hear(2.0, "task.updated", task="WT1", channel="chat")
    assert told.tasks.open["WT1"].channel.name == "chat"
    assert told.broken == []


def test_an_ended_task_may_be_updated_and_deleted_for_five_minutes(told):
    told.arrive(1.0)
    told.hear(2.0, "task.canceled", task="WT1", reason=None)
    told.hear(300.0, "task.updated", task="WT1")
    told.hear(301.0, "task.deleted", task="WT1")
    assert told.broken == []
    told.hear(301.5, "task.updated", task="WT1")
    assert told.broken == ["ended"]


def test_after_five_minutes_it_is_forgotten_and_told_apart_from_one_that_never_was(told):
    told.arrive(1.0)
    told.hear(2.0, "task.canceled", task="WT1", reason=None)
    told.hear(400.0, "task.updated", task="WT1")
    told.hear(400.0, "task.updated", task="WT2")
    assert told.broken == ["ended", "known"]
    assert told.findings.listed[0].places == (Place(4, None), Place(6, 400.0))


def test_a_deleted_task_needs_no_other_end(told):
    told.arrive(1.0)
    told.hear(2.0, "task.deleted", task="WT1")
    told.tasks.finish()
    assert told.broken == []
    assert told.tasks.open == {}


def test_contacts_that_are_no_text_are_nobodys(told):
    for number, contact in enumerate((None, None, 5, 5, "CX1", "CX2")):
        told.arrive(1.0, f"WT{number}", contact)
    told.tasks.finish()
    assert told.broken == []


def test_a_moved_task_is_told_of_twice(told):
    told.hear(1.0, "task-queue.created", queue="Support")
    told.arrive(1.0)
    told.hear(1.0, "task-queue.entered", task="WT1", queue="Sales")
    told.hear(2.0, "task-queue.moved", task="WT1", queue="Support", **{"from": "Sales"})
    told.hear(2.0, "task-queue.entered", task="WT1", queue="Support")
    assert told.broken == []
    told.hear(3.0, "task-queue.entered", task="WT1", queue="Support")
    assert told.broken == ["queues"]
