"""Resources as Twilio shows them: the fields of its OpenAPI description, in JSON-ready dictionaries.

A ``View`` is one workspace seen from one address: every ``url`` and ``links`` entry is absolute and starts with the
address that the client used, because Twilio's SDKs follow them as they are.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

import orjson

from flexsim.emulator.host import Workspace
from flexsim.taskrouter.resources import (
    Activity,
    Reservation,
    Task,
    TaskChannel,
    TaskQueue,
    Worker,
    Workflow,
    worker_channel_number,
)

Document: TypeAlias = dict[str, Any]


class View:
    """What the documents of one request share."""

    __slots__ = ("account_sid", "now", "root", "sid", "workspace", "workspace_sid")

    def __init__(self, workspace: Workspace, base_url: str, now: float) -> None:
        self.workspace = workspace
        self.account_sid = workspace.account.sid
        self.workspace_sid = workspace.sid
        self.root = base_url + workspace.path
        self.sid = workspace.engine.sids.sid
        self.now = now


@lru_cache(maxsize=1 << 16)
def _date(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def date(moment: float) -> str:
    """``moment`` as Twilio writes it: UTC, whole seconds; the SDKs parse exactly this."""
    return _date(math.floor(moment))


def attributes_text(record: Task | Worker) -> str:
    """The attributes as JSON text, to the letter where they came as text."""
    if record.attributes_text is None:
        return orjson.dumps(record.attributes).decode()
    return record.attributes_text


def age(task: Task, now: float) -> int:
    """Whole seconds since the task was created; it stops when the task ends."""
    return int((now if task.ended is None else task.ended) - task.created)


def routing_target(sid: Callable[[str, int], str], task: Task) -> str | None:
    """The SID of the queue or worker that the task went to directly, past its workflow."""
    if task.direct is None:
        return None
    worker = task.direct.worker
    return sid("WQ", task.direct.queue.id) if worker is None else sid("WK", worker.id)


def workspace_document(view: View) -> Document:
    engine, root = view.workspace.engine, view.root
    return {
        "sid": view.workspace_sid,
        "account_sid": view.account_sid,
        "friendly_name": engine.name,
        "event_callback_url": engine.event_callback_url,
        "events_filter": engine.events_filter or None,
        "default_activity_sid": view.sid("WA", engine.default_activity.id),
        "default_activity_name": engine.default_activity.name,
        "timeout_activity_sid": view.sid("WA", engine.timeout_activity.id),
        "timeout_activity_name": engine.timeout_activity.name,
        "multi_task_enabled": True,
        "prioritize_queue_order": "LIFO" if engine.lifo_first else "FIFO",
        "date_created": date(engine.created),
        "date_updated": date(engine.updated),
        "url": root,
        "links": {
            "activities": f"{root}/Activities",
            "events": f"{root}/Events",
            "task_channels": f"{root}/TaskChannels",
            "task_queues": f"{root}/TaskQueues",
            "tasks": f"{root}/Tasks",
            "workers": f"{root}/Workers",
            "workflows": f"{root}/Workflows",
            **_statistics_links(root),
        },
    }


def activity_document(view: View, activity: Activity) -> Document:
    sid = view.sid("WA", activity.id)
    return {
        "sid": sid,
        "account_sid": view.account_sid,
        "workspace_sid": view.workspace_sid,
        "friendly_name": activity.name,
        "available": activity.available,
        "date_created": date(activity.created),
        "date_updated": date(activity.updated),
        "url": f"{view.root}/Activities/{sid}",
        "links": {"workspace": view.root},
    }


def task_channel_document(view: View, channel: TaskChannel) -> Document:
    sid = view.sid("TC", channel.id)
    return {
        "sid": sid,
        "account_sid": view.account_sid,
        "workspace_sid": view.workspace_sid,
        "friendly_name": channel.name,
        "unique_name": channel.unique_name,
        "channel_optimized_routing": channel.optimized,
        "date_created": date(channel.created),
        "date_updated": date(channel.updated),
        "url": f"{view.root}/TaskChannels/{sid}",
        "links": {"workspace": view.root},
    }


def task_queue_document(view: View, queue: TaskQueue) -> Document:
    """Reservation and assignment activities are shown as they were set, though only single tasking ever used them."""
    sid = view.sid("WQ", queue.id)
    reservation_sid, reservation_name, reservation_url = _activity_of_queue(view, queue.reservation_activity)
    assignment_sid, assignment_name, assignment_url = _activity_of_queue(view, queue.assignment_activity)
    url = f"{view.root}/TaskQueues/{sid}"
    return {
        "sid": sid,
        "account_sid": view.account_sid,
        "workspace_sid": view.workspace_sid,
        "friendly_name": queue.name,
        "target_workers": queue.target_workers,
        "task_order": "LIFO" if queue.lifo else "FIFO",
        "max_reserved_workers": queue.max_reserved_workers,
        "reservation_activity_sid": reservation_sid,
        "reservation_activity_name": reservation_name,
        "assignment_activity_sid": assignment_sid,
        "assignment_activity_name": assignment_name,
        "date_created": date(queue.created),
        "date_updated": date(queue.updated),
        "url": url,
        "links": {
            "workspace": view.root,
            "reservation_activity": reservation_url,
            "assignment_activity": assignment_url,
            **_statistics_links(url),
            "list_statistics": f"{view.root}/TaskQueues/Statistics",
            "bulk_real_time_statistics": f"{view.root}/TaskQueues/RealTimeStatistics",
        },
    }


def _activity_of_queue(view: View, activity: int | None) -> tuple[str | None, str | None, str | None]:
    """The activity's SID, name and address."""
    if activity is None:
        return None, None, None
    sid = view.sid("WA", activity)
    return sid, view.workspace.engine.activities[activity].name, f"{view.root}/Activities/{sid}"


