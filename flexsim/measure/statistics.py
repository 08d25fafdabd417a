"""What a contact centre counts, from its events alone; with the field's own terms.

offered         tasks that entered the queue; in the total, tasks created
answered        of these, accepted by an agent (the first acceptance counts)
handled         of these, completed by an agent
abandoned       canceled before anybody accepted, by the customer
lost            canceled before anybody accepted, by the routing: out of time, of targets or of attempts
removed         deleted, or canceled by somebody after an agent had accepted
waiting         not accepted yet
service level   answered within the threshold / (answered + abandoned after the threshold). Who gives up within the
                threshold is left out; losses count as abandoned.
ASA             average speed of answer: mean wait of the answered
talk, wrap      acceptance to wrap-up, wrap-up to completion; without wrap-up, all is talk
AHT             average handle time: mean of talk + wrap of the handled
occupancy       time with at least one accepted task / that time + time available without one

A wait is counted from entering the queue for the queue's figures, and from creation for the total's. A task that moved on
was offered to each queue that it entered and ended in the last.

Time comes with the events and, for what is still open, as an argument.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from flexsim.measure.distribution import Distribution, add_to_both
from flexsim.measure.names import Names
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import EXTRA, KIND, NAMES, TASK, TIME, WORKER, Event
from flexsim.taskrouter.routing import (
    CANCELED_BY_AGE,
    CANCELED_BY_ASSIGNMENTS,
    CANCELED_BY_SKIPPING,
    CANCELED_BY_WORKFLOW,
)

OPEN_STATES: Final = ("pending", "reserved", "assigned", "wrapping")
_NEVER: Final = float("-inf")
END_STATES: Final = ("completed", "canceled", "deleted")
# Reasons of cancelation that are the routing's.
LOST: Final = frozenset({CANCELED_BY_AGE, CANCELED_BY_ASSIGNMENTS, CANCELED_BY_SKIPPING, CANCELED_BY_WORKFLOW})


# What records are written down and added up by; a compiled class does not know its slots.
_TALLY: Final = (
    "abandoned", "abandoned_late", "answered", "answered_in_time", "handle", "lost", "offered", "removed", "talk", "wait", "wrap",
)  # fmt: skip
_TASK: Final = ("accepted", "created", "entered", "pending", "queue", "state", "wrapping")
_WORKER: Final = ("activity", "busy", "since")


class Tally:
    """The counts of one queue, or of all; can be added up."""

    __slots__ = _TALLY

    def __init__(self) -> None:
        self.offered = 0
        self.answered = 0
        self.answered_in_time = 0
        self.abandoned = 0
        self.abandoned_late = 0  # abandoned or lost after the threshold
        self.lost = 0
        self.removed = 0
        self.wait = Distribution()
        self.talk = Distribution()
        self.wrap = Distribution()
        self.handle = Distribution()

    def merge(self, other: "Tally") -> None:
        """Count all that ``other`` has counted."""
        for name in _TALLY:
            mine = getattr(self, name)
            if isinstance(mine, Distribution):
                mine.merge(getattr(other, name))
            else:
                setattr(self, name, mine + getattr(other, name))

    def dump(self) -> dict[str, Any]:
        """All of it as a JSON-ready document."""
        values = {name: getattr(self, name) for name in _TALLY}
        return {name: each.dump() if isinstance(each, Distribution) else each for name, each in values.items()}

    def load(self, document: dict[str, Any]) -> None:
        """Hold what was dumped."""
        for name, value in document.items():
            if isinstance(mine := getattr(self, name), Distribution):
                mine.load(value)
            else:
                setattr(self, name, value)

    @property
    def handled(self) -> int:
        """Tasks completed by an agent."""
        return self.handle.count

    @property
    def service_level(self) -> float | None:
        """A share from 0 to 1; None while there is nothing to judge."""
        judged = self.answered + self.abandoned_late
        return self.answered_in_time / judged if judged else None


class Totals:
    """Everything that has been counted to the end; can be added up over runs."""

    __slots__ = ("busy", "ended", "idle", "overall", "queues")

    def __init__(self) -> None:
        self.overall = Tally()
        self.queues: dict[str, Tally] = {}
        self.ended: Counter[str] = Counter()  # tasks by the state in which they ended
        self.busy = 0.0  # agents' seconds with at least one accepted task
        self.idle = 0.0  # agents' seconds available without one

    def merge(self, other: "Totals") -> None:
        """Count all that ``other`` has counted."""
        self.overall.merge(other.overall)
        for name, tally in other.queues.items():
            self.queue(name).merge(tally)
        self.ended.update(other.ended)
        self.busy += other.busy
        self.idle += other.idle

    def queue(self, name: str) -> Tally:
        """The tally of this queue, made when first asked for."""
        found = self.queues.get(name)
        if found is None:  # not setdefault, which would make a tally for every task
            found = self.queues[name] = Tally()
        return found

    @property
    def occupancy(self) -> float | None:
        """A share from 0 to 1; None while no agent was busy or idle."""
        staffed = self.busy + self.idle
        return self.busy / staffed if staffed else None


class OpenTask:
    """A task that has not ended. Times in UTC seconds; None for what has not been."""

    __slots__ = _TASK

    def __init__(self, now: float) -> None:
        self.created = self.entered = now
        self.state = "pending"
        self.queue: str | None = None
        self.pending = 0  # reservations that nobody has decided
        self.accepted: float | None = None
        self.wrapping: float | None = None


class WorkerState:
    """What a worker does; ``since`` is when the time was last spent that adds up to the occupancy."""

    __slots__ = _WORKER

    def __init__(self, activity: int, now: float) -> None:
        self.activity = activity
        self.busy = 0  # accepted reservations that are not over
        self.since = now


class Statistics:
    """The fold: ``add`` each event in order; ``names`` is whoever keeps the names of the same events.

    ``threshold`` is the service level's, in seconds. Events of tasks and workers that were there before the log began
    are passed over.
    """

    __slots__ = ("_accepted", "_names", "_steps", "_tasks", "_workers", "events", "last", "threshold", "totals")

    def __init__(self, names: Names, threshold: float) -> None:
        self.threshold = threshold
        self.totals = Totals()
        self.events = 0  # taken in so far
        self.last = _NEVER  # time of the latest event
        self._names = names
        self._tasks: dict[int, OpenTask] = {}  # the open ones, oldest first
        self._workers: dict[int, WorkerState] = {}
        self._accepted: set[int] = set()  # reservations being handled
        self._steps: list[Callable[[Event], None] | None] = [
            getattr(self, _STEPS[kind]) if kind in _STEPS else None for kind in range(len(NAMES))
        ]

    def begin(self, now: float) -> None:
        """Count from ``now`` on only: contacts that are in the centre already are left out, agents' time starts here."""
        queues = self.totals.queues
        self.totals = Totals()
        for name in queues:
            self.totals.queue(name)
        self._tasks.clear()
        for worker in self._workers.values():
            worker.since = now

    def add(self, event: Event) -> None:
        """Take in the next event."""
        self.events += 1
        self.last = event[TIME]
        if step := self._steps[event[KIND]]:
            step(event)

    def add_all(self, events: Sequence[Event]) -> None:
        """Take in the next events."""
        steps = self._steps
        for event in events:
            if step := steps[event[KIND]]:
                step(event)
        if events:
            self.events += len(events)
            self.last = events[-1][TIME]

    # What is so now.

    def task(self, number: int) -> OpenTask | None:
        """The task with this id, if it is open: to be read only, and until the next event."""
        return self._tasks.get(number)

    def worker(self, number: int) -> WorkerState | None:
        """The worker with this id, if there is one: to be read only, and until the next event."""
        return self._workers.get(number)

    def tasks_by_state(self) -> dict[str, int]:
        """How many tasks are in each state: the open ones now, the ended ones so far."""
        found = Counter(task.state for task in self._tasks.values())
        return {state: found[state] for state in OPEN_STATES} | {
            state: self.totals.ended[state] for state in END_STATES
        }

    def workers_by_activity(self) -> dict[str, int]:
        """How many workers are in each activity; an activity without any counts 0."""
        found = Counter(worker.activity for worker in self._workers.values())
        return {name: found[activity] for activity, name in self._names.activities.items()}

    def workers_busy(self) -> int:
        """How many workers handle at least one task."""
        return sum(1 for worker in self._workers.values() if worker.busy)

    def waiting(self, now: float) -> dict[str | None, tuple[int, float]]:
        """By queue: how many wait and the longest wait; under None the same for all, from creation."""
        found: dict[str | None, tuple[int, float]] = {None: (0, 0.0)}
        for task in self._tasks.values():
            if task.accepted is None:
                _count_wait(found, None, now - task.created)
                if task.queue is not None:
                    _count_wait(found, task.queue, now - task.entered)
        return found

    def totals_at(self, now: float) -> Totals:
        """The totals with agents' time counted up to ``now``."""
        found = Totals()
        found.merge(self.totals)
        for worker in self._workers.values():
            self._spend(found, worker, now)
        return found

    def dump(self) -> dict[str, Any]:
        """All of it as a JSON-ready document."""
        totals = self.totals
        return {
            "threshold": self.threshold,
            "events": self.events,
            "last": None if self.last == _NEVER else self.last,
            "overall": totals.overall.dump(),
            "queues": {name: tally.dump() for name, tally in totals.queues.items()},
            "ended": dict(totals.ended),
            "spent": [totals.busy, totals.idle],
            "tasks": [[number, *_values(task)] for number, task in self._tasks.items()],
            "workers": [[number, *_values(worker)] for number, worker in self._workers.items()],
            "accepted": sorted(self._accepted),
        }

    def load(self, document: dict[str, Any]) -> None:
        """Hold what was dumped."""
        totals = self.totals
        self.threshold = document["threshold"]
        self.events = document["events"]
        self.last = _NEVER if document["last"] is None else document["last"]
        totals.overall.load(document["overall"])
        for name, tally in document["queues"].items():
            totals.queue(name).load(tally)
        totals.ended = Counter(document["ended"])
        totals.busy, totals.idle = document["spent"]
        for number, *values in document["tasks"]:
            self._tasks[number] = _filled(OpenTask(0.0), values)
        for number, *values in document["workers"]:
            self._workers[number] = _filled(WorkerState(0, 0.0), values)
        self._accepted = set(document["accepted"])

    def _queue_created(self, event: Event) -> None:
        self.totals.queue(self._names.queues[event[EXTRA]])

    # Tasks.

    def _task_created(self, event: Event) -> None:
        self._tasks[event[TASK]] = OpenTask(event[TIME])  # type: ignore[index]  # a task's event has one
        self.totals.overall.offered += 1

    def _task_entered(self, event: Event) -> None:
        self._enter(event, event[EXTRA])

    def _task_moved(self, event: Event) -> None:
        self._enter(event, event[EXTRA][1])

    def _enter(self, event: Event, queue: int) -> None:
        task = self._tasks.get(event[TASK])  # type: ignore[arg-type]  # a task's event has one
        name = self._names.queues[queue]
        if task is None or (task.queue == name and task.entered == event[TIME]):
            return  # Twilio tells a move twice: task-queue.moved and task-queue.entered
        task.queue = name
        task.entered = event[TIME]
        self.totals.queue(name).offered += 1

    def _task_wrapup(self, event: Event) -> None:
        if task := self._tasks.get(event[TASK]):  # type: ignore[arg-type]  # a task's event has one
            task.state = "wrapping"
            task.wrapping = event[TIME]

    def _task_completed(self, event: Event) -> None:
        task = self._end(event, "completed")
        if task is None or task.accepted is None:
            return
        wrapping = event[TIME] if task.wrapping is None else task.wrapping
        talk, wrap, handle = wrapping - task.accepted, event[TIME] - wrapping, event[TIME] - task.accepted
        overall, queue = self.totals.overall, self._queue(task)
        if queue is None:
            overall.talk.add(talk)
            overall.wrap.add(wrap)
            overall.handle.add(handle)
        else:
            add_to_both(overall.talk, queue.talk, talk)
            add_to_both(overall.wrap, queue.wrap, wrap)
            add_to_both(overall.handle, queue.handle, handle)

    def _task_canceled(self, event: Event) -> None:
        task = self._end(event, "canceled")
        if task is None:
            return
        if task.accepted is not None:
            self._remove(task)
            return
        lost = event[EXTRA] in LOST
        for tally, start in zip(self._tallies(task), (task.created, task.entered), strict=False):
            tally.lost += lost
            tally.abandoned += not lost
            tally.abandoned_late += event[TIME] - start > self.threshold

    def _task_deleted(self, event: Event) -> None:
        # An ended task is forgotten by the TaskRouter, or deleted by somebody: nothing new to count.
        if task := self._end(event, "deleted"):
            self._remove(task)

    def _remove(self, task: OpenTask) -> None:
        for tally in self._tallies(task):
            tally.removed += 1

    def _end(self, event: Event, state: str) -> OpenTask | None:
        task = self._tasks.pop(event[TASK], None)  # type: ignore[arg-type]  # a task's event has one
        if task is not None:
            self.totals.ended[state] += 1
        return task

    def _queue(self, task: OpenTask) -> Tally | None:
        return None if task.queue is None else self.totals.queue(task.queue)

    def _tallies(self, task: OpenTask) -> tuple[Tally, ...]:
        queue = self._queue(task)
        return (self.totals.overall,) if queue is None else (self.totals.overall, queue)

    # Reservations.

    def _reservation_created(self, event: Event) -> None:
        if task := self._tasks.get(event[TASK]):  # type: ignore[arg-type]  # a task's event has one
            task.pending += 1
            if task.state == "pending":
                task.state = "reserved"

    def _reservation_accepted(self, event: Event) -> None:
        self._accepted.add(event[ev.RESERVATION])  # type: ignore[arg-type]  # a reservation's event has one
        if worker := self._workers.get(event[WORKER]):  # type: ignore[arg-type]  # and a worker
            self._spend(self.totals, worker, event[TIME])
            worker.since = event[TIME]
            worker.busy += 1
        task = self._tasks.get(event[TASK])  # type: ignore[arg-type]  # and a task
        if task is None:
            return
        task.pending -= 1
        task.state = "assigned"
        if task.accepted is None:
            task.accepted = event[TIME]
            self._answered(task, event[TIME])

    def _answered(self, task: OpenTask, now: float) -> None:
        overall, queue = self.totals.overall, self._queue(task)
        wait = now - task.created
        overall.answered += 1
        overall.answered_in_time += wait <= self.threshold
        if queue is None:
            overall.wait.add(wait)
            return
        here = now - task.entered
        queue.answered += 1
        queue.answered_in_time += here <= self.threshold
        if here == wait:
            add_to_both(overall.wait, queue.wait, wait)
        else:
            overall.wait.add(wait)
            queue.wait.add(here)

    def _reservation_over(self, event: Event) -> None:
        reservation: Any = event[ev.RESERVATION]
        if reservation in self._accepted:
            self._accepted.discard(reservation)
            if worker := self._workers.get(event[WORKER]):  # type: ignore[arg-type]  # a reservation's event has a worker
                self._spend(self.totals, worker, event[TIME])
                worker.since = event[TIME]
                worker.busy -= 1
            return
        if task := self._tasks.get(event[TASK]):  # type: ignore[arg-type]  # a task's event has one
            task.pending -= 1
            if not task.pending and task.state == "reserved":
                task.state = "pending"

    # Workers.

    def _worker_created(self, event: Event) -> None:
        worker: Any = event[WORKER]
        self._workers[worker] = WorkerState(self._names.worker_activity[worker], event[TIME])

    def _worker_deleted(self, event: Event) -> None:
        worker = self._workers.pop(event[WORKER], None)  # type: ignore[arg-type]  # a worker's event has one
        if worker is not None:
            self._spend(self.totals, worker, event[TIME])

    def _worker_activity(self, event: Event) -> None:
        if worker := self._workers.get(event[WORKER]):  # type: ignore[arg-type]  # a worker's event has one
            self._spend(self.totals, worker, event[TIME])
            worker.since = event[TIME]
            worker.activity = event[EXTRA][1]

    def _spend(self, totals: Totals, worker: WorkerState, now: float) -> None:
        """Count the time since the worker's last change."""
        if worker.busy:
            totals.busy += now - worker.since
        elif self._names.available.get(worker.activity):
            totals.idle += now - worker.since


