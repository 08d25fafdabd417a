"""Who does what at this moment, kept up to date event by event: what a wallboard shows.

The states are those of ``Statistics``, looked at after it has taken in an event; here they are only counted, so that
asking costs nothing however many tasks and workers there are. Figures that grow with time are kept as what they grow
from: since when the longest waits, and how many workers spend their time busy or idle since when.

A cell is a queue and a channel, each of which may be None for all. A wait counts from entering the queue, and from
creation where the queue is None, as in ``statistics``.
"""

from collections import Counter
from itertools import islice
from typing import Any, Final, TypeAlias

from flexsim.measure.names import Names
from flexsim.measure.statistics import OPEN_STATES, Statistics
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import EXTRA, KIND, RESERVATION, TASK, TIME, WORKER, Event

OFFERED: Final = "offered"
ASSIGNED: Final = "assigned"
WRAPPING: Final = "wrapping"

Key: TypeAlias = tuple[str | None, int | None]  # queue by name, channel by id


class Cell:
    """The open tasks of one cell, by state; and those that nobody has accepted, the longest waiting first."""

    __slots__ = ("is_fresh", "key", "states", "waiting")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.states = dict.fromkeys(OPEN_STATES, 0)
        self.waiting: dict[int, float] = {}  # since when, by task; who comes later is entered later
        self.is_fresh = True  # unchanged since somebody has looked

    @property
    def since(self) -> float | None:
        """Since when the longest waits; None when nobody does."""
        return next(iter(self.waiting.values()), None)

    def longest(self, most: int) -> list[tuple[int, float]]:
        """Who has waited longest, and since when."""
        return list(islice(self.waiting.items(), most))


class Agent:
    """One worker: the activity and since when; in ``work`` by reservation the task, how far it is, and since when."""

    __slots__ = ("activity", "since", "work")

    def __init__(self, activity: int, since: float) -> None:
        self.activity = activity
        self.since = since
        self.work: dict[int, tuple[int, str, float]] = {}


class Spending:
    """How many workers spend their time so, and the sum of the moments since when, counted from ``origin``."""

    __slots__ = ("count", "origin", "since")

    def __init__(self, origin: float) -> None:
        self.origin = origin  # sums of whole UTC times would lose the milliseconds
        self.count = 0
        self.since = 0.0

    def add(self, since: float, times: int) -> None:
        """One more with ``times`` 1, one less with -1."""
        self.count += times
        self.since += times * (since - self.origin)

    def seconds(self, now: float) -> float:
        """What they have spent until ``now``."""
        return self.count * (now - self.origin) - self.since


class _Place:
    """Where a task is counted: as what, in the cells of all queues, and in those of its queue since it entered."""

    __slots__ = ("channel", "entered", "everywhere", "is_waiting", "queue", "state", "within")

    def __init__(self, channel: int, everywhere: tuple[Cell, ...]) -> None:
        self.channel = channel
        self.everywhere = everywhere
        self.within: tuple[Cell, ...] = ()
        self.queue: str | None = None
        self.entered = 0.0
        self.state = ""
        self.is_waiting = False


