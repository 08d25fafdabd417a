"""What was so when each event happened, told from the events and the engine's state after them.

One input can cause many events, and the engine can be asked only afterwards: by then a task that was created may have
another priority, be reserved, even have ended. So tasks are followed event by event, and workers are led back from where
they stand. What only a client changes (names, attributes, expressions) is changed before the input's first event, and is
read from the engine.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import orjson

from flexsim.measure.event_facts import (
    ActivityFacts,
    ChannelFacts,
    MatchFacts,
    Moment,
    PlaceFacts,
    QueueFacts,
    ReservationFacts,
    RootFacts,
    TaskFacts,
    WorkerChannelFacts,
    WorkerFacts,
    WorkflowFacts,
)
from flexsim.taskrouter import events as ev
from flexsim.taskrouter import states
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import EXTRA, KIND, RESERVATION, TASK, TIME, WORKER, Event
from flexsim.taskrouter.expressions import lookup
from flexsim.taskrouter.resources import Activity, Task, TaskChannel, TaskQueue, Worker, Workflow
from flexsim.taskrouter.workflow import DEFAULT, Routing

_RESERVATION_STATUS: Final = {
    ev.RESERVATION_CREATED: states.PENDING,
    ev.RESERVATION_ACCEPTED: states.ACCEPTED,
    ev.RESERVATION_REJECTED: states.REJECTED,
    ev.RESERVATION_TIMEOUT: states.TIMEOUT,
    ev.RESERVATION_CANCELED: states.CANCELED,
    ev.RESERVATION_RESCINDED: states.RESCINDED,
    ev.RESERVATION_WRAPUP: states.WRAPPING,
    ev.RESERVATION_COMPLETED: states.COMPLETED,
}
_TASK_STATUS: Final = {
    ev.RESERVATION_CREATED: states.RESERVED,
    ev.RESERVATION_ACCEPTED: states.ASSIGNED,
    ev.TASK_WRAPUP: states.WRAPPING,
    ev.TASK_COMPLETED: states.COMPLETED,
    ev.TASK_CANCELED: states.CANCELED,
}
_BACK_TO_PENDING: Final = frozenset({states.REJECTED, states.TIMEOUT, states.CANCELED})
_LEAVING_THE_TASK_ALONE: Final = frozenset(
    {
        ev.TASK_DELETED, ev.TASK_SYSTEM_DELETED, ev.WORKFLOW_ENTERED, ev.WORKFLOW_TIMEOUT, ev.WORKFLOW_SKIPPED,
        ev.TASK_QUEUE_TIMEOUT, ev.RESERVATION_RESCINDED, ev.RESERVATION_WRAPUP, ev.RESERVATION_COMPLETED,
    }
)  # fmt: skip
_DELETED: Final = frozenset({ev.TASK_DELETED, ev.TASK_SYSTEM_DELETED})
_NEW_VERSION: Final = frozenset(
    {ev.TASK_UPDATED, ev.TASK_WRAPUP, ev.TASK_COMPLETED, ev.TASK_CANCELED, ev.RESERVATION_ACCEPTED}
)
# One change of a worker can have two events, of which these are the first; its version moves once.
_BEGINNINGS: Final = frozenset({ev.WORKER_ATTRIBUTES_UPDATE, ev.WORKER_CAPACITY_UPDATE})
_OF_WORKER_CHANNELS: Final = frozenset({ev.WORKER_CAPACITY_UPDATE, ev.WORKER_CHANNEL_AVAILABILITY_UPDATE})
_FIRST_WITH_WORKER: Final = ev.RESERVATION_CREATED
_LAST_WITH_WORKER: Final = ev.WORKER_CHANNEL_AVAILABILITY_UPDATE


class _Task:
    """A task as far as its events have been heard."""

    __slots__ = (
        "attributes", "channel", "ended", "pending", "place", "priority", "queue", "queue_entered", "reason", "root",
        "status", "version", "virtual_start", "workflow",
    )  # fmt: skip

    def __init__(self, task: Task, channel: ChannelFacts) -> None:
        """A task that has just been created."""
        direct = task.direct
        worker = None if direct is None or direct.worker is None else direct.worker.id
        queue = None if direct is None or worker is not None else direct.queue.id
        ignores = direct is not None and direct.ignore_capacity
        self.root = RootFacts(task.id, task.created, task.timeout, worker, queue, ignores)
        self.workflow = task.workflow.id
        self.priority = task.priority
        self.status: str = states.PENDING
        self.reason: str | None = None
        self.version = 0
        self.queue: int | None = None
        self.queue_entered: float | None = None
        self.place: PlaceFacts | None = None
        self.ended: float | None = None
        self.pending: set[int] = set()  # its undecided reservations
        self.read(task, channel)

    def read(self, task: Task, channel: ChannelFacts) -> None:
        """What clients set."""
        self.attributes = _text(task)
        self.virtual_start = task.virtual_start
        self.channel = channel

    def facts(self) -> TaskFacts:
        return TaskFacts(
            self.root, self.attributes, self.virtual_start, self.channel, self.priority, self.status, self.reason,
            self.version, self.queue, self.queue_entered, self.place, self.ended,
        )  # fmt: skip


class Past:
    """Follows one engine. Hand it the events of every input right after the input, from the present state on."""

    def __init__(self, engine: Engine, document: Any = None) -> None:
        """``engine`` has done its last input, and none of its events is heard again.

        ``document`` is what ``dump`` said of another one that had heard all of its events.
        """
        self._engine = engine
        self._queues: dict[int, QueueFacts] = {}
        self._workflows: dict[int, WorkflowFacts] = {}
        self._activities: dict[int, ActivityFacts] = {}
        self._channels: dict[int, ChannelFacts] = {}
        self._routings: dict[int, Routing] = {}  # the configuration in force, by workflow
        self._places: dict[tuple[int, int, int], PlaceFacts] = {}
        self._tasks: dict[int, tuple[_Task, TaskFacts]] = {}
        self._ended: deque[int] = deque()  # tasks that the engine will forget, in that order
        self._versions: dict[int, int] = {}  # of open reservations
        self._workers: dict[int, Worker] = {}  # the engine's own records, which outlive deletion here
        self._latest: dict[int, WorkerFacts] = {}
        self._reserved_at: dict[tuple[int, int], float] = {}  # by worker and channel
        self._steps: dict[int, Callable[[_Task, Event], Any]] = {
            ev.TASK_CREATED: self._take_priority,
            ev.TASK_UPDATED: self._update,
            ev.TASK_WRAPUP: self._take_reason,
            ev.TASK_COMPLETED: self._end,
            ev.TASK_CANCELED: self._end,
            ev.WORKFLOW_TARGET_MATCHED: self._match,
            ev.TASK_QUEUE_ENTERED: self._enter,
            ev.TASK_QUEUE_MOVED: self._move,
            **dict.fromkeys(_RESERVATION_STATUS, self._reserve),
        }
        self._begin()
        if document is not None:
            self._load(document)

    def dump(self) -> Any:
        """What cannot be learnt from the engine, in JSON's own types."""
        return {
            "places": [
                [number, *task.place]
                for number, (task, _) in self._tasks.items()
                # The engine forgets without an event, so that there may be tasks here that it does not know any more.
                if task.place is not None and number in self._engine.tasks
            ],
            "reserved_at": [[*key, moment] for key, moment in self._reserved_at.items()],
        }

    def _load(self, document: Any) -> None:
        for number, *place in document["places"]:
            task, _ = self._tasks[number]
            task.place = PlaceFacts(*place)
            self._tasks[number] = (task, task.facts())
        self._reserved_at = {(worker, channel): moment for worker, channel, moment in document["reserved_at"]}

    def hear(self, first: int, happened: Sequence[Event]) -> list[Moment]:
        """The moments of one input's events; ``first`` is the number of the first of them."""
        workers, channels = self._led_back(happened)
        moments = []
        name, gone = self._engine.name, []
        for place, event in enumerate(happened):
            kind = event[KIND]
            facts = reservation = queue = workflow = more = None
            if event[TASK] is not None:
                task, facts, more = self._step(event)
                queue = None if task.queue is None else self._queue(task.queue)
                workflow = self._workflow(task.workflow)
                if kind in _RESERVATION_STATUS:
                    reservation, more = more, None
                elif kind in _DELETED:
                    gone.append(task.root.id)
            elif kind == ev.WORKER_ACTIVITY_UPDATE:
                more = self._activity(event[EXTRA][0])
            elif kind in _OF_WORKER_CHANNELS:
                more = channels[place]
            elif kind >= ev.ACTIVITY_CREATED:
                queue, workflow, more = self._thing(event)
            worker = workers.get(place)
            moments.append(Moment(first + place, event, name, facts, queue, workflow, reservation, worker, more))
        self._forget(gone)
        return moments

    # --- tasks ---

    def _step(self, event: Event) -> tuple[_Task, TaskFacts, Any]:
        """Carry the event's task on by the event."""
        number: int = event[TASK]  # type: ignore[assignment]  # the caller has looked
        kind = event[KIND]
        if kind == ev.TASK_CREATED:
            self._create(number)
        task, facts = self._tasks[number]
        step = self._steps.get(kind)
        more = None if step is None else step(task, event)
        task.status = _TASK_STATUS.get(kind, task.status)
        if kind in _NEW_VERSION:
            task.version += 1
        if kind not in _LEAVING_THE_TASK_ALONE:
            facts = task.facts()
            self._tasks[number] = (task, facts)
        return task, facts, more

    def _create(self, number: int) -> None:
        record = self._engine.tasks.get(number)
        assert record is not None, "an input does not outlast the time that an ended task is kept"
        task = _Task(record, self._channel(record.channel.id))
        self._tasks[number] = (task, task.facts())

    @staticmethod
    def _take_priority(task: _Task, event: Event) -> None:
        task.priority = event[EXTRA]

    @staticmethod
    def _enter(task: _Task, event: Event) -> None:
        task.queue, task.queue_entered = event[EXTRA], event[TIME]

    @staticmethod
    def _take_reason(task: _Task, event: Event) -> None:
        task.reason = event[EXTRA]

    def _end(self, task: _Task, event: Event) -> None:
        task.reason, task.ended = event[EXTRA], event[TIME]
        self._ended.append(task.root.id)

    def _move(self, task: _Task, event: Event) -> QueueFacts:
        left, entered = event[EXTRA]
        task.queue, task.queue_entered = entered, event[TIME]
        return self._queue(left)

    def _update(self, task: _Task, event: Event) -> MatchFacts:
        record = self._engine.tasks.get(task.root.id)
        if record is not None:
            task.read(record, self._channel(record.channel.id))
        previous, task.priority = task.priority, event[EXTRA]
        return MatchFacts(None if previous == task.priority else previous, None)

    def _match(self, task: _Task, event: Event) -> MatchFacts:
        workflow, index, step = event[EXTRA]
        target = self._routings[workflow].target((index, step))
        task.place = self._places.get(event[EXTRA]) or self._read_place(event[EXTRA])
        previous = task.priority
        if target.priority is not None:
            task.priority = target.priority
        known = None
        if target.known_worker is not None and target.known_worker.by == "sid":
            record = self._engine.tasks.get(task.root.id)
            value = None if record is None else lookup(record.attributes, target.known_worker.path)
            known = value if isinstance(value, str) else None
        return MatchFacts(None if previous == task.priority else previous, known)

    def _read_place(self, where: tuple[int, int, int]) -> PlaceFacts:
        workflow, index, step = where
        routing = self._routings[workflow]
        target = routing.target((index, step))
        expression = target.expression.text if target.expression else ""
        if index == DEFAULT:
            place = PlaceFacts("", "", expression)
        else:
            place = PlaceFacts(routing.filters[index].name, routing.filters[index].expression.text, expression)
        self._places[where] = place
        return place

    def _reserve(self, task: _Task, event: Event) -> ReservationFacts:
        number: int = event[RESERVATION]  # type: ignore[assignment]  # a reservation's event has one
        status = _RESERVATION_STATUS[event[KIND]]
        version = self._versions.get(number, 0) + 1
        if status in states.RESERVATION_OPEN:
            self._versions[number] = version
        else:
            self._versions.pop(number, None)
        if status == states.PENDING:
            task.pending.add(number)
            self._reserved_at[event[WORKER], task.channel.id] = event[TIME]  # type: ignore[index]  # it has a worker
        else:
            task.pending.discard(number)
            if task.status == states.RESERVED and not task.pending and status in _BACK_TO_PENDING:
                task.status = states.PENDING
        return ReservationFacts(number, status, version)

    def _forget(self, gone: list[int]) -> None:
        """Let go of what the engine has let go of."""
        for number in gone:
            self._tasks.pop(number, None)
        while self._ended and self._ended[0] not in self._engine.tasks:
            self._tasks.pop(self._ended.popleft(), None)

    # --- workers ---

    def _led_back(self, happened: Sequence[Event]) -> tuple[dict[int, WorkerFacts], dict[int, WorkerChannelFacts]]:
        """The worker of each event that has one, right after it, by the event's place; and worker channels likewise."""
        facts: dict[int, WorkerFacts] = {}
        channels: dict[int, WorkerChannelFacts] = {}
        cursors: dict[int, _Cursor] = {}
        begun: dict[Any, int] = {event[WORKER]: n for n, event in enumerate(happened) if event[KIND] in _BEGINNINGS}
        for place in range(len(happened) - 1, -1, -1):
            event = happened[place]
            if not _FIRST_WITH_WORKER <= event[KIND] <= _LAST_WITH_WORKER:
                continue
            number: int = event[WORKER]  # type: ignore[assignment]  # these kinds have one
            cursor = cursors.get(number)
            if cursor is None:
                cursor = cursors[number] = _Cursor(self._worker(number), self._latest.get(number))
                self._latest[number] = facts[place] = self._worker_facts(cursor)
            else:
                facts[place] = self._worker_facts(cursor)
            if event[KIND] in _OF_WORKER_CHANNELS:
                channels[place] = self._worker_channel(cursor, event)
            cursor.undo(event, self._engine, begun=begun.get(number, place) < place)
        if cursors:
            self._let_go(cursors)
        return facts, channels

    def _let_go(self, numbers: Iterable[int]) -> None:
        """Forget those of the workers who have been deleted."""
        for number in numbers:
            if number not in self._engine.workers:
                for channel in self._workers.pop(number).channels:
                    self._reserved_at.pop((number, channel), None)
                del self._latest[number]

    def _worker(self, number: int) -> Worker:
        found = self._engine.workers.get(number)
        if found is None:
            return self._workers[number]
        self._workers[number] = found
        return found

    def _worker_facts(self, cursor: "_Cursor") -> WorkerFacts:
        worker = cursor.worker
        found = WorkerFacts(
            worker.id, worker.name, _text(worker), self._activity(cursor.activity), cursor.version, worker.created,
            cursor.updated, cursor.status_changed,
        )  # fmt: skip
        for known in (cursor.facts, cursor.before):
            if known is not None and known == found:
                found = known  # one record for as long as nothing changes
        cursor.facts = found
        return found

    def _worker_channel(self, cursor: "_Cursor", event: Event) -> WorkerChannelFacts:
        channel, previous = event[EXTRA]
        on = cursor.worker.channels[channel]
        is_capacity = event[KIND] == ev.WORKER_CAPACITY_UPDATE
        return WorkerChannelFacts(
            self._channel(channel),
            cursor.available.get(channel, on.available),
            on.capacity,
            previous if is_capacity else on.capacity,
            on.load - cursor.reserved.get(channel, 0),
            on.assigned,
            self._reserved_at.get((cursor.worker.id, channel)),
        )

    # --- the workspace's things, as they are or as they were when they left ---

    def _thing(self, event: Event) -> tuple[QueueFacts | None, WorkflowFacts | None, Any]:
        """The queue, workflow, activity or channel that the event is about."""
        kind, number = event[KIND], event[EXTRA]
        if kind <= ev.ACTIVITY_DELETED:
            return None, None, self._activity(number)
        if kind <= ev.TASK_CHANNEL_DELETED:
            return None, None, self._channel(number)
        if kind <= ev.TASK_QUEUE_EXPRESSION_UPDATED:
            return self._queue(number), None, None
        if kind <= ev.WORKFLOW_DELETED:
            workflow = self._engine.workflows.get(number)
            if workflow is not None:
                self._follow(workflow)
            return None, self._workflow(number), None
        return None, None, None

    def _follow(self, workflow: Workflow) -> None:
        """The workflow's present configuration is in force from now on."""
        self._routings[workflow.id] = workflow.routing
        self._places = {key: place for key, place in self._places.items() if key[0] != workflow.id}

    def _queue(self, number: int) -> QueueFacts:
        record, known = self._engine.queues.get(number), self._queues.get(number)
        if record is None or (known is not None and known == _queue_values(record)):
            return self._queues[number]
        self._queues[number] = found = QueueFacts(*_queue_values(record))
        return found

    def _workflow(self, number: int) -> WorkflowFacts:
        record, known = self._engine.workflows.get(number), self._workflows.get(number)
        if record is None or (
            known is not None and known.name == record.name and known[2] == record.reservation_timeout
        ):
            return self._workflows[number]
        self._workflows[number] = found = WorkflowFacts(number, record.name, record.reservation_timeout)
        return found

    def _activity(self, number: int) -> ActivityFacts:
        record, known = self._engine.activities.get(number), self._activities.get(number)
        if record is None or (known is not None and known.name == record.name):
            return self._activities[number]
        self._activities[number] = found = _activity_facts(record)
        return found

    def _channel(self, number: int) -> ChannelFacts:
        record, known = self._engine.channels.get(number), self._channels.get(number)
        if record is None or (known is not None and known == _channel_values(record)):
            return self._channels[number]
        self._channels[number] = found = ChannelFacts(*_channel_values(record))
        return found

    # --- the beginning ---

    def _begin(self) -> None:
        engine = self._engine
        for queue in engine.queues:
            self._queue(queue)
        for activity in engine.activities:
            self._activity(activity)
        for channel in engine.channels:
            self._channel(channel)
        for workflow in engine.workflows.values():
            self._workflow(workflow.id)
            self._follow(workflow)
        for worker in engine.workers.values():
            self._begin_worker(worker)
        for reservation in engine.reservations.values():
            if reservation.status in states.RESERVATION_OPEN:
                self._versions[reservation.id] = reservation.version
        for task in engine.tasks.values():
            self._begin_task(task)
        ended = [task for task in engine.tasks.values() if task.ended is not None]
        self._ended.extend(task.id for task in sorted(ended, key=lambda task: task.ended or 0.0))

    def _begin_worker(self, worker: Worker) -> None:
        self._workers[worker.id] = worker
        self._latest[worker.id] = self._worker_facts(_Cursor(worker, None))
        for channel, on in worker.channels.items():
            latest = self._engine.reservations.get(on.last_reserved - 1)
            if latest is not None:
                self._reserved_at[worker.id, channel] = latest.created

    def _begin_task(self, record: Task) -> None:
        task = _Task(record, self._channel(record.channel.id))
        task.status, task.reason, task.version = record.status, record.reason, record.version
        workflow, queue = record.workflow, record.queue
        # Those of an ended task may have been deleted since.
        self._workflows.setdefault(workflow.id, WorkflowFacts(workflow.id, workflow.name, workflow.reservation_timeout))
        if queue is not None:
            task.queue = queue.id
            self._queues.setdefault(queue.id, QueueFacts(*_queue_values(queue)))
        task.queue_entered, task.ended = record.queue_entered, record.ended
        place = (record.filter, record.target)
        if record.filter >= DEFAULT and workflow.id in self._routings and workflow.routing.queue_at(place) is not None:
            task.place = self._read_place((record.workflow.id, *place))
        reservations = self._engine.reservations
        task.pending = {each for each in record.open_reservations if reservations[each].status == states.PENDING}
        self._tasks[record.id] = (task, task.facts())


