"""A case's workspace: the configuration in an engine, and who is there, busy or idle, when the task comes. Pure.

Everything is done through the engine's own inputs. Tasks in hand are real ones, sent directly to the worker and accepted.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from flexsim.configuration.needs import is_working
from flexsim.configuration.records import Configuration
from flexsim.configuration.workspace import build_workspace, workflow_of
from flexsim.domain.problems import Problem, hint
from flexsim.ids import Sids
from flexsim.people.contact import merged
from flexsim.routecheck.cases import Ask, Case, Presence, Suite
from flexsim.taskrouter.engine import MAX_TIMEOUT, Engine
from flexsim.taskrouter.events import TASK, Event
from flexsim.taskrouter.inputs import NewTask, WorkerChanges
from flexsim.taskrouter.resources import Activity, Worker

START: Final = 1_767_600_000.0  # 2026-01-05 08:00 UTC, a Monday: when every case's task comes
_VOICE: Final = "voice"
_SETTLED: Final = 1.0  # seconds before the earliest idle worker's last task


class Stage:
    """One case's workspace. Times are the engine's; ``begin`` must be called first."""

    def __init__(self, configuration: Configuration, case: Case) -> None:
        listed = case.workers or ()
        idle = max((each.idle or 0.0 for each in listed), default=0.0)
        self.engine: Engine = build_workspace(configuration, Sids(configuration.seed, "test"), START - idle - _SETTLED)
        self.engine.prune_after = float("inf")  # what has ended is still asked about
        self.workflow = workflow_of(self.engine, configuration)
        names = {each.name for each in self.engine.activities.values() if is_working(configuration.domain, each.name)}
        self._working = next(each for each in self.engine.activities.values() if each.name in names)
        self._fillers: dict[tuple[int, int], list[int]] = {}  # reservations of tasks in hand, by worker and channel
        self._case = case

    def begin(self) -> list[Problem]:
        """Put everybody in place, up to the moment at which the task comes; what cannot be done is told."""
        chosen, problems = self._choose()
        if problems:
            return problems
        for worker, presence in chosen:
            self.change(START, worker, presence, arriving=True)
        # Who has been idle longest had its last task first.
        idle = [(presence.idle, worker) for worker, presence in chosen if presence.idle is not None]
        for seconds, worker in sorted(idle, key=lambda each: -each[0]):
            reservation = self._reserve(START - seconds, worker, self._usual_channel())
            self.engine.complete(START - seconds, reservation)
        for worker, presence in chosen:
            self._occupy(START, worker, presence.busy)
        for ask in self._case.waiting:
            for _ in range(ask.count):
                self.engine.create_task(START, self.new_task(ask))
        return []

    def new_task(self, ask: Ask) -> NewTask:
        """The engine's input for a task of the case."""
        channel = self._usual_channel() if ask.channel is None else self.engine.channel_by_name[ask.channel]
        attributes = dict(ask.attributes)
        return NewTask(
            workflow=self.workflow, channel=channel, attributes=attributes, priority=ask.priority, timeout=ask.timeout
        )

    def worker(self, name: str) -> Worker | None:
        """The worker of this name."""
        return self.engine.worker_named(name)

    def change(self, now: float, worker: Worker, presence: Presence, *, arriving: bool = False) -> list[Event]:
        """Do to a worker what ``presence`` says; an arriving one is put to work where that says nothing of activities."""
        events: list[Event] = []
        if arriving:
            now = self.engine.now
        if presence.attributes:
            attributes = merged(worker.attributes, presence.attributes)
            events += self.engine.update_worker(now, worker.id, WorkerChanges(attributes=attributes))
        for channel, capacity in presence.capacity.items():
            number = self.engine.channel_by_name[channel]
            events += self.engine.update_worker_channel(now, worker.id, number, capacity=capacity)
        activity = self.activity(presence.activity) if presence.activity else self._working if arriving else None
        if activity is not None:
            events += self.engine.update_worker(now, worker.id, WorkerChanges(activity=activity.id))
        if not arriving:
            events += self._occupy(now, worker, presence.busy)
        return events

    def activity(self, name: str) -> Activity | None:
        """The activity of this name."""
        return next((each for each in self.engine.activities.values() if each.name == name), None)

    def _usual_channel(self) -> int:
        channels = self.engine.channel_by_name
        return channels[_VOICE] if _VOICE in channels else next(iter(channels.values()))

    # --- who is there ---

    def _choose(self) -> tuple[list[tuple[Worker, Presence]], list[Problem]]:
        """Each worker who is there, with what is said of it; those named first, so that counts are of the others."""
        if self._case.workers is None:
            everybody = _everybody(self._case.place)
            return [(worker, everybody) for worker in self.engine.workers.values()], []
        chosen: dict[int, tuple[Worker, Presence]] = {}
        problems: list[Problem] = []
        for presence in sorted(self._case.workers, key=lambda each: each.name is None):
            found = [each for each in self._meant(presence) if each.id not in chosen][: presence.count]
            if len(found) < presence.count:
                of = f"queue {presence.queue!r}" if presence.queue else "the configuration"
                message = f"{of} has not {presence.count} workers who are not named elsewhere: {len(found)}"
                if presence.name:
                    message = f"worker {presence.name!r} is there twice"
                problems.append(Problem(path=presence.place, message=message))
            chosen |= {each.id: (each, presence) for each in found}
        return list(chosen.values()), problems

    def _meant(self, presence: Presence) -> Iterable[Worker]:
        workers = self.engine.workers
        if presence.name is not None:
            worker = self.worker(presence.name)
            return [worker] if worker else []
        if presence.queue is None:
            return workers.values()
        queue = next(each for each in self.engine.queues.values() if each.name == presence.queue)
        return [workers[each] for each in sorted(queue.members)]

    # --- tasks in hand ---

    def _occupy(self, now: float, worker: Worker, busy: bool | Mapping[str, int] | None) -> list[Event]:
        """Give the worker tasks, or end those given, until it has so many in hand on each channel."""
        if busy is None:
            return []
        events: list[Event] = []
        for number, on in worker.channels.items():
            wanted = on.capacity if busy is True else 0
            if isinstance(busy, Mapping):
                name = self.engine.channels[number].unique_name
                if name not in busy:
                    continue
                wanted = busy[name]
            held = self._fillers.setdefault((worker.id, number), [])
            while len(held) < wanted:
                held.append(self._reserve(now, worker, number))
            while len(held) > wanted:
                events += self.engine.complete(now, held.pop())
        return events

    def _reserve(self, now: float, worker: Worker, channel: int) -> int:
        """An accepted reservation of a task that is the worker's alone."""
        new = NewTask(workflow=self.workflow, channel=channel, attributes={}, timeout=MAX_TIMEOUT, to_worker=worker.id)
        task = self.engine.create_task(now, new)[0][TASK]
        assert task is not None
        reservation = self.engine.tasks[task].reservations[-1]
        self.engine.accept(now, reservation)
        return reservation


