"""The event log's lines: one JSON object for each event, written and read back.

Every line holds ``seq`` (its position in this log, from 0), ``t`` (UTC seconds, three decimals) and ``type`` (Twilio's
name) first, then only the keys of its type. Tasks, workers and reservations go by SID; queues, activities, channels and
workflows by name. A log begins with the workspace as it stood (``names.opening``), so it can be read without anything else.
Three keys stand only where there is something to say: ``from`` (an activity, queue or workflow had this name until now),
``channel`` of a task that was updated before anybody had accepted it, ``ignore_capacity`` of a task that was sent to a
worker whatever that worker is doing.

What several lines have in common is made once and kept: a moment's text, a task's SID, all that follows the type in the
lines of one reservation or of one queue. A line takes a seventh of the time that ``json.dumps`` would.
"""

import json
import math
from collections.abc import Callable, Iterable
from json.encoder import encode_basestring
from typing import Any, Final, TypeAlias

from flexsim.ids import Sids
from flexsim.measure.names import Names, opening
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import EXTRA, KIND, NAMES, TASK, TIME, WORKER, Event

CONTACT_ATTRIBUTE: Final = "flexsim_contact"

_FIRST_OF_RESOURCES: Final = ev.WORKER_CREATED
_TASK_CREATED: Final = ev.TASK_CREATED
_TASK_UPDATED: Final = ev.TASK_UPDATED
_TYPES: Final = tuple(f',"type":"{name}"' for name in NAMES)
_KEPT: Final = 10_000  # tasks or reservations; then everything is made anew

_Line: TypeAlias = Callable[[Event], str]  # what follows the type
_Tail: TypeAlias = Callable[[Any, Names, "_Quoted"], str]  # what follows the task


