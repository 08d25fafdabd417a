"""Reservations: offers of a task to a worker, and what becomes of them and of the two."""

from collections.abc import Mapping
from typing import Final

from flexsim.measure.audit.laws import AGREEMENT, ENDED, KNOWN, PARTIES, RESERVATION_LIFE, UNIQUE, Findings, Place
from flexsim.measure.audit.lines import Record
from flexsim.measure.audit.seen import Seen
from flexsim.measure.audit.tasks import Task, Tasks
from flexsim.measure.audit.workers import Worker, Workers
from flexsim.measure.audit.workspace import Step
from flexsim.taskrouter import states

_STATUS: Final = {
    "reservation.accepted": states.ACCEPTED,
    "reservation.rejected": states.REJECTED,
    "reservation.timeout": states.TIMEOUT,
    "reservation.canceled": states.CANCELED,
    "reservation.rescinded": states.RESCINDED,
    "reservation.wrapup": states.WRAPPING,
    "reservation.completed": states.COMPLETED,
}
_LET_GO: Final = frozenset({states.RESCINDED, states.CANCELED})
_AT_WORK: Final = frozenset({states.ACCEPTED, states.WRAPPING})


class Reservation:
    """An open reservation; its task or worker is None where the log does not know it."""

    __slots__ = ("moved", "sid", "status", "task", "worker")

    def __init__(self, sid: str, task: Task | None, worker: Worker | None, place: Place) -> None:
        self.sid = sid
        self.task = task
        self.worker = worker
        self.status = states.PENDING
        self.moved = place


class Reservations:
    """The reservations that are not over."""

    __slots__ = ("_findings", "_seen", "_tasks", "_workers", "open")

    def __init__(self, tasks: Tasks, workers: Workers, findings: Findings) -> None:
        self._tasks = tasks
        self._workers = workers
        self._findings = findings
        self._seen = Seen()
        self.open: dict[str, Reservation] = {}

    def steps(self) -> Mapping[str, Step]:
        """What to do with which type of event."""
        return {"reservation.created": self._created} | dict.fromkeys(_STATUS, self._moved)

    def finish(self) -> None:
        """The log is over."""
        for first, again in self._seen.twice():
            message = "a reservation is created that there has been"
            self._findings.breach(UNIQUE, message, Place(first, None), Place(again, None))

    # Events.

    def _created(self, record: Record, place: Place) -> None:
        sid = record["reservation"]
        self._seen.add(sid, place.seq)
        task = self._tasks.find(record["task"], place)
        worker = self._workers.find(record["worker"], place)
        if sid in self.open:
            return
        found = self.open[sid] = Reservation(sid, task, worker, place)
        if task is not None:
            self._reserve(task, found, place)
            if worker is not None:
                self._workers.offer(worker, task, sid, place)

    def _reserve(self, task: Task, reservation: Reservation, place: Place) -> None:
        rival = next((each for each in task.open.values() if each.worker is reservation.worker), None)
        if rival is not None and reservation.worker is not None:
            message = f"worker {reservation.worker.sid} has task {task.sid} and is offered it"
            self._findings.breach(AGREEMENT, message, rival.moved, place)
        task.open[reservation.sid] = reservation
        if task.status == states.RESERVED:
            self._tasks.touch(task)
        else:
            self._tasks.move(task, states.RESERVED, place)

    def _moved(self, record: Record, place: Place) -> None:
        reservation = self._find(record, place)
        if reservation is None:
            return
        self._check_parties(reservation, record, place)
        status, before = _STATUS[record["type"]], reservation.status
        if (before, status) not in states.RESERVATION_MOVES:
            message = f"reservation {reservation.sid} is {before} and becomes {status}"
            self._findings.breach(RESERVATION_LIFE, message, reservation.moved, place)
        last, reservation.moved = reservation.moved, place
        reservation.status = status
        if status == states.ACCEPTED:
            self._accepted(reservation, before, place)
        elif status == states.WRAPPING:
            self._wrapping(reservation, before, place)
        else:
            self._over(reservation, before, last)

    def _find(self, record: Record, place: Place) -> Reservation | None:
        sid = record["reservation"]
        found = self.open.get(sid)
        if found is None:
            first = self._seen.first(sid)
            if first is None:
                self._findings.breach(KNOWN, f"there is no reservation {sid}", place)
            else:
                message = f"reservation {sid} is over and becomes {_STATUS[record['type']]}"
                self._findings.breach(RESERVATION_LIFE, message, Place(first, None), place)
        return found

    def _check_parties(self, reservation: Reservation, record: Record, place: Place) -> None:
        for key, party in (("task", reservation.task), ("worker", reservation.worker)):
            if party is not None and party.sid != record[key]:
                message = f"reservation {reservation.sid} is of {key} {party.sid}, and now of {record[key]}"
                self._findings.breach(PARTIES, message, reservation.moved, place)

    def _accepted(self, reservation: Reservation, before: str, place: Place) -> None:
        task = reservation.task
        if task is not None:
            for rival in task.open.values():
                if rival is not reservation and rival.status in _AT_WORK:
                    message = f"task {task.sid} is accepted in {rival.sid} and in {reservation.sid}"
                    self._findings.breach(AGREEMENT, message, rival.moved, place)
            self._tasks.accept(task, place)
        if reservation.worker is not None and before not in _AT_WORK:
            self._workers.begin(reservation.worker, place)

    def _wrapping(self, reservation: Reservation, before: str, place: Place) -> None:
        task = reservation.task
        if task is not None:
            self._tasks.touch(task)
            if task.ended is not None:
                message = f"task {task.sid} is {task.status} and its reservation {reservation.sid} becomes wrapping"
                self._findings.breach(ENDED, message, task.ended, place)
        if reservation.worker is not None and before not in _AT_WORK:
            self._workers.begin(reservation.worker, place)

    def _over(self, reservation: Reservation, before: str, last: Place) -> None:
        del self.open[reservation.sid]
        task, worker, place = reservation.task, reservation.worker, reservation.moved
        if worker is not None and task is not None:
            self._workers.release(worker, task, reservation.sid)
        if worker is not None and before in _AT_WORK:
            self._workers.end(worker, place)
        if task is None:
            return
        task.open.pop(reservation.sid, None)
        self._tasks.touch(task)
        if reservation.status in _LET_GO:
            task.let_go.append(reservation)
        if task.ended is not None:
            if task.ended.t != place.t:
                message = f"task {task.sid} is {task.status}, and only later its reservation {reservation.sid} is over"
                self._findings.breach(ENDED, message, task.ended, last, place)
        elif task.status == states.RESERVED and not task.open:
            self._tasks.move(task, states.PENDING, place)
