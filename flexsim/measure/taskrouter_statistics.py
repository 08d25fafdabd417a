"""What Twilio's TaskRouter statistics say of one workspace, from its events alone.

Real time: the tasks of a queue or workflow that can be read at this moment (those that have ended included, until the
TaskRouter forgets them), by status and priority; who waits longest; workers by activity. A task waits while it is
``pending`` or ``reserved``. Cumulative, within a ``history.Window``: every count is a count of events, each in the queue in
which its task was at that moment; a move counts in the queue that was left; a task that is deleted after its end counts as
deleted too. Waits run from the task's creation, and for ``in_queue`` from its entry into the queue, to acceptance or
cancellation; they are kept in whole milliseconds. The workspace's figures are those of its workflows together, because a
task belongs to exactly one, its whole life.

Counts are exact in every window (see ``history`` for its edges) and so are waits, but for the splits by wait time: see
``waits``, which look at the latest waits of each queue and workflow, on each channel. Twilio: "REST API: Statistics",
"REST API: TaskQueue Statistics".
"""

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol, TypeAlias

from flexsim.measure.eldest import Eldest
from flexsim.measure.history import COUNT, LEAST, MOST, TOTAL, Series, Window, blank, join
from flexsim.measure.instants import milliseconds
from flexsim.measure.spells import NOWHERE, Spells, Spread
from flexsim.measure.waits import Waits
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import EXTRA, KIND, TASK, TIME, WORKER, Event
from flexsim.taskrouter.resources import Task, Worker

STATUSES: Final = ("pending", "reserved", "assigned", "wrapping", "completed", "canceled")
_PENDING, _RESERVED, _ASSIGNED, _WRAPPING, _COMPLETED, _CANCELED = range(len(STATUSES))
_GONE: Final = -1

COUNTS: Final = (
    "reservations_created", "reservations_accepted", "reservations_rejected", "reservations_timed_out",
    "reservations_canceled", "reservations_rescinded", "tasks_created", "tasks_entered", "tasks_completed",
    "tasks_canceled", "tasks_deleted", "tasks_moved", "tasks_timed_out_in_workflow",
)  # fmt: skip
(
    _R_CREATED, _R_ACCEPTED, _R_REJECTED, _R_TIMED_OUT, _R_CANCELED, _R_RESCINDED,
    _CREATED, _ENTERED, _DONE, _CALLED_OFF, _DELETED, _MOVED, _TIMED_OUT,
) = range(len(COUNTS))  # fmt: skip
RESERVATION_COUNTS: Final = COUNTS[:6]
_UNTIL_ACCEPTED: Final = len(COUNTS)  # each wait has three columns: total, least, most
_UNTIL_CANCELED: Final = _UNTIL_ACCEPTED + 3
_IN_QUEUE: Final = _UNTIL_CANCELED + 3
_KINDS: Final = (COUNT,) * len(COUNTS) + (TOTAL, LEAST, MOST) * 3
_WORKER_KINDS: Final = (COUNT,) * len(RESERVATION_COUNTS)