class Board:
    """``hear`` each event after ``statistics`` has; ``changes`` are for whoever shows it."""

    def __init__(self, statistics: Statistics, names: Names, now: float) -> None:
        self.agents: dict[int, Agent] = {}
        self.by_activity: Counter[int] = Counter()
        self.cells: dict[Key, Cell] = {}
        self.busy = Spending(now)
        self.idle = Spending(now)
        self._changed_agents: dict[int, None] = {}  # in the order of change
        self._changed_cells: list[Cell] = []
        self._statistics = statistics
        self._names = names
        self._places: dict[int, _Place] = {}
        self._spending: dict[int, tuple[Spending | None, float]] = {}

    def channel_of(self, task: int) -> int | None:
        """The channel of an open task; None when it is not known here."""
        place = self._places.get(task)
        return None if place is None else place.channel

    def hear(self, event: Event, channel: int | None) -> None:
        """Take in the next event; ``channel`` is that of its task, if it has one."""
        kind, worker = event[KIND], event[WORKER]
        if kind in _MOVES_A_TASK:
            self._place(event[TASK], channel)  # type: ignore[arg-type]  # a task's event has one
        if worker is not None:
            self._follow(worker, event)
        elif kind == ev.ACTIVITY_UPDATED:
            for each in self.agents:
                self._spend(each)

    def cell(self, key: Key) -> Cell:
        """The cell, made when first asked for."""
        found = self.cells.get(key)
        if found is None:
            found = self.cells[key] = Cell(key)
        return found

    def changes(self) -> tuple[list[Key], list[int]]:
        """The cells and the agents that have changed since this was last asked, in the order of change."""
        cells, agents = [cell.key for cell in self._changed_cells], list(self._changed_agents)
        for cell in self._changed_cells:
            cell.is_fresh = True
        self._changed_cells.clear()
        self._changed_agents.clear()
        return cells, agents

    def dump(self) -> dict[str, Any]:
        """What is not in the statistics as a JSON-ready document."""
        return {
            "agents": [
                [number, agent.activity, agent.since, [[each, *work] for each, work in agent.work.items()]]
                for number, agent in self.agents.items()
            ],
            "channels": [[number, place.channel] for number, place in self._places.items()],
        }

    def load(self, document: dict[str, Any]) -> None:
        """Show what was dumped; the statistics have been loaded already."""
        for number, activity, since, work in document["agents"]:
            self.agents[number] = agent = Agent(activity, since)
            agent.work = {reservation: (task, state, at) for reservation, task, state, at in work}
            self.by_activity[activity] += 1
            self._spend(number)
        for number, channel in document["channels"]:
            self._place(number, channel)
        for cell in self.cells.values():
            cell.waiting = dict(sorted(cell.waiting.items(), key=lambda waiting: waiting[1]))

    # Tasks.

    def _place(self, number: int, channel: int | None) -> None:
        task, place = self._statistics.task(number), self._places.get(number)
        if task is None:
            if place is not None:
                del self._places[number]
                self._take_out(number, place, place.everywhere)
                self._take_out(number, place, place.within)
            return
        if place is None:
            if channel is None:
                return  # it has never been seen with its channel
            place = self._places[number] = _Place(channel, (self.cell((None, None)), self.cell((None, channel))))
            place.state, place.is_waiting = task.state, task.accepted is None
            self._put_in(number, place, place.everywhere, task.created)
        if task.queue is not None and (task.queue != place.queue or task.entered != place.entered):
            self._take_out(number, place, place.within)
            place.queue, place.entered = task.queue, task.entered
            place.within = self.cell((task.queue, None)), self.cell((task.queue, place.channel))
            self._put_in(number, place, place.within, task.entered)
        is_waiting = task.accepted is None
        if task.state != place.state or is_waiting != place.is_waiting:
            for cell in (*place.everywhere, *place.within):
                cell.states[place.state] -= 1
                cell.states[task.state] += 1
                if is_waiting != place.is_waiting:  # never to wait again
                    del cell.waiting[number]
                self._touch(cell)
            place.state, place.is_waiting = task.state, is_waiting

    def _put_in(self, number: int, place: _Place, cells: tuple[Cell, ...], since: float) -> None:
        for cell in cells:
            cell.states[place.state] += 1
            if place.is_waiting:
                cell.waiting[number] = since
            self._touch(cell)

    def _take_out(self, number: int, place: _Place, cells: tuple[Cell, ...]) -> None:
        for cell in cells:
            cell.states[place.state] -= 1
            if place.is_waiting:
                del cell.waiting[number]
            self._touch(cell)

    def _touch(self, cell: Cell) -> None:
        if cell.is_fresh:
            cell.is_fresh = False
            self._changed_cells.append(cell)

    # Workers.

    def _follow(self, number: int, event: Event) -> None:
        kind = event[KIND]
        self._changed_agents[number] = None
        if kind == ev.WORKER_DELETED:
            if left := self.agents.pop(number, None):
                self.by_activity[left.activity] -= 1
        elif kind == ev.WORKER_CREATED:
            activity = self._names.worker_activity[number]
            self.agents[number] = Agent(activity, event[TIME])
            self.by_activity[activity] += 1
        elif (agent := self.agents.get(number)) is None:
            return
        elif kind == ev.WORKER_ACTIVITY_UPDATE:
            self.by_activity[agent.activity] -= 1
            agent.activity, agent.since = event[EXTRA][1], event[TIME]
            self.by_activity[agent.activity] += 1
        elif step := _WORK.get(kind):
            reservation: Any = event[RESERVATION]
            agent.work[reservation] = (event[TASK], step, event[TIME])  # type: ignore[assignment]  # a reservation's event has a task
        elif kind in _OVER:
            agent.work.pop(event[RESERVATION], None)  # type: ignore[arg-type]  # and a reservation
        self._spend(number)

    def _spend(self, number: int) -> None:
        """Count the worker's time where ``statistics`` counts it."""
        spending, since = self._spending.pop(number, (None, 0.0))
        if spending is not None:
            spending.add(since, -1)
        worker = self._statistics.worker(number)
        if worker is None:
            return
        if worker.busy:
            spending = self.busy
        else:
            spending = self.idle if self._names.available.get(worker.activity, False) else None
        self._spending[number] = spending, worker.since
        if spending is not None:
            spending.add(worker.since, 1)


_WORK: Final = {ev.RESERVATION_CREATED: OFFERED, ev.RESERVATION_ACCEPTED: ASSIGNED, ev.RESERVATION_WRAPUP: WRAPPING}
_MOVES_A_TASK: Final = frozenset(
    {
        ev.TASK_CREATED, ev.TASK_QUEUE_ENTERED, ev.TASK_QUEUE_MOVED, ev.TASK_WRAPUP, ev.TASK_COMPLETED, ev.TASK_CANCELED,
        ev.TASK_DELETED, ev.TASK_SYSTEM_DELETED, ev.RESERVATION_CREATED, ev.RESERVATION_ACCEPTED, ev.RESERVATION_REJECTED,
        ev.RESERVATION_TIMEOUT, ev.RESERVATION_CANCELED, ev.RESERVATION_RESCINDED, ev.RESERVATION_COMPLETED,
    }
)  # fmt: skip
_OVER: Final = frozenset(
    {
        ev.RESERVATION_REJECTED, ev.RESERVATION_TIMEOUT, ev.RESERVATION_CANCELED, ev.RESERVATION_RESCINDED,
        ev.RESERVATION_COMPLETED,
    }
)  # fmt: skip