class _Cursor:
    """A worker on the way back from where an input has left it to where the input found it."""

    __slots__ = (
        "activity", "available", "before", "facts", "reserved", "status_changed", "updated", "version",
        "worker",
    )  # fmt: skip

    def __init__(self, worker: Worker, before: WorkerFacts | None) -> None:
        """``before`` is what was known of the worker before the input."""
        self.worker = worker
        self.before = before
        self.facts: WorkerFacts | None = None  # what it was when last asked
        self.activity = worker.activity.id
        self.version = worker.version
        self.updated: float | None = worker.updated
        self.status_changed = worker.status_changed
        self.available: dict[int, bool] = {}
        self.reserved: dict[int, int] = {}  # reservations made since, by channel

    def undo(self, event: Event, engine: Engine, *, begun: bool) -> None:
        """To before ``event``; ``begun``: an earlier event of the input was about the same change."""
        kind, extra = event[KIND], event[EXTRA]
        if kind == ev.RESERVATION_CREATED:
            self.version -= 1
            task = engine.tasks.get(event[TASK])  # type: ignore[arg-type]  # a reservation has a task
            if task is not None:
                self.reserved[task.channel.id] = self.reserved.get(task.channel.id, 0) + 1
        elif kind == ev.WORKER_ACTIVITY_UPDATE:
            self.activity = extra[0]
            self.status_changed = event[TIME] - extra[2]
            self.updated = None  # it may have been renamed in the meantime, which has no event
            self.version -= not begun
        elif kind == ev.WORKER_CHANNEL_AVAILABILITY_UPDATE:
            self.available[extra[0]] = extra[1]
            self.version -= not begun
        elif kind in _BEGINNINGS:
            self.version -= 1


def _text(record: Task | Worker) -> str:
    """Attributes as JSON text, to the letter where they came as text."""
    if record.attributes_text is None:
        return orjson.dumps(record.attributes).decode()
    return record.attributes_text


def _activity_facts(activity: Activity) -> ActivityFacts:
    return ActivityFacts(activity.id, activity.name, activity.available)


def _channel_values(channel: TaskChannel) -> tuple[int, str, str, bool]:
    return channel.id, channel.name, channel.unique_name, channel.optimized


def _queue_values(queue: TaskQueue) -> tuple[int, str, str, bool, int]:
    return queue.id, queue.name, queue.target_workers, queue.lifo, queue.max_reserved_workers
