"""What can be so when an event happens: small immutable records, shared by events as long as nothing has changed.

``past.Past`` makes them, ``event_payload`` writes them out. They hold only numbers, text, truth values and each other, so
that they can be kept as JSON. Times are UTC seconds; ids are the engine's.
"""

from typing import Any, NamedTuple

from flexsim.taskrouter.events import Event


class ActivityFacts(NamedTuple):
    id: int
    name: str
    available: bool


class ChannelFacts(NamedTuple):
    id: int
    name: str
    unique_name: str
    optimized: bool


class QueueFacts(NamedTuple):
    id: int
    name: str
    expression: str
    lifo: bool
    max_reserved_workers: int


class WorkflowFacts(NamedTuple):
    id: int
    name: str
    reservation_timeout: int


class PlaceFacts(NamedTuple):
    """A target of a workflow: expressions are empty where there is none."""

    filter_name: str
    filter_expression: str
    target_expression: str


class RootFacts(NamedTuple):
    """What never changes about a task; ``worker`` and ``queue`` are where it was routed directly."""

    id: int
    created: float
    timeout: int
    worker: int | None
    queue: int | None
    ignore_capacity: bool


class TaskFacts(NamedTuple):
    """``queue`` is an id: which queue that was, a moment says. ``attributes`` is JSON text."""

    root: RootFacts
    attributes: str
    virtual_start: float
    channel: ChannelFacts
    priority: int
    status: str
    reason: str | None
    version: int
    queue: int | None
    queue_entered: float | None
    place: PlaceFacts | None
    ended: float | None


class ReservationFacts(NamedTuple):
    id: int
    status: str
    version: int


class WorkerFacts(NamedTuple):
    """``updated`` is None where it cannot be told: before another change of the same input."""

    id: int
    name: str
    attributes: str
    activity: ActivityFacts
    version: int
    created: float
    updated: float | None
    status_changed: float


class WorkerChannelFacts(NamedTuple):
    """``load`` counts pending, accepted and wrapping reservations, ``assigned`` the accepted ones."""

    channel: ChannelFacts
    available: bool
    capacity: int
    previous_capacity: int
    load: int
    assigned: int
    last_reserved: float | None


class MatchFacts(NamedTuple):
    """``previous_priority`` only where it was another one; ``known_worker`` is the SID that the task asks for."""

    previous_priority: int | None
    known_worker: str | None


class Moment(NamedTuple):
    """One event with what was so right after it.

    ``number`` is the event's number in its workspace, from 0. ``queue`` and ``workflow`` are those that the event is
    about, else the task's. ``more`` is what only this kind of event has: an ``ActivityFacts`` (for
    ``worker.activity.update`` the previous one), ``ChannelFacts``, ``WorkerChannelFacts``, ``MatchFacts``, or for
    ``task-queue.moved`` the ``QueueFacts`` that was left.
    """

    number: int
    event: Event
    workspace: str
    task: TaskFacts | None
    queue: QueueFacts | None
    workflow: WorkflowFacts | None
    reservation: ReservationFacts | None
    worker: WorkerFacts | None
    more: Any
