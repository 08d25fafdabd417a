"""Events as the form parameters of Twilio's event callbacks ("TaskRouter Events reference"): CamelCase, all strings.

What an event speaks of may be gone by the time it is told (a deleted worker, a task purged in one long step), so the
records are remembered here until their last event has been told.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from flexsim.emulator.host import Happening, Workspace
from flexsim.emulator.rendering import age, attributes_text
from flexsim.taskrouter import events
from flexsim.taskrouter.events import EXTRA, KIND, NAMES, RESERVATION, TASK, TIME, WORKER, Event
from flexsim.taskrouter.resources import Activity, Task, TaskChannel, TaskQueue, Worker, Workflow

Form: TypeAlias = dict[str, str]

# A task's status when the event happened; the task may have moved on within the same input.
_STATUS: Final = {
    events.TASK_CREATED: "pending",
    events.WORKFLOW_ENTERED: "pending",
    events.WORKFLOW_TARGET_MATCHED: "pending",
    events.TASK_QUEUE_ENTERED: "pending",
    events.TASK_QUEUE_MOVED: "pending",
    events.TASK_QUEUE_TIMEOUT: "pending",
    events.WORKFLOW_TIMEOUT: "pending",
    events.WORKFLOW_SKIPPED: "pending",
    events.RESERVATION_CREATED: "reserved",
    events.RESERVATION_ACCEPTED: "assigned",
    events.RESERVATION_RESCINDED: "assigned",
    events.TASK_WRAPUP: "wrapping",
    events.RESERVATION_WRAPUP: "wrapping",
    events.TASK_COMPLETED: "completed",
    events.RESERVATION_COMPLETED: "completed",
    events.TASK_CANCELED: "canceled",
}
_OF_WORKERS: Final = frozenset(range(events.WORKER_CREATED, events.WORKER_CHANNEL_AVAILABILITY_UPDATE + 1))
_OF_RESERVATIONS: Final = frozenset(range(events.RESERVATION_CREATED, events.RESERVATION_COMPLETED + 1))
_OF_CHANNEL_CHANGES: Final = frozenset({events.WORKER_CAPACITY_UPDATE, events.WORKER_CHANNEL_AVAILABILITY_UPDATE})
_TASK_ENDS: Final = frozenset(
    {events.TASK_COMPLETED, events.TASK_CANCELED, events.TASK_DELETED, events.TASK_SYSTEM_DELETED}
)

# Which records a ``…created`` or ``…deleted`` event is about: the prefix of their SIDs.
_MADE: Final = {
    events.ACTIVITY_CREATED: "WA",
    events.TASK_CHANNEL_CREATED: "TC",
    events.TASK_QUEUE_CREATED: "WQ",
    events.WORKFLOW_CREATED: "WW",
}
_GONE: Final = {
    events.ACTIVITY_DELETED: "WA",
    events.TASK_CHANNEL_DELETED: "TC",
    events.TASK_QUEUE_DELETED: "WQ",
    events.WORKFLOW_DELETED: "WW",
}


class Memory:
    """One workspace's records by SID prefix and id, those included that an input has just deleted."""

    def __init__(self, workspace: Workspace) -> None:
        engine = workspace.engine
        self._present: dict[str, Mapping[int, Any]] = {
            "WT": engine.tasks,
            "WK": engine.workers,
            "WA": engine.activities,
            "TC": engine.channels,
            "WQ": engine.queues,
            "WW": engine.workflows,
        }
        self._kept: dict[str, dict[int, Any]] = {prefix: dict(records) for prefix, records in self._present.items()}

    def before(self, happening: Happening) -> None:
        """Keep what has come into being."""
        for event in happening.events:
            kind = event[KIND]
            if kind == events.TASK_CREATED:
                self._keep("WT", event[TASK])
            elif kind == events.WORKER_CREATED:
                self._keep("WK", event[WORKER])
            elif kind in _MADE:
                self._keep(_MADE[kind], event[EXTRA])

    def after(self, happening: Happening) -> None:
        """Let go of what has ended: an ended task's later events find it in the engine for as long as it is there."""
        for event in happening.events:
            kind = event[KIND]
            if kind in _TASK_ENDS:
                self._kept["WT"].pop(event[TASK] or 0, None)
            elif kind == events.WORKER_DELETED:
                self._kept["WK"].pop(event[WORKER] or 0, None)
            elif kind in _GONE:
                self._kept[_GONE[kind]].pop(event[EXTRA], None)

    def find(self, prefix: str, number: int) -> Any:
        found = self._present[prefix].get(number)
        return self._kept[prefix].get(number) if found is None else found

    def _keep(self, prefix: str, number: int | None) -> None:
        assert number is not None, "what was created has an id"
        record = self._present[prefix].get(number)
        if record is not None:
            self._kept[prefix][number] = record