class Recorder:
    """Turns one engine's events into lines. Hand events over as each input returns them: the engine forgets old tasks."""

    __slots__ = (
        "_engine", "_former", "_moment", "_moment_text", "_quoted", "_reservations", "_sids", "_tails", "_tasks", "_ways", "_workers", "_writers",
        "names", "sequence",
    )  # fmt: skip

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._former: str | None = None  # the name that the present event's resource had until now
        self._sids = engine.sids
        self._quoted = _Quoted()
        self._tasks = _Keys(engine.sids, "task", "WT")
        self._workers = _Keys(engine.sids, "worker", "WK")
        self._ways: dict[tuple[int, int], str] = {}  # a new task's channel and workflow
        self._reservations: dict[int, str] = {}  # a line from the task on, by reservation: the same for all its events
        self.names = Names()
        self.sequence = 0
        self._moment = math.nan
        self._moment_text = ""
        self._tails = [_Tails(_TAILS.get(kind), self.names, self._quoted) for kind in range(_FIRST_OF_RESOURCES)]
        self._writers: dict[int, _Line] = {kind: getattr(self, writer) for kind, writer in _WRITERS.items()}

    def open(self, now: float) -> tuple[list[Event], list[str]]:
        """The workspace as it stands, as events for the statistics and as the log's first lines."""
        found = opening(self._engine, now)
        return found, self.lines(found)

    def lines(self, events: Iterable[Event]) -> list[str]:
        """One line (with its line end) for each event, in order."""
        found: list[str] = []
        sequence, moment, text = self.sequence, self._moment, self._moment_text
        tasks, reservations, tails, types = self._tasks, self._reservations, self._tails, _TYPES
        for event in events:
            at, kind, task, _, reservation, extra = event
            if at != moment:
                moment, text = at, "%.3f" % at  # noqa: UP031 -- a fifth quicker than an f-string
            if reservation is not None:
                tail = reservations.get(reservation) or self._reservation(event)
                line = f'{{"seq":{sequence},"t":{text}{types[kind]}{tail}'
            elif kind <= _TASK_UPDATED:
                about = self._task_created(event) if kind == _TASK_CREATED else self._task_updated(event)
                line = f'{{"seq":{sequence},"t":{text}{types[kind]}{about}'
            elif kind < _FIRST_OF_RESOURCES:
                line = f'{{"seq":{sequence},"t":{text}{types[kind]}{tasks[task]}{tails[kind][extra]}'  # type: ignore[index]  # a task's event has one
            else:
                line = f'{{"seq":{sequence},"t":{text}{types[kind]}{self._resource(event)}'
            sequence += 1
            found.append(line)
        self.sequence, self._moment, self._moment_text = sequence, moment, text
        return found

    def _forget(self) -> None:
        """What is made for a task is used some ten times within minutes, and never again."""
        self._tasks.clear()
        self._reservations.clear()
        self._ways.clear()
        self._quoted.clear()
        for tails in self._tails:
            tails.clear()

    def _reservation(self, event: Event) -> str:
        _, _, task, worker, reservation, _ = event
        assert task is not None
        assert worker is not None
        assert reservation is not None
        if len(self._reservations) >= _KEPT:
            self._reservations.clear()
        sid = self._sids.sid("WR", reservation)
        tail = f'{self._tasks[task]}{self._workers[worker]},"reservation":"{sid}"}}\n'
        self._reservations[reservation] = tail
        return tail

    def _resource(self, event: Event) -> str:
        """The rest of the line of an event about a worker, or about anything but tasks and reservations."""
        kind = event[KIND]
        self._former = self.names.learn(self._engine, event)
        if kind >= ev.ACTIVITY_CREATED:  # something may have another name now
            self._forget()
        return self._writers[kind](event)

    # One writer for each other shape of event.

    def _task_created(self, event: Event) -> str:
        if len(self._tasks) >= _KEPT:
            self._forget()
        number: Any = event[TASK]
        task, quoted = self._engine.tasks[number], self._quoted
        contact = task.attributes.get(CONTACT_ATTRIBUTE)
        contact = "null" if contact is None else _json(contact)
        channel, workflow = task.channel, task.workflow
        way = self._ways.get((channel.id, workflow.id))
        if way is None:
            way = f',"channel":{quoted[channel.unique_name]},"workflow":{quoted[workflow.name]},"priority":'
            self._ways[channel.id, workflow.id] = way
        more = ',"ignore_capacity":true' if task.direct is not None and task.direct.ignore_capacity else ""
        return f'{self._tasks[number]},"contact":{contact}{way}{task.priority}{more}}}\n'

    def _task_updated(self, event: Event) -> str:
        number: Any = event[TASK]
        task = self._engine.tasks[number]
        waits = task.assigned is None and task.ended is None
        more = f',"channel":{self._quoted[task.channel.unique_name]}' if waits else ""
        return f"{self._tasks[number]}{more}}}\n"

    def _worker(self, event: Event) -> str:
        return self._about_worker(event) + "}\n"

    def _about_worker(self, event: Event) -> str:
        worker: Any = event[WORKER]
        return self._workers[worker]

    def _worker_created(self, event: Event) -> str:
        worker: Any = event[WORKER]
        activity = self._quoted[self.names.activities[self.names.worker_activity[worker]]]
        return f'{self._about_worker(event)},"name":{_json(self.names.workers[worker])},"activity":{activity}}}\n'

    def _worker_activity(self, event: Event) -> str:
        previous, present, seconds = event[EXTRA]
        quoted, names = self._quoted, self.names.activities
        activity, left = quoted[names[present]], quoted[names[previous]]
        return f'{self._about_worker(event)},"activity":{activity},"from":{left},"seconds":{seconds:.3f}}}\n'

    def _worker_capacity(self, event: Event) -> str:
        worker: Any = event[WORKER]
        channel, previous = event[EXTRA]
        capacity = self._engine.workers[worker].channels[channel].capacity
        name = self._quoted[self.names.channels[channel]]
        return f'{self._about_worker(event)},"channel":{name},"capacity":{capacity},"from":{previous}}}\n'

    def _worker_channel_availability(self, event: Event) -> str:
        worker: Any = event[WORKER]
        channel, _ = event[EXTRA]
        available = _json(self._engine.workers[worker].channels[channel].available)
        name = self._quoted[self.names.channels[channel]]
        return f'{self._about_worker(event)},"channel":{name},"available":{available}}}\n'

    def _activity(self, event: Event) -> str:
        name, available = self.names.activities[event[EXTRA]], self.names.available[event[EXTRA]]
        return f',"activity":{_json(name)},"available":{_json(available)}{self._renamed()}}}\n'

    def _channel(self, event: Event) -> str:
        return f',"channel":{_json(self.names.channels[event[EXTRA]])}}}\n'

    def _queue(self, event: Event) -> str:
        return f',"queue":{_json(self.names.queues[event[EXTRA]])}{self._renamed()}}}\n'

    def _workflow(self, event: Event) -> str:
        return f',"workflow":{_json(self.names.workflows[event[EXTRA]])}{self._renamed()}}}\n'

    def _renamed(self) -> str:
        return "" if self._former is None else f',"from":{_json(self._former)}'

    def _workspace(self, _: Event) -> str:
        return "}\n"


