"""Tasks from creation to end: their states, their queues, and that what they are agrees with their reservations.

What one input of the engine brings about comes as several events of the same moment, so whether a task and its
reservations agree is asked when a moment is over.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from flexsim.measure.audit.durations import Durations
from flexsim.measure.audit.laws import AGREEMENT, CONTACTS, ENDED, KNOWN, QUEUES, TASK_LIFE, UNIQUE, Findings, Place
from flexsim.measure.audit.lines import Record
from flexsim.measure.audit.seen import Seen
from flexsim.measure.audit.workspace import CHANNEL, QUEUE, WORKFLOW, Step, Thing, Workspace
from flexsim.taskrouter import states

if TYPE_CHECKING:
    from flexsim.measure.audit.reservations import Reservation

DELETED: Final = "deleted"
# An ended task can be read, updated and deleted for five minutes (Twilio: "Task Resource"; ``Router.prune_after``).
_READABLE: Final = 301.0

# What the open reservations of a task must be, by its status: pending ones and the others, at least and at most.
_MANY: Final = 1 << 30
_HELD: Final[dict[str, tuple[int, int, tuple[str, ...]]]] = {
    states.PENDING: (0, 0, ()),
    states.RESERVED: (1, _MANY, (states.PENDING,)),
    states.ASSIGNED: (1, 1, (states.ACCEPTED,)),
    states.WRAPPING: (1, 1, (states.WRAPPING,)),
}
_NONE_HELD: Final = (0, 0, ())


class Task:
    """A task that is open, or has ended lately; ``open`` are its reservations that are not over."""

    __slots__ = (
        "accepted", "channel", "created", "disagrees", "ended", "let_go", "moved", "moving", "open", "queue", "sid", "status",
        "unlimited", "wrapping",
    )  # fmt: skip

    def __init__(self, sid: str, channel: Thing, place: Place, *, unlimited: bool) -> None:
        self.sid = sid
        self.channel = channel
        self.unlimited = unlimited  # was sent to a worker whatever that worker is doing
        self.status = states.PENDING
        self.created = self.moved = place
        self.accepted: Place | None = None
        self.wrapping: Place | None = None
        self.ended: Place | None = None
        self.queue: Thing | None = None
        self.moving = False  # task-queue.moved was told, task-queue.entered is to follow
        self.open: dict[str, Reservation] = {}
        self.let_go: list[Reservation] = []  # rescinded or canceled in the present moment
        self.disagrees = False  # it was told that it and its reservations do not agree


class Tasks:
    """The tasks that are open or have ended lately. Call ``settle`` whenever a moment is over."""

    __slots__ = ("_contacts", "_durations", "_ended", "_findings", "_seen", "_touched", "_workspace", "open")

    def __init__(self, workspace: Workspace, durations: Durations, findings: Findings) -> None:
        self._workspace = workspace
        self._durations = durations
        self._findings = findings
        self._seen = Seen()
        self._contacts = Seen()
        self._touched: dict[str, Task] = {}
        self._ended: dict[str, Task] = {}  # in the order of their ends
        self.open: dict[str, Task] = {}

    def steps(self) -> Mapping[str, Step]:
        """What to do with which type of event."""
        return {
            "task.created": self._created,
            "task.updated": self._updated,
            "task.wrapup": self._wrapup,
            "task.completed": self._completed,
            "task.canceled": self._canceled,
            "task.deleted": self._deleted,
            "task.system-deleted": self._system_deleted,
            "workflow.entered": self._in_workflow,
            "workflow.target-matched": self._in_workflow,
            "workflow.timeout": self._in_workflow,
            "workflow.skipped": self._in_workflow,
            "task-queue.entered": self._entered,
            "task-queue.moved": self._moved,
            "task-queue.timeout": self._timed_out,
        }

    def find(self, sid: str, place: Place) -> Task | None:
        """The task, be it open or ended lately; None, and a breach, if there is none."""
        found = self.open.get(sid) or self._ended.get(sid)
        if found is None:
            first = self._seen.first(sid)
            if first is None:
                self._findings.breach(KNOWN, f"there is no task {sid}", place)
            else:
                self._findings.breach(ENDED, f"task {sid} ended long ago", Place(first, None), place)
        return found

    def move(self, task: Task, status: str, place: Place) -> None:
        """The task comes to this status."""
        self.touch(task)
        if task.ended is not None:
            message = f"task {task.sid} is {task.status} and becomes {status}"
            self._findings.breach(ENDED, message, task.ended, place)
            return
        if (task.status, status) not in states.TASK_MOVES and status != DELETED:
            message = f"task {task.sid} is {task.status} and becomes {status}"
            self._findings.breach(TASK_LIFE, message, task.moved, place)
        task.status = status
        task.moved = place

    def accept(self, task: Task, place: Place) -> None:
        """One of the task's reservations is accepted."""
        self.move(task, states.ASSIGNED, place)
        if task.accepted is None and task.ended is None:
            task.accepted = place
            self._durations.answered(task.sid, task.created, place)

    def touch(self, task: Task) -> None:
        """Ask, when this moment is over, whether the task and its reservations agree."""
        self._touched[task.sid] = task

    def settle(self, moment: float) -> None:
        """A moment is over; the next one is ``moment``."""
        for task in self._touched.values():
            if not task.disagrees:
                self._check_agreement(task)
            if task.let_go:
                self._check_reasons(task)
        self._touched.clear()
        ended, before = self._ended, moment - _READABLE
        while ended:
            oldest = next(iter(ended.values()))
            if oldest.ended is None or (oldest.ended.t or 0.0) >= before:
                return
            del ended[oldest.sid]

    def finish(self) -> None:
        """The log is over."""
        self.settle(0.0)
        for first, again in self._seen.twice():
            self._findings.breach(
                UNIQUE, "a task is created that there has been", Place(first, None), Place(again, None)
            )
        for first, again in self._contacts.twice():
            message = "a task has the contact of another"
            self._findings.breach(CONTACTS, message, Place(first, None), Place(again, None))

    # Events.

    def _created(self, record: Record, place: Place) -> None:
        sid = record["task"]
        self._seen.add(sid, place.seq)
        if isinstance(record["contact"], str):
            self._contacts.add(record["contact"], place.seq)
        channel = self._workspace.find(CHANNEL, record["channel"], place)
        self._workspace.find(WORKFLOW, record["workflow"], place)
        if sid not in self.open:
            self.open[sid] = Task(sid, channel, place, unlimited=record.get("ignore_capacity", False))

    def _updated(self, record: Record, place: Place) -> None:
        task = self.find(record["task"], place)
        if task is None:
            return
        if task.status == DELETED:
            self._after_end(task, "updated", place)
        elif "channel" in record:
            task.channel = self._workspace.find(CHANNEL, record["channel"], place)

    def _wrapup(self, record: Record, place: Place) -> None:
        task = self.find(record["task"], place)
        if task is not None:
            self.move(task, states.WRAPPING, place)
            task.wrapping = place

    def _completed(self, record: Record, place: Place) -> None:
        task = self.find(record["task"], place)
        if task is None:
            return
        if task.ended is None and task.accepted is not None:
            self._durations.handled(task.sid, task.created, task.accepted, task.wrapping or place, place)
        self._end(task, states.COMPLETED, place)

    def _canceled(self, record: Record, place: Place) -> None:
        task = self.find(record["task"], place)
        if task is not None:
            self._end(task, states.CANCELED, place)

    def _deleted(self, record: Record, place: Place) -> None:
        task = self.find(record["task"], place)
        if task is None:
            return
        if task.ended is not None and task.status != DELETED:
            task.status = DELETED  # an ended task that is forgotten before its time
        else:
            self._end(task, DELETED, place)

    def _system_deleted(self, record: Record, place: Place) -> None:
        task = self.find(record["task"], place)
        if task is not None:
            self._end(task, DELETED, place)

    def _end(self, task: Task, status: str, place: Place) -> None:
        self.move(task, status, place)
        if task.ended is None:
            task.ended = place
            del self.open[task.sid]
            self._ended[task.sid] = task

    def _in_workflow(self, record: Record, place: Place) -> None:
        self._workspace.find(WORKFLOW, record["workflow"], place)
        self._still_open(record, place)

    def _moved(self, record: Record, place: Place) -> None:
        left = self._workspace.find(QUEUE, record["from"], place)
        entered = self._workspace.find(QUEUE, record["queue"], place)
        task = self._still_open(record, place)
        if task is None:
            return
        if task.queue is not left:
            self._wrong_queue(task, f"leaves {left.name}", place)
        task.queue = entered
        task.moving = True

    def _entered(self, record: Record, place: Place) -> None:
        entered = self._workspace.find(QUEUE, record["queue"], place)
        task = self._still_open(record, place)
        if task is None:
            return
        if task.queue is not None and not (task.moving and task.queue is entered):
            self._wrong_queue(task, f"enters {entered.name}", place)
        task.queue = entered
        task.moving = False

    def _timed_out(self, record: Record, place: Place) -> None:
        queue = self._workspace.find(QUEUE, record["queue"], place)
        task = self._still_open(record, place)
        if task is not None and task.queue is not queue:
            self._wrong_queue(task, f"has waited in {queue.name} long enough", place)

    # Laws.

    def _still_open(self, record: Record, place: Place) -> Task | None:
        task = self.find(record["task"], place)
        if task is not None and task.ended is not None:
            self._after_end(task, f"told of in {record['type']}", place)
            return None
        return task

    def _after_end(self, task: Task, what: str, place: Place) -> None:
        assert task.ended is not None
        self._findings.breach(ENDED, f"task {task.sid} is {task.status} and is {what}", task.ended, place)

    def _wrong_queue(self, task: Task, what: str, place: Place) -> None:
        where = "no queue" if task.queue is None else task.queue.name
        self._findings.breach(QUEUES, f"task {task.sid} is in {where} and {what}", task.created, place)

    def _check_agreement(self, task: Task) -> None:
        least, most, allowed = _HELD.get(task.status, _NONE_HELD)
        held = task.open
        if least <= len(held) <= most and all(each.status in allowed for each in held.values()):
            return
        task.disagrees = True
        number = len(held)
        noun = "reservation" if number == 1 else "reservations"
        words = ", ".join(sorted(each.status for each in held.values())) or "none"
        message = f"task {task.sid} is {task.status} and has {number} open {noun} ({words})"
        self._findings.breach(AGREEMENT, message, *_behind(task))

    def _check_reasons(self, task: Task) -> None:
        """Nobody is sent away without a reason: a rival has accepted, the task has ended, or the worker is gone."""
        for each in task.let_go:
            taken = task.accepted is not None and task.accepted.t == each.moved.t
            gone = task.ended is not None or (each.worker is not None and each.worker.deleted)
            if each.status == states.RESCINDED and not taken:
                message = f"reservation {each.sid} is rescinded, and nobody has just accepted task {task.sid}"
                self._findings.breach(AGREEMENT, message, task.moved, each.moved)
            elif each.status == states.CANCELED and not gone:
                message = f"reservation {each.sid} is canceled, and task {task.sid} goes on"
                self._findings.breach(AGREEMENT, message, task.moved, each.moved)
        task.let_go.clear()


def _behind(task: Task) -> Iterator[Place]:
    places = {task.moved, *(each.moved for each in task.open.values())}
    return iter(sorted(places)[-4:])
