"""What integer ids in events mean: the names that the log and the statistics use.

The tables outlive what they name: a queue that was deleted still has its name in the totals.
"""

from typing import Final

from flexsim.taskrouter import events
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import EXTRA, KIND, WORKER, Event

NEW_CAPACITY: Final = 1  # of a new worker, or of a new channel, on each channel (Twilio: "Multitasking")


class Names:
    """Names by id; ``worker_activity`` is the activity in which a worker was when it entered the log."""

    __slots__ = ("activities", "available", "channels", "queues", "worker_activity", "workers", "workflows")

    def __init__(self) -> None:
        self.activities: dict[int, str] = {}
        self.available: dict[int, bool] = {}  # by activity
        self.channels: dict[int, str] = {}
        self.queues: dict[int, str] = {}
        self.workflows: dict[int, str] = {}
        self.workers: dict[int, str] = {}
        self.worker_activity: dict[int, int] = {}

    def learn(self, engine: Engine, event: Event) -> str | None:
        """Take in what a resource's event says, as long as the engine still has the resource.

        Gives the name that the resource has had here until now, if that was another one.
        """
        kind, resource = event[KIND], event[EXTRA]
        if kind == events.WORKER_CREATED:
            assert event[WORKER] is not None
            if worker := engine.workers.get(event[WORKER]):
                self.workers[worker.id] = worker.name
                self.worker_activity[worker.id] = worker.activity.id
        elif kind in (events.ACTIVITY_CREATED, events.ACTIVITY_UPDATED):
            if activity := engine.activities.get(resource):
                self.available[resource] = activity.available
                return _put(self.activities, resource, activity.name)
        elif kind in (events.TASK_CHANNEL_CREATED, events.TASK_CHANNEL_UPDATED):
            if channel := engine.channels.get(resource):
                self.channels[resource] = channel.unique_name
        elif kind in (events.TASK_QUEUE_CREATED, events.TASK_QUEUE_EXPRESSION_UPDATED):
            if queue := engine.queues.get(resource):
                return _put(self.queues, resource, queue.name)
        elif kind in (events.WORKFLOW_CREATED, events.WORKFLOW_UPDATED) and (
            workflow := engine.workflows.get(resource)
        ):
            return _put(self.workflows, resource, workflow.name)
        return None


def _put(table: dict[int, str], resource: int, name: str) -> str | None:
    before = table.get(resource)
    table[resource] = name
    return None if before == name else before


def opening(engine: Engine, now: float) -> list[Event]:
    """The workspace as it stands at ``now``, told as the events that would have made it; tasks are left out.

    A new worker can take one task on every channel: only what differs from that is told.
    """
    found: list[Event] = [(now, events.WORKSPACE_CREATED, None, None, None, None)]
    found += [(now, events.ACTIVITY_CREATED, None, None, None, each) for each in engine.activities]
    found += [(now, events.TASK_CHANNEL_CREATED, None, None, None, each) for each in engine.channels]
    found += [(now, events.TASK_QUEUE_CREATED, None, None, None, each) for each in engine.queues]
    found += [(now, events.WORKFLOW_CREATED, None, None, None, each) for each in engine.workflows]
    for worker in engine.workers.values():
        found.append((now, events.WORKER_CREATED, None, worker.id, None, None))
        for channel, on in worker.channels.items():
            if on.capacity != NEW_CAPACITY:
                extra: tuple[int, int | bool] = (channel, NEW_CAPACITY)
                found.append((now, events.WORKER_CAPACITY_UPDATE, None, worker.id, None, extra))
            if not on.available:
                extra = (channel, True)
                found.append((now, events.WORKER_CHANNEL_AVAILABILITY_UPDATE, None, worker.id, None, extra))
    return found