class EventForms:
    """Writes one workspace's events as forms."""

    def __init__(self, workspace: Workspace, memory: Memory) -> None:
        self._workspace = workspace
        self._memory = memory
        self._sid = workspace.engine.sids.sid

    def form(self, event: Event, sequence: int) -> Form:
        """The parameters of ``event``, which is the ``sequence``-th of its workspace."""
        kind = event[KIND]
        resource_type, resource_sid = self._resource(event)
        form = {
            "EventType": NAMES[kind],
            "Sid": self._sid("EV", sequence),
            "AccountSid": self._workspace.account.sid,
            "WorkspaceSid": self._workspace.sid,
            "WorkspaceName": self._workspace.engine.name,
            "EventDescription": self._description(event, resource_sid),
            "ResourceType": resource_type,
            "ResourceSid": resource_sid,
            "Timestamp": str(int(event[TIME])),
            "TimestampMs": str(int(event[TIME] * 1000)),
        }
        if event[TASK] is not None:
            form |= self._task(event)
        if kind in _OF_RESERVATIONS:
            form["ReservationSid"] = resource_sid
        if event[WORKER] is not None:
            form |= self._worker(event)
        form |= self._own(event)
        return form

    def _resource(self, event: Event) -> tuple[str, str]:
        kind, extra = event[KIND], event[EXTRA]
        if event[RESERVATION] is not None:
            return "reservation", self._sid("WR", event[RESERVATION])
        if events.TASK_QUEUE_ENTERED <= kind <= events.TASK_QUEUE_MOVED:
            return "taskqueue", self._sid("WQ", extra[1] if isinstance(extra, tuple) else extra)
        if events.WORKFLOW_ENTERED <= kind <= events.WORKFLOW_SKIPPED:
            return "workflow", self._sid("WW", extra[0] if isinstance(extra, tuple) else extra)
        if event[TASK] is not None:
            return "task", self._sid("WT", event[TASK])
        if event[WORKER] is not None:
            return "worker", self._sid("WK", event[WORKER])
        if kind >= events.WORKSPACE_CREATED:
            return "workspace", self._workspace.sid
        for name, prefix, first, last in _RANGES:
            if first <= kind <= last:
                return name, self._sid(prefix, extra)
        raise AssertionError(f"an event of a kind that is not known here: {NAMES[kind]}")

    # --- parts ---

    def _task(self, event: Event) -> Form:
        kind, number = event[KIND], event[TASK]
        assert number is not None
        form = {"TaskSid": self._sid("WT", number)}
        task: Task | None = self._memory.find("WT", number)
        if task is None:
            return form
        status = _STATUS.get(kind, task.status)
        form |= {
            "TaskAttributes": attributes_text(task),
            "TaskAge": str(age(task, event[TIME])),
            "TaskPriority": str(task.priority),
            "TaskAssignmentStatus": status,
            "TaskCanceledReason": (task.reason or "") if status == "canceled" else "",
            "TaskCompletedReason": (task.reason or "") if status == "completed" else "",
            "TaskVersion": str(task.version),
            "TaskDateCreated": str(int(task.created)),
            "TaskChannelSid": self._sid("TC", task.channel.id),
            "TaskChannelUniqueName": task.channel.unique_name,
            "WorkflowSid": self._sid("WW", task.workflow.id),
            "WorkflowName": task.workflow.name,
        }
        queue = self._queue_of(event, task)
        if queue is not None:
            form |= {
                "TaskQueueSid": self._sid("WQ", queue.id),
                "TaskQueueName": queue.name,
                "TaskQueueTargetExpression": queue.target_workers,
            }
            if task.queue_entered is not None:
                form["TaskQueueEnteredDate"] = str(int(task.queue_entered))
        return form

    def _queue_of(self, event: Event, task: Task) -> TaskQueue | None:
        """The queue that the event speaks of, else the task's; none before it has entered one."""
        kind, extra = event[KIND], event[EXTRA]
        if kind in {events.TASK_CREATED, events.WORKFLOW_ENTERED}:
            return None
        if kind in {events.TASK_QUEUE_ENTERED, events.TASK_QUEUE_TIMEOUT}:
            found: TaskQueue | None = self._memory.find("WQ", extra)
            return found
        if kind == events.TASK_QUEUE_MOVED:
            moved_to: TaskQueue | None = self._memory.find("WQ", extra[1])
            return moved_to
        return task.queue

    def _worker(self, event: Event) -> Form:
        number = event[WORKER]
        assert number is not None
        form = {"WorkerSid": self._sid("WK", number)}
        worker: Worker | None = self._memory.find("WK", number)
        if worker is None:
            return form
        activity = worker.activity
        if event[KIND] == events.WORKER_ACTIVITY_UPDATE:
            activity = self._memory.find("WA", event[EXTRA][1]) or activity
        return form | {
            "WorkerName": worker.name,
            "WorkerAttributes": attributes_text(worker),
            "WorkerActivitySid": self._sid("WA", activity.id),
            "WorkerActivityName": activity.name,
            "WorkerVersion": str(worker.version),
        }

    def _own(self, event: Event) -> Form:
        """What only this kind of event has."""
        kind = event[KIND]
        if kind == events.WORKER_ACTIVITY_UPDATE:
            return self._activity_update(event)
        if kind in _OF_CHANNEL_CHANGES:
            return self._channel_update(event)
        if kind == events.TASK_QUEUE_MOVED:
            left: TaskQueue | None = self._memory.find("WQ", event[EXTRA][0])
            return (
                {}
                if left is None
                else {"PreviousTaskQueueSid": self._sid("WQ", left.id), "PreviousTaskQueueName": left.name}
            )
        for _, prefix, first, last in _RANGES:
            if first <= kind <= last:
                return self._thing(prefix, event[EXTRA])
        return {}

    def _activity_update(self, event: Event) -> Form:
        previous_id, _, seconds = event[EXTRA]
        form = {
            "WorkerTimeInPreviousActivity": str(int(seconds)),
            "WorkerTimeInPreviousActivityMs": str(int(seconds * 1000)),
            "WorkerPreviousActivitySid": self._sid("WA", previous_id),
        }
        previous: Activity | None = self._memory.find("WA", previous_id)
        return form if previous is None else form | {"WorkerPreviousActivityName": previous.name}

    def _channel_update(self, event: Event) -> Form:
        channel_id, previous = event[EXTRA]
        form = {"TaskChannelSid": self._sid("TC", channel_id)}
        channel: TaskChannel | None = self._memory.find("TC", channel_id)
        worker: Worker | None = self._memory.find("WK", event[WORKER] or 0)
        if channel is None or worker is None or channel_id not in worker.channels:
            return form
        state = worker.channels[channel_id]
        was = previous if event[KIND] == events.WORKER_CAPACITY_UPDATE else state.capacity
        return form | {
            "TaskChannelUniqueName": channel.unique_name,
            "WorkerChannelAvailable": _flag(state.available),
            "WorkerChannelAvailableCapacity": str(state.available_percentage),
            "WorkerChannelCapacity": str(state.capacity),
            "WorkerChannelPreviousCapacity": str(was),
            "WorkerChannelTaskCount": str(state.assigned),
        }

    def _thing(self, prefix: str, number: int) -> Form:
        record: Any = self._memory.find(prefix, number)
        sid = self._sid(prefix, number)
        return {_SID_PARAMETER[prefix]: sid} if record is None else _THINGS[prefix](record, sid)

    def _description(self, event: Event, resource_sid: str) -> str:
        """The three texts that have been seen, and in their manner for the others."""
        kind, name = event[KIND], NAMES[event[KIND]]
        if kind == events.WORKER_ACTIVITY_UPDATE:
            worker: Worker | None = self._memory.find("WK", event[WORKER] or 0)
            activity: Activity | None = self._memory.find("WA", event[EXTRA][1])
            if worker is not None and activity is not None:
                return f"Worker {worker.name} updated to {activity.name} Activity"
        if kind == events.RESERVATION_ACCEPTED:
            worker = self._memory.find("WK", event[WORKER] or 0)
            task_sid = self._sid("WT", event[TASK] or 0)
            return f"Task {task_sid} assigned to Worker {worker.name if worker else ''} with Reservation {resource_sid}"
        if kind == events.TASK_QUEUE_EXPRESSION_UPDATED:
            queue: TaskQueue | None = self._memory.find("WQ", event[EXTRA])
            return f"TaskQueue {resource_sid} expression updated to '{queue.target_workers if queue else ''}'"
        subject, _, happened = name.partition(".")
        return f"{subject.replace('-', ' ').capitalize()} {resource_sid} {happened.replace('.', ' ')}"


