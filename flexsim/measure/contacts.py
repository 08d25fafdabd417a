"""What became of each contact, each reservation and each agent's time: the events of a log, told as lives.

``Contacts`` follows them and tells a ``Listener`` what happens, with everything known so far; reports count it, exports write
it down. The terms are those of ``statistics``. Only what is still open is kept. Events of tasks and workers that were there
before the log began are passed over.
"""

from typing import Any, Final, Protocol

from flexsim.measure.names import Names
from flexsim.measure.statistics import LOST
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import EXTRA, KIND, RESERVATION, TASK, TIME, WORKER, Event

COMPLETED: Final = "completed"
CANCELED: Final = "canceled"
DELETED: Final = "deleted"


class Task:
    """One contact's life so far. ``queue`` is the one it is in, and since ``entered``; ids are the log reader's."""

    __slots__ = (
        "accepted", "created", "ended", "entered", "id", "moves", "queue", "reason", "refused", "reservations", "state",
        "story", "worker", "wrapping",
    )  # fmt: skip

    def __init__(self, number: int, now: float) -> None:
        self.id = number
        self.created = self.entered = now
        self.queue: int | None = None
        self.accepted: float | None = None  # when the first agent did, and who
        self.worker: int | None = None
        self.wrapping: float | None = None
        self.ended: float | None = None
        self.state = "pending"
        self.reason: str | None = None
        self.reservations = 0
        self.refused = 0  # reservations that were rejected or timed out
        self.moves = 0  # from one queue to another
        self.story: list[Event] = []

    @property
    def lost(self) -> bool:
        """Whether the routing, not the customer, ended the wait."""
        return self.reason in LOST

    def waited(self, now: float) -> float:
        """From creation to the acceptance, to the end, or to now."""
        until = self.accepted if self.accepted is not None else self.ended
        return (now if until is None else until) - self.created


class Reservation:
    """One offer of a task to an agent; ``queue`` is where the task was at the time."""

    __slots__ = ("accepted", "created", "ended", "id", "queue", "status", "task", "worker", "wrapping")

    def __init__(self, number: int, now: float) -> None:
        self.id = number
        self.created = now
        self.task: Any = None
        self.worker: Any = None
        self.queue: int | None = None
        self.accepted: float | None = None
        self.wrapping: float | None = None
        self.ended: float | None = None
        self.status = "pending"


class Spell:
    """An agent's stay in an activity; ``busy`` counts the reservations that the agent has accepted and not finished."""

    __slots__ = ("activity", "available", "began", "busy", "ended", "worker")

    def __init__(self, worker: int, activity: int, now: float, *, available: bool, busy: int = 0) -> None:
        self.worker = worker
        self.activity = activity
        self.available = available
        self.began = now
        self.ended: float | None = None
        self.busy = busy


class Listener(Protocol):
    """Hears of lives as they go on; what it is handed changes later, so it must not be kept but to be read at the end."""

    def created(self, task: Task) -> None:
        """A task has come."""

    def entered(self, task: Task, left: int | None) -> None:
        """A task has entered ``task.queue``, out of the queue ``left``."""

    def accepted(self, task: Task) -> None:
        """An agent has accepted the task, for the first time."""

    def ended(self, task: Task) -> None:
        """A task is over, in the state that it says."""

    def reservation_ended(self, reservation: Reservation) -> None:
        """A reservation is over."""

    def spell_began(self, spell: Spell) -> None:
        """An agent has entered the workspace or another activity."""

    def spell_ended(self, spell: Spell) -> None:
        """An agent has left an activity or the workspace."""

    def busy(self, spell: Spell, now: float) -> None:
        """An agent has taken up a first task, or has finished the last."""


