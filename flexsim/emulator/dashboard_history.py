"""What one agent or task has been through: what the dashboard shows of it when it is asked for."""

import math
from typing import Any, Final

from flexsim.emulator.event_history import Query, WorkspaceHistory
from flexsim.emulator.host import Workspace
from flexsim.errors import UnknownResource
from flexsim.measure.event_facts import Moment
from flexsim.taskrouter.events import KIND, NAMES, TASK, TIME, WORKER

MOST_EVENTS: Final = 200


def agent(workspace: Workspace, history: WorkspaceHistory, number: int) -> dict[str, Any]:
    """The worker with this id, and its latest events, oldest first; raises ``UnknownResource``."""
    worker = workspace.engine.workers.get(number)
    if worker is None:
        raise UnknownResource(f"no such agent: {number}")
    return {
        "kind": "agent",
        "sid": workspace.engine.sids.sid("WK", number),
        "name": worker.name,
        "facts": {
            "activity": worker.activity.name,
            "since": worker.status_changed,
            "queues": ", ".join(queue.name for queue in worker.queues.values()),
        },
        "attributes": worker.attributes,
        "events": _events(history, Query(start=-math.inf, end=math.inf, worker=number)),
    }


def task(workspace: Workspace, history: WorkspaceHistory, number: int) -> dict[str, Any]:
    """The task with this id, and its events; raises ``UnknownResource`` when it has been forgotten."""
    found = workspace.engine.tasks.get(number)
    if found is None:
        raise UnknownResource(f"no such task: {number}")
    return {
        "kind": "task",
        "sid": workspace.engine.sids.sid("WT", number),
        "name": f"{found.channel.name} task",
        "facts": {
            "status": found.status,
            "reason": found.reason,
            "queue": found.queue and found.queue.name,
            "workflow": found.workflow.name,
            "priority": found.priority,
            "created": found.created,
        },
        "attributes": found.attributes,
        "events": _events(history, Query(start=-math.inf, end=math.inf, task=number)),
    }


def _events(history: WorkspaceHistory, query: Query) -> list[dict[str, Any]]:
    return [_event(moment) for moment in [*history.select(query)][-MOST_EVENTS:]]


def _event(moment: Moment) -> dict[str, Any]:
    event, worker, queue = moment.event, moment.worker, moment.queue
    return {
        "seq": moment.number,
        "at": event[TIME],
        "type": NAMES[event[KIND]],
        "task": event[TASK],
        "agent": event[WORKER],
        "about": worker.name if worker is not None else queue.name if queue is not None else None,
        "activity": worker.activity.name if worker is not None else None,
    }
