"""The event log's lines: one JSON object for each event, written and read back.

Every line holds ``seq`` (its position in this log, from 0), ``t`` (UTC seconds, three decimals) and ``type`` (Twilio's
name) first, then only the keys of its type. Tasks, workers and reservations go by SID; queues, activities, channels and
workflows by name. A log begins with the workspace as it stood (``names.opening``), so it can be read without anything else.

Lines are made by one ``%``-template for each type, and SIDs and quoted names are kept: a fourth of the time that
``json.dumps`` takes.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from flexsim.ids import Sids
from flexsim.measure.names import Names, opening
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import EXTRA, KIND, NAMES, RESERVATION, TASK, TIME, WORKER, Event

CONTACT_ATTRIBUTE: Final = "flexsim_contact"

_FIRST_OF_RESOURCES: Final = ev.WORKER_CREATED
_KEPT: Final = 50_000  # SIDs, or names; then they are made anew

_Line: TypeAlias = Callable[[int, Event], str]  # of the event with this sequence number


class Recorder:
    """Turns one engine's events into lines. Hand events over as each input returns them: the engine forgets old tasks."""

    __slots__ = ("_engine", "_quoted", "_reservations", "_tasks", "_workers", "_writers", "names", "sequence")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._quoted = _Quoted()
        self._tasks = _Sids(engine.sids, "WT")
        self._workers = _Sids(engine.sids, "WK")
        self._reservations = _Sids(engine.sids, "WR")
        self.names = Names()
        self.sequence = 0
        self._writers: list[_Line] = [getattr(self, writer)(template) for template, writer in _WRITERS]

    def open(self, now: float) -> tuple[list[Event], list[str]]:
        """The workspace as it stands, as events for the statistics and as the log's first lines."""
        found = opening(self._engine, now)
        return found, self.lines(found)

    def lines(self, events: Iterable[Event]) -> list[str]:
        """One line (with its line end) for each event, in order."""
        found: list[str] = []
        for event in events:
            if event[KIND] >= _FIRST_OF_RESOURCES:
                self.names.learn(self._engine, event)
            found.append(self._writers[event[KIND]](self.sequence, event))
            self.sequence += 1
        if max(len(self._tasks), len(self._quoted)) > _KEPT:
            for kept in (self._tasks, self._reservations, self._quoted):
                kept.clear()
        return found

    # One writer for each shape of event: takes the template, gives the function that fills it.

    def _task(self, template: str) -> _Line:
        tasks: Any = self._tasks
        return lambda sequence, event: template % (sequence, event[TIME], tasks[event[TASK]])

    def _task_reason(self, template: str) -> _Line:
        tasks: Any = self._tasks
        quoted = self._quoted
        return lambda sequence, event: template % (sequence, event[TIME], tasks[event[TASK]], quoted[event[EXTRA]])

    def _task_created(self, template: str) -> _Line:
        tasks: Any = self._engine.tasks
        sids, quoted = self._tasks, self._quoted

        def write(sequence: int, event: Event) -> str:
            task = tasks[event[TASK]]
            contact = _json(task.attributes.get(CONTACT_ATTRIBUTE))
            channel, workflow = quoted[task.channel.unique_name], quoted[task.workflow.name]
            return template % (sequence, event[TIME], sids[task.id], contact, channel, workflow, task.priority)

        return write

    def _task_workflow(self, template: str) -> _Line:
        return self._task_in(template, self.names.workflows)

    def _task_queue(self, template: str) -> _Line:
        return self._task_in(template, self.names.queues)

    def _task_in(self, template: str, names: dict[int, str]) -> _Line:
        tasks: Any = self._tasks
        quoted = self._quoted
        return lambda sequence, event: template % (
            sequence, event[TIME], tasks[event[TASK]], quoted[names[event[EXTRA]]],
        )  # fmt: skip

    def _task_matched(self, template: str) -> _Line:
        tasks: Any = self._tasks
        quoted, names = self._quoted, self.names.workflows

        def write(sequence: int, event: Event) -> str:
            workflow, route, target = event[EXTRA]
            return template % (sequence, event[TIME], tasks[event[TASK]], quoted[names[workflow]], route, target)

        return write

    def _task_moved(self, template: str) -> _Line:
        tasks: Any = self._tasks
        quoted, names = self._quoted, self.names.queues

        def write(sequence: int, event: Event) -> str:
            left, entered = event[EXTRA]
            queues = quoted[names[entered]], quoted[names[left]]
            return template % (sequence, event[TIME], tasks[event[TASK]], *queues)

        return write

    def _reservation(self, template: str) -> _Line:
        tasks: Any = self._tasks
        workers: Any = self._workers
        reservations: Any = self._reservations
        return lambda sequence, event: template % (
            sequence, event[TIME], tasks[event[TASK]], workers[event[WORKER]], reservations[event[RESERVATION]],
        )  # fmt: skip

    def _worker(self, template: str) -> _Line:
        workers: Any = self._workers
        return lambda sequence, event: template % (sequence, event[TIME], workers[event[WORKER]])

    def _worker_created(self, template: str) -> _Line:
        def write(sequence: int, event: Event) -> str:
            worker: Any = event[WORKER]
            activity = self.names.activities[self.names.worker_activity[worker]]
            name = _json(self.names.workers[worker])
            return template % (sequence, event[TIME], self._workers[worker], name, self._quoted[activity])

        return write

    def _worker_activity(self, template: str) -> _Line:
        workers: Any = self._workers
        quoted, names = self._quoted, self.names.activities

        def write(sequence: int, event: Event) -> str:
            previous, present, seconds = event[EXTRA]
            activities = quoted[names[present]], quoted[names[previous]]
            return template % (sequence, event[TIME], workers[event[WORKER]], *activities, seconds)

        return write

    def _worker_capacity(self, template: str) -> _Line:
        def write(sequence: int, event: Event) -> str:
            worker: Any = event[WORKER]
            channel, previous = event[EXTRA]
            capacity = self._engine.workers[worker].channels[channel].capacity
            name = self._quoted[self.names.channels[channel]]
            return template % (sequence, event[TIME], self._workers[worker], name, capacity, previous)

        return write

    def _worker_channel_availability(self, template: str) -> _Line:
        def write(sequence: int, event: Event) -> str:
            worker: Any = event[WORKER]
            channel, _ = event[EXTRA]
            available = _json(self._engine.workers[worker].channels[channel].available)
            name = self._quoted[self.names.channels[channel]]
            return template % (sequence, event[TIME], self._workers[worker], name, available)

        return write

    def _activity(self, template: str) -> _Line:
        names, available = self.names.activities, self.names.available
        return lambda sequence, event: template % (
            sequence, event[TIME], _json(names[event[EXTRA]]), _json(available[event[EXTRA]]),
        )  # fmt: skip

    def _channel(self, template: str) -> _Line:
        return self._named(template, self.names.channels)

    def _queue(self, template: str) -> _Line:
        return self._named(template, self.names.queues)

    def _workflow(self, template: str) -> _Line:
        return self._named(template, self.names.workflows)

    def _named(self, template: str, names: dict[int, str]) -> _Line:
        return lambda sequence, event: template % (sequence, event[TIME], _json(names[event[EXTRA]]))

    def _nothing(self, template: str) -> _Line:
        return lambda sequence, event: template % (sequence, event[TIME])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


