"""The TaskRouter as its users see it: what deploying, agents and customers ask of one workspace.

``flexsim.deployment.client`` implements it over Twilio's SDK, for Twilio itself and for the local TaskRouter alike.
Every method raises ``TargetUnreachable`` or ``TargetRefused`` (see ``flexsim.errors``) and nothing else on purpose.
Lists are whole: the implementation turns the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    sid: str
    name: str
    available: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChannel:
    sid: str
    unique_name: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskQueue:
    sid: str
    name: str
    target_workers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """``configuration`` is the JSON document; queues in it are SIDs; ``reservation_timeout`` in seconds."""

    sid: str
    name: str
    configuration: Mapping[str, Any]
    assignment_url: str | None
    reservation_timeout: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    sid: str
    name: str
    attributes: Mapping[str, Any]
    activity_sid: str
    available: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerChannel:
    sid: str
    channel: str  # the task channel's unique name
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """``status`` is Twilio's assignment status; ``age`` in seconds; ``queue`` is the queue's name, if it is in one."""

    sid: str
    status: str
    attributes: Mapping[str, Any]
    channel: str
    queue: str | None
    priority: int
    age: int
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """``updated`` is when its status last changed, UTC seconds."""

    sid: str
    task_sid: str
    worker_sid: str
    status: str
    updated: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A task to create; ``channel`` is a unique name; ``priority`` None leaves it to the workflow; ``timeout`` in seconds."""

    workflow_sid: str
    channel: str
    attributes: Mapping[str, Any]
    priority: int | None = None
    timeout: int | None = None


class TaskRouter(Protocol):
    """One workspace of a TaskRouter."""

    async def activities(self) -> list[Activity]: ...
    async def create_activity(self, name: str, *, available: bool) -> Activity: ...
    async def delete_activity(self, sid: str) -> None: ...

    async def task_channels(self) -> list[TaskChannel]: ...
    async def create_task_channel(self, unique_name: str, *, name: str) -> TaskChannel: ...
    async def delete_task_channel(self, sid: str) -> None: ...

    async def task_queues(self) -> list[TaskQueue]: ...
    async def create_task_queue(self, name: str, *, target_workers: str) -> TaskQueue: ...
    async def update_task_queue(self, sid: str, *, target_workers: str) -> TaskQueue: ...
    async def delete_task_queue(self, sid: str) -> None: ...

    async def workflows(self) -> list[Workflow]: ...
    async def create_workflow(self, name: str, changes: "WorkflowChanges") -> Workflow: ...
    async def update_workflow(self, sid: str, changes: "WorkflowChanges") -> Workflow: ...
    async def delete_workflow(self, sid: str) -> None: ...

    async def workers(self) -> list[Worker]: ...
    async def create_worker(self, name: str, *, attributes: Mapping[str, Any]) -> Worker: ...
    async def update_worker(self, sid: str, changes: "WorkerChanges") -> Worker: ...
    async def delete_worker(self, sid: str) -> None: ...
    async def worker_channels(self, worker_sid: str) -> list[WorkerChannel]: ...
    async def set_capacity(self, worker_sid: str, channel: str, capacity: int) -> None: ...

    async def create_task(self, task: NewTask) -> Task: ...
    async def task(self, sid: str) -> Task: ...
    async def tasks(self, *, matching: str | None = None, statuses: tuple[str, ...] = ()) -> list[Task]:
        """All tasks whose attributes satisfy the expression ``matching`` and whose status is one of ``statuses``."""
        ...

    async def update_task(self, sid: str, changes: "TaskChanges") -> Task: ...
    async def delete_task(self, sid: str) -> None: ...

    async def task_reservations(self, task_sid: str) -> list[Reservation]: ...
    async def update_reservation(self, task_sid: str, reservation_sid: str, status: str) -> Reservation:
        """Move a reservation to ``accepted``, ``rejected``, ``wrapping`` or ``completed``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowChanges:
    """What to set on a workflow; None leaves it as it is."""

    configuration: Mapping[str, Any] | None = None
    assignment_url: str | None = None
    reservation_timeout: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerChanges:
    """What to set on a worker; None leaves it as it is.

    ``reject_pending`` goes with an unavailable activity: it gives the worker's undecided reservations back at once.
    """

    activity_sid: str | None = None
    attributes: Mapping[str, Any] | None = None
    reject_pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanges:
    """What to set on a task; None leaves it as it is. ``attributes`` replaces the whole document."""

    status: str | None = None
    reason: str | None = None
    attributes: Mapping[str, Any] | None = None
