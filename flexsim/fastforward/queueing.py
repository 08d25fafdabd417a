"""Textbook queues on the real engine: exponential customers on a bare event list, and what is counted of them.

Agents accept at once and need no wrap-up. What TaskRouter does not have, the driver adds: a customer who finds a system
full never creates a task (it balks), so a room for K customers is the driver's, while who waits, in which order and for
whom is the engine's. Customers who give up have their task canceled, as everywhere in flexsim.
"""

import functools
import heapq
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from flexsim.domain.distributions import exponential
from flexsim.ids import Sids
from flexsim.randomness import Generator, Randomness
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import (
    KIND,
    RESERVATION,
    RESERVATION_ACCEPTED,
    RESERVATION_CREATED,
    TASK,
    TASK_CANCELED,
    TASK_COMPLETED,
    TASK_CREATED,
    Event,
)
from flexsim.taskrouter.inputs import NewTask, NewWorker, TaskChanges
from flexsim.taskrouter.templates import flex_workspace

START: Final = 1_767_600_000.0

_ARRIVE: Final = 0
_COMPLETE: Final = 1
_ABANDON: Final = 2
_INSPECT: Final = 3
_CANCELED: Final = TaskChanges(status="canceled", reason="abandoned")

Watcher = Callable[[list[Event]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Poisson arrivals of one kind of task, ``rate`` a second; mean ``service`` and ``patience`` in seconds."""

    task: NewTask
    rate: float
    service: float
    patience: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """An engine with its workers, and who comes to it. ``room``: the most customers that are let in at a time.

    ``service_scale`` makes every service so many times as long as it should be: a fault, to see that it is found.
    """

    engine: Engine
    streams: Sequence[Stream]
    room: int | None = None
    service_scale: float = 1.0
    inspections: float = 0.0  # a second: how often, at random moments, the engine's own tasks are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The first ``warm_up`` customers are let pass, the following ``customers`` are counted; seconds for the service level."""

    warm_up: int
    customers: int
    threshold: float = 20.0


class Outcome:
    """What became of the counted customers of one stream, or of all. Waits and handle times are sums in seconds."""

    __slots__ = (
        "abandoned", "abandoned_late", "answered", "answered_in_time", "balked", "delayed", "handle_time", "offered",
        "wait", "wait_answered",
    )  # fmt: skip

    def __init__(self) -> None:
        self.offered = 0
        self.balked = 0
        self.delayed = 0  # had to wait at all
        self.answered = 0
        self.answered_in_time = 0
        self.abandoned = 0
        self.abandoned_late = 0  # after the threshold
        self.wait = 0.0
        self.wait_answered = 0.0
        self.handle_time = 0.0

    def add(self, other: "Outcome") -> None:
        """Count all that ``other`` has counted."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def entered(self) -> int:
        """Who did not balk."""
        return self.offered - self.balked


class Observation:
    """One run: what became of customers, and integrals over ``seconds``, from the first counted arrival to the last.

    ``busy`` is the integral of the number being served, ``waiting`` of the number waiting, ``all_busy`` the time in which
    no worker was free. ``luck`` is by how much the gaps between arrivals and the services drawn in that time were longer than
    they are on average, as shares: what a regression can take out of the figures.
    """

    __slots__ = (
        "all_busy", "busy", "inspected", "inspections", "luck", "seconds", "streams", "total", "waiting",
    )  # fmt: skip

    def __init__(self, streams: int) -> None:
        self.total = Outcome()
        self.streams = [Outcome() for _ in range(streams)]
        self.seconds = 0.0
        self.busy = 0.0
        self.waiting = 0.0
        self.all_busy = 0.0
        self.inspections = 0
        self.inspected = 0  # pending tasks found in all inspections together
        self.luck = (0.0, 0.0)


def new_engine(scope: str = "queueing") -> Engine:
    """An engine furnished as a Flex workspace, without workers; its workflow 0 leads everything to the queue Everyone."""
    engine = Engine(Sids(1, scope), START)
    flex_workspace(engine, START)
    return engine


def add_workers(engine: Engine, count: int, **attributes: object) -> None:
    """So many more workers with these attributes, available, each for one task at a time."""
    available = next(each.id for each in engine.activities.values() if each.available)
    first = len(engine.workers)
    for number in range(first, first + count):
        engine.create_worker(START, NewWorker(name=f"A{number}", attributes=dict(attributes), activity=available))


def observe(
    system: System, span: Span, randomness: Randomness, scope: str, watch: Watcher | None = None
) -> Observation:
    """Run the system until all counted customers are gone; ``watch`` is told of all events as they come.

    ``scope`` names the draws: the same seed and another scope are other customers.

    Customers keep coming until then, so that those who go before others do so to the end.
    """
    return _Run(system, span, functools.partial(randomness.generator, scope), watch).go()


class _Draws:
    """Exponential draws of mean 1, and by how much those that count exceed it on average."""

    __slots__ = ("_count", "_rng", "_total")

    def __init__(self, rng: Generator) -> None:
        self._rng = rng
        self._count = 0
        self._total = 0.0

    def draw(self, *, counted: bool) -> float:
        drawn = exponential(self._rng, mean=1.0)
        if counted:
            self._count += 1
            self._total += drawn
        return drawn

    @property
    def excess(self) -> float:
        return self._total / self._count - 1.0 if self._count else 0.0


class _Customer:
    __slots__ = ("accepted", "counted", "created", "outcome", "stream", "waiting")

    def __init__(self, stream: int, now: float, outcome: Outcome, *, counted: bool) -> None:
        self.stream = stream
        self.created = now
        self.outcome = outcome
        self.counted = counted
        self.waiting = True
        self.accepted = now


class _Run:
    """The event list, and the count of who waits and who is served, taken from the engine's events alone."""

    def __init__(
        self, system: System, span: Span, generator: Callable[[str], Generator], watch: Watcher | None
    ) -> None:
        self._engine = system.engine
        self._streams = system.streams
        self._room = math.inf if system.room is None else system.room
        self._scale = system.service_scale
        self._span = span
        self._watch = watch
        self._servers = len(system.engine.workers)
        self._arrivals, self._services, self._patience = (
            generator(purpose) for purpose in ("arrivals", "services", "patience")
        )
        self._inspections, self._inspect_every = generator("inspections"), system.inspections
        self._serial = itertools.count()
        self._diary: list[tuple[float, int, int, int]] = []
        self._here: dict[int, _Customer] = {}  # by task, until it is gone
        self._arrived = 0
        self._to_go = span.customers
        self._measuring = False
        self._since = START
        self._waiting = self._busy = 0
        self._seen = Observation(len(system.streams))
        self._nobody = Outcome()  # whom nobody counts
        self._gaps, self._talks = _Draws(self._arrivals), _Draws(self._services)

    def go(self) -> Observation:
        for number, stream in enumerate(self._streams):
            self._plan(START + self._gaps.draw(counted=False) / stream.rate, _ARRIVE, number)
        if self._inspect_every:
            self._plan(START, _INSPECT, 0)
        steps = (self._arrive, self._complete, self._abandon, self._inspect)
        engine, diary = self._engine, self._diary
        while self._to_go:
            due = engine.next_deadline()
            if due <= diary[0][0]:  # what the engine is due to do comes before any input of the same moment
                now, happened = due, engine.advance(due)
            else:
                now, _, what, whose = heapq.heappop(diary)
                happened = steps[what](now, whose)
            if happened:
                self._follow(now, happened)
        for outcome in self._seen.streams:
            self._seen.total.add(outcome)
        self._seen.luck = (self._gaps.excess, self._talks.excess)
        return self._seen

    def _plan(self, moment: float, what: int, whose: int) -> None:
        heapq.heappush(self._diary, (moment, next(self._serial), what, whose))

    # What is due.

    def _arrive(self, now: float, number: int) -> list[Event]:
        stream = self._streams[number]
        self._plan(now + self._gaps.draw(counted=self._measuring) / stream.rate, _ARRIVE, number)
        self._arrived += 1
        nth = self._arrived - self._span.warm_up
        counted = 1 <= nth <= self._span.customers
        if nth in {1, self._span.customers}:
            self._elapse(now)
            self._measuring = nth == 1 and self._span.customers > 1
        outcome = self._seen.streams[number] if counted else self._nobody
        outcome.offered += 1
        if self._waiting + self._busy >= self._room:
            outcome.balked += 1
            self._to_go -= counted
            return []
        happened = self._engine.create_task(now, stream.task)
        task = happened[0][TASK]
        assert task is not None, "the first event of a new task is about it"
        self._here[task] = _Customer(number, now, outcome, counted=counted)
        if stream.patience is not None:
            self._plan(now + exponential(self._patience, mean=stream.patience), _ABANDON, task)
        return happened

    def _complete(self, now: float, reservation: int) -> list[Event]:
        return self._engine.complete(now, reservation)

    def _abandon(self, now: float, task: int) -> list[Event]:
        customer = self._here.get(task)
        if customer is None or not customer.waiting:
            return []
        return self._engine.update_task(now, task, _CANCELED)

    def _inspect(self, now: float, _: int) -> list[Event]:
        self._plan(now + exponential(self._inspections, mean=1.0 / self._inspect_every), _INSPECT, 0)
        if self._measuring:
            self._seen.inspections += 1
            self._seen.inspected += sum(task.status == "pending" for task in self._engine.tasks.values())
        return []

    # What has happened.

    def _follow(self, now: float, happened: list[Event]) -> None:
        if self._watch:
            self._watch(happened)
        self._elapse(now)
        for event in happened:
            kind = event[KIND]
            if kind == RESERVATION_CREATED:
                self._accept(now, event)
            elif kind == RESERVATION_ACCEPTED:
                self._served(now, event)
            elif kind == TASK_CREATED:
                self._waiting += 1
            elif kind == TASK_COMPLETED:
                self._gone(now, event)
            elif kind == TASK_CANCELED:
                self._gave_up(now, event)

    def _accept(self, now: float, event: Event) -> None:
        reservation = event[RESERVATION]
        assert reservation is not None, "a reservation's event has one"
        self._follow(now, self._engine.accept(now, reservation))
        customer = self._here[event[TASK]]  # type: ignore[index]  # and a task
        mean = self._streams[customer.stream].service * self._scale
        self._plan(now + self._talks.draw(counted=self._measuring) * mean, _COMPLETE, reservation)

    def _served(self, now: float, event: Event) -> None:
        customer = self._here[event[TASK]]  # type: ignore[index]  # a reservation's event has a task
        self._waiting -= 1
        self._busy += 1
        customer.waiting = False
        customer.accepted = now
        wait, outcome = now - customer.created, customer.outcome
        outcome.answered += 1
        outcome.answered_in_time += wait <= self._span.threshold
        outcome.delayed += wait > 0.0
        outcome.wait += wait
        outcome.wait_answered += wait

    def _gone(self, now: float, event: Event) -> None:
        customer = self._here.pop(event[TASK])  # type: ignore[arg-type]  # a task's event has one
        self._busy -= 1
        customer.outcome.handle_time += now - customer.accepted
        self._to_go -= customer.counted

    def _gave_up(self, now: float, event: Event) -> None:
        customer = self._here.pop(event[TASK])  # type: ignore[arg-type]  # a task's event has one
        self._waiting -= 1
        wait, outcome = now - customer.created, customer.outcome
        outcome.abandoned += 1
        outcome.abandoned_late += wait > self._span.threshold
        outcome.delayed += 1
        outcome.wait += wait
        self._to_go -= customer.counted

    def _elapse(self, now: float) -> None:
        """Add the time since the last change to the integrals."""
        if self._measuring:
            spell, seen = now - self._since, self._seen
            seen.seconds += spell
            seen.busy += spell * self._busy
            seen.waiting += spell * self._waiting
            if self._busy >= self._servers:
                seen.all_busy += spell
        self._since = now