class _Quoted(dict[str | None, str]):
    """Names and reasons as JSON."""

    def __missing__(self, name: str | None) -> str:
        self[name] = text = _json(name)
        return text


class _Sids(dict[int, str]):
    """SIDs by id, made when first asked for."""

    __slots__ = ("_prefix", "_sids")

    def __init__(self, sids: Sids, prefix: str) -> None:
        super().__init__()
        self._sids = sids
        self._prefix = prefix

    def __missing__(self, number: int) -> str:
        self[number] = sid = self._sids.sid(self._prefix, number)
        return sid


def _template(kind: int, keys: str) -> str:
    return f'{{"seq":%d,"t":%.3f,"type":"{NAMES[kind]}"{keys}}}\n'


_TASK: Final = ',"task":"%s"'
_WORKER: Final = ',"worker":"%s"'
# The keys of an event, the method that gives their values, and the kinds that have them.
_SHAPES: Final[dict[tuple[str, str], tuple[int, ...]]] = {
    (_TASK + ',"contact":%s,"channel":%s,"workflow":%s,"priority":%d', "_task_created"): (ev.TASK_CREATED,),
    (_TASK, "_task"): (ev.TASK_UPDATED, ev.TASK_DELETED, ev.TASK_SYSTEM_DELETED),
    (_TASK + ',"reason":%s', "_task_reason"): (ev.TASK_CANCELED, ev.TASK_WRAPUP, ev.TASK_COMPLETED),
    (_TASK + ',"workflow":%s', "_task_workflow"): (ev.WORKFLOW_ENTERED, ev.WORKFLOW_TIMEOUT, ev.WORKFLOW_SKIPPED),
    (_TASK + ',"workflow":%s,"filter":%d,"target":%d', "_task_matched"): (ev.WORKFLOW_TARGET_MATCHED,),
    (_TASK + ',"queue":%s', "_task_queue"): (ev.TASK_QUEUE_ENTERED, ev.TASK_QUEUE_TIMEOUT),
    (_TASK + ',"queue":%s,"from":%s', "_task_moved"): (ev.TASK_QUEUE_MOVED,),
    (_TASK + _WORKER + ',"reservation":"%s"', "_reservation"): (
        ev.RESERVATION_CREATED, ev.RESERVATION_ACCEPTED, ev.RESERVATION_REJECTED, ev.RESERVATION_TIMEOUT,
        ev.RESERVATION_CANCELED, ev.RESERVATION_RESCINDED, ev.RESERVATION_WRAPUP, ev.RESERVATION_COMPLETED,
    ),
    (_WORKER + ',"name":%s,"activity":%s', "_worker_created"): (ev.WORKER_CREATED,),
    (_WORKER, "_worker"): (ev.WORKER_DELETED, ev.WORKER_ATTRIBUTES_UPDATE),
    (_WORKER + ',"activity":%s,"from":%s,"seconds":%.3f', "_worker_activity"): (ev.WORKER_ACTIVITY_UPDATE,),
    (_WORKER + ',"channel":%s,"capacity":%d,"from":%d', "_worker_capacity"): (ev.WORKER_CAPACITY_UPDATE,),
    (_WORKER + ',"channel":%s,"available":%s', "_worker_channel_availability"): (
        ev.WORKER_CHANNEL_AVAILABILITY_UPDATE,
    ),
    (',"activity":%s,"available":%s', "_activity"): (
        ev.ACTIVITY_CREATED, ev.ACTIVITY_UPDATED, ev.ACTIVITY_DELETED,
    ),
    (',"channel":%s', "_channel"): (
        ev.TASK_CHANNEL_CREATED, ev.TASK_CHANNEL_UPDATED, ev.TASK_CHANNEL_DELETED,
    ),
    (',"queue":%s', "_queue"): (
        ev.TASK_QUEUE_CREATED, ev.TASK_QUEUE_DELETED, ev.TASK_QUEUE_EXPRESSION_UPDATED,
    ),
    (',"workflow":%s', "_workflow"): (ev.WORKFLOW_CREATED, ev.WORKFLOW_UPDATED, ev.WORKFLOW_DELETED),
    ("", "_nothing"): (ev.WORKSPACE_CREATED, ev.WORKSPACE_UPDATED, ev.WORKSPACE_DELETED),
}  # fmt: skip
_BY_KIND: Final = {kind: (_template(kind, keys), values) for (keys, values), kinds in _SHAPES.items() for kind in kinds}
_WRITERS: Final = tuple(_BY_KIND[kind] for kind in range(len(NAMES)))
