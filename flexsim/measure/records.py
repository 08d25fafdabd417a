"""The event log's lines: one JSON object for each event, written and read back.

Every line holds ``seq`` (its position in this log, from 0), ``t`` (UTC seconds, three decimals) and ``type`` (Twilio's
name) first, then only the keys of its type. Tasks, workers and reservations go by SID; queues, activities, channels and
workflows by name. A log begins with the workspace as it stood (``names.opening``), so it can be read without anything else.

Lines are made by one ``%``-template for each type: a fourth of the time that ``json.dumps`` takes.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from flexsim.measure.names import Names, opening
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import EXTRA, KIND, NAMES, RESERVATION, TASK, TIME, WORKER, Event

CONTACT_ATTRIBUTE: Final = "flexsim_contact"

_FIRST_OF_RESOURCES: Final = ev.WORKER_CREATED


class Recorder:
    """Turns one engine's events into lines. Hand events over as each input returns them: the engine forgets old tasks."""

    __slots__ = ("_engine", "_sid", "_writers", "names", "sequence")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sid = engine.sids.sid
        self.names = Names()
        self.sequence = 0
        self._writers: list[tuple[str, Callable[[Event], tuple[Any, ...]]]] = [
            (template, getattr(self, values)) for template, values in _WRITERS
        ]

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
            template, values = self._writers[event[KIND]]
            found.append(template % (self.sequence, event[TIME], *values(event)))
            self.sequence += 1
        return found

    # What goes into the templates, by shape of event.

    def _task(self, event: Event) -> tuple[Any, ...]:
        return (self._sid("WT", event[TASK]),)  # type: ignore[arg-type]  # an event of this kind has a task

    def _task_reason(self, event: Event) -> tuple[Any, ...]:
        return (*self._task(event), _quoted(event[EXTRA]))

    def _task_created(self, event: Event) -> tuple[Any, ...]:
        task = self._engine.tasks[event[TASK]]  # type: ignore[index]  # an event of this kind has a task
        return (
            self._sid("WT", task.id),
            _quoted(task.attributes.get(CONTACT_ATTRIBUTE)),
            _quoted(task.channel.unique_name),
            _quoted(task.workflow.name),
            task.priority,
        )

    def _task_workflow(self, event: Event) -> tuple[Any, ...]:
        return (*self._task(event), _quoted(self.names.workflows[event[EXTRA]]))

    def _task_matched(self, event: Event) -> tuple[Any, ...]:
        workflow, route, target = event[EXTRA]
        return (*self._task(event), _quoted(self.names.workflows[workflow]), route, target)

    def _task_queue(self, event: Event) -> tuple[Any, ...]:
        return (*self._task(event), _quoted(self.names.queues[event[EXTRA]]))

    def _task_moved(self, event: Event) -> tuple[Any, ...]:
        left, entered = event[EXTRA]
        return (*self._task(event), _quoted(self.names.queues[entered]), _quoted(self.names.queues[left]))

    def _reservation(self, event: Event) -> tuple[Any, ...]:
        sid = self._sid
        return sid("WT", event[TASK]), sid("WK", event[WORKER]), sid("WR", event[RESERVATION])  # type: ignore[arg-type]  # all three are there

    def _worker(self, event: Event) -> tuple[Any, ...]:
        return (self._sid("WK", event[WORKER]),)  # type: ignore[arg-type]  # an event of this kind has a worker

    def _worker_created(self, event: Event) -> tuple[Any, ...]:
        worker: Any = event[WORKER]
        activity = self.names.activities[self.names.worker_activity[worker]]
        return (*self._worker(event), _quoted(self.names.workers[worker]), _quoted(activity))

    def _worker_activity(self, event: Event) -> tuple[Any, ...]:
        previous, present, seconds = event[EXTRA]
        names = self.names.activities
        return (*self._worker(event), _quoted(names[present]), _quoted(names[previous]), seconds)

    def _worker_capacity(self, event: Event) -> tuple[Any, ...]:
        channel, previous = event[EXTRA]
        capacity = self._worker_channel(event, channel).capacity
        return (*self._worker(event), _quoted(self.names.channels[channel]), capacity, previous)

    def _worker_channel_availability(self, event: Event) -> tuple[Any, ...]:
        channel, _ = event[EXTRA]
        available = self._worker_channel(event, channel).available
        return (*self._worker(event), _quoted(self.names.channels[channel]), json.dumps(available))

    def _worker_channel(self, event: Event, channel: int) -> Any:
        return self._engine.workers[event[WORKER]].channels[channel]  # type: ignore[index]  # an event of this kind has a worker

    def _activity(self, event: Event) -> tuple[Any, ...]:
        return _quoted(self.names.activities[event[EXTRA]]), json.dumps(self.names.available[event[EXTRA]])

    def _channel(self, event: Event) -> tuple[Any, ...]:
        return (_quoted(self.names.channels[event[EXTRA]]),)

    def _queue(self, event: Event) -> tuple[Any, ...]:
        return (_quoted(self.names.queues[event[EXTRA]]),)

    def _workflow(self, event: Event) -> tuple[Any, ...]:
        return (_quoted(self.names.workflows[event[EXTRA]]),)

    def _nothing(self, _event: Event) -> tuple[Any, ...]:
        return ()


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


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
