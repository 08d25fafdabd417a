"""An engine as a document of JSON's own types, and back: what it will do next is the same.

Written down is what decides the future, in tables of one row for each record. What follows from it is found anew: who is
a member of which queue, what a workflow's configuration means, which tasks and workers go together. Records that are
gone but still spoken of (the worker of an ended task's reservation, deleted since) stand in the tables and are listed in
``gone``. The document holds the engine's own attributes: write it down before the next input.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any, Final, TypeAlias

from flexsim.errors import ConfigurationError
from flexsim.ids import Sids
from flexsim.taskrouter import timers
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.expressions import parse
from flexsim.taskrouter.resources import (
    DAY,
    Activity,
    Direct,
    Reservation,
    Task,
    TaskChannel,
    TaskQueue,
    Worker,
    WorkerChannel,
    Workflow,
)
from flexsim.taskrouter.timers import Timers
from flexsim.taskrouter.workflow import Routing

Document: TypeAlias = dict[str, Any]
Converters: TypeAlias = Mapping[str, Callable[[Any], Any]]

FORMAT: Final = 1

# Attributes of the engine that are written as they are.
_PLAIN: Final = (
    "_made", "_reserved", "_tasks_made", "created", "event_callback_url", "events_filter", "name", "now", "prune_after",
    "sequence", "updated",
)  # fmt: skip
# Attributes of records that are written as columns of a table; the others are found anew.
_COLUMNS: Final[Mapping[type, tuple[str, ...]]] = {
    Activity: (
        "available", "created", "id", "name", "updated",
    ),
    TaskChannel: (
        "created", "id", "name", "optimized", "unique_name", "updated",
    ),
    TaskQueue: (
        "assignment_activity", "created", "id", "lifo", "max_reserved_workers", "name", "reservation_activity",
        "target_workers", "updated",
    ),
    Workflow: (
        "assignment_url", "configuration", "created", "fallback_url", "id", "name", "open_tasks",
        "reservation_timeout", "updated",
    ),
    Worker: (
        "activity", "attributes", "attributes_text", "channels", "created", "id", "last_reserved", "name",
        "open_reservations", "status_changed", "updated", "version",
    ),
    WorkerChannel: (
        "assigned", "available", "capacity", "created", "in_hand", "last_reserved", "load", "updated",
    ),
    Task: (
        "assigned", "assignments", "attributes", "attributes_text", "channel", "created", "declined", "direct",
        "ended", "filter", "filter_entered", "id", "open_reservations", "placement", "priority", "queue",
        "queue_entered", "reason", "reservations", "status", "target", "ticket", "timeout", "updated", "version",
        "virtual_start", "workflow",
    ),
    Reservation: (
        "created", "id", "status", "task", "updated", "version", "worker",
    ),
}  # fmt: skip


def dump(engine: Engine) -> Document:
    """What decides the engine's future; not while an input is under way."""
    assert not engine._happened, "every event has been told"
    matcher = engine._matcher
    reservations, tasks = engine.reservations.values(), engine.tasks.values()
    directs = [task.direct for task in tasks if task.direct is not None]
    workers = _with_gone(engine.workers, [*(each.worker for each in reservations), *(each.worker for each in directs)])
    queues = _with_gone(engine.queues, [*(each.queue for each in tasks), *(_shared_queue(each) for each in directs)])
    workflows = _with_gone(engine.workflows, (each.workflow for each in tasks))
    activities = _with_gone(engine.activities, (each.activity for each in workers))
    return {
        "format": FORMAT,
        "engine": {name: getattr(engine, name) for name in _PLAIN},
        "default_activity": engine.default_activity.id,
        "timeout_activity": engine.timeout_activity.id,
        "activities": _table(Activity, activities),
        "channels": _table(TaskChannel, engine.channels.values()),
        "queues": _table(TaskQueue, queues),
        "workflows": _table(Workflow, workflows),
        "workers": _table(Worker, workers, _WORKER),
        "tasks": _table(Task, tasks, _TASK),
        "reservations": _table(Reservation, reservations, {"task": _id, "worker": _id}),
        "gone": {
            "activities": [each.id for each in activities if each.id not in engine.activities],
            "queues": [each.id for each in queues if each.id not in engine.queues],
            "workflows": [each.id for each in workflows if each.id not in engine.workflows],
            "workers": [each.id for each in workers if each.id not in engine.workers],
        },
        "ended": [list(each) for each in engine._ended],
        "timers": _dump_timers(engine._timers),
        "matching": {
            "lifo_first": matcher.lifo_first,
            "any_changing": matcher.any_changing,
            "tickets": matcher._tickets,
        },
    }


def load(document: Document, sids: Sids) -> Engine:
    """The engine that was dumped. ``sids`` are those it had; raises ``ConfigurationError`` for another format."""
    if document.get("format") != FORMAT:
        raise ConfigurationError(f"the snapshot has format {document.get('format')}, this flexsim reads {FORMAT}")
    return _Loader(document, sids).engine


