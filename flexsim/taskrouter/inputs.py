"""What the engine is asked to do, where it takes more than a few words.

In a ``…Changes`` record None means "leave it as it is". ``attributes_text`` is the JSON text that attributes came in, kept
so that they are given back to the letter; None where they came as objects. Ids are the engine's integers.
"""

from dataclasses import dataclass
from typing import Any

from flexsim.taskrouter.resources import DAY


@dataclass(slots=True, kw_only=True)
class NewTask:
    """A task and where it goes: through its workflow, or, if one is given, directly to a queue or a worker.

    A worker is reserved whatever it is doing and however much it has, unless ``ignore_capacity`` is False; ``queue`` is
    then the one that the task is counted in. Twilio: ``RoutingTarget``, ``IgnoreCapacity`` and ``TaskQueueSid`` of the Task
    resource. Not frozen, unlike its neighbours: one is made for every task, and freezing doubles what it costs.
    """

    workflow: int
    channel: int
    attributes: dict[str, Any]
    attributes_text: str | None = None
    priority: int = 0
    timeout: int = DAY
    virtual_start: float | None = None  # None: when it is created
    to_queue: int | None = None
    to_worker: int | None = None
    ignore_capacity: bool = True
    queue: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanges:
    """``status`` is one of ``canceled``, ``wrapping``, ``completed``; ``channel`` can change only while the task waits."""

    status: str | None = None
    reason: str | None = None
    attributes: dict[str, Any] | None = None
    attributes_text: str | None = None
    priority: int | None = None
    virtual_start: float | None = None
    channel: int | None = None
    version: int | None = None  # what If-Match said; another present version is an error


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWorker:
    """``activity`` None is the workspace's default activity."""

    name: str
    attributes: dict[str, Any]
    attributes_text: str | None = None
    activity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerChanges:
    """``reject_pending`` goes with an unavailable activity: undecided reservations are rejected at once."""

    name: str | None = None
    attributes: dict[str, Any] | None = None
    attributes_text: str | None = None
    activity: int | None = None
    reject_pending: bool = False
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTaskQueue:
    """An empty ``target_workers`` matches nobody (Twilio: TaskQueue resource).

    The activities are those that single-tasking workspaces move workers to; they are kept, and nobody moves.
    """

    name: str
    target_workers: str = "1==1"
    max_reserved_workers: int = 1
    lifo: bool = False
    reservation_activity: int | None = None
    assignment_activity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskQueueChanges:
    name: str | None = None
    target_workers: str | None = None
    max_reserved_workers: int | None = None
    lifo: bool | None = None
    reservation_activity: int | None = None
    assignment_activity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWorkflow:
    """``configuration`` is the JSON document as text; its queues are SIDs of this workspace."""

    name: str
    configuration: str
    assignment_url: str = ""
    fallback_url: str = ""
    reservation_timeout: int = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowChanges:
    """``reevaluate`` sends the workflow's waiting tasks through the new configuration."""

    name: str | None = None
    configuration: str | None = None
    assignment_url: str | None = None
    fallback_url: str | None = None
    reservation_timeout: int | None = None
    reevaluate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceChanges:
    name: str | None = None
    default_activity: int | None = None
    timeout_activity: int | None = None
    event_callback_url: str | None = None
    events_filter: str | None = None
    lifo_first: bool | None = None
