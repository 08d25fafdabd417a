"""Things are found by name, keep their identity under another one, and are told of when nobody created them."""

from flexsim.measure.audit.laws import Findings, Place
from flexsim.measure.audit.workspace import ACTIVITY, QUEUE, Workspace

PLACE = Place(0, 1.0)


class Told:
    def __init__(self):
        self.findings = Findings()
        self.workspace = Workspace(self.findings)
        self.steps = self.workspace.steps()

    def hear(self, name, **record):
        self.steps[name]({"type": name, **record}, PLACE)
        return [each.message for each in self.findings.listed]


def test_what_was_created_is_found():
    told = Told()
    assert told.hear("activity.created", activity="Break", available=True) == []
    assert told.workspace.find(ACTIVITY, "Break", PLACE).available
    assert told.findings.total == 0


def test_a_renamed_thing_is_the_same_thing():
    told = Told()
    told.hear("activity.created", activity="Break", available=False)
    before = told.workspace.find(ACTIVITY, "Break", PLACE)
    told.hear("activity.updated", activity="Lunch", available=True, **{"from": "Break"})
    assert told.workspace.find(ACTIVITY, "Lunch", PLACE) is before
    assert (before.name, before.available) == ("Lunch", True)
    assert told.hear("activity.updated", activity="Break", available=True) == ["there is no activity Break"]


def test_a_name_is_given_once():
    told = Told()
    told.hear("task-queue.created", queue="Sales")
    told.hear("task-queue.created", queue="Support")
    assert told.hear("task-queue.created", queue="Sales") == ["queue Sales is created, and is there already"]
    assert told.hear("task-queue.expression.updated", queue="Sales", **{"from": "Support"})[1:] == [
        "queue Support is renamed to Sales, and there is one already"
    ]


def test_what_is_not_there_is_told_once():
    told = Told()
    told.hear("task-queue.created", queue="Sales")
    told.hear("task-queue.deleted", queue="Sales")
    first = told.workspace.find(QUEUE, "Sales", PLACE)
    assert told.workspace.find(QUEUE, "Sales", PLACE) is first
    assert [each.message for each in told.findings.listed] == ["there is no queue Sales"]


def test_kinds_do_not_share_their_names():
    told = Told()
    assert told.hear("task-queue.created", queue="Sales") == []
    assert told.hear("workflow.created", workflow="Sales") == []
    assert told.hear("task-channel.created", channel="Sales") == []
