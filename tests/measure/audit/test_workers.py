"""Workers, told of event by event: their time, their room, and who was there before the log began."""

import pytest

from flexsim.measure.audit.laws import Findings, Place
from flexsim.measure.audit.tasks import Task
from flexsim.measure.audit.workers import Workers
from flexsim.measure.audit.workspace import CHANNEL, Workspace
from flexsim.measure.statistics import Totals


class Told:
    def __init__(self):
        self.findings = Findings()
        self.workspace = Workspace(self.findings)
        self.workers = Workers(self.workspace, self.findings)
        self.steps = dict(self.workspace.steps()) | dict(self.workers.steps())
        self.seq = 0
        self.hear(0.0, "workspace.created")
        for name, available in (("Available", True), ("Break", False)):
            self.hear(0.0, "activity.created", activity=name, available=available)
        self.hear(0.0, "task-channel.created", channel="chat")

    def hear(self, t, name, **record):
        self.place = Place(self.seq, t)
        self.steps[name]({"type": name, **record}, self.place)
        self.seq += 1

    def go(self, t, activity, before, seconds):
        self.hear(t, "worker.activity.update", worker="WK1", activity=activity, seconds=seconds, **{"from": before})

    @property
    def broken(self):
        return [each.law.name for each in self.findings.listed]


def task(told, *, unlimited=False):
    chat = told.workspace.find(CHANNEL, "chat", told.place)
    return Task("WT1", chat, told.place, unlimited=unlimited)


@pytest.fixture
def told():
    found = Told()
    found.hear(10.0, "worker.created", worker="WK1", activity="Available")
    return found


def test_seconds_are_right_to_the_millisecond_or_two(told):
    told.go(20.0, "Break", "Available", 10.0015)
    told.go(30.0, "Available", "Break", 10.002)
    assert told.broken == []
    told.go(40.0, "Break", "Available", 10.003)
    assert told.broken == ["seconds"]


def test_who_was_there_before_may_have_been_there_for_longer_once():
    told = Told()
    told.hear(0.0, "worker.created", worker="WK1", activity="Available")
    told.go(20.0, "Break", "Available", 5000.0)
    assert told.broken == []
    told.go(30.0, "Available", "Break", 5000.0)
    assert told.broken == ["seconds"]


def test_who_was_there_before_cannot_have_been_there_for_less():
    told = Told()
    told.hear(0.0, "worker.created", worker="WK1", activity="Available")
    told.go(20.0, "Break", "Available", 19.0)
    assert told.broken == ["seconds"]


def test_small_errors_that_all_go_one_way_are_within_rounding(told):
    for number in range(1, 100):
        told.go(10.0 + number, *(("Break", "Available") if number % 2 else ("Available", "Break")), 1.002)
    told.workers.finish(Place(200, 500.0))
    assert told.broken == []


def test_room_is_asked_for_when_a_task_is_offered(told):
    worker, chat = told.workers.there["WK1"], task(told)
    told.hear(11.0, "worker.capacity.update", worker="WK1", channel="chat", capacity=2, **{"from": 1})
    told.workers.offer(worker, chat, "WR1", told.place)
    told.workers.offer(worker, chat, "WR2", told.place)
    told.hear(12.0, "worker.capacity.update", worker="WK1", channel="chat", capacity=1, **{"from": 2})
    assert told.broken == []  # who has two keeps two
    told.workers.release(worker, chat, "WR1")
    told.workers.offer(worker, task(told, unlimited=True), "WR4", told.place)
    assert told.broken == []
    told.workers.release(worker, chat, "WR4")
    told.workers.offer(worker, chat, "WR3", told.place)
    assert told.broken == ["capacity"]


def test_who_is_away_on_a_channel_comes_back(told):
    worker, chat = told.workers.there["WK1"], task(told)
    for available in (False, True):
        told.hear(11.0, "worker.channel.availability.update", worker="WK1", channel="chat", available=available)
    told.workers.offer(worker, chat, "WR4", told.place)
    assert told.broken == []


def test_busy_and_idle_time_are_held_against_the_statistics(told):
    worker, chat = told.workers.there["WK1"], task(told)
    told.workers.offer(worker, chat, "WR5", Place(7, 15.0))
    told.workers.begin(worker, Place(8, 16.0))
    told.workers.end(worker, Place(9, 36.5))
    told.go(40.0, "Break", "Available", 30.0)
    told.workers.finish(Place(11, 100.0))
    totals = Totals()
    totals.busy, totals.idle = 20.5, 9.5
    told.workers.compare(totals, 12)
    assert told.broken == []
    totals.idle = 69.5
    told.workers.compare(totals, 12)
    assert [each.message for each in told.findings.listed] == [
        "agents were idle 9.500 s by the workers, 69.500 s by the statistics"
    ]
