"""What has become of a case's task, as the engine has it. Pure."""

from dataclasses import dataclass
from typing import Final

from flexsim.taskrouter import states
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import EXTRA, KIND, NAMES, TIME, Event
from flexsim.taskrouter.events import RESERVATION_CREATED as CREATED
from flexsim.taskrouter.events import TASK as OF_TASK
from flexsim.taskrouter.events import TASK_CANCELED as CANCELED
from flexsim.taskrouter.events import TASK_COMPLETED as COMPLETED
from flexsim.taskrouter.events import WORKER as OF_WORKER
from flexsim.taskrouter.events import WORKFLOW_TARGET_MATCHED as MATCHED
from flexsim.taskrouter.inputs import NewTask
from flexsim.taskrouter.resources import Task
from flexsim.taskrouter.workflow import DEFAULT, Position

DEFAULT_FILTER: Final = "default"
_PLAIN: Final = {
    "reservation.accepted": "{who} accepted",
    "reservation.rejected": "{who} rejected it",
    "reservation.timeout": "{who} did not answer",
    "reservation.completed": "{who} completed it",
    "task-queue.timeout": "timed out of the target",
    "workflow.skipped": "skipped out of the workflow",
    "workflow.timeout": "timed out of the workflow",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """The task at one moment. ``position`` counts from 0, as the engine does; ``candidates`` may get it where it is."""

    position: Position
    queue: str
    status: str
    reason: str | None
    priority: int
    worker: str | None
    candidates: tuple[str, ...]
    waited: float


def observe(engine: Engine, task: Task) -> Observed:
    """The task as it is now."""
    position = (task.filter, task.target)
    new = NewTask(workflow=task.workflow.id, channel=task.channel.id, attributes=task.attributes)
    offered = [engine.reservations[each] for each in task.reservations]
    holds = next(iter(task.open_reservations), None)
    if holds is None and task.status == states.COMPLETED:
        holds = task.reservations[-1]
    until = offered[0].created if offered else task.ended if task.ended is not None else engine.now
    assert task.queue is not None, "every task of a case goes through the workflow, and so into a queue"
    return Observed(
        position=position,
        queue=task.queue.name,
        status=task.status,
        reason=task.reason,
        priority=task.priority,
        worker=None if holds is None else engine.reservations[holds].worker.name,
        candidates=tuple(engine.workers[each].name for each in engine.candidates(new, position)),
        waited=until - task.created,
    )


def filter_text(task: Task, index: int) -> str:
    """A filter as messages name it: ``'Sales Filter' (number 1)``, or the default filter."""
    if index == DEFAULT:
        return "the default filter"
    name = task.workflow.routing.filters[index].name
    return f"{name!r} (number {index + 1})" if name else f"number {index + 1}"


def path_of(engine: Engine, task: Task, happened: list[Event]) -> list[str]:
    """What has happened to the task, a line each: ``30 s: offered to Agent_001``."""
    lines = []
    for event in happened:
        if event[OF_TASK] == task.id:
            said = _said(engine, task, event)
            if said:
                lines.append(f"{event[TIME] - task.created:g} s: {said}")
    return lines


def _said(engine: Engine, task: Task, event: Event) -> str:
    kind, extra = event[KIND], event[EXTRA]
    if kind == MATCHED:
        _, index, step = extra
        queue = engine.queues[task.workflow.routing.target((index, step)).queue].name
        return f"filter {filter_text(task, index)}, target {step + 1}: queue {queue}".replace("filter the", "the")
    if kind in {CANCELED, COMPLETED}:
        return ("canceled" if kind == CANCELED else "completed") + (f": {extra}" if extra else "")
    who = engine.workers[event[OF_WORKER]].name if event[OF_WORKER] is not None else ""
    if kind == CREATED:
        return f"offered to {who}"
    return _PLAIN.get(NAMES[kind], "").format(who=who)
