"""Workers: where they are, how long they have been there, how much they can take and have."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from flexsim.measure.audit.durations import between, milliseconds
from flexsim.measure.audit.laws import (
    AGENT_TIME,
    AVAILABILITY,
    CAPACITY,
    KNOWN,
    SECONDS,
    UNIQUE,
    WORKER_LIFE,
    Findings,
    Place,
)
from flexsim.measure.audit.lines import Record
from flexsim.measure.audit.workspace import ACTIVITY, CHANNEL, Step, Thing, Workspace
from flexsim.measure.names import NEW_CAPACITY
from flexsim.measure.statistics import Totals

if TYPE_CHECKING:
    from flexsim.measure.audit.tasks import Task

_MOST_PLACES: Final = 4  # events that one violation names
_ROUNDING: Final = 2  # milliseconds: two times and a duration, each rounded to the nearest
_SLACK: Final = 1e-6  # seconds an event: what sums of floats may be off


class Worker:
    """``early`` is a worker who was there before the log began: for how long, nobody knows."""

    __slots__ = (
        "activity", "at_work", "away", "capacity", "changes", "created", "deleted", "early", "entered", "held", "load", "sid", "since",
        "spent",
    )  # fmt: skip

    def __init__(self, sid: str, activity: Thing, place: Place, *, early: bool) -> None:
        self.sid = sid
        self.activity = activity
        self.created = self.entered = place
        self.early = early
        self.deleted = False
        self.capacity: dict[Thing, int] = {}  # by channel, where it is not that of a new worker
        self.away: set[Thing] = set()  # channels on which the worker takes nothing
        self.load: dict[Thing, dict[str, Place]] = {}  # open reservations by channel, with the events that made them
        self.held = 0  # open reservations
        self.at_work = 0  # accepted ones of these
        self.since = milliseconds(place)  # of the latest change of what this worker's time is counted as
        self.spent = 0  # milliseconds in activities that have been left, as the log tells them
        self.changes = 0


class Workers:
    """The workers that there are; ``busy`` and ``idle`` are their milliseconds with and without work so far."""

    __slots__ = ("_deleted", "_findings", "_opening", "_workspace", "busy", "idle", "there")

    def __init__(self, workspace: Workspace, findings: Findings) -> None:
        self._workspace = workspace
        self._findings = findings
        self._deleted: dict[str, Place] = {}
        self._opening: float | None = None  # when the log began
        self.there: dict[str, Worker] = {}
        self.busy = 0
        self.idle = 0

    def steps(self) -> Mapping[str, Step]:
        """What to do with which type of event."""
        return {
            "workspace.created": self._opened,
            "worker.created": self._created,
            "worker.deleted": self._removed,
            "worker.activity.update": self._changed_activity,
            "worker.attributes.update": self._told,
            "worker.capacity.update": self._changed_capacity,
            "worker.channel.availability.update": self._changed_availability,
        }

    def find(self, sid: str, place: Place) -> Worker | None:
        """The worker; None, and a breach, if there is none."""
        found = self.there.get(sid)
        if found is None:
            if sid in self._deleted:
                self._findings.breach(KNOWN, f"worker {sid} is deleted", self._deleted[sid], place)
            else:
                self._findings.breach(KNOWN, f"there is no worker {sid}", place)
        return found

    def finish(self, latest: Place) -> None:
        """The log is over: ``latest`` is its last event."""
        for worker in self.there.values():
            self._spend(worker, latest)
            self._check_lifetime(worker, latest)

    def compare(self, totals: Totals, events: int) -> None:
        """Hold what was counted here against what the statistics counted from the same events."""
        for what, found, counted in (("busy", self.busy, totals.busy), ("idle", self.idle, totals.idle)):
            if abs(found / 1000 - counted) > _SLACK * events:
                message = f"agents were {what} {found / 1000:.3f} s by the workers, {counted:.3f} s by the statistics"
                self._findings.breach(AGENT_TIME, message)

    # Reservations.

    def offer(self, worker: Worker, task: "Task", reservation: str, place: Place) -> None:
        """The worker is offered the task, in this reservation."""
        there = worker.load.setdefault(task.channel, {})
        there[reservation] = place
        worker.held += 1
        if task.unlimited:
            return
        channel, capacity = task.channel.name, worker.capacity.get(task.channel, NEW_CAPACITY)
        if len(there) > capacity:
            message = f"worker {worker.sid} has {len(there)} tasks on {channel} and can take {capacity}"
            self._findings.breach(CAPACITY, message, *list(there.values())[-_MOST_PLACES:])
        if not worker.activity.available or task.channel in worker.away:
            where = f"not available on {channel}" if worker.activity.available else f"in {worker.activity.name}"
            message = f"worker {worker.sid} is {where} and is offered a task"
            self._findings.breach(AVAILABILITY, message, worker.entered, place)

    def begin(self, worker: Worker, place: Place) -> None:
        """The worker accepts a task."""
        self._spend(worker, place)
        worker.at_work += 1

    def end(self, worker: Worker, place: Place) -> None:
        """The worker is done with a task that was accepted."""
        self._spend(worker, place)
        worker.at_work -= 1

    def release(self, worker: Worker, task: "Task", reservation: str) -> None:
        """The reservation is over, however it ended."""
        if worker.load.get(task.channel, {}).pop(reservation, None) is not None:
            worker.held -= 1

    # Events.

    def _opened(self, _: Record, place: Place) -> None:
        self._opening = place.t

    def _created(self, record: Record, place: Place) -> None:
        sid = record["worker"]
        activity = self._workspace.find(ACTIVITY, record["activity"], place)
        if sid in self.there or sid in self._deleted:
            there = self.there[sid].created if sid in self.there else self._deleted[sid]
            self._findings.breach(UNIQUE, f"worker {sid} is created that there has been", there, place)
        else:
            self.there[sid] = Worker(sid, activity, place, early=place.t == self._opening)

    def _removed(self, record: Record, place: Place) -> None:
        worker = self.find(record["worker"], place)
        if worker is None:
            return
        if worker.held:
            message = f"worker {worker.sid} is deleted with {worker.held} tasks in hand"
            self._findings.breach(WORKER_LIFE, message, worker.created, place)
        self._spend(worker, place)
        self._check_lifetime(worker, place)
        del self.there[worker.sid]
        worker.deleted = True
        self._deleted[worker.sid] = place

    def _changed_activity(self, record: Record, place: Place) -> None:
        left = self._workspace.find(ACTIVITY, record["from"], place)
        activity = self._workspace.find(ACTIVITY, record["activity"], place)
        worker = self.find(record["worker"], place)
        if worker is None:
            return
        if left is not worker.activity:
            message = f"worker {worker.sid} is in {worker.activity.name} and leaves {left.name}"
            self._findings.breach(WORKER_LIFE, message, worker.entered, place)
        self._spend(worker, place)
        self._check_seconds(worker, record["seconds"], place)
        worker.activity, worker.entered = activity, place
        worker.changes += 1

    def _changed_capacity(self, record: Record, place: Place) -> None:
        channel = self._workspace.find(CHANNEL, record["channel"], place)
        worker = self.find(record["worker"], place)
        if worker is None:
            return
        before = worker.capacity.get(channel, NEW_CAPACITY)
        if record["from"] != before:
            message = (
                f"worker {worker.sid} can take {before} on {channel.name}, not {record['from']} as this event says"
            )
            self._findings.breach(WORKER_LIFE, message, worker.created, place)
        worker.capacity[channel] = record["capacity"]

    def _changed_availability(self, record: Record, place: Place) -> None:
        channel = self._workspace.find(CHANNEL, record["channel"], place)
        worker = self.find(record["worker"], place)
        if worker is None:
            return
        if record["available"]:
            worker.away.discard(channel)
        else:
            worker.away.add(channel)

    def _told(self, record: Record, place: Place) -> None:
        self.find(record["worker"], place)

    # Time.

    def _spend(self, worker: Worker, place: Place) -> None:
        """Count the time since the latest change as what it was."""
        now = milliseconds(place)
        if worker.at_work:
            self.busy += now - worker.since
        elif worker.activity.available:
            self.idle += now - worker.since
        worker.since = now

    def _check_seconds(self, worker: Worker, seconds: float, place: Place) -> None:
        told, elapsed = round(seconds * 1000), between(worker.entered, place)
        if worker.early and told >= elapsed - _ROUNDING:
            told = elapsed  # it had been there before the log began
        elif abs(told - elapsed) > _ROUNDING:
            message = f"worker {worker.sid} was in {worker.activity.name} {elapsed / 1000:.3f} s, not {seconds:.3f}"
            self._findings.breach(SECONDS, message, worker.entered, place)
        worker.early = False
        worker.spent += told

    def _check_lifetime(self, worker: Worker, place: Place) -> None:
        lifetime = between(worker.created, place)
        spent = worker.spent + between(worker.entered, place)
        if abs(lifetime - spent) > _ROUNDING * worker.changes:
            message = f"worker {worker.sid} was there {lifetime / 1000:.3f} s and {spent / 1000:.3f} s in activities"
            self._findings.breach(AGENT_TIME, message, worker.created, place)