class Contacts:
    """The fold: ``add`` each event in order; ``names`` is whoever keeps the names of the same events."""

    __slots__ = ("_listener", "_names", "_steps", "last", "reservations", "spells", "tasks")

    def __init__(self, names: Names, listener: Listener) -> None:
        self.tasks: dict[int, Task] = {}  # the open ones, oldest first; so are the others
        self.reservations: dict[int, Reservation] = {}
        self.spells: dict[int, Spell] = {}  # by worker
        self.last = float("-inf")  # time of the latest event
        self._names = names
        self._listener = listener
        self._steps = {kind: getattr(self, name) for kind, name in _STEPS.items()}

    def add(self, event: Event) -> None:
        """Take in the next event."""
        self.last = event[TIME]
        step = self._steps.get(event[KIND])
        if step is not None:
            step(event)

    # Tasks.

    def _task_created(self, event: Event) -> None:
        number: Any = event[TASK]
        task = self.tasks[number] = Task(number, event[TIME])
        task.story.append(event)
        self._listener.created(task)

    def _task_entered(self, event: Event) -> None:
        self._enter(event, event[EXTRA])

    def _task_moved(self, event: Event) -> None:
        self._enter(event, event[EXTRA][1])

    def _enter(self, event: Event, queue: int) -> None:
        task = self.tasks.get(event[TASK])  # type: ignore[arg-type]  # a task's event has one
        if task is None or (task.queue == queue and task.entered == event[TIME]):
            return  # Twilio tells a move twice: task-queue.moved and task-queue.entered
        left = task.queue
        task.moves += left is not None
        task.queue, task.entered = queue, event[TIME]
        task.story.append(event)
        self._listener.entered(task, left)

    def _task_wrapup(self, event: Event) -> None:
        if (task := self.tasks.get(event[TASK])) is not None:  # type: ignore[arg-type]  # as above
            task.state = "wrapping"
            task.wrapping = event[TIME]
            task.story.append(event)

    def _task_completed(self, event: Event) -> None:
        self._end(event, COMPLETED, event[EXTRA])

    def _task_canceled(self, event: Event) -> None:
        self._end(event, CANCELED, event[EXTRA])

    def _task_deleted(self, event: Event) -> None:
        self._end(event, DELETED, None)  # unless it had ended, and is only forgotten

    def _end(self, event: Event, state: str, reason: str | None) -> None:
        task = self.tasks.pop(event[TASK], None)  # type: ignore[arg-type]  # as above
        if task is not None:
            task.state, task.reason, task.ended = state, reason, event[TIME]
            task.story.append(event)
            self._listener.ended(task)

    # Reservations.

    def _reservation_created(self, event: Event) -> None:
        number: Any = event[RESERVATION]
        reservation = self.reservations[number] = Reservation(number, event[TIME])
        reservation.task, reservation.worker = event[TASK], event[WORKER]
        if (task := self.tasks.get(reservation.task)) is not None:
            reservation.queue = task.queue
            task.reservations += 1
            task.story.append(event)
            if task.accepted is None:
                task.state = "reserved"

    def _reservation_accepted(self, event: Event) -> None:
        now = event[TIME]
        reservation = self.reservations.get(event[RESERVATION])  # type: ignore[arg-type]  # a reservation's event has one
        if reservation is not None:
            reservation.status, reservation.accepted = "accepted", now
            self._take_up(reservation, now, 1)
        task = self.tasks.get(event[TASK])  # type: ignore[arg-type]  # as above
        if task is not None:
            task.state = "assigned"
            task.story.append(event)
            if task.accepted is None:
                task.accepted, task.worker = now, event[WORKER]
                self._listener.accepted(task)

    def _reservation_wrapup(self, event: Event) -> None:
        if (reservation := self.reservations.get(event[RESERVATION])) is not None:  # type: ignore[arg-type]  # as above
            reservation.status, reservation.wrapping = "wrapping", event[TIME]

    def _reservation_refused(self, event: Event) -> None:
        if (task := self.tasks.get(event[TASK])) is not None:  # type: ignore[arg-type]  # as above
            task.refused += 1
        self._reservation_over(event)

    def _reservation_over(self, event: Event) -> None:
        task = self.tasks.get(event[TASK])  # type: ignore[arg-type]  # as above
        if task is not None:
            task.story.append(event)
            if task.state == "reserved":
                task.state = "pending"
        reservation = self.reservations.pop(event[RESERVATION], None)  # type: ignore[arg-type]  # as above
        if reservation is not None:
            reservation.status, reservation.ended = _STATUSES[event[KIND]], event[TIME]
            self._listener.reservation_ended(reservation)
            if reservation.accepted is not None:
                self._take_up(reservation, event[TIME], -1)

    def _take_up(self, reservation: Reservation, now: float, by: int) -> None:
        if (spell := self.spells.get(reservation.worker)) is not None:
            before = spell.busy
            spell.busy += by
            if not before or not spell.busy:
                self._listener.busy(spell, now)

    # Workers.

    def _worker_created(self, event: Event) -> None:
        worker: Any = event[WORKER]
        self._begin(worker, self._names.worker_activity[worker], event[TIME], busy=0)

    def _worker_deleted(self, event: Event) -> None:
        self._leave(event)

    def _worker_activity(self, event: Event) -> None:
        if (left := self._leave(event)) is not None:
            self._begin(left.worker, event[EXTRA][1], event[TIME], busy=left.busy)

    def _begin(self, worker: int, activity: int, now: float, *, busy: int) -> None:
        available = self._names.available.get(activity, False)
        spell = self.spells[worker] = Spell(worker, activity, now, available=available, busy=busy)
        self._listener.spell_began(spell)

    def _leave(self, event: Event) -> Spell | None:
        spell = self.spells.pop(event[WORKER], None)  # type: ignore[arg-type]  # a worker's event has one
        if spell is not None:
            spell.ended = event[TIME]
            self._listener.spell_ended(spell)
        return spell


_STATUSES: Final = {
    ev.RESERVATION_REJECTED: "rejected",
    ev.RESERVATION_TIMEOUT: "timeout",
    ev.RESERVATION_CANCELED: "canceled",
    ev.RESERVATION_RESCINDED: "rescinded",
    ev.RESERVATION_COMPLETED: "completed",
}
_STEPS: Final = {
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
    ev.RESERVATION_REJECTED: "_reservation_refused",
    ev.RESERVATION_TIMEOUT: "_reservation_refused",
    ev.RESERVATION_CANCELED: "_reservation_over",
    ev.RESERVATION_RESCINDED: "_reservation_over",
    ev.RESERVATION_WRAPUP: "_reservation_wrapup",
    ev.RESERVATION_COMPLETED: "_reservation_over",
    ev.WORKER_CREATED: "_worker_created",
    ev.WORKER_DELETED: "_worker_deleted",
    ev.WORKER_ACTIVITY_UPDATE: "_worker_activity",
}