def _everybody(place: tuple[str | int, ...]) -> Presence:
    return Presence(
        place=place, name=None, queue=None, count=1, activity=None, attributes={}, capacity={}, busy=None, idle=None
    )


# --- names -----------------------------------------------------------------------------------------------------------------


def unknown_names(suite: Suite, configuration: Configuration) -> list[Problem]:
    """What the given side of the cases names and the configuration does not have."""
    engine = build_workspace(configuration, Sids(configuration.seed, "test"), START)
    known = {
        "worker": [each.name for each in engine.workers.values()],
        "queue": [each.name for each in engine.queues.values()],
        "activity": [each.name for each in engine.activities.values()],
        "channel": list(engine.channel_by_name),
    }
    named = [each for case in suite.cases for each in _named(case)]
    return list(
        dict.fromkeys(
            Problem(path=place, message=f"the configuration has no {kind} {name!r}{hint(name, known[kind])}")
            for kind, name, place in named
            if name not in known[kind]
        )
    )


def _named(case: Case) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Every name in what is given, with its kind and place."""
    for ask in (*case.waiting, case.task):
        if ask.channel is not None:
            yield "channel", ask.channel, (*ask.place, "channel")
    changes = [each for step in case.steps for each in step.actions if isinstance(each, Presence)]
    for presence in (*(case.workers or ()), *changes):
        for kind, key, value in (
            ("worker", "name", presence.name),
            ("queue", "queue", presence.queue),
            ("activity", "activity", presence.activity),
        ):
            if value is not None:
                yield kind, value, (*presence.place, key)
        busy = presence.busy if isinstance(presence.busy, Mapping) else {}
        yield from (("channel", each, (*presence.place, "busy", each)) for each in busy)
        yield from (("channel", each, (*presence.place, "capacity", each)) for each in presence.capacity)
