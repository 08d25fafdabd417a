"""Reads a run's log once, from first to last, and applies every law to it.

What it keeps grows with what is open: tasks, reservations and workers, and tasks that have ended within five minutes of
the log's time. Beyond that it keeps which workers were deleted, and 16 bytes for every task, contact and reservation, to
know them again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flexsim.measure.audit.callbacks import Callbacks
from flexsim.measure.audit.durations import Durations
from flexsim.measure.audit.figures import Figures
from flexsim.measure.audit.laws import KNOWN, LAWS, LINES, Findings, Law, Place, Violation
from flexsim.measure.audit.lines import Record, read_event
from flexsim.measure.audit.order import Order
from flexsim.measure.audit.reservations import Reservations
from flexsim.measure.audit.tasks import Task, Tasks
from flexsim.measure.audit.workers import Workers
from flexsim.measure.audit.workspace import Step, Workspace
from flexsim.measure.records import KEYS

MOST_OPEN: Final = 20  # open tasks that are named; the others are only counted


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task that had not ended when the log did."""

    sid: str
    status: str
    created: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was found. ``open_tasks`` counts all that had not ended, ``open_listed`` holds the first of them."""

    events: int
    findings: Findings
    open_tasks: int
    open_listed: tuple[OpenTask, ...]

    @property
    def passed(self) -> bool:
        """Whether no law was broken."""
        return not self.findings.total

    @property
    def violations(self) -> list[Violation]:
        """The listed ones, in the order of the laws."""
        order = {law: place for place, law in enumerate(LAWS)}
        return sorted(self.findings.listed, key=lambda each: order[each.law])

    def broken(self) -> list[Law]:
        """The laws that did not hold."""
        return [law for law in LAWS if self.findings.counts[law.name]]


def audit(
    lines: Iterable[bytes],
    summary: Mapping[str, Any] | None,
    threshold: float,
    counted_from: float | None = None,
) -> Audit:
    """Apply the laws to a log and to the summary that its run left; ``threshold`` is the run's own, in seconds.

    The summary counts what began after ``counted_from`` (UTC seconds), the end of the run's warm-up, if it had one.

    ``lines`` come with their line ends. Nothing in them raises: what cannot be read is a violation of the law ``lines``.
    """
    return _Auditor(summary, threshold, counted_from).read(lines)


class _Auditor:
    def __init__(self, summary: Mapping[str, Any] | None, threshold: float, counted_from: float | None = None) -> None:
        self._findings = findings = Findings()
        self._order = Order(findings)
        self._durations = Durations(findings)
        workspace = Workspace(findings)
        self._tasks = Tasks(workspace, self._durations, findings)
        self._workers = Workers(workspace, findings)
        self._reservations = Reservations(self._tasks, self._workers, findings)
        self._figures = Figures(summary, threshold, workspace, findings)
        if counted_from is not None:
            self._figures.warm_up(counted_from)
        self._callbacks = Callbacks(summary, findings)
        groups = (workspace, self._tasks, self._workers, self._reservations, self._callbacks)
        tables = [each.steps() for each in groups]
        self._steps: dict[str, list[Step]] = {name: [table[name] for table in tables if name in table] for name in KEYS}
        self._events = 0

    def read(self, lines: Iterable[bytes]) -> Audit:
        number, whole = 0, True
        for line in lines:
            number += whole
            try:
                record = read_event(line)
            except ValueError as error:
                if whole:
                    self._findings.breach(LINES, f"line {number} {error}", *self._latest())
            else:
                self._take(record)
            whole = line.endswith(b"\n")
        self._finish()
        found = self._tasks.open
        listed = tuple(_open(task) for task, _ in zip(found.values(), range(MOST_OPEN), strict=False))
        return Audit(events=self._events, findings=self._findings, open_tasks=len(found), open_listed=listed)

    def _take(self, record: Record) -> None:
        place = Place(record["seq"], record["t"])
        order = self._order
        if order.latest is None:
            if record["type"] != "workspace.created":
                self._findings.breach(KNOWN, "the log does not begin with workspace.created", place)
        elif order.latest.t != place.t:
            self._tasks.settle(record["t"])
        self._events += 1
        order.add(place)
        for step in self._steps[record["type"]]:
            step(record, place)
        figures = self._figures
        figures.add(record, place)
        if figures.due:
            self._callbacks.mark()

    def _latest(self) -> tuple[Place, ...]:
        return () if self._order.latest is None else (self._order.latest,)

    def _finish(self) -> None:
        self._tasks.finish()
        self._reservations.finish()
        latest = self._order.latest
        if latest is None:
            self._findings.breach(LINES, "the log holds no event")
        else:
            self._workers.finish(latest)
        if not self._findings.total:  # else the two counts need not agree on what never should have happened
            totals = self._figures.totals
            self._durations.compare(totals.overall)
            self._workers.compare(totals, self._events)
        self._figures.finish()
        self._callbacks.finish()


def _open(task: Task) -> OpenTask:
    return OpenTask(sid=task.sid, status=task.status, created=task.created)
