"""Random centres and random operations on them, for the tests that look for what must never happen."""

import json

from flexsim.errors import RoutingError
from flexsim.ids import Sids
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
from flexsim.taskrouter.templates import flex_workspace

START = 1_767_600_000.0
SKILLS = ("sales", "service", "support")
LANGUAGES = ("en", "es", "de")

QUEUES = (
    {"name": "Sales", "target_workers": "skills HAS 'sales'"},
    {"name": "Service", "target_workers": "skills HAS 'service'", "lifo": True},
    {"name": "Support", "target_workers": "skills HAS 'support' AND level >= 2", "max_reserved_workers": 3},
    {"name": "Nobody", "target_workers": ""},
)

EXPRESSIONS = (
    None,
    None,
    "worker.languages HAS task.language",
    "worker.level >= task.level",
    "worker.channel.voice.assigned_tasks == 0",
    "worker.activity_name == 'Available'",
)


def new_engine(matcher=None):
    engine = Engine(Sids(1, "test"), START)
    if matcher is not None:
        engine._matcher = matcher(engine)
    flex_workspace(engine, START)
    return engine


def activity(engine, name):
    return next(each.id for each in engine.activities.values() if each.name == name)


def add_worker(engine, name, **attributes):
    """An available worker; returns its id."""
    new = NewWorker(name=name, attributes=attributes, activity=activity(engine, "Available"))
    return engine.create_worker(engine.now, new)[0][3]


def configuration(engine, rng):
    """A workflow with everything in it: escalation, expressions, order, skipping, known workers, priorities."""
    sids = {queue.name: engine.sids.sid("WQ", queue.id) for queue in engine.queues.values()}
    filters = []
    for skill, name in zip(SKILLS, ("Sales", "Service", "Support"), strict=True):
        targets = []
        for step in range(rng.randint(1, 3)):
            target = {"queue": sids[name if step == 0 else rng.choice(list(sids))]}
            expression = rng.choice(EXPRESSIONS)
            if expression:
                target["expression"] = expression
            if rng.random() < 0.3:
                target["order_by"] = rng.choice(
                    ["worker.level DESC", "worker.level ASC", "worker.seniority DESC, worker.level"]
                )
            if rng.random() < 0.3:
                target["priority"] = rng.randint(0, 5)
            if rng.random() < 0.25:
                target["skip_if"] = rng.choice(["workers.available == 0", "1==1", "workers.available < 2"])
            if rng.random() < 0.15:
                target[rng.choice(["known_worker_sid", "known_worker_friendly_name"])] = "task.known"
            if rng.random() < 0.8:
                target["timeout"] = rng.choice([5, 20, "30"])
            targets.append(target)
        filters.append({"filter_friendly_name": skill, "expression": f"skill == '{skill}'", "targets": targets})
    routing = {"filters": filters}
    if rng.random() < 0.8:
        routing["default_filter"] = {"queue": sids["Everyone"]}
    return json.dumps({"task_routing": routing})


def furnish(engine, rng):
    """Queues, a workflow and some workers."""
    for queue in QUEUES:
        engine.create_task_queue(START, NewTaskQueue(**queue))
    engine.create_workflow(
        START,
        NewWorkflow(name="Main", configuration=configuration(engine, rng), reservation_timeout=rng.choice([5, 15])),
    )
    for number in range(rng.randint(1, 8)):
        add_worker(engine, f"Agent_{number}", **worker_attributes(rng))


def worker_attributes(rng):
    return {
        "skills": rng.sample(SKILLS, rng.randint(0, 3)),
        "languages": rng.sample(LANGUAGES, rng.randint(1, 2)),
        "level": rng.randint(1, 3),
    } | ({"seniority": rng.randint(0, 2)} if rng.random() < 0.5 else {})


def task_attributes(engine, rng):
    known = rng.choice(list(engine.workers.values())) if engine.workers else None
    return {
        "skill": rng.choice([*SKILLS, "other"]),
        "language": rng.choice(LANGUAGES),
        "level": rng.randint(1, 3),
        "known": rng.choice([None, known and engine.sids.sid("WK", known.id), known and known.name.upper()]),
    }


