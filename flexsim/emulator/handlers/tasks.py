"""Tasks: what customers want, on its way to a worker."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from flexsim.emulator.call import NO_CONTENT, Call, Reply
from flexsim.emulator.params import Parameters
from flexsim.emulator.rendering import routing_target, task_document
from flexsim.emulator.rows import task_row
from flexsim.errors import ExpressionError, InvalidInput
from flexsim.taskrouter.events import TASK, TASK_CREATED
from flexsim.taskrouter.expressions import Expression, parse
from flexsim.taskrouter.inputs import NewTask, TaskChanges
from flexsim.taskrouter.resources import DAY, Task, TaskChannel, Workflow
from flexsim.taskrouter.states import TASK_STATUSES

MOST_PRIORITY: Final = (1 << 31) - 1
LONGEST_TIMEOUT: Final = 14 * DAY
_DEFAULT_CHANNEL: Final = "default"
_KEYS: Final[dict[str, Callable[[Task], float]]] = {
    "DateCreated": lambda task: task.created,
    "Priority": lambda task: task.priority,
    "VirtualStartTime": lambda task: task.virtual_start,
}
_NATURAL: Final = "DateCreated:asc"

Filter: TypeAlias = Callable[[Task], bool]


def listing(call: Call) -> Reply:
    filters = list(_filters(call))
    order = call.query.text("Ordering") or _NATURAL
    rows: Iterable[Task] = call.workspace.engine.tasks.values()
    if filters:
        rows = (task for task in rows if all(holds(task) for holds in filters))
    if order == _NATURAL:  # the order of ids
        return call.listed("tasks", "WT", rows, task_row)
    return call.listed("tasks", "WT", _ordered(rows, order), task_row, ascending=False)


def create(call: Call) -> Reply:
    form, engine = call.form, call.workspace.engine
    way, channel = _way(call), _channel(call, _DEFAULT_CHANNEL)
    attributes, text = form.attributes() or ({}, "{}")
    priority, timeout = form.integer("Priority", 0, MOST_PRIORITY), form.integer("Timeout", 1, LONGEST_TIMEOUT)
    new = NewTask(
        workflow=way.workflow.id,
        channel=channel.id,
        attributes=attributes,
        attributes_text=text,
        priority=priority or 0,
        timeout=timeout or DAY,
        virtual_start=_virtual_start(call),
        to_queue=way.to_queue,
        to_worker=way.to_worker,
        ignore_capacity=way.ignore_capacity,
        queue=way.queue,
    )
    created = call.create(TASK_CREATED, engine.create_task, new)
    assert created[TASK] is not None, "a created task has an id"
    return _answer(call, engine.tasks[created[TASK]], status=201)


def fetch(call: Call) -> Reply:
    return _answer(call, call.task)


def update(call: Call) -> Reply:
    task, form = call.task, call.form
    attributes = form.attributes()
    channel = _channel(call, "") if form.text("TaskChannel") else None
    changes = TaskChanges(
        status=form.choice("AssignmentStatus", TASK_STATUSES),
        reason=form.text("Reason"),
        attributes=None if attributes is None else attributes[0],
        attributes_text=None if attributes is None else attributes[1],
        priority=form.integer("Priority", 0, MOST_PRIORITY),
        virtual_start=_virtual_start(call),
        channel=None if channel is None else channel.id,
        version=call.version,
    )
    if changes.status == "completed" and task.status not in {"assigned", "wrapping"} and not _outdated(call, task):
        # Twilio's message, to the letter; the engine does not know the account.
        sid, workspace = call.path_sids[1], call.workspace
        raise InvalidInput(
            f"Cannot complete task {sid} in workspace {workspace.sid} for account {call.account.sid}"
            " because it is not currently assigned."
        )
    call.do(call.workspace.engine.update_task, task.id, changes)
    return _answer(call, task)


def delete(call: Call) -> Reply:
    call.do(call.workspace.engine.delete_task, call.task.id, call.version)
    return NO_CONTENT


def _outdated(call: Call, task: Task) -> bool:
    """Whether ``If-Match`` names another version, which is the first thing to be said."""
    return call.version not in (None, task.version)


def _answer(call: Call, task: Task, status: int = 200) -> Reply:
    return Reply(status=status, document=task_document(call.view, task), version=task.version)


# --- what the form says ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How a task goes: the fields of ``NewTask`` that say so."""

    workflow: Workflow
    to_queue: int | None = None
    to_worker: int | None = None
    ignore_capacity: bool = True
    queue: int | None = None


