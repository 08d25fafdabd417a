"""Task queues: which workers may have which tasks."""

from collections.abc import Iterable
from typing import Final

from flexsim.emulator.call import NO_CONTENT, Call, Reply
from flexsim.emulator.params import MAX_NAME, Parameters
from flexsim.emulator.rendering import task_queue_document
from flexsim.taskrouter.events import EXTRA, TASK_QUEUE_CREATED
from flexsim.taskrouter.inputs import NewTaskQueue, TaskQueueChanges
from flexsim.taskrouter.resources import TaskQueue

_ORDERS: Final = ("FIFO", "LIFO")
MOST_RESERVED: Final = 50


def listing(call: Call) -> Reply:
    order = call.query.choice("Ordering", ("DateUpdated:asc", "DateUpdated:desc"))
    rows: Iterable[TaskQueue] = _filtered(call)
    if order is not None:
        rows = sorted(rows, key=lambda queue: (queue.updated, queue.id), reverse=order.endswith("desc"))
    return call.listed("task_queues", "WQ", rows, task_queue_document, ascending=order is None)


def create(call: Call) -> Reply:
    form, engine = call.form, call.workspace.engine
    reservation, assignment = _activities(call)
    target = form.text("TargetWorkers")
    new = NewTaskQueue(
        name=form.required("FriendlyName", most=MAX_NAME),
        target_workers="1==1" if target is None else target,
        max_reserved_workers=form.integer("MaxReservedWorkers", 1, MOST_RESERVED) or 1,
        lifo=form.choice("TaskOrder", _ORDERS) == "LIFO",
        reservation_activity=reservation,
        assignment_activity=assignment,
    )
    created = call.create(TASK_QUEUE_CREATED, engine.create_task_queue, new)
    return Reply(status=201, document=task_queue_document(call.view, engine.queues[created[EXTRA]]))


def fetch(call: Call) -> Reply:
    return Reply(document=task_queue_document(call.view, call.task_queue))


def update(call: Call) -> Reply:
    queue, form = call.task_queue, call.form
    reservation, assignment = _activities(call)
    changes = TaskQueueChanges(
        name=form.name(),
        target_workers=form.text("TargetWorkers"),
        max_reserved_workers=form.integer("MaxReservedWorkers", 1, MOST_RESERVED),
        lifo=_lifo(form),
        reservation_activity=reservation,
        assignment_activity=assignment,
    )
    call.do(call.workspace.engine.update_task_queue, queue.id, changes)
    return Reply(document=task_queue_document(call.view, queue))


def delete(call: Call) -> Reply:
    call.do(call.workspace.engine.delete_task_queue, call.task_queue.id)
    return NO_CONTENT


def _filtered(call: Call) -> Iterable[TaskQueue]:
    engine, query = call.workspace.engine, call.query
    rows: Iterable[TaskQueue] = engine.queues.values()
    name, hypothetical = query.text("FriendlyName"), query.attributes("EvaluateWorkerAttributes")
    worker = call.given(query, "WorkerSid", "WK", engine.workers)
    if name is not None:
        rows = (queue for queue in rows if queue.name == name)
    if worker is not None:
        rows = (queue for queue in rows if worker.id in queue.members)
    if hypothetical is not None:
        attributes = hypothetical[0]
        rows = (queue for queue in rows if queue.expression is not None and queue.expression.matches(attributes))
    return rows


def _lifo(form: Parameters) -> bool | None:
    order = form.choice("TaskOrder", _ORDERS)
    return None if order is None else order == "LIFO"


def _activities(call: Call) -> tuple[int | None, int | None]:
    """Single-tasking workspaces move workers to these; ours are multitasking, so they are shown and do nothing."""
    reservation, assignment = (
        call.given_activity("ReservationActivitySid"),
        call.given_activity("AssignmentActivitySid"),
    )
    return None if reservation is None else reservation.id, None if assignment is None else assignment.id
