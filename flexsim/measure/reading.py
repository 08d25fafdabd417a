"""Event logs read back: lines to the same events and names that were written.

Ids are given anew, by order of appearance; times have the three decimals of the log. A million lines take a second and a
half: orjson, and one function for each shape of event, as in ``records``. What is over is forgotten, so that memory does
not grow with the log: a reservation with its last event, a task with its deletion.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple, TypeAlias

import orjson

from flexsim.errors import ConfigurationError
from flexsim.measure.names import Names
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import KIND, NAMES, RESERVATION, TASK, TIME, Event

_Record: TypeAlias = dict[str, Any]
_Reader: TypeAlias = Callable[[_Record], Event]

LATEST: Final = 250_000_000_000.0  # seconds since 1970: the year 9892; calendars end soon after
_NOT_OURS: Final = (ValueError, KeyError, TypeError)  # what a line can raise that is not an event's


class Arrival(NamedTuple):
    """What a task's first line says of it, and ``channel`` as it was changed since; ``contact`` is the contact's id, if any."""

    contact: str | None
    channel: str
    workflow: str
    priority: int


class Keys(dict[str, int]):
    """Numbers by key, given when a key is first asked for; ``by_id`` leads back."""

    __slots__ = ("by_id", "given")

    def __init__(self, by_id: dict[int, str] | None = None) -> None:
        super().__init__()
        self.by_id: dict[int, str] = {} if by_id is None else by_id
        self.given = 0

    def __missing__(self, key: str) -> int:
        if not isinstance(key, str):
            raise TypeError(f"not a text: {key!r}")
        number = self[key] = self.given
        self.by_id[number] = key
        self.given += 1
        return number

    def rename(self, before: str, key: str) -> None:
        """What was known by one key is known by another from now on, with the same number."""
        number = self[before]
        del self[before]
        self[key] = number
        self.by_id[number] = key

    def forget(self, number: int) -> None:
        """Let go of one that will not be asked for again; its number is not given to another."""
        if (key := self.by_id.pop(number, None)) is not None:
            del self[key]


class LogReader:
    """Reads one log, once: iterate ``events(lines)``; everything else fills, and forgets, as that goes on.

    While an event is looked at, ``tasks``, ``workers`` and ``reservations`` lead from its ids to SIDs (``by_id``), and
    ``arrivals`` to what the task's first line said, if the log has it.
    """

    __slots__ = ("_readers", "arrivals", "names", "reservations", "tasks", "workers")

    def __init__(self) -> None:
        self.names = Names()
        self.tasks = Keys()
        self.workers = Keys()
        self.reservations = Keys()
        self.arrivals: dict[int, Arrival] = {}
        named = _Named(self.names)
        self._readers: dict[str, _Reader] = {
            NAMES[kind]: getattr(self, shape)(kind, named) for shape, kinds in _SHAPES.items() for kind in kinds
        }

    def events(self, lines: Iterable[str | bytes]) -> Iterator[Event]:
        """The log's events, in order; raises ConfigurationError naming the line that is not one of a log."""
        loads, readers = orjson.loads, self._readers
        number = 0
        for line in lines:
            number += 1  # noqa: SIM113 -- enumerate would cost every line a tuple, for a number that only an error needs
            try:
                record = loads(line)
                event = readers[record["type"]](record)
                if not 0.0 <= event[TIME] <= LATEST:
                    raise ValueError(f"no time of this world: {event[TIME]}")
            except _NOT_OURS as error:
                text = line.decode("utf-8", "replace") if isinstance(line, bytes) else line
                shown = text.strip()[:80]
                raise ConfigurationError(f"line {number} of the event log is not an event of ours: {shown}") from error
            yield event
            if event[KIND] in _LAST:
                self._forget(event)

    def _forget(self, event: Event) -> None:
        if event[RESERVATION] is not None:
            self.reservations.forget(event[RESERVATION])
        elif event[TASK] is not None:
            self.tasks.forget(event[TASK])
            self.arrivals.pop(event[TASK], None)

    # One reader for each shape of event: takes the kind, gives the function that makes such an event of a record.
    # A time that is not a number raises at the addition.

    def _task(self, kind: int, _: "_Named") -> _Reader:
        tasks = self.tasks
        return lambda record: (record["t"] + 0.0, kind, tasks[record["task"]], None, None, None)

    def _task_updated(self, kind: int, _: "_Named") -> _Reader:
        tasks, arrivals = self.tasks, self.arrivals

        def read(record: _Record) -> Event:
            task = tasks[record["task"]]
            if "channel" in record and task in arrivals:
                arrivals[task] = arrivals[task]._replace(channel=_text(record["channel"]))
            return record["t"] + 0.0, kind, task, None, None, None

        return read

    def _task_created(self, kind: int, _: "_Named") -> _Reader:
        tasks, arrivals = self.tasks, self.arrivals

        def read(record: _Record) -> Event:
            task = tasks[record["task"]]
            contact, priority = record["contact"], int(record["priority"])
            if contact is not None and not isinstance(contact, str):
                contact = orjson.dumps(contact).decode()  # an attribute of the task's, so it may be anything
            arrivals[task] = Arrival(contact, _text(record["channel"]), _text(record["workflow"]), priority)
            return record["t"] + 0.0, kind, task, None, None, priority

        return read

    def _task_reason(self, kind: int, _: "_Named") -> _Reader:
        tasks = self.tasks

        def read(record: _Record) -> Event:
            reason = record["reason"]
            return record["t"] + 0.0, kind, tasks[record["task"]], None, None, None if reason is None else _text(reason)

        return read

    def _task_queue(self, kind: int, named: "_Named") -> _Reader:
        tasks, queues = self.tasks, named.queues
        return lambda record: (record["t"] + 0.0, kind, tasks[record["task"]], None, None, queues[record["queue"]])

    def _task_moved(self, kind: int, named: "_Named") -> _Reader:
        tasks, queues = self.tasks, named.queues
        return lambda record: (
            record["t"] + 0.0, kind, tasks[record["task"]], None, None, (queues[record["from"]], queues[record["queue"]]),
        )  # fmt: skip

    def _task_workflow(self, kind: int, named: "_Named") -> _Reader:
        tasks, workflows = self.tasks, named.workflows
        return lambda record: (
            record["t"] + 0.0,
            kind,
            tasks[record["task"]],
            None,
            None,
            workflows[record["workflow"]],
        )

    def _task_matched(self, kind: int, named: "_Named") -> _Reader:
        tasks, workflows = self.tasks, named.workflows
        return lambda record: (
            record["t"] + 0.0, kind, tasks[record["task"]], None, None,
            (workflows[record["workflow"]], record["filter"], record["target"]),
        )  # fmt: skip

    def _reservation(self, kind: int, _: "_Named") -> _Reader:
        tasks, workers, reservations = self.tasks, self.workers, self.reservations
        return lambda record: (
            record["t"] + 0.0, kind, tasks[record["task"]], workers[record["worker"]], reservations[record["reservation"]],
            None,
        )  # fmt: skip

    def _worker(self, kind: int, _: "_Named") -> _Reader:
        workers = self.workers
        return lambda record: (record["t"] + 0.0, kind, None, workers[record["worker"]], None, None)

    def _worker_created(self, kind: int, named: "_Named") -> _Reader:
        workers, names = self.workers, self.names

        def read(record: _Record) -> Event:
            worker = workers[record["worker"]]
            names.workers[worker] = _text(record["name"])
            names.worker_activity[worker] = named.activities[record["activity"]]
            return record["t"] + 0.0, kind, None, worker, None, None

        return read

    def _worker_activity(self, kind: int, named: "_Named") -> _Reader:
        workers, activities = self.workers, named.activities
        return lambda record: (
            record["t"] + 0.0, kind, None, workers[record["worker"]], None,
            (activities[record["from"]], activities[record["activity"]], record["seconds"] + 0.0),
        )  # fmt: skip

    def _worker_capacity(self, kind: int, named: "_Named") -> _Reader:
        workers, channels = self.workers, named.channels
        return lambda record: (
            record["t"] + 0.0, kind, None, workers[record["worker"]], None, (channels[record["channel"]], record["from"]),
        )  # fmt: skip

    def _worker_channel(self, kind: int, named: "_Named") -> _Reader:
        workers, channels = self.workers, named.channels
        return lambda record: (
            record["t"] + 0.0, kind, None, workers[record["worker"]], None,
            (channels[record["channel"]], not record["available"]),
        )  # fmt: skip

    def _activity(self, kind: int, named: "_Named") -> _Reader:
        available = self.names.available

        def read(record: _Record) -> Event:
            activity = _number(record, "activity", named.activities)
            available[activity] = bool(record["available"])
            return record["t"] + 0.0, kind, None, None, None, activity

        return read

    def _channel(self, kind: int, named: "_Named") -> _Reader:
        return _resource(kind, "channel", named.channels)

    def _queue(self, kind: int, named: "_Named") -> _Reader:
        return _resource(kind, "queue", named.queues)

    def _workflow(self, kind: int, named: "_Named") -> _Reader:
        return _resource(kind, "workflow", named.workflows)

    def _workspace(self, kind: int, _: "_Named") -> _Reader:
        return lambda record: (record["t"] + 0.0, kind, None, None, None, None)


