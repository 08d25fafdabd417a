"""An event as Twilio writes it: flat, with the fields of its event schema in snake case ("TaskRouter Events reference").

``fields`` gives typed values, as Event Streams carries them; ``as_text`` makes the strings of event callbacks and of the
Events resource of them. What TaskRouter cannot know here (add-ons, transfers, reason codes) is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from flexsim.measure.event_facts import ChannelFacts, MatchFacts, Moment, QueueFacts, TaskFacts, WorkerChannelFacts
from flexsim.measure.instants import milliseconds
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import EXTRA, KIND, NAMES, RESERVATION, TASK, TIME, WORKER


class Date(float):
    """UTC seconds; callbacks write whole seconds, Event Streams ISO 8601."""

    __slots__ = ()


Value: TypeAlias = str | int | Date
Fields: TypeAlias = dict[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose event it is: ``sid`` makes the SIDs of the workspace's things."""

    account_sid: str
    workspace_sid: str
    sid: Callable[[str, int], str]

    @property
    def operating_unit_sid(self) -> str:
        """Twilio puts every workspace into one; ours is made up."""
        return self.sid("OU", 0)


def as_text(value: Value) -> str:
    """The value as callbacks and the Events resource have it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value))


def resource(moment: Moment, whose: Whose) -> tuple[str, str]:
    """The type and the SID of what the event is most about."""
    event = moment.event
    kind, extra = event[KIND], event[EXTRA]
    if event[RESERVATION] is not None:
        return "reservation", whose.sid("WR", event[RESERVATION])
    if ev.TASK_QUEUE_ENTERED <= kind <= ev.TASK_QUEUE_MOVED:
        return "taskqueue", whose.sid("WQ", extra[1] if isinstance(extra, tuple) else extra)
    if ev.WORKFLOW_ENTERED <= kind <= ev.WORKFLOW_SKIPPED:
        return "workflow", whose.sid("WW", extra[0] if isinstance(extra, tuple) else extra)
    if event[TASK] is not None:
        return "task", whose.sid("WT", event[TASK])
    if event[WORKER] is not None:
        return "worker", whose.sid("WK", event[WORKER])
    if kind >= ev.WORKSPACE_CREATED:
        return "workspace", whose.workspace_sid
    return next((name, whose.sid(prefix, extra)) for name, prefix, last in _RANGES if kind <= last)


def description(moment: Moment, whose: Whose) -> str:
    """The three texts that have been seen, and in their manner for the others."""
    kind = moment.event[KIND]
    sid = resource(moment, whose)[1]
    if kind == ev.WORKER_ACTIVITY_UPDATE and moment.worker:
        return f"Worker {moment.worker.name} updated to {moment.worker.activity.name} Activity"
    if kind == ev.RESERVATION_ACCEPTED and moment.task and moment.worker:
        task = whose.sid("WT", moment.task.root.id)
        return f"Task {task} assigned to Worker {moment.worker.name} with Reservation {sid}"
    if kind == ev.TASK_QUEUE_EXPRESSION_UPDATED and moment.queue:
        return f"TaskQueue {sid} expression updated to '{moment.queue.expression}'"
    subject, _, happened = NAMES[kind].partition(".")
    return f"{_SUBJECTS.get(subject, subject.capitalize())} {sid} {happened.replace('.', ' ')}"


def fields(moment: Moment, whose: Whose) -> Fields:
    """Everything about the event but its type, its time and whose it is."""
    found: Fields = {}
    if moment.task is not None:
        found |= _task(moment, moment.task, whose)
    elif moment.event[KIND] in _OF_QUEUES and moment.queue is not None:
        found |= _whole_queue(moment.queue, whose)
    if moment.workflow is not None:
        found |= {"workflow_sid": whose.sid("WW", moment.workflow.id), "workflow_name": moment.workflow.name}
    if moment.reservation is not None:
        found |= _reservation(moment, whose)
    if moment.worker is not None:
        found |= _worker(moment, whose)
    found |= _own(moment, whose)
    if moment.worker is not None or moment.event[KIND] == ev.TASK_QUEUE_CREATED:
        found["operating_unit_sid"] = whose.operating_unit_sid
    return found


# --- parts -------------------------------------------------------------------------------------------------------------


def _task(moment: Moment, task: TaskFacts, whose: Whose) -> Fields:
    root, now = task.root, moment.event[TIME]
    reason = task.reason or ""
    found: Fields = {
        "task_sid": whose.sid("WT", root.id),
        "task_attributes": task.attributes,
        # It stops when the task ends; an update after that shows it as it was then.
        "task_age": int((now if task.ended is None else task.ended) - root.created),
        "task_priority": task.priority,
        "task_assignment_status": task.status,
        "task_canceled_reason": reason if task.status == "canceled" else "",
        "task_completed_reason": reason if task.status == "completed" else "",
        "task_version": task.version,
        "task_timeout": root.timeout,
        "task_date_created": Date(root.created),
        "task_virtual_start_time": Date(task.virtual_start),
        "virtual_start_time": Date(task.virtual_start),
        "task_ignore_capacity": root.ignore_capacity,
        "task_channel_sid": whose.sid("TC", task.channel.id),
        "task_channel_unique_name": task.channel.unique_name,
        "task_channel_name": task.channel.name,
    }
    if reason:
        found["reason"] = reason
    target = _routing_target(task, whose)
    if target:
        found["task_routing_target"] = target
    queue = moment.queue
    if queue is not None:
        found |= {
            "task_queue_sid": whose.sid("WQ", queue.id),
            "task_queue_name": queue.name,
            "task_queue_target_expression": queue.expression,
        }
    if task.queue_entered is not None:
        found["task_queue_entered_date"] = Date(task.queue_entered)
        found["task_age_in_queue"] = int((now if task.ended is None else task.ended) - task.queue_entered)
    return found | _place(task)


def _routing_target(task: TaskFacts, whose: Whose) -> str:
    if task.root.worker is not None:
        return whose.sid("WK", task.root.worker)
    return "" if task.root.queue is None else whose.sid("WQ", task.root.queue)


def _place(task: TaskFacts) -> Fields:
    if task.place is None:
        return {}
    place = {
        "workflow_filter_name": task.place.filter_name,
        "workflow_filter_expression": task.place.filter_expression,
        "workflow_filter_target_expression": task.place.target_expression,
    }
    return {name: text for name, text in place.items() if text}


def _whole_queue(queue: QueueFacts, whose: Whose) -> Fields:
    return {
        "task_queue_sid": whose.sid("WQ", queue.id),
        "task_queue_name": queue.name,
        "task_queue_target_expression": queue.expression,
        "task_order": "LIFO" if queue.lifo else "FIFO",
        "task_queue_max_reserved_workers": queue.max_reserved_workers,
    }


def _reservation(moment: Moment, whose: Whose) -> Fields:
    assert moment.reservation is not None
    found: Fields = {
        "reservation_sid": whose.sid("WR", moment.reservation.id),
        "reservation_status": moment.reservation.status,
        "reservation_version": moment.reservation.version,
    }
    if moment.workflow is not None:
        found["reservation_timeout"] = moment.workflow.reservation_timeout
    return found


def _worker(moment: Moment, whose: Whose) -> Fields:
    worker = moment.worker
    assert worker is not None
    found: Fields = {
        "worker_sid": whose.sid("WK", worker.id),
        "worker_name": worker.name,
        "worker_attributes": worker.attributes,
        "worker_activity_sid": whose.sid("WA", worker.activity.id),
        "worker_activity_name": worker.activity.name,
        "worker_available": worker.activity.available,
        "worker_version": worker.version,
        "worker_date_created": Date(worker.created),
        "worker_last_status_change": Date(worker.status_changed),
    }
    if worker.updated is not None:
        found["worker_date_updated"] = Date(worker.updated)
    return found


def _own(moment: Moment, whose: Whose) -> Fields:
    """What only this kind of event has."""
    kind, more = moment.event[KIND], moment.more
    if kind == ev.WORKER_ACTIVITY_UPDATE:
        return _previous_activity(moment, whose)
    if isinstance(more, WorkerChannelFacts):
        return _worker_channel(more, whose)
    if isinstance(more, ChannelFacts):
        return _channel(more, whose) | {"task_channel_optimized_routing": more.optimized}
    if isinstance(more, MatchFacts):
        return _match(more)
    if isinstance(more, QueueFacts):
        return {"previous_task_queue_sid": whose.sid("WQ", more.id), "previous_task_queue_name": more.name}
    if more is None:
        return {}
    return {
        "activity_sid": whose.sid("WA", more.id),
        "activity_name": more.name,
        "activity_available": more.available,
    }


def _previous_activity(moment: Moment, whose: Whose) -> Fields:
    seconds = moment.event[EXTRA][2]
    return {
        "worker_time_in_previous_activity": int(seconds),
        "worker_time_in_previous_activity_ms": milliseconds(seconds),
        "worker_previous_activity_sid": whose.sid("WA", moment.more.id),
        "worker_previous_activity_name": moment.more.name,
    }


def _worker_channel(on: WorkerChannelFacts, whose: Whose) -> Fields:
    room = max(0, (on.capacity - on.load) * 100 // on.capacity) if on.capacity else 0
    found: Fields = {
        **_channel(on.channel, whose),
        "worker_channel_available": on.available,
        "worker_channel_available_capacity": room,
        "worker_channel_capacity": on.capacity,
        "worker_channel_previous_capacity": on.previous_capacity,
        "worker_channel_consumed_capacity": 100 - room if on.capacity else 0,
        "worker_channel_task_count": on.assigned,
    }
    if on.last_reserved is not None:
        found["worker_channel_last_reserved_date"] = Date(on.last_reserved)
    return found


def _channel(channel: ChannelFacts, whose: Whose) -> Fields:
    return {
        "task_channel_sid": whose.sid("TC", channel.id),
        "task_channel_name": channel.name,
        "task_channel_unique_name": channel.unique_name,
    }


def _match(match: MatchFacts) -> Fields:
    found: dict[str, Any] = {"previous_task_priority": match.previous_priority, "known_worker_sid": match.known_worker}
    return {name: value for name, value in found.items() if value is not None}


_OF_QUEUES: Final = frozenset({ev.TASK_QUEUE_CREATED, ev.TASK_QUEUE_DELETED, ev.TASK_QUEUE_EXPRESSION_UPDATED})
_SUBJECTS: Final = {"task-queue": "TaskQueue", "task-channel": "TaskChannel"}
# ResourceType, prefix, and the last kind of the events about the workspace's own things.
_RANGES: Final = (
    ("activity", "WA", ev.ACTIVITY_DELETED),
    ("taskchannel", "TC", ev.TASK_CHANNEL_DELETED),
    ("taskqueue", "WQ", ev.TASK_QUEUE_EXPRESSION_UPDATED),
    ("workflow", "WW", ev.WORKFLOW_DELETED),
)
