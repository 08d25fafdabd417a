"""What a workspace holds.

These are the engine's own, mutable records: slotted classes rather than frozen dataclasses, because a task changes a
dozen times in its life and there are hundreds of thousands. Other rooms read them and never write. Ids are integers,
counted from 0 for each kind of resource; SIDs are made from them at the edge (``flexsim.ids``). Times are UTC seconds.
"""

from typing import Any, Final, TypeAlias

from flexsim.taskrouter.expressions import Expression
from flexsim.taskrouter.timers import TimerQueue
from flexsim.taskrouter.workflow import Routing, Target

Attributes: TypeAlias = dict[str, Any]

DAY: Final = 86_400


class Activity:
    __slots__ = ("available", "created", "id", "name", "updated")

    def __init__(self, activity_id: int, name: str, *, available: bool, now: float) -> None:
        self.id = activity_id
        self.name = name
        self.available = available
        self.created = self.updated = now


class TaskChannel:
    """``optimized``: a worker's idle time is counted on this channel alone (channel optimized routing)."""

    __slots__ = ("created", "id", "name", "optimized", "unique_name", "updated")

    def __init__(self, channel_id: int, unique_name: str, name: str, *, optimized: bool, now: float) -> None:
        self.id = channel_id
        self.unique_name = unique_name
        self.name = name
        self.optimized = optimized
        self.created = self.updated = now


class TaskQueue:
    """``members`` are the ids of the workers that the target expression matches, whatever they are doing now."""

    __slots__ = (
        "assignment_activity", "created", "expression", "id", "lifo", "max_reserved_workers", "members", "name",
        "reservation_activity", "target_workers", "updated", "workers_in_activity",
    )  # fmt: skip

    def __init__(
        self, queue_id: int, name: str, target_workers: str, expression: Expression | None, now: float
    ) -> None:
        self.id = queue_id
        self.name = name
        self.target_workers = target_workers
        self.expression = expression
        self.lifo = False
        self.max_reserved_workers = 1
        self.reservation_activity: int | None = None  # ids of activities, shown and otherwise without effect
        self.assignment_activity: int | None = None
        self.members: set[int] = set()
        self.workers_in_activity: dict[int, int] = {}
        self.created = self.updated = now


class Workflow:
    """``configuration`` is the JSON text as it was given; ``routing`` is what it means."""

    __slots__ = (
        "assignment_url", "configuration", "created", "fallback_url", "id", "name", "open_tasks", "reservation_timeout",
        "reservation_timers", "routing", "updated",
    )  # fmt: skip

    reservation_timers: TimerQueue  # where its reservations' timeouts are started

    def __init__(self, workflow_id: int, name: str, configuration: str, routing: Routing, now: float) -> None:
        self.id = workflow_id
        self.name = name
        self.configuration = configuration
        self.routing = routing
        self.assignment_url = ""
        self.fallback_url = ""
        self.reservation_timeout = 120
        self.open_tasks = 0
        self.created = self.updated = now


_CHANNEL_BITS: Final = 20


def worker_channel_number(worker_id: int, channel_id: int) -> int:
    """The serial number, for its SID, of a worker's channel: the worker's, then the channel's, so that it ascends."""
    return worker_id << _CHANNEL_BITS | channel_id