class _Named:
    """Numbers of what goes by name in the log; the names are written into ``names``."""

    __slots__ = ("activities", "channels", "queues", "workflows")

    def __init__(self, names: Names) -> None:
        self.activities = Keys(names.activities)
        self.channels = Keys(names.channels)
        self.queues = Keys(names.queues)
        self.workflows = Keys(names.workflows)


def _resource(kind: int, key: str, numbers: Keys) -> _Reader:
    return lambda record: (record["t"] + 0.0, kind, None, None, None, _number(record, key, numbers))


def _number(record: _Record, key: str, numbers: Keys) -> int:
    """That of the resource the record is about, which may have had another name until now."""
    name = _text(record[key])
    if (before := record.get("from")) is not None and before in numbers and name not in numbers:
        numbers.rename(before, name)
    return numbers[name]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {value!r}")
    return value


_SHAPES: Final[dict[str, tuple[int, ...]]] = {
    "_task": (ev.TASK_DELETED, ev.TASK_SYSTEM_DELETED),
    "_task_updated": (ev.TASK_UPDATED,),
    "_task_created": (ev.TASK_CREATED,),
    "_task_reason": (ev.TASK_CANCELED, ev.TASK_WRAPUP, ev.TASK_COMPLETED),
    "_task_queue": (ev.TASK_QUEUE_ENTERED, ev.TASK_QUEUE_TIMEOUT),
    "_task_moved": (ev.TASK_QUEUE_MOVED,),
    "_task_workflow": (ev.WORKFLOW_ENTERED, ev.WORKFLOW_TIMEOUT, ev.WORKFLOW_SKIPPED),
    "_task_matched": (ev.WORKFLOW_TARGET_MATCHED,),
    "_reservation": tuple(range(ev.RESERVATION_CREATED, ev.RESERVATION_COMPLETED + 1)),
    "_worker": (ev.WORKER_DELETED, ev.WORKER_ATTRIBUTES_UPDATE),
    "_worker_created": (ev.WORKER_CREATED,),
    "_worker_activity": (ev.WORKER_ACTIVITY_UPDATE,),
    "_worker_capacity": (ev.WORKER_CAPACITY_UPDATE,),
    "_worker_channel": (ev.WORKER_CHANNEL_AVAILABILITY_UPDATE,),
    "_activity": (ev.ACTIVITY_CREATED, ev.ACTIVITY_UPDATED, ev.ACTIVITY_DELETED),
    "_channel": (ev.TASK_CHANNEL_CREATED, ev.TASK_CHANNEL_UPDATED, ev.TASK_CHANNEL_DELETED),
    "_queue": (ev.TASK_QUEUE_CREATED, ev.TASK_QUEUE_DELETED, ev.TASK_QUEUE_EXPRESSION_UPDATED),
    "_workflow": (ev.WORKFLOW_CREATED, ev.WORKFLOW_UPDATED, ev.WORKFLOW_DELETED),
    "_workspace": (ev.WORKSPACE_CREATED, ev.WORKSPACE_UPDATED, ev.WORKSPACE_DELETED),
}
_LAST: Final = frozenset(
    {
        ev.TASK_DELETED,
        ev.TASK_SYSTEM_DELETED,
        ev.RESERVATION_REJECTED,
        ev.RESERVATION_TIMEOUT,
        ev.RESERVATION_CANCELED,
        ev.RESERVATION_RESCINDED,
        ev.RESERVATION_COMPLETED,
    }
)
