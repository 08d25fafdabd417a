"""Logs of runs that really happened in an engine, whole or made worse, and what the auditor says of them."""

import contextlib
import json
import random

from flexsim.errors import RoutingError
from flexsim.measure.audit.auditor import audit
from flexsim.measure.records import Recorder, logged
from flexsim.measure.statistics import Statistics
from flexsim.measure.summary import summarize
from flexsim.taskrouter.events import EXTRA, TASK, WORKER
from flexsim.taskrouter.inputs import (
    NewTask,
    NewTaskQueue,
    NewWorker,
    NewWorkflow,
    TaskChanges,
    TaskQueueChanges,
    WorkerChanges,
    WorkflowChanges,
)
from tests.taskrouter.centre import START, Operations, activity, add_worker, furnish, new_engine

THRESHOLD = 20.0
KEPT = {"Available", "Break", "Offline", "Everyone", "Sales", "Service", "Support"}  # named in operations


class Run:
    """A run being recorded: ``take`` what each input returns; ``summary`` is what the run would leave."""

    def __init__(self, engine, now):
        self.recorder = Recorder(engine)
        self.statistics = Statistics(self.recorder.names, THRESHOLD)
        self.now = now
        events, self.lines = self.recorder.open(now)
        self._count(events)

    def take(self, events):
        for event in events:  # one by one: a queue that is renamed counts what came before under its former name
            self.lines += self.recorder.lines([event])
            self._count([event])
        return events

    def _count(self, events):
        for event in logged(events):
            self.now = max(self.now, event[0])
            self.statistics.add(event)

    def summary(self):
        return json.loads(json.dumps(summarize(self.statistics, self.now)))


def random_run(seed, steps=60, before=0):
    """A random centre doing random things; its log begins after the first ``before`` of them, once nothing is open."""
    rng = random.Random(seed)
    engine = new_engine()
    furnish(engine, rng)
    for worker in list(engine.workers):
        if rng.random() < 0.4:
            channel = engine.channel_by_name[rng.choice(["voice", "chat"])]
            engine.update_worker_channel(
                START, worker, channel, capacity=rng.choice([0, 2, 3]), available=rng.random() < 0.8
            )
    operations = Operations(engine, rng)
    for _ in range(before):
        operations.pass_time()
        with contextlib.suppress(RoutingError):
            operations.staff()
    run = Run(engine, max(engine.now, operations.now))
    for _ in range(steps):
        run.take(operations.step())
        if rng.random() < 0.02:
            rename(run, engine, operations.now, rng)
    operations.now += 400
    run.take(engine.advance(operations.now))
    return run


def rename(run, engine, now, rng):
    """An activity, the workflow or a queue gets another name."""
    kind = rng.choice(["activity", "workflow", "queue"])
    if kind == "activity":
        activity = rng.choice([each for each in engine.activities.values() if each.name not in KEPT])
        run.take(engine.rename_activity(now, activity.id, f"Renamed_{rng.random()}"))
    elif kind == "workflow":
        run.take(engine.update_workflow(now, 1, WorkflowChanges(name=f"Renamed_{rng.random()}")))
    else:
        queue = rng.choice([each for each in engine.queues.values() if each.name not in KEPT])
        changes = TaskQueueChanges(name=f"Renamed_{rng.random()}", target_workers=rng.choice(["1==1", "level >= 1"]))
        run.take(engine.update_task_queue(now, queue.id, changes))


def story():
    """A run with something of everything in it, small enough to know every event of."""
    engine = new_engine()
    make_queue = lambda name, most: engine.create_task_queue(  # noqa: E731 -- twice
        START, NewTaskQueue(name=name, max_reserved_workers=most, target_workers="1==1")
    )[0][EXTRA]
    sales, support = (engine.sids.sid("WQ", make_queue(*each)) for each in (("Sales", 2), ("Support", 1)))
    targets = [{"queue": sales, "timeout": 30}, {"queue": support, "timeout": 60}]
    routing = {"task_routing": {"filters": [], "default_filter": {"queue": support}}}
    routing["task_routing"]["filters"] = [
        {"filter_friendly_name": "all", "expression": "1==1", "targets": targets},
    ]
    flow = engine.create_workflow(START, NewWorkflow(name="Flow", configuration=json.dumps(routing)))[0][EXTRA]
    ann, bob = add_worker(engine, "Ann"), add_worker(engine, "Bob")
    chat, voice = engine.channel_by_name["chat"], engine.channel_by_name["voice"]
    engine.update_worker_channel(START, ann, chat, capacity=2)
    run = Run(engine, START + 5)
    contacts = iter(range(100))

    def at(seconds):
        return START + 5 + seconds

    def arrive(seconds, channel=voice, **more):
        attributes = {"flexsim_contact": f"CX{next(contacts)}"}
        new = NewTask(workflow=flow, channel=channel, attributes=attributes, **more)
        return run.take(engine.create_task(at(seconds), new))[0][TASK]

    def offers(task):
        return list(engine.tasks[task].open_reservations)

    def status(seconds, task, status):
        run.take(engine.update_task(at(seconds), task, TaskChanges(status=status)))

    def go(seconds, worker, name):
        changes = WorkerChanges(activity=activity(engine, name))
        run.take(engine.update_worker(at(seconds), worker, changes))

    first = arrive(1)  # offered to both: one accepts, the other is rescinded
    run.take(engine.accept(at(3), offers(first)[0]))
    status(40, first, "wrapping")
    second = arrive(50)  # for the one who is free
    run.take(engine.accept(at(52.25), offers(second)[0]))
    third = arrive(55)  # nobody is free: on to the next queue
    run.take(engine.advance(at(90)))
    status(95, third, "canceled")
    status(100, first, "completed")
    run.take(engine.delete_task(at(101), first))
    run.take(engine.complete(at(130), next(iter(offers(second)))))
    go(140, bob, "Break")
    go(150.5, bob, "Available")
    chats = [arrive(160 + number, chat) for number in range(3)]
    for number, task in enumerate(chats):
        run.take(engine.accept(at(170 + number), offers(task)[0]))
    status(200, chats[0], "completed")
    fourth = arrive(210)
    run.take(engine.reject(at(212), offers(fourth)[0], activity(engine, "Break")))
    run.take(engine.reject(at(213), offers(fourth)[0]))
    run.take(engine.delete_task(at(220), fourth))
    run.take(engine.update_worker_channel(at(225), ann, chat, capacity=3, available=False))
    arrive(230, to_worker=ann)  # whatever she is doing
    cid = run.take(engine.create_worker(at(240), NewWorker(name="Cid", attributes={})))[0][WORKER]
    go(250, cid, "Unavailable")
    run.take(engine.delete_worker(at(260), cid))
    run.take(engine.advance(at(300)))
    return run


def records(run):
    return [json.loads(line) for line in run.lines]


def renumbered(found):
    return [{**record, "seq": number} for number, record in enumerate(found)]


def written(found):
    return [json.dumps(record, separators=(",", ":")) + "\n" for record in found]


def audited(lines, summary=None, threshold=THRESHOLD):
    return audit([line.encode() if isinstance(line, str) else line for line in lines], summary, threshold)


def examine(run):
    return audited(run.lines, run.summary())