def _json(value: object) -> str:
    # json.dumps builds an encoder for every call with ensure_ascii=False: twenty times what a text costs.
    return encode_basestring(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class _Quoted(dict[str | None, str]):
    """Names and reasons as JSON."""

    def __missing__(self, name: str | None) -> str:
        self[name] = text = _json(name)
        return text


class _Keys(dict[int, str]):
    """``,"task":"WT…"`` by id, and the like, made when first asked for."""

    __slots__ = ("_make", "_name", "_prefix")

    def __init__(self, sids: Sids, name: str, prefix: str) -> None:
        super().__init__()
        self._make = sids.sid
        self._name = name
        self._prefix = prefix

    def __missing__(self, number: int) -> str:
        self[number] = key = f',"{self._name}":"{self._make(self._prefix, number)}"'
        return key


# What follows the task in the line of a task's event, from the event's ``extra``.


def _no_more(_: Any, __: Names, ___: "_Quoted") -> str:
    return "}\n"


def _reason(reason: str | None, _: Names, quoted: "_Quoted") -> str:
    return f',"reason":{quoted[reason]}}}\n'


def _in_workflow(workflow: int, names: Names, quoted: "_Quoted") -> str:
    return f',"workflow":{quoted[names.workflows[workflow]]}}}\n'


def _matched(place: tuple[int, int, int], names: Names, quoted: "_Quoted") -> str:
    workflow, route, target = place
    return f',"workflow":{quoted[names.workflows[workflow]]},"filter":{route},"target":{target}}}\n'


def _in_queue(queue: int, names: Names, quoted: "_Quoted") -> str:
    return f',"queue":{quoted[names.queues[queue]]}}}\n'


def _moved(queues: tuple[int, int], names: Names, quoted: "_Quoted") -> str:
    left, entered = queues
    return f',"queue":{quoted[names.queues[entered]]},"from":{quoted[names.queues[left]]}}}\n'


_TAILS: Final[dict[int, _Tail]] = {
    ev.TASK_CANCELED: _reason,
    ev.TASK_WRAPUP: _reason,
    ev.TASK_COMPLETED: _reason,
    ev.TASK_DELETED: _no_more,
    ev.TASK_SYSTEM_DELETED: _no_more,
    ev.WORKFLOW_ENTERED: _in_workflow,
    ev.WORKFLOW_TARGET_MATCHED: _matched,
    ev.WORKFLOW_TIMEOUT: _in_workflow,
    ev.WORKFLOW_SKIPPED: _in_workflow,
    ev.TASK_QUEUE_ENTERED: _in_queue,
    ev.TASK_QUEUE_TIMEOUT: _in_queue,
    ev.TASK_QUEUE_MOVED: _moved,
}
_BY_WRITER: Final[dict[str, tuple[int, ...]]] = {
    "_worker_created": (ev.WORKER_CREATED,),
    "_worker": (ev.WORKER_DELETED, ev.WORKER_ATTRIBUTES_UPDATE),
    "_worker_activity": (ev.WORKER_ACTIVITY_UPDATE,),
    "_worker_capacity": (ev.WORKER_CAPACITY_UPDATE,),
    "_worker_channel_availability": (ev.WORKER_CHANNEL_AVAILABILITY_UPDATE,),
    "_activity": (ev.ACTIVITY_CREATED, ev.ACTIVITY_UPDATED, ev.ACTIVITY_DELETED),
    "_channel": (ev.TASK_CHANNEL_CREATED, ev.TASK_CHANNEL_UPDATED, ev.TASK_CHANNEL_DELETED),
    "_queue": (ev.TASK_QUEUE_CREATED, ev.TASK_QUEUE_DELETED, ev.TASK_QUEUE_EXPRESSION_UPDATED),
    "_workflow": (ev.WORKFLOW_CREATED, ev.WORKFLOW_UPDATED, ev.WORKFLOW_DELETED),
    "_workspace": (ev.WORKSPACE_CREATED, ev.WORKSPACE_UPDATED, ev.WORKSPACE_DELETED),
}
_WRITERS: Final = {kind: writer for writer, kinds in _BY_WRITER.items() for kind in kinds}


class _Tails(dict[Any, str]):
    """The ends of one kind's lines by ``extra``, made when first asked for."""

    __slots__ = ("_make", "_names", "_quoted")

    def __init__(self, make: _Tail | None, names: Names, quoted: "_Quoted") -> None:
        super().__init__()
        self._make = make or _no_more
        self._names = names
        self._quoted = quoted

    def __missing__(self, extra: Any) -> str:
        self[extra] = text = self._make(extra, self._names, self._quoted)
        return text


_OF_TASK: Final = ("task",)
_OF_RESERVATION: Final = ("task", "worker", "reservation")
_OF_WORKER: Final = ("worker",)
# The keys that a line has at least, after ``seq``, ``t`` and ``type``.
_SHAPES: Final[dict[tuple[str, ...], tuple[int, ...]]] = {
    (*_OF_TASK, "contact", "channel", "workflow", "priority"): (ev.TASK_CREATED,),
    _OF_TASK: (ev.TASK_UPDATED, ev.TASK_DELETED, ev.TASK_SYSTEM_DELETED),
    (*_OF_TASK, "reason"): (ev.TASK_CANCELED, ev.TASK_WRAPUP, ev.TASK_COMPLETED),
    (*_OF_TASK, "workflow"): (ev.WORKFLOW_ENTERED, ev.WORKFLOW_TIMEOUT, ev.WORKFLOW_SKIPPED),
    (*_OF_TASK, "workflow", "filter", "target"): (ev.WORKFLOW_TARGET_MATCHED,),
    (*_OF_TASK, "queue"): (ev.TASK_QUEUE_ENTERED, ev.TASK_QUEUE_TIMEOUT),
    (*_OF_TASK, "queue", "from"): (ev.TASK_QUEUE_MOVED,),
    _OF_RESERVATION: tuple(range(ev.RESERVATION_CREATED, ev.RESERVATION_COMPLETED + 1)),
    (*_OF_WORKER, "name", "activity"): (ev.WORKER_CREATED,),
    _OF_WORKER: (ev.WORKER_DELETED, ev.WORKER_ATTRIBUTES_UPDATE),
    (*_OF_WORKER, "activity", "from", "seconds"): (ev.WORKER_ACTIVITY_UPDATE,),
    (*_OF_WORKER, "channel", "capacity", "from"): (ev.WORKER_CAPACITY_UPDATE,),
    (*_OF_WORKER, "channel", "available"): (ev.WORKER_CHANNEL_AVAILABILITY_UPDATE,),
    ("activity", "available"): (ev.ACTIVITY_CREATED, ev.ACTIVITY_UPDATED, ev.ACTIVITY_DELETED),
    ("channel",): (ev.TASK_CHANNEL_CREATED, ev.TASK_CHANNEL_UPDATED, ev.TASK_CHANNEL_DELETED),
    ("queue",): (ev.TASK_QUEUE_CREATED, ev.TASK_QUEUE_DELETED, ev.TASK_QUEUE_EXPRESSION_UPDATED),
    ("workflow",): (ev.WORKFLOW_CREATED, ev.WORKFLOW_UPDATED, ev.WORKFLOW_DELETED),
    (): (ev.WORKSPACE_CREATED, ev.WORKSPACE_UPDATED, ev.WORKSPACE_DELETED),
}
KEYS: Final = {NAMES[kind]: ("seq", "t", "type", *keys) for keys, kinds in _SHAPES.items() for kind in kinds}


def logged(events: Iterable[Event]) -> list[Event]:
    """The events as the log tells them, to the millisecond: figures counted from these can be counted again from the log."""
    return [(round(event[TIME], 3), *event[1:]) for event in events]