class WorkerChannel:
    """How much of one channel a worker can take: ``load`` counts pending, accepted and wrapping reservations."""

    __slots__ = ("assigned", "available", "capacity", "created", "in_hand", "lanes", "last_reserved", "load", "updated")

    def __init__(self, capacity: int, now: float) -> None:
        self.capacity = capacity
        self.available = True
        self.load = 0
        self.assigned = 0  # accepted reservations only: what Twilio shows as assigned_tasks
        self.last_reserved = 0  # serial number of the worker's latest reservation on this channel; 0 is never
        self.in_hand = False  # room may have come free, and the engine has yet to choose the task for it
        self.lanes: list[Any] = []  # whose tasks the worker may have: matching's business
        self.created = self.updated = now

    @property
    def available_percentage(self) -> int:
        """``floor((1 - load / capacity) * 100)``, and 0 for no capacity (Twilio: "Multitasking")."""
        return max(0, (self.capacity - self.load) * 100 // self.capacity) if self.capacity else 0


class Worker:
    __slots__ = (
        "activity", "attributes", "attributes_text", "channels", "created", "id", "last_reserved", "name",
        "open_reservations", "queues", "status_changed", "updated", "version",
    )  # fmt: skip

    def __init__(self, worker_id: int, name: str, attributes: Attributes, activity: Activity, now: float) -> None:
        self.id = worker_id
        self.name = name
        self.attributes = attributes
        self.attributes_text: str | None = None  # the text as it came, when it came as text
        self.activity = activity
        self.channels: dict[int, WorkerChannel] = {}  # by task channel id
        self.queues: dict[int, TaskQueue] = {}  # those it is a member of
        self.open_reservations: dict[int, Reservation] = {}  # pending, accepted or wrapping; oldest first
        self.last_reserved = 0  # serial number of the latest reservation; 0 is never
        self.version = 0
        self.created = self.updated = self.status_changed = now


class Direct:
    """Where a task goes without a workflow: to one queue, or to one worker, who is then the only member of ``queue``."""

    __slots__ = ("ignore_capacity", "queue", "target", "worker")

    def __init__(self, queue: TaskQueue, worker: Worker | None, *, ignore_capacity: bool) -> None:
        self.queue = queue
        self.worker = worker
        self.ignore_capacity = ignore_capacity
        self.target = Target(queue=queue.id)

    @classmethod
    def to_worker(cls, worker: Worker, now: float, *, ignore_capacity: bool) -> "Direct":
        """To the worker, in a queue of its own that nobody sees."""
        queue = TaskQueue(-1 - worker.id, worker.name, "", None, now)
        queue.members = {worker.id}
        return cls(queue, worker, ignore_capacity=ignore_capacity)


class Task:
    __slots__ = (
        "assigned", "assignments", "attributes", "attributes_text", "channel", "created", "declined", "direct", "ended", "filter",
        "filter_entered", "id", "lane", "open_reservations", "placement", "priority", "queue", "queue_entered", "reason", "reservations",
        "status", "target", "ticket", "timeout", "updated", "version", "virtual_start", "workflow",
    )  # fmt: skip

    def __init__(
        self, task_id: int, attributes: Attributes, workflow: Workflow, channel: TaskChannel, now: float
    ) -> None:
        self.id = task_id
        self.attributes = attributes
        self.attributes_text: str | None = None
        self.workflow = workflow
        self.channel = channel
        self.direct: Direct | None = None
        self.queue: TaskQueue | None = None
        self.status = "pending"
        self.reason: str | None = None
        self.priority = 0
        self.timeout = DAY
        self.virtual_start = now
        self.queue_entered: float | None = None
        self.filter = -2  # index of the workflow filter in force; -1 is the default filter, -2 none yet
        self.target = 0  # index of the target in it
        self.filter_entered = now  # when it came to this filter: what the targets' deadlines count from
        self.placement = 0  # how often it has been placed in a target: what its deadline timer holds for
        self.assignments = 0  # rounds of reservations so far
        self.declined: set[int] | None = None  # workers who rejected it or let it time out, in this round of trying
        self.reservations: list[int] = []  # all there have been
        self.open_reservations: dict[int, Reservation] = {}  # pending, accepted or wrapping
        self.version = 0
        self.created = self.updated = now
        self.assigned: float | None = None  # when it was accepted
        self.ended: float | None = None
        self.lane: Any = None  # where it waits: matching's business
        self.ticket = 0


class Reservation:
    __slots__ = ("created", "id", "on", "status", "task", "updated", "version", "worker")

    def __init__(self, reservation_id: int, task: Task, worker: Worker, now: float) -> None:
        self.id = reservation_id
        self.task = task
        self.worker = worker
        self.on = worker.channels[task.channel.id]  # what it takes room of
        self.status = "pending"
        self.version = 1
        self.created = self.updated = now