class Source(Protocol):
    """Where the fold looks up what an event's task or worker is, right after the input: the engine."""

    @property
    def tasks(self) -> Mapping[int, Task]: ...
    @property
    def workers(self) -> Mapping[int, Worker]: ...
    @property
    def prune_after(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose figures are asked for: a queue's, a workflow's, or with neither the workspace's; of one channel or of all."""

    queue: int | None = None
    workflow: int | None = None
    channel: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Tasks now; ``waiting`` and ``in_queue`` are since when the longest waits and who it is, None when nobody does.

    ``waiting`` counts from creation; ``in_queue``, which only queues have, from entry.
    """

    by_status: Mapping[str, int]
    by_priority: Mapping[int, int]
    waiting: tuple[float, int] | None
    in_queue: tuple[float, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cumulative:
    """What happened in a window: ``counts`` by the names in ``COUNTS``, and waits."""

    counts: Mapping[str, int]
    until_accepted: Spread
    until_canceled: Spread
    in_queue_until_accepted: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What lies on one side of a threshold."""

    tasks_canceled: int
    reservations_accepted: int


class _Part(Series):
    """What one queue, or one workflow, has on one channel."""

    __slots__ = ("accepted", "by_priority", "by_status", "canceled", "entered", "waiting", "whole")

    def __init__(self, whole: "_Whole") -> None:
        super().__init__(_KINDS)
        self.whole = whole
        self.by_status = [0] * len(STATUSES)
        self.by_priority: Counter[int] = Counter()
        self.waiting = Eldest()  # by creation
        self.entered = Eldest() if whole.is_queue else None  # by entry
        self.accepted = Waits()
        self.canceled = Waits()


class _Whole:
    """One queue, or one workflow: its parts by channel."""

    __slots__ = ("is_queue", "number", "parts")

    def __init__(self, number: int, *, is_queue: bool) -> None:
        self.number = number
        self.is_queue = is_queue
        self.parts: dict[int, _Part] = {}

    def part(self, channel: int) -> _Part:
        """The part of this channel, made when first asked for."""
        found = self.parts.get(channel)
        if found is None:
            found = self.parts[channel] = _Part(self)
        return found


class _Task:
    __slots__ = ("channel", "created", "entered", "number", "parts", "priority", "status", "undecided")

    def __init__(self, number: int, created: float, channel: int, priority: int, workflow: _Part) -> None:
        self.number = number
        self.created = self.entered = created
        self.channel = channel
        self.priority = priority
        self.status = _PENDING
        self.undecided = 0  # reservations that are pending
        self.parts: tuple[_Part, ...] = (workflow,)  # the workflow's, and the queue's once it is in one


_TaskStep: TypeAlias = Callable[[_Task, Event], None]
_Step: TypeAlias = Callable[[Event], None]


class TaskRouterStatistics:
    """The fold: ``hear`` the events of each input in order; ask at any time.

    Events of tasks that were there before the first event heard are passed over.
    """

    __slots__ = (
        "_ended",
        "_keep",
        "_of_others",
        "_of_tasks",
        "_queues",
        "_source",
        "_spells",
        "_tasks",
        "_workers",
        "_workflows",
    )

    _source: Source  # of the input being heard

    def __init__(self) -> None:
        self._queues: dict[int, _Whole] = {}
        self._workflows: dict[int, _Whole] = {}
        self._tasks: dict[int, _Task] = {}  # those that can be read
        self._ended: deque[tuple[float, int]] = deque()
        self._keep = 300.0
        self._workers: dict[int, dict[int, Series]] = {}  # reservations by worker and channel
        self._spells = Spells()
        of_tasks: dict[int, _TaskStep] = {
            ev.TASK_UPDATED: self._task_updated,
            ev.TASK_CANCELED: self._task_canceled,
            ev.TASK_WRAPUP: self._task_wrapup,
            ev.TASK_COMPLETED: self._task_completed,
            ev.TASK_DELETED: self._task_deleted,
            ev.TASK_SYSTEM_DELETED: self._task_deleted,
            ev.WORKFLOW_ENTERED: partial(_count, _ENTERED),
            ev.WORKFLOW_TARGET_MATCHED: self._target_matched,
            ev.WORKFLOW_TIMEOUT: partial(_count, _TIMED_OUT),
            ev.TASK_QUEUE_ENTERED: self._queue_entered,
            ev.TASK_QUEUE_MOVED: partial(_count, _MOVED),
            ev.RESERVATION_CREATED: self._reservation_created,
            ev.RESERVATION_ACCEPTED: self._reservation_accepted,
            ev.RESERVATION_REJECTED: partial(self._reservation_over, _R_REJECTED),
            ev.RESERVATION_TIMEOUT: partial(self._reservation_over, _R_TIMED_OUT),
            ev.RESERVATION_CANCELED: partial(self._reservation_over, _R_CANCELED),
            ev.RESERVATION_RESCINDED: partial(self._reservation_over, _R_RESCINDED),
        }
        of_others: dict[int, _Step] = {
            ev.TASK_CREATED: self._task_created,
            ev.WORKER_CREATED: self._worker_created,
            ev.WORKER_DELETED: self._worker_deleted,
            ev.WORKER_ACTIVITY_UPDATE: self._worker_activity,
        }
        self._of_tasks = [of_tasks.get(kind) for kind in range(len(ev.NAMES))]
        self._of_others = [of_others.get(kind) for kind in range(len(ev.NAMES))]

    def hear(self, events: Iterable[Event], source: Source) -> None:
        """Take in the events of one input; ``source`` is as that input has left it."""
        self._source = source
        self._keep = source.prune_after
        known, of_tasks, of_others = self._tasks.get, self._of_tasks, self._of_others
        for event in events:
            kind = event[KIND]
            about = of_tasks[kind]
            if about is not None:
                task = known(event[TASK])  # type: ignore[arg-type]  # a task's event has one
                if task is not None:
                    about(task, event)
            elif (step := of_others[kind]) is not None:
                step(event)

    # --- what is so now ---

    def present(self, scope: Scope, now: float) -> Present:
        """The tasks of the scope at ``now``."""
        self._forget(now)
        parts = list(self._parts(scope))
        by_status = [sum(part.by_status[place] for part in parts) for place in range(len(STATUSES))]
        by_priority: Counter[int] = Counter()
        for part in parts:
            by_priority.update(part.by_priority)
        return Present(
            by_status=dict(zip(STATUSES, by_status, strict=True)),
            by_priority={priority: count for priority, count in sorted(by_priority.items()) if count},
            waiting=min(filter(None, (part.waiting.first() for part in parts)), default=None),
            in_queue=min(filter(None, (part.entered.first() for part in parts if part.entered)), default=None),
        )

    def workers_in_activity(self, workers: Collection[int] | None = None) -> Counter[int]:
        """How many of these workers, or of all, are in each activity."""
        return self._spells.now(workers)

    # --- what was so ---

    def cumulative(self, scope: Scope, span: Window) -> Cumulative:
        """What happened in the scope within the window."""
        row = blank(_KINDS)
        for part in self._parts(scope):
            join(_KINDS, row, part.within(span))
        counts = dict(zip(COUNTS, row, strict=False))
        accepted, canceled = counts["reservations_accepted"], counts["tasks_canceled"]
        return Cumulative(
            counts=counts,
            until_accepted=Spread(accepted, *row[_UNTIL_ACCEPTED:_UNTIL_CANCELED]),
            until_canceled=Spread(canceled, *row[_UNTIL_CANCELED:_IN_QUEUE]),
            in_queue_until_accepted=Spread(accepted, *row[_IN_QUEUE:]),
        )

    def split(self, scope: Scope, span: Window, thresholds: Iterable[int]) -> dict[int, tuple[Side, Side]]:
        """Above and below each of ``thresholds``, in seconds; a wait of exactly so long is below: within a service level."""
        parts = list(self._parts(scope))
        canceled = sorted(length for part in parts for length in part.canceled.within(span))
        accepted = sorted(length for part in parts for length in part.accepted.within(span))

        def sides(threshold: int) -> tuple[Side, Side]:
            few, some = bisect_right(canceled, threshold * 1000), bisect_right(accepted, threshold * 1000)
            return (
                Side(tasks_canceled=len(canceled) - few, reservations_accepted=len(accepted) - some),
                Side(tasks_canceled=few, reservations_accepted=some),
            )

        return {threshold: sides(threshold) for threshold in thresholds}

    def reservations(self, workers: Collection[int], channel: int | None, span: Window) -> dict[str, int]:
        """What became of these workers' reservations, by the names in ``RESERVATION_COUNTS``."""
        row = blank(_WORKER_KINDS)
        for worker in workers:
            for on, series in self._workers.get(worker, {}).items():
                if channel is None or on == channel:
                    join(_WORKER_KINDS, row, series.within(span))
        return dict(zip(RESERVATION_COUNTS, row, strict=True))

    def activity_durations(self, span: Window, workers: Collection[int] | None = None) -> dict[int, Spread]:
        """By activity, how long these workers, or all there have been, were in it within the window."""
        return self._spells.durations(span, workers)

    # --- keeping ---

    def dump(self) -> dict[str, Any]:
        """All of it as a JSON-ready document."""
        return {
            "queues": [_dump_whole(each) for each in self._queues.values()],
            "workflows": [_dump_whole(each) for each in self._workflows.values()],
            "tasks": [_dump_task(each) for each in self._tasks.values()],
            "ended": [list(each) for each in self._ended],
            "workers": [
                [worker, [[channel, series.dump()] for channel, series in channels.items()]]
                for worker, channels in self._workers.items()
            ],
            "spells": self._spells.dump(),
        }

    def load(self, document: dict[str, Any]) -> None:
        """Hold what was dumped, having heard nothing yet."""
        for each in document["queues"]:
            _load_whole(self._queue(each["number"]), each)
        for each in document["workflows"]:
            _load_whole(self._workflow(each["number"]), each)
        for each in document["tasks"]:
            self._load_task(**each)
        self._ended.extend((moment, task) for moment, task in document["ended"])
        for worker, channels in document["workers"]:
            self._workers[worker] = {channel: Series(_WORKER_KINDS) for channel, _ in channels}
            for channel, saved in channels:
                self._workers[worker][channel].load(saved)
        self._spells.load(document["spells"])

    def _load_task(self, **saved: Any) -> None:
        workflow = self._workflow(saved["workflow"]).part(saved["channel"])
        task = _Task(saved["number"], saved["created"], saved["channel"], saved["priority"], workflow)
        if saved["queue"] is not None:
            task.parts = (workflow, self._queue(saved["queue"]).part(saved["channel"]))
        task.entered, task.status, task.undecided = saved["entered"], saved["status"], saved["undecided"]
        self._tasks[task.number] = task
        if task.status != _GONE:
            for part in task.parts:
                _join(part, task)

    # --- finding ---

    def _wholes(self, scope: Scope) -> Iterable[_Whole]:
        if scope.queue is None and scope.workflow is None:
            return self._workflows.values()
        found = self._workflows.get(scope.workflow or 0) if scope.queue is None else self._queues.get(scope.queue)
        return () if found is None else (found,)  # none: nothing has happened in it yet

    def _parts(self, scope: Scope) -> Iterable[_Part]:
        for whole in self._wholes(scope):
            for channel, part in whole.parts.items():
                if scope.channel is None or channel == scope.channel:
                    yield part

    def _queue(self, number: int) -> _Whole:
        found = self._queues.get(number)
        if found is None:
            found = self._queues[number] = _Whole(number, is_queue=True)
        return found

    def _workflow(self, number: int) -> _Whole:
        found = self._workflows.get(number)
        if found is None:
            found = self._workflows[number] = _Whole(number, is_queue=False)
        return found

    def _forget(self, now: float) -> None:
        """Let go of the tasks that the TaskRouter has forgotten by ``now``."""
        ended, before = self._ended, now - self._keep
        while ended and ended[0][0] <= before:
            task = self._tasks.get(ended.popleft()[1])
            if task is not None:
                self._remove(task)

    # --- tasks ---

    def _task_created(self, event: Event) -> None:
        number: Any = event[TASK]
        found = self._source.tasks.get(number)
        if found is None:
            return  # gone within the same input: nothing to say of it
        part = self._workflow(found.workflow.id).part(found.channel.id)
        task = self._tasks[number] = _Task(number, event[TIME], found.channel.id, found.priority, part)
        part.open(int(event[TIME]))[_CREATED] += 1
        _join(part, task)

    def _task_updated(self, task: _Task, _: Event) -> None:
        found = self._source.tasks.get(task.number)
        if found is None:
            return
        if found.channel.id != task.channel:
            task.channel = found.channel.id
            for part in task.parts:
                _leave(part, task)
            task.parts = tuple(part.whole.part(task.channel) for part in task.parts)
            for part in task.parts:
                _join(part, task)
        _reprioritize(task, found.priority)

    def _target_matched(self, task: _Task, _: Event) -> None:
        """A target may bring its own priority."""
        found = self._source.tasks.get(task.number)
        if found is not None and found.priority != task.priority:
            _reprioritize(task, found.priority)

    def _queue_entered(self, task: _Task, event: Event) -> None:
        for part in task.parts[1:]:
            _leave(part, task)
        task.entered = event[TIME]
        entered = self._queue(event[EXTRA]).part(task.channel)
        task.parts = (task.parts[0], entered)
        _join(entered, task)
        entered.open(int(event[TIME]))[_ENTERED] += 1

    def _task_wrapup(self, task: _Task, _: Event) -> None:
        _move(task, _WRAPPING)

    def _task_completed(self, task: _Task, event: Event) -> None:
        _count(_DONE, task, event)
        self._end(task, _COMPLETED, event)

    def _task_canceled(self, task: _Task, event: Event) -> None:
        _count(_CALLED_OFF, task, event)
        second, waited = int(event[TIME]), milliseconds(event[TIME] - task.created)
        for part in task.parts:
            _spread(part.row, _UNTIL_CANCELED, waited)
            part.canceled.add(second, waited)
        self._end(task, _CANCELED, event)

    def _task_deleted(self, task: _Task, event: Event) -> None:
        _count(_DELETED, task, event)
        self._remove(task)

    def _end(self, task: _Task, status: int, event: Event) -> None:
        _move(task, status)
        self._ended.append((event[TIME], task.number))
        self._forget(event[TIME])

    def _remove(self, task: _Task) -> None:
        """The task is gone; one with undecided reservations is kept until these, told next, are over."""
        if task.status != _GONE:
            for part in task.parts:
                _leave(part, task)
            task.status = _GONE
        if not task.undecided:
            del self._tasks[task.number]

    # --- reservations ---

    def _reservation_created(self, task: _Task, event: Event) -> None:
        self._count_reservation(_R_CREATED, task, event)
        task.undecided += 1
        if task.status == _PENDING:
            _move(task, _RESERVED)

    def _reservation_accepted(self, task: _Task, event: Event) -> None:
        self._count_reservation(_R_ACCEPTED, task, event)
        task.undecided -= 1
        _move(task, _ASSIGNED)
        second, waited = int(event[TIME]), milliseconds(event[TIME] - task.created)
        for part in task.parts:
            _spread(part.row, _UNTIL_ACCEPTED, waited)
            part.accepted.add(second, waited)
        for part in task.parts[1:]:
            _spread(part.row, _IN_QUEUE, milliseconds(event[TIME] - task.entered))

    def _reservation_over(self, what: int, task: _Task, event: Event) -> None:
        self._count_reservation(what, task, event)
        task.undecided -= 1
        if task.undecided:
            return
        if task.status == _RESERVED:
            _move(task, _PENDING)
        elif task.status == _GONE:
            del self._tasks[task.number]

    def _count_reservation(self, what: int, task: _Task, event: Event) -> None:
        """Count what has become of a reservation, with its task and its worker."""
        _count(what, task, event)
        channels = self._workers.get(event[WORKER])  # type: ignore[arg-type]  # a reservation's event has a worker
        if channels is not None:
            series = channels.get(task.channel)
            if series is None:
                series = channels[task.channel] = Series(_WORKER_KINDS)
            series.open(int(event[TIME]))[what] += 1

    # --- workers ---

    def _worker_created(self, event: Event) -> None:
        worker: Any = event[WORKER]
        found = self._source.workers.get(worker)
        if found is not None:
            self._workers[worker] = {}
            self._spells.change(event[TIME], worker, found.activity.id)

    def _worker_deleted(self, event: Event) -> None:
        worker: Any = event[WORKER]
        if self._workers.pop(worker, None) is not None:
            self._spells.change(event[TIME], worker, NOWHERE)

    def _worker_activity(self, event: Event) -> None:
        worker: Any = event[WORKER]
        if worker in self._workers:
            self._spells.change(event[TIME], worker, event[EXTRA][1])


def _count(what: int, task: _Task, event: Event) -> None:
    """One more of this, in the task's workflow and queue."""
    second = int(event[TIME])
    for part in task.parts:
        row = part.row if part.second == second else part.open(second)
        row[what] += 1


def _spread(row: list[int], place: int, length: int) -> None:
    """One more duration in the three columns from ``place``; not ``min`` and ``max``, which cost three times as much."""
    row[place] += length
    if length < row[place + 1]:
        row[place + 1] = length
    if length > row[place + 2]:
        row[place + 2] = length


def _reprioritize(task: _Task, priority: int) -> None:
    for part in task.parts:
        part.by_priority[task.priority] -= 1
        part.by_priority[priority] += 1
    task.priority = priority


def _join(part: _Part, task: _Task) -> None:
    """The task is now one of the part's."""
    part.by_status[task.status] += 1
    part.by_priority[task.priority] += 1
    if task.status <= _RESERVED:
        part.waiting.add(task.number, task.created)
        if part.entered is not None:
            part.entered.add(task.number, task.entered)


def _leave(part: _Part, task: _Task) -> None:
    """The task is no longer one of the part's."""
    part.by_status[task.status] -= 1
    part.by_priority[task.priority] -= 1
    if task.status <= _RESERVED:
        _answer(part, task)


def _move(task: _Task, status: int) -> None:
    """The task's status changes; one that is past waiting does not come back to it."""
    previous, task.status = task.status, status
    for part in task.parts:
        part.by_status[previous] -= 1
        part.by_status[status] += 1
        if previous <= _RESERVED < status:
            _answer(part, task)


def _answer(part: _Part, task: _Task) -> None:
    """The task no longer waits."""
    part.waiting.remove(task.number)
    if part.entered is not None:
        part.entered.remove(task.number)


def _dump_whole(whole: _Whole) -> dict[str, Any]:
    parts = [
        [channel, part.dump(), part.accepted.dump(), part.canceled.dump()] for channel, part in whole.parts.items()
    ]
    return {"number": whole.number, "parts": parts}


def _load_whole(whole: _Whole, document: dict[str, Any]) -> None:
    for channel, history, accepted, canceled in document["parts"]:
        part = whole.part(channel)
        part.load(history)
        part.accepted.load(accepted)
        part.canceled.load(canceled)


def _dump_task(task: _Task) -> dict[str, Any]:
    return {
        "number": task.number,
        "created": task.created,
        "entered": task.entered,
        "channel": task.channel,
        "priority": task.priority,
        "status": task.status,
        "undecided": task.undecided,
        "workflow": task.parts[0].whole.number,
        "queue": task.parts[1].whole.number if len(task.parts) > 1 else None,
    }