# --- writing -----------------------------------------------------------------------------------------------------------


def _id(record: Any) -> int | None:
    return None if record is None else record.id


def _sorted(numbers: set[int] | None) -> list[int] | None:
    return None if numbers is None else sorted(numbers)


def _channels(channels: Mapping[int, WorkerChannel]) -> Document:
    table = _table(WorkerChannel, channels.values())
    return {**table, "of": list(channels)}


def _shared_queue(direct: Direct) -> TaskQueue | None:
    """The queue that a task was sent to; None where it is one made up for a single worker."""
    return direct.queue if direct.worker is None else None


def _direct(direct: Direct | None) -> Document | None:
    if direct is None:
        return None
    return {
        "queue": _id(_shared_queue(direct)),
        "worker": _id(direct.worker),
        "ignore_capacity": direct.ignore_capacity,
    }


_WORKER: Final[Converters] = {"activity": _id, "channels": _channels, "open_reservations": list}
_TASK: Final[Converters] = {
    "channel": _id, "declined": _sorted, "direct": _direct, "open_reservations": list, "queue": _id, "reservations": list,
    "workflow": _id,
}  # fmt: skip


def _with_gone(present: Mapping[int, Any], spoken_of: Iterable[Any]) -> list[Any]:
    """The records there are, then those that are gone and still spoken of, by id."""
    gone = {each.id: each for each in spoken_of if each is not None and each.id not in present}
    return [*present.values(), *(gone[number] for number in sorted(gone))]


def _table(kind: type, records: Iterable[Any], converters: Converters | None = None) -> Document:
    columns = _COLUMNS[kind]
    convert = [(columns.index(name), function) for name, function in (converters or {}).items()]
    values = attrgetter(*columns)
    rows = []
    for record in records:
        row = list(values(record))
        for place, function in convert:
            row[place] = function(row[place])
        rows.append(row)
    return {"columns": list(columns), "rows": rows}


def _dump_timers(all_timers: Timers) -> Document:
    return {
        # In this order they fall due where moments are equal.
        "queues": [
            [kind, float(duration), queue._sweep_at, [list(timer) for timer in queue.entries]]
            for (kind, duration), queue in all_timers._queues.items()
        ],
        "targets": [list(timer) for timer in all_timers._targets],
        "targets_sweep_at": all_timers._targets_sweep_at,
        "wake": None if all_timers.wake == math.inf else all_timers.wake,
    }


# --- reading -----------------------------------------------------------------------------------------------------------


def _rows(table: Document) -> Iterable[Document]:
    columns = table["columns"]
    return (dict(zip(columns, row, strict=True)) for row in table["rows"])


def _filled(record: Any, values: Document) -> Any:
    for name, value in values.items():
        setattr(record, name, value)
    return record


