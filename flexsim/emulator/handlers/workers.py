"""Workers: who can be offered tasks, and in which activity they are."""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from flexsim.emulator.call import NO_CONTENT, Call, Reply
from flexsim.emulator.params import MAX_NAME, Parameters
from flexsim.emulator.rendering import worker_document
from flexsim.emulator.rows import worker_row
from flexsim.errors import ExpressionError, InvalidInput
from flexsim.taskrouter.events import WORKER, WORKER_CREATED
from flexsim.taskrouter.expressions import Expression, parse
from flexsim.taskrouter.inputs import NewWorker, WorkerChanges
from flexsim.taskrouter.resources import Worker

_ORDERS: Final = ("DateStatusChanged:asc", "DateStatusChanged:desc")
_PSEUDO: Final = frozenset({"sid", "friendly_name", "activity_sid", "activity_name"})

Filter: TypeAlias = Callable[[Worker], bool]


def listing(call: Call) -> Reply:
    order = call.query.choice("Ordering", _ORDERS)
    filters = list(_filters(call))
    rows: Iterable[Worker] = call.workspace.engine.workers.values()
    if filters:
        rows = (worker for worker in rows if all(holds(worker) for holds in filters))
    if order is not None:
        rows = sorted(rows, key=lambda worker: (worker.status_changed, worker.id), reverse=order.endswith("desc"))
    return call.listed("workers", "WK", rows, worker_row, ascending=order is None)


def create(call: Call) -> Reply:
    form, engine = call.form, call.workspace.engine
    name = form.required("FriendlyName", most=MAX_NAME)
    activity = call.given_activity("ActivitySid")
    attributes, text = form.attributes() or ({}, "{}")
    new = NewWorker(
        name=name, attributes=attributes, attributes_text=text, activity=None if activity is None else activity.id
    )
    created = call.create(WORKER_CREATED, engine.create_worker, new)
    assert created[WORKER] is not None, "a created worker has an id"
    return _answer(call, engine.workers[created[WORKER]], status=201)


def fetch(call: Call) -> Reply:
    return _answer(call, call.worker)


def update(call: Call) -> Reply:
    worker, form = call.worker, call.form
    activity, attributes = call.given_activity("ActivitySid"), form.attributes()
    changes = WorkerChanges(
        name=form.name(),
        attributes=None if attributes is None else attributes[0],
        attributes_text=None if attributes is None else attributes[1],
        activity=None if activity is None else activity.id,
        reject_pending=bool(form.boolean("RejectPendingReservations")),
        version=call.version,
    )
    call.do(call.workspace.engine.update_worker, worker.id, changes)
    return _answer(call, worker)


def delete(call: Call) -> Reply:
    call.do(call.workspace.engine.delete_worker, call.worker.id, call.version)
    return NO_CONTENT


def _answer(call: Call, worker: Worker, status: int = 200) -> Reply:
    return Reply(status=status, document=worker_document(call.view, worker), version=worker.version)


def _filters(call: Call) -> Iterable[Filter]:
    engine, query = call.workspace.engine, call.query
    activity = call.given(query, "ActivitySid", "WA", engine.activities)
    queue = call.given(query, "TaskQueueSid", "WQ", engine.queues)
    if activity is not None:
        yield lambda worker: worker.activity is activity
    if queue is not None:
        yield lambda worker: worker.id in queue.members
    if (activity_name := query.text("ActivityName")) is not None:
        yield lambda worker: worker.activity.name == activity_name
    if (available := query.flag("Available")) is not None:
        yield lambda worker: worker.activity.available == available
    if (name := query.text("FriendlyName")) is not None:
        yield lambda worker: worker.name == name
    if (queue_name := query.text("TaskQueueName")) is not None:
        members = {number for each in engine.queues.values() if each.name == queue_name for number in each.members}
        yield lambda worker: worker.id in members
    if (expression := _expression(query)) is not None:
        yield _matching(call, expression)


def _expression(query: Parameters) -> Expression | None:
    text = query.text("TargetWorkersExpression")
    if not text:
        return None
    try:
        return parse(text)
    except ExpressionError as error:
        raise InvalidInput(f"TargetWorkersExpression: {error}") from error


def _matching(call: Call, expression: Expression) -> Filter:
    """Attributes, and beside them TaskRouter's own names; an attribute of such a name wins, as in routing."""
    if not _PSEUDO & {path[0] for path in expression.paths}:
        return lambda worker: expression.matches(worker.attributes)
    sid = call.workspace.engine.sids.sid

    def values(worker: Worker) -> dict[str, Any]:
        own = {
            "sid": sid("WK", worker.id),
            "friendly_name": worker.name,
            "activity_sid": sid("WA", worker.activity.id),
            "activity_name": worker.activity.name,
        }
        return own | worker.attributes

    return lambda worker: expression.matches(values(worker))
