"""Statistics as Twilio shows them: real-time, cumulative, and both in one.

Durations are whole seconds, cut off as ages are; there are zeros where there is nothing to say. Twilio: "REST API:
Statistics" and its OpenAPI description.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flexsim.emulator.rendering import Document, View, date
from flexsim.measure.history import Window
from flexsim.measure.spells import Spread
from flexsim.measure.taskrouter_statistics import RESERVATION_COUNTS, Cumulative, Present, Scope, TaskRouterStatistics
from flexsim.taskrouter.resources import TaskQueue, Workflow

_TASKS: Final = ("tasks_completed", "tasks_canceled", "tasks_deleted", "tasks_moved")
_OF_WORKSPACE: Final = (*RESERVATION_COUNTS, *_TASKS, "tasks_created", "tasks_timed_out_in_workflow")
_OF_QUEUE: Final = (*RESERVATION_COUNTS, *_TASKS, "tasks_entered")
_OF_WORKFLOW: Final = (*RESERVATION_COUNTS, *_TASKS, "tasks_entered", "tasks_timed_out_in_workflow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of one workspace's statistics; ``span`` and ``thresholds`` only where something cumulative is."""

    view: View
    fold: TaskRouterStatistics
    channel: int | None
    span: Window | None = None
    thresholds: tuple[int, ...] = ()

    def period(self) -> Window:
        """The window, where there must be one."""
        assert self.span is not None, "cumulative statistics have a window"
        return self.span


# --- real time ---------------------------------------------------------------------------------------------------------


def workspace_now(asked: Question) -> Document:
    return _tasks_now(asked, _present(asked, Scope(channel=asked.channel))) | workers_now(asked, None)


def queue_now(asked: Question, queue: TaskQueue, *, relative: bool = True) -> Document:
    """``relative``: with what counts from the entry into the queue, which is left out in bulk."""
    found = _present(asked, _of_queue(asked, queue))
    activities = asked.view.workspace.engine.activities.values()
    available = sum(queue.workers_in_activity.get(each.id, 0) for each in activities if each.available)
    document = _tasks_now(asked, found) | {
        "activity_statistics": _activities(asked.view, queue.workers_in_activity),
        "total_available_workers": available,
        "total_eligible_workers": len(queue.members),
    }
    if relative:
        age, sid = _longest(asked.view, found.in_queue)
        document |= {"longest_relative_task_age_in_queue": age, "longest_relative_task_sid_in_queue": sid}
    return document


def workflow_now(asked: Question, workflow: Workflow) -> Document:
    return _tasks_now(asked, _present(asked, _of_workflow(asked, workflow)))


def workers_now(asked: Question, workers: Collection[int] | None) -> Document:
    """These workers, or all; on which channels they work makes no difference."""
    counts = asked.fold.workers_in_activity(workers)
    return {"activity_statistics": _activities(asked.view, counts), "total_workers": sum(counts.values())}


def _present(asked: Question, scope: Scope) -> Present:
    return asked.fold.present(scope, asked.view.now)


def _tasks_now(asked: Question, found: Present) -> Document:
    age, sid = _longest(asked.view, found.waiting)
    return {
        "longest_task_waiting_age": age,
        "longest_task_waiting_sid": sid,
        "tasks_by_priority": {str(priority): count for priority, count in found.by_priority.items()},
        "tasks_by_status": dict(found.by_status),
        "total_tasks": sum(found.by_status.values()),
    }


def _longest(view: View, found: tuple[float, int] | None) -> tuple[int, str | None]:
    """The age and the SID of the task that waits longest."""
    if found is None:
        return 0, None
    since, task = found
    return int(view.now - since), view.sid("WT", task)


def _activities(view: View, counts: Mapping[int, int]) -> list[Document]:
    return [
        {"sid": view.sid("WA", each.id), "friendly_name": each.name, "workers": counts.get(each.id, 0)}
        for each in view.workspace.engine.activities.values()
    ]


# --- cumulative --------------------------------------------------------------------------------------------------------


def workspace_before(asked: Question) -> Document:
    scope = Scope(channel=asked.channel)
    return _tasks_before(asked, scope, _before(asked, scope), _OF_WORKSPACE)


def queue_before(asked: Question, queue: TaskQueue) -> Document:
    scope = _of_queue(asked, queue)
    found = _before(asked, scope)
    return _tasks_before(asked, scope, found, _OF_QUEUE) | {
        "wait_duration_in_queue_until_accepted": _spread(found.in_queue_until_accepted)
    }


def workflow_before(asked: Question, workflow: Workflow) -> Document:
    scope = _of_workflow(asked, workflow)
    return _tasks_before(asked, scope, _before(asked, scope), _OF_WORKFLOW)


def workers_before(asked: Question, workers: Collection[int] | None) -> Document:
    """These workers, or all that there have been."""
    span, view = asked.period(), asked.view
    if workers is None:
        counts = asked.fold.cumulative(Scope(channel=asked.channel), span).counts
    else:
        counts = asked.fold.reservations(workers, asked.channel, span)
    durations = asked.fold.activity_durations(span, workers)
    return {
        **_times(span),
        **{name: counts[name] for name in RESERVATION_COUNTS},
        "activity_durations": [
            {"sid": view.sid("WA", each.id), "friendly_name": each.name, **_spread(durations.get(each.id, Spread()))}
            for each in view.workspace.engine.activities.values()
        ],
    }


def _before(asked: Question, scope: Scope) -> Cumulative:
    return asked.fold.cumulative(scope, asked.period())


def _tasks_before(asked: Question, scope: Scope, found: Cumulative, names: Iterable[str]) -> Document:
    until_accepted = _spread(found.until_accepted)
    return {
        **_times(asked.period()),
        **{name: found.counts[name] for name in names},
        "avg_task_acceptance_time": until_accepted["avg"],
        "wait_duration_until_accepted": until_accepted,
        "wait_duration_until_canceled": _spread(found.until_canceled),
        "split_by_wait_time": _split(asked, scope),
    }


def _split(asked: Question, scope: Scope) -> Document:
    sides = asked.fold.split(scope, asked.period(), asked.thresholds)
    return {
        str(threshold): {
            name: {"tasks_canceled": side.tasks_canceled, "reservations_accepted": side.reservations_accepted}
            for name, side in (("above", above), ("below", below))
        }
        for threshold, (above, below) in sides.items()
    }


def _times(span: Window) -> Document:
    return {"start_time": date(span.first), "end_time": date(span.last)}


def _spread(found: Spread) -> dict[str, int]:
    average = found.total // found.count if found.count else 0
    values = {"avg": average, "min": found.least, "max": found.most, "total": found.total}
    return {name: milliseconds // 1000 for name, milliseconds in values.items()}


def _of_queue(asked: Question, queue: TaskQueue) -> Scope:
    return Scope(queue=queue.id, channel=asked.channel)


def _of_workflow(asked: Question, workflow: Workflow) -> Scope:
    return Scope(workflow=workflow.id, channel=asked.channel)