R = TypeVar("R", OpenTask, WorkerState)


def _values(record: OpenTask | WorkerState) -> list[Any]:
    return [getattr(record, name) for name in _fields(record)]


def _filled(record: R, values: Sequence[Any]) -> R:
    for name, value in zip(_fields(record), values, strict=True):
        setattr(record, name, value)
    return record


def _fields(record: OpenTask | WorkerState) -> tuple[str, ...]:
    return _TASK if isinstance(record, OpenTask) else _WORKER


def _count_wait(found: dict[str | None, tuple[int, float]], key: str | None, wait: float) -> None:
    count, longest = found.get(key, (0, 0.0))
    found[key] = count + 1, max(longest, wait)


_STEPS: Final = {
    ev.TASK_QUEUE_CREATED: "_queue_created",
    ev.TASK_CREATED: "_task_created",
    ev.TASK_QUEUE_ENTERED: "_task_entered",
    ev.TASK_QUEUE_MOVED: "_task_moved",
    ev.TASK_WRAPUP: "_task_wrapup",
    ev.TASK_COMPLETED: "_task_completed",
    ev.TASK_CANCELED: "_task_canceled",
    ev.TASK_DELETED: "_task_deleted",
    ev.TASK_SYSTEM_DELETED: "_task_deleted",
    ev.RESERVATION_CREATED: "_reservation_created",
    ev.RESERVATION_ACCEPTED: "_reservation_accepted",
    ev.RESERVATION_REJECTED: "_reservation_over",
    ev.RESERVATION_TIMEOUT: "_reservation_over",
    ev.RESERVATION_CANCELED: "_reservation_over",
    ev.RESERVATION_RESCINDED: "_reservation_over",
    ev.RESERVATION_COMPLETED: "_reservation_over",
    ev.WORKER_CREATED: "_worker_created",
    ev.WORKER_DELETED: "_worker_deleted",
    ev.WORKER_ACTIVITY_UPDATE: "_worker_activity",
}