def workflow_document(view: View, workflow: Workflow) -> Document:
    sid = view.sid("WW", workflow.id)
    url = f"{view.root}/Workflows/{sid}"
    return {
        "sid": sid,
        "account_sid": view.account_sid,
        "workspace_sid": view.workspace_sid,
        "friendly_name": workflow.name,
        "configuration": workflow.configuration,
        "document_content_type": "application/json",
        "assignment_callback_url": workflow.assignment_url or None,
        "fallback_assignment_callback_url": workflow.fallback_url or None,
        "task_reservation_timeout": workflow.reservation_timeout,
        "date_created": date(workflow.created),
        "date_updated": date(workflow.updated),
        "url": url,
        "links": _statistics_links(url),
    }


def worker_document(view: View, worker: Worker) -> Document:
    sid = view.sid("WK", worker.id)
    activity_sid = view.sid("WA", worker.activity.id)
    workers = f"{view.root}/Workers"
    url = f"{workers}/{sid}"
    return {
        "sid": sid,
        "account_sid": view.account_sid,
        "workspace_sid": view.workspace_sid,
        "friendly_name": worker.name,
        "attributes": attributes_text(worker),
        "activity_sid": activity_sid,
        "activity_name": worker.activity.name,
        "available": worker.activity.available,
        "date_created": date(worker.created),
        "date_updated": date(worker.updated),
        "date_status_changed": date(worker.status_changed),
        "url": url,
        "links": {
            "activity": f"{view.root}/Activities/{activity_sid}",
            "workspace": view.root,
            "channels": f"{url}/Channels",
            "worker_channels": f"{url}/Channels",
            "reservations": f"{url}/Reservations",
            "worker_statistics": f"{url}/Statistics",
            **_statistics_links(workers),
        },
    }


def worker_channel_document(view: View, worker: Worker, channel: TaskChannel) -> Document:
    sid = view.sid("WC", worker_channel_number(worker.id, channel.id))
    worker_sid = view.sid("WK", worker.id)
    state = worker.channels[channel.id]
    return {
        "sid": sid,
        "account_sid": view.account_sid,
        "workspace_sid": view.workspace_sid,
        "worker_sid": worker_sid,
        "task_channel_sid": view.sid("TC", channel.id),
        "task_channel_unique_name": channel.unique_name,
        "configured_capacity": state.capacity,
        "available": state.available,
        "assigned_tasks": state.assigned,
        "available_capacity_percentage": state.available_percentage,
        "date_created": date(state.created),
        "date_updated": date(state.updated),
        "url": f"{view.root}/Workers/{worker_sid}/Channels/{sid}",
    }


def task_document(view: View, task: Task) -> Document:
    sid, root = view.sid("WT", task.id), view.root
    workflow_sid = view.sid("WW", task.workflow.id)
    queue_sid = None if task.queue is None else view.sid("WQ", task.queue.id)
    url = f"{root}/Tasks/{sid}"
    return {
        "sid": sid,
        "account_sid": view.account_sid,
        "workspace_sid": view.workspace_sid,
        "workflow_sid": workflow_sid,
        "workflow_friendly_name": task.workflow.name,
        "task_queue_sid": queue_sid,
        "task_queue_friendly_name": None if task.queue is None else task.queue.name,
        "task_channel_sid": view.sid("TC", task.channel.id),
        "task_channel_unique_name": task.channel.unique_name,
        "assignment_status": task.status,
        "attributes": attributes_text(task),
        "addons": "{}",
        "age": age(task, view.now),
        "priority": task.priority,
        "reason": task.reason,
        "timeout": task.timeout,
        "routing_target": routing_target(view.sid, task),
        "ignore_capacity": task.direct is not None and task.direct.ignore_capacity,
        "date_created": date(task.created),
        "date_updated": date(task.updated),
        "task_queue_entered_date": None if task.queue_entered is None else date(task.queue_entered),
        "virtual_start_time": date(task.virtual_start),
        "url": url,
        "links": {
            "workspace": root,
            "workflow": f"{root}/Workflows/{workflow_sid}",
            "task_queue": None if queue_sid is None else f"{root}/TaskQueues/{queue_sid}",
            "reservations": f"{url}/Reservations",
        },
    }


def task_reservation_document(view: View, reservation: Reservation) -> Document:
    """A reservation as read through its task."""
    return _reservation_document(view, reservation, f"Tasks/{view.sid('WT', reservation.task.id)}")


def worker_reservation_document(view: View, reservation: Reservation) -> Document:
    """A reservation as read through its worker."""
    return _reservation_document(view, reservation, f"Workers/{view.sid('WK', reservation.worker.id)}")


def _reservation_document(view: View, reservation: Reservation, parent: str) -> Document:
    sid, root = view.sid("WR", reservation.id), view.root
    task_sid, worker_sid = view.sid("WT", reservation.task.id), view.sid("WK", reservation.worker.id)
    return {
        "sid": sid,
        "account_sid": view.account_sid,
        "workspace_sid": view.workspace_sid,
        "task_sid": task_sid,
        "worker_sid": worker_sid,
        "worker_name": reservation.worker.name,
        "reservation_status": reservation.status,
        "date_created": date(reservation.created),
        "date_updated": date(reservation.updated),
        "url": f"{root}/{parent}/Reservations/{sid}",
        "links": {
            "task": f"{root}/Tasks/{task_sid}",
            "worker": f"{root}/Workers/{worker_sid}",
            "workspace": root,
        },
    }


def _statistics_links(url: str) -> Mapping[str, str]:
    return {
        "statistics": f"{url}/Statistics",
        "real_time_statistics": f"{url}/RealTimeStatistics",
        "cumulative_statistics": f"{url}/CumulativeStatistics",
    }
