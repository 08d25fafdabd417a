"""A small workspace on the real engine: one queue, one workflow, two agents, and a recorder that sees everything."""

import json

import pytest

from flexsim.ids import Sids
from flexsim.measure.records import Recorder
from flexsim.measure.statistics import Statistics
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import EXTRA, KIND, RESERVATION, RESERVATION_CREATED, TASK, WORKER
from flexsim.taskrouter.inputs import NewTask, NewTaskQueue, NewWorker, NewWorkflow, TaskChanges, WorkerChanges
from flexsim.taskrouter.templates import flex_workspace

START = 1_767_600_000.0


class Centre:
    """Speaks of seconds since the start; keeps the log's lines and the statistics up to date."""

    def __init__(self, threshold=20.0):
        self.engine = Engine(Sids(1, "measure"), START)
        flex_workspace(self.engine, START)
        queue = self.engine.create_task_queue(START, NewTaskQueue(name='The "best"', target_workers="team == 'best'"))
        sid = self.engine.sids.sid("WQ", queue[0][EXTRA])
        routing = {"filters": [], "default_filter": {"queue": sid}}
        made = self.engine.create_workflow(
            START, NewWorkflow(name="Flow", configuration=json.dumps({"task_routing": routing}))
        )
        self.workflow = made[0][EXTRA]
        self.activities = {each.name: each.id for each in self.engine.activities.values()}
        self.recorder = Recorder(self.engine)
        self.statistics = Statistics(self.recorder.names, threshold)
        opening, self.log = self.recorder.open(START)
        for event in opening:
            self.statistics.add(event)

    def take(self, events):
        self.log += self.recorder.lines(events)
        for event in events:
            self.statistics.add(event)
        return events

    def hire(self, at, name, activity="Available"):
        new = NewWorker(name=name, attributes={"team": "best"}, activity=self.activities[activity])
        return self.take(self.engine.create_worker(START + at, new))[0][WORKER]

    def arrive(self, at, timeout=86_400, contact=None, channel="voice"):
        new = NewTask(
            workflow=self.workflow, channel=self.engine.channel_by_name[channel], timeout=timeout,
            attributes={"flexsim_contact": contact},
        )  # fmt: skip
        return self.take(self.engine.create_task(START + at, new))[0][TASK]

    def offered(self, task):
        return next(iter(self.engine.tasks[task].open_reservations))

    def accept(self, at, task):
        self.take(self.engine.accept(START + at, self.offered(task)))

    def reject(self, at, task):
        self.take(self.engine.reject(START + at, self.offered(task)))

    def end(self, at, task, status="completed", reason=None):
        self.take(self.engine.update_task(START + at, task, TaskChanges(status=status, reason=reason)))

    def delete(self, at, task):
        self.take(self.engine.delete_task(START + at, task))

    def go(self, at, worker, activity):
        self.take(self.engine.update_worker(START + at, worker, WorkerChanges(activity=self.activities[activity])))

    def advance(self, at):
        self.take(self.engine.advance(START + at))

    def one_busy_hour(self):
        """Some of everything: handled, abandoned early and late, lost, removed, rejected, a break, a renamed queue."""
        ann = self.hire(0, "Ann")
        first = self.arrive(1, contact="CX1")
        self.accept(3, first)
        second, third, fourth = self.arrive(4), self.arrive(5), self.arrive(6, timeout=30)
        self.end(10, third, "canceled", "gave up")
        self.end(63, first, "wrapping")
        self.end(73, first)
        self.accept(75, second)
        bob = self.hire(80, "Bob", "Break")
        self.go(140, bob, "Available")
        fifth = self.arrive(150, channel="chat")
        self.reject(155, fifth)
        self.accept(160, fifth)
        self.end(200, fifth, "wrapping")
        self.delete(210, fifth)
        self.arrive(220)
        self.go(230, bob, "Offline")
        self.advance(260)
        return ann, bob, fourth


@pytest.fixture
def centre():
    return Centre()


def reservations(events):
    return [event[RESERVATION] for event in events if event[KIND] == RESERVATION_CREATED]
