"""What the engine says has happened.

An event is a plain tuple ``(time, kind, task, worker, reservation, extra)``: UTC seconds, one of the kinds below, then
integer ids (or None) and whatever else the kind carries. It is a tuple because the engine makes hundreds of thousands a
second: a record class costs 25 times as much to build. Names, SIDs and JSON are given to it at the edge.

An event's sequence number is its position in the engine's whole history, from 0; the engine counts, the tuple does not.
The names are Twilio's ("TaskRouter Events reference", twilio.com/docs/taskrouter/api/event/reference).
"""

from typing import Any, Final, TypeAlias

Event: TypeAlias = tuple[float, int, int | None, int | None, int | None, Any]

TIME: Final = 0
KIND: Final = 1
TASK: Final = 2
WORKER: Final = 3
RESERVATION: Final = 4
EXTRA: Final = 5

# Tasks. ``extra`` is None unless said.
TASK_CREATED: Final = 0  # extra: the priority it came with, which its first target may replace in the same input
TASK_UPDATED: Final = 1  # extra: its priority, likewise
TASK_CANCELED: Final = 2  # extra: the reason
TASK_WRAPUP: Final = 3  # extra: the reason, or None
TASK_COMPLETED: Final = 4  # extra: the reason, or None
TASK_DELETED: Final = 5
TASK_SYSTEM_DELETED: Final = 6
# A task in a workflow.
WORKFLOW_ENTERED: Final = 7  # extra: workflow id
WORKFLOW_TARGET_MATCHED: Final = 8  # extra: (workflow id, filter index or -1 for the default, target index)
WORKFLOW_TIMEOUT: Final = 9  # extra: workflow id
WORKFLOW_SKIPPED: Final = 10  # extra: workflow id
TASK_QUEUE_ENTERED: Final = 11  # extra: queue id
TASK_QUEUE_TIMEOUT: Final = 12  # extra: queue id
TASK_QUEUE_MOVED: Final = 13  # extra: (queue id left, queue id entered)
# Reservations: task, worker and reservation are all set.
RESERVATION_CREATED: Final = 14
RESERVATION_ACCEPTED: Final = 15
RESERVATION_REJECTED: Final = 16
RESERVATION_TIMEOUT: Final = 17
RESERVATION_CANCELED: Final = 18
RESERVATION_RESCINDED: Final = 19
RESERVATION_WRAPUP: Final = 20
RESERVATION_COMPLETED: Final = 21
# Workers.
WORKER_CREATED: Final = 22
WORKER_DELETED: Final = 23
WORKER_ACTIVITY_UPDATE: Final = 24  # extra: (previous activity id, present activity id, seconds in the previous one)
WORKER_ATTRIBUTES_UPDATE: Final = 25
WORKER_CAPACITY_UPDATE: Final = 26  # extra: (channel id, previous capacity)
WORKER_CHANNEL_AVAILABILITY_UPDATE: Final = 27  # extra: (channel id, previous availability)
# The workspace's own things; extra: the resource's id.
ACTIVITY_CREATED: Final = 28
ACTIVITY_UPDATED: Final = 29
ACTIVITY_DELETED: Final = 30
TASK_CHANNEL_CREATED: Final = 31
TASK_CHANNEL_UPDATED: Final = 32
TASK_CHANNEL_DELETED: Final = 33
TASK_QUEUE_CREATED: Final = 34
TASK_QUEUE_DELETED: Final = 35
TASK_QUEUE_EXPRESSION_UPDATED: Final = 36
WORKFLOW_CREATED: Final = 37
WORKFLOW_UPDATED: Final = 38
WORKFLOW_DELETED: Final = 39
WORKSPACE_CREATED: Final = 40
WORKSPACE_UPDATED: Final = 41
WORKSPACE_DELETED: Final = 42

NAMES: Final[tuple[str, ...]] = (
    "task.created",
    "task.updated",
    "task.canceled",
    "task.wrapup",
    "task.completed",
    "task.deleted",
    "task.system-deleted",
    "workflow.entered",
    "workflow.target-matched",
    "workflow.timeout",
    "workflow.skipped",
    "task-queue.entered",
    "task-queue.timeout",
    "task-queue.moved",
    "reservation.created",
    "reservation.accepted",
    "reservation.rejected",
    "reservation.timeout",
    "reservation.canceled",
    "reservation.rescinded",
    "reservation.wrapup",
    "reservation.completed",
    "worker.created",
    "worker.deleted",
    "worker.activity.update",
    "worker.attributes.update",
    "worker.capacity.update",
    "worker.channel.availability.update",
    "activity.created",
    "activity.updated",
    "activity.deleted",
    "task-channel.created",
    "task-channel.updated",
    "task-channel.deleted",
    "task-queue.created",
    "task-queue.deleted",
    "task-queue.expression.updated",
    "workflow.created",
    "workflow.updated",
    "workflow.deleted",
    "workspace.created",
    "workspace.updated",
    "workspace.deleted",
)