def _way(call: Call) -> _Way:
    """Through a workflow, or directly (Twilio: Task resource, ``RoutingTarget``, ``IgnoreCapacity``, ``TaskQueueSid``)."""
    form, engine = call.form, call.workspace.engine
    target = form.text("RoutingTarget")
    queue = call.given(form, "TaskQueueSid", "WQ", engine.queues)
    if queue is not None and not target:
        raise InvalidInput("TaskQueueSid goes with a RoutingTarget: otherwise the workflow decides the queue")
    counted_in = None if queue is None else queue.id
    ignore = form.flag("IgnoreCapacity")
    if target and target.startswith("WK"):
        worker = call.given(form, "RoutingTarget", "WK", engine.workers)
        number = None if worker is None else worker.id
        return _Way(workflow=_lending(call), to_worker=number, ignore_capacity=ignore is not False, queue=counted_in)
    if ignore is not None:
        raise InvalidInput("IgnoreCapacity can only be used when RoutingTarget is the SID of a worker")
    if not target:
        return _Way(workflow=_workflow(call))
    if target.startswith("WQ"):
        direct = call.given(form, "RoutingTarget", "WQ", engine.queues)
        return _Way(workflow=_lending(call), to_queue=None if direct is None else direct.id, queue=counted_in)
    workflow = call.given(form, "RoutingTarget", "WW", engine.workflows)
    assert workflow is not None, "a target that was sent is found or refused"
    return _Way(workflow=workflow)


def _workflow(call: Call) -> Workflow:
    """The workflow named, or the only one there is (Twilio: Task resource, ``WorkflowSid``)."""
    workflows = call.workspace.engine.workflows
    found = call.given(call.form, "WorkflowSid", "WW", workflows)
    if found is not None:
        return found
    if len(workflows) != 1:
        raise InvalidInput(f"WorkflowSid field is required, since the workspace has {len(workflows)} workflows")
    return next(iter(workflows.values()))


def _lending(call: Call) -> Workflow:
    """Whose reservation timeout and callback addresses a directly routed task has: the one named, or the oldest."""
    workflows = call.workspace.engine.workflows
    found = call.given(call.form, "WorkflowSid", "WW", workflows)
    if found is None and not workflows:
        raise InvalidInput("WorkflowSid field is required, since the workspace has no workflow")
    return found or next(iter(workflows.values()))


def _channel(call: Call, default: str) -> TaskChannel:
    name = call.form.text("TaskChannel") or default
    found = call.find_channel(name)
    if found is None:
        raise InvalidInput(f"TaskChannel names no channel of workspace {call.workspace.sid}: {name[:80]}")
    return found


def _virtual_start(call: Call) -> float | None:
    moment = call.form.moment("VirtualStartTime")
    if moment is not None and moment > call.host.clock.now():
        raise InvalidInput(f"VirtualStartTime must not be in the future: {call.form.text('VirtualStartTime')}")
    return moment


# --- lists -------------------------------------------------------------------------------------------------------------


def _filters(call: Call) -> Iterable[Filter]:
    engine, query = call.workspace.engine, call.query
    workflow = call.given(query, "WorkflowSid", "WW", engine.workflows)
    queue = call.given(query, "TaskQueueSid", "WQ", engine.queues)
    if statuses := query.choices("AssignmentStatus", TASK_STATUSES):
        yield lambda task: task.status in statuses
    if workflow is not None:
        yield lambda task: task.workflow is workflow
    if queue is not None:
        yield lambda task: task.queue is queue
    if (priority := query.integer("Priority", 0, MOST_PRIORITY)) is not None:
        yield lambda task: task.priority == priority
    if (workflow_name := query.text("WorkflowName")) is not None:
        yield lambda task: task.workflow.name == workflow_name
    if (queue_name := query.text("TaskQueueName")) is not None:
        yield lambda task: task.queue is not None and task.queue.name == queue_name
    if target := query.text("RoutingTarget"):
        sid = engine.sids.sid
        yield lambda task: routing_target(sid, task) == target
    if query.boolean("HasAddons"):
        yield lambda _: False  # no task here has any
    if (expression := _expression(query)) is not None:
        yield lambda task: expression.matches(task.attributes)


def _expression(query: Parameters) -> Expression | None:
    text = query.text("EvaluateTaskAttributes")
    if not text:
        return None
    try:
        return parse(text)
    except ExpressionError as error:
        raise InvalidInput(f"EvaluateTaskAttributes: {error}") from error


def _ordered(rows: Iterable[Task], order: str) -> list[Task]:
    """By ``Key:asc|desc`` pairs, the first counts most; equal ones by creation."""
    clauses = [clause.strip().partition(":") for clause in order.split(",")]
    names = [name for name, _, _ in clauses]
    if any(name not in _KEYS or way not in {"", "asc", "desc"} for name, _, way in clauses):
        raise InvalidInput(f"Ordering must be of {', '.join(_KEYS)}, each with :asc or :desc: {order[:80]}")
    if {"DateCreated", "VirtualStartTime"} <= set(names):
        raise InvalidInput("Ordering by DateCreated and VirtualStartTime together is not possible")
    ordered = list(rows)
    for name, _, way in reversed(clauses):
        ordered.sort(key=_KEYS[name], reverse=way == "desc")
    return ordered