class _Loader:
    """Builds one engine, record by record, each after those it speaks of."""

    def __init__(self, document: Document, sids: Sids) -> None:
        self._document = document
        self.engine = engine = Engine(sids, document["engine"]["created"])
        for name, value in document["engine"].items():
            setattr(engine, name, value)
        self._activities = self._all("activities", self._activity)
        self._present(engine.activities, "activities", self._activities)
        engine.default_activity = self._activities[document["default_activity"]]
        engine.timeout_activity = self._activities[document["timeout_activity"]]
        self._present(engine.channels, "channels", self._all("channels", self._channel))
        engine.channel_by_name.update((each.unique_name, each.id) for each in engine.channels.values())
        self._queues = self._all("queues", self._queue)
        self._present(engine.queues, "queues", self._queues)
        self._load_timers(engine._timers)
        self._workflows = self._all("workflows", self._workflow)
        self._present(engine.workflows, "workflows", self._workflows)
        self._workers = self._all("workers", self._worker)
        self._present(engine.workers, "workers", self._workers)
        engine._worker_by_name.update((each.name.lower(), each) for each in engine.workers.values())
        for queue in engine.queues.values():
            engine._recruit(queue)
        self._present(engine.tasks, "tasks", self._all("tasks", self._task))
        self._present(engine.reservations, "reservations", self._all("reservations", self._reservation))
        engine._ended.extend((moment, number) for moment, number in document["ended"])
        self._match(document["matching"])

    def _all(self, kind: str, build: Callable[[Document], Any]) -> dict[int, Any]:
        return {record.id: record for record in map(build, _rows(self._document[kind]))}

    def _present(self, where: dict[int, Any], kind: str, records: Mapping[int, Any]) -> None:
        gone = set(self._document["gone"].get(kind, ()))
        where.clear()
        where.update((number, record) for number, record in records.items() if number not in gone)

    @staticmethod
    def _activity(values: Document) -> Activity:
        activity = Activity(values["id"], values["name"], available=values["available"], now=values["created"])
        return _filled(activity, values)  # type: ignore[no-any-return]  # what it was given

    @staticmethod
    def _channel(values: Document) -> TaskChannel:
        now = values["created"]
        channel = TaskChannel(
            values["id"], values["unique_name"], values["name"], optimized=values["optimized"], now=now
        )
        return _filled(channel, values)  # type: ignore[no-any-return]  # what it was given

    @staticmethod
    def _queue(values: Document) -> TaskQueue:
        text = values["target_workers"]
        expression = parse(text) if text.strip() else None
        return _filled(TaskQueue(values["id"], values["name"], text, expression, values["created"]), values)  # type: ignore[no-any-return]  # what it was given

    def _workflow(self, values: Document) -> Workflow:
        # The queues of a workflow that is gone may be gone too; nothing is routed by it any more.
        gone = values["id"] in self._document["gone"]["workflows"]
        routing = Routing((), None) if gone else self.engine._routing(values["configuration"])
        workflow = Workflow(values["id"], values["name"], values["configuration"], routing, values["created"])
        workflow.reservation_timers = self.engine._timers.lasting(timers.RESERVATION, values["reservation_timeout"])
        return _filled(workflow, values)  # type: ignore[no-any-return]  # what it was given

    def _worker(self, values: Document) -> Worker:
        activity = values["activity"] = self._activities[values["activity"]]
        table = values["channels"]
        values["channels"] = {
            number: _filled(WorkerChannel(each["capacity"], each["created"]), each)
            for number, each in zip(table["of"], _rows(table), strict=True)
        }
        values["open_reservations"] = dict.fromkeys(values["open_reservations"])
        worker = Worker(values["id"], values["name"], values["attributes"], activity, values["created"])
        return _filled(worker, values)  # type: ignore[no-any-return]  # what it was given

    def _task(self, values: Document) -> Task:
        workflow = values["workflow"] = self._workflows[values["workflow"]]
        channel = values["channel"] = self.engine.channels[values["channel"]]
        values["queue"] = None if values["queue"] is None else self._queues[values["queue"]]
        values["declined"] = None if values["declined"] is None else set(values["declined"])
        values["direct"] = self._direct(values)
        values["open_reservations"] = dict.fromkeys(values["open_reservations"])
        task = Task(values["id"], values["attributes"], workflow, channel, values["created"])
        return _filled(task, values)  # type: ignore[no-any-return]  # what it was given

    def _direct(self, values: Document) -> Direct | None:
        direct = values["direct"]
        if direct is None:
            return None
        if direct["worker"] is None:
            return Direct(self._queues[direct["queue"]], None, ignore_capacity=direct["ignore_capacity"])
        worker = self._workers[direct["worker"]]
        return Direct.to_worker(worker, values["created"], ignore_capacity=direct["ignore_capacity"])

    def _reservation(self, values: Document) -> Reservation:
        task = values["task"] = self.engine.tasks[values["task"]]
        worker = values["worker"] = self._workers[values["worker"]]
        reservation = _filled(Reservation(values["id"], task, worker, values["created"]), values)
        for holder in (task, worker):
            if reservation.id in holder.open_reservations:  # in the order in which they were made
                holder.open_reservations[reservation.id] = reservation
        return reservation  # type: ignore[no-any-return]  # what was given

    def _load_timers(self, all_timers: Timers) -> None:
        document = self._document["timers"]
        all_timers._queues.clear()
        for kind, duration, sweep_at, entries in document["queues"]:
            queue = all_timers.lasting(kind, duration)
            queue.entries.extend((moment, whose, stamp) for moment, whose, stamp in entries)
            queue._sweep_at = sweep_at
        all_timers._targets = [(moment, whose, stamp) for moment, whose, stamp in document["targets"]]
        all_timers._targets_sweep_at = document["targets_sweep_at"]
        all_timers.wake = math.inf if document["wake"] is None else document["wake"]
        self.engine._task_ages = all_timers.lasting(timers.TASK_AGE, DAY)
        self.engine._assignment_ages = all_timers.lasting(timers.ASSIGNMENT_AGE, DAY)

    def _match(self, document: Document) -> None:
        """Let those wait that waited, in the order in which they began to."""
        matcher = self.engine._matcher
        matcher.lifo_first = document["lifo_first"]
        for task in sorted((each for each in self.engine.tasks.values() if each.ticket), key=attrgetter("ticket")):
            matcher._tickets = task.ticket - 1
            matcher.wait(task, self._lane(task))
        matcher._tickets = document["tickets"]
        matcher.any_changing = document["any_changing"]

    def _lane(self, task: Task) -> Any:
        if task.direct is not None:
            return self.engine._matcher.lane(task, task.direct.queue, task.direct.target)
        assert task.queue is not None, "a task that waits is in a queue"
        return self.engine._matcher.lane(task, task.queue, task.workflow.routing.target((task.filter, task.target)))