def _activity_form(activity: Activity, sid: str) -> Form:
    return {"ActivitySid": sid, "ActivityName": activity.name, "ActivityAvailable": _flag(activity.available)}


def _channel_form(channel: TaskChannel, sid: str) -> Form:
    return {
        "TaskChannelSid": sid,
        "TaskChannelName": channel.name,
        "TaskChannelUniqueName": channel.unique_name,
        "TaskChannelOptimizedRouting": _flag(channel.optimized),
    }


def _queue_form(queue: TaskQueue, sid: str) -> Form:
    return {"TaskQueueSid": sid, "TaskQueueName": queue.name, "TaskQueueTargetExpression": queue.target_workers}


def _workflow_form(workflow: Workflow, sid: str) -> Form:
    return {"WorkflowSid": sid, "WorkflowName": workflow.name}


def _flag(value: bool) -> str:
    return "true" if value else "false"


_THINGS: Final[dict[str, Callable[[Any, str], Form]]] = {
    "WA": _activity_form,
    "TC": _channel_form,
    "WQ": _queue_form,
    "WW": _workflow_form,
}
_SID_PARAMETER: Final = {"WA": "ActivitySid", "TC": "TaskChannelSid", "WQ": "TaskQueueSid", "WW": "WorkflowSid"}

# ResourceType, prefix, and the first and last kind of the events about the workspace's own things.
_RANGES: Final = (
    ("activity", "WA", events.ACTIVITY_CREATED, events.ACTIVITY_DELETED),
    ("taskchannel", "TC", events.TASK_CHANNEL_CREATED, events.TASK_CHANNEL_DELETED),
    ("taskqueue", "WQ", events.TASK_QUEUE_CREATED, events.TASK_QUEUE_EXPRESSION_UPDATED),
    ("workflow", "WW", events.WORKFLOW_CREATED, events.WORKFLOW_DELETED),
)