class Operations:
    """Random operations; ``step`` does one and returns the events it caused (none when it was refused)."""

    def __init__(self, engine, rng):
        self.engine, self.rng, self.now = engine, rng, START
        self.refused = 0

    def step(self):
        self.pass_time()
        return self.act()

    def pass_time(self):
        self.now += self.rng.choice([0.0, 0.5, 1.0, 4.0, 11.0])

    def act(self):
        """One operation, now."""
        operation = self.rng.choices(
            [self.arrive, self.answer, self.end, self.staff, self.plan, self.wait], [30, 30, 20, 12, 3, 5]
        )[0]
        try:
            return operation()
        except RoutingError:
            self.refused += 1
            return []

    def wait(self):
        self.now += self.rng.choice([6.0, 30.0, 400.0])
        return self.engine.advance(self.now)

    def arrive(self):
        rng = self.rng
        channel = self.engine.channel_by_name[rng.choice(["voice", "voice", "chat"])]
        direct = {}
        if rng.random() < 0.1 and self.engine.workers:
            direct = {"to_worker": rng.choice(list(self.engine.workers)), "ignore_capacity": rng.random() < 0.3}
            direct["queue"] = rng.choice([None, 0])
        elif rng.random() < 0.05:
            direct = {"to_queue": rng.choice(list(self.engine.queues))}
        new = NewTask(
            workflow=1,
            channel=channel,
            attributes=task_attributes(self.engine, rng),
            priority=rng.choice([0, 0, 0, 3]),
            timeout=rng.choice([25, 86_400]),
            virtual_start=rng.choice([None, None, self.now - 50]),
            **direct,
        )
        return self.engine.create_task(self.now, new)

    def answer(self):
        pending = [each.id for each in self.engine.reservations.values() if each.status in {"pending", "rescinded"}]
        if not pending:
            return []
        number = self.rng.choice(pending)
        if self.rng.random() < 0.7:
            return self.engine.accept(self.now, number)
        move = self.rng.choice([None, None, activity(self.engine, "Break")])
        return self.engine.reject(self.now, number, move)

    def end(self):
        if not self.engine.tasks:
            return []
        number = self.rng.choice(list(self.engine.tasks))
        kind = self.rng.random()
        if kind < 0.1:
            return self.engine.delete_task(self.now, number)
        if kind < 0.2:
            attributes = task_attributes(self.engine, self.rng)
            return self.engine.update_task(
                self.now,
                number,
                TaskChanges(
                    attributes=attributes,
                    priority=self.rng.randint(0, 3),
                    channel=self.rng.choice([None, None, self.engine.channel_by_name["chat"]]),
                ),
            )
        status = self.rng.choice(["wrapping", "completed", "completed", "canceled"])
        return self.engine.update_task(self.now, number, TaskChanges(status=status))

    def staff(self):
        rng, engine = self.rng, self.engine
        if not engine.workers or (len(engine.workers) < 12 and rng.random() < 0.1):
            new = NewWorker(
                name=f"New_{self.now}", attributes=worker_attributes(rng), activity=activity(engine, "Available")
            )
            return engine.create_worker(self.now, new)
        number = rng.choice(list(engine.workers))
        kind = rng.random()
        if kind < 0.6:
            name = rng.choice(["Available", "Available", "Available", "Break", "Offline"])
            changes = WorkerChanges(
                activity=activity(engine, name), reject_pending=name != "Available" and rng.random() < 0.5
            )
            return engine.update_worker(self.now, number, changes)
        if kind < 0.75:
            return engine.update_worker(self.now, number, WorkerChanges(attributes=worker_attributes(rng)))
        if kind < 0.95:
            channel = engine.channel_by_name[rng.choice(["voice", "chat"])]
            return engine.update_worker_channel(
                self.now,
                number,
                channel,
                capacity=rng.choice([0, 1, 2, 3]),
                available=rng.choice([True, True, False, None]),
            )
        return engine.delete_worker(self.now, number)

    def plan(self):
        rng, engine = self.rng, self.engine
        kind = rng.random()
        if kind < 0.4:
            queue = rng.choice([each.id for each in engine.queues.values() if each.name != "Everyone"])
            expression = rng.choice([*(each["target_workers"] for each in QUEUES), "level >= 2", "1==1"])
            changes = TaskQueueChanges(
                target_workers=expression, lifo=rng.random() < 0.3, max_reserved_workers=rng.randint(1, 3)
            )
            return engine.update_task_queue(self.now, queue, changes)
        if kind < 0.8:
            changes = WorkflowChanges(configuration=configuration(engine, rng), reevaluate=rng.random() < 0.5)
            return engine.update_workflow(self.now, 1, changes)
        if kind < 0.9:
            return engine.update_workspace(self.now, WorkspaceChanges(lifo_first=rng.random() < 0.5))
        return engine.update_task_channel(self.now, engine.channel_by_name["voice"], optimized=rng.random() < 0.5)
