"""The figures of a run counted again from its log, and held against the summary that it left."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flexsim.measure.audit.laws import FIGURES, Findings, Place
from flexsim.measure.audit.lines import Record
from flexsim.measure.audit.workspace import ACTIVITY, QUEUE, Workspace
from flexsim.measure.names import Names
from flexsim.measure.statistics import Statistics, Totals
from flexsim.measure.summary import summarize
from flexsim.taskrouter.events import NAMES

_KINDS: Final = {name: kind for kind, name in enumerate(NAMES)}
_SHOWN: Final = 60  # characters of a value in a message
_TOLD: Final = ("at", "events", "threshold")  # what it takes to count the figures again


class Figures:
    """Takes every event after the workspace has. ``threshold`` is the service level's that the run was begun with.

    Of a run with a warm-up (``warm_up``), the summary counts what comes after it, and ``totals`` everything.
    """

    __slots__ = (
        "_counted",
        "_findings",
        "_names",
        "_statistics",
        "_summary",
        "_until",
        "_warm",
        "_warming_until",
        "_workspace",
    )

    def __init__(
        self, summary: Mapping[str, Any] | None, threshold: float, workspace: Workspace, findings: Findings
    ) -> None:
        self._warm: Statistics | None = None  # counts what comes after the warm-up, where there is one
        self._warming_until: float | None = None
        self._summary = summary
        self._workspace = workspace
        self._findings = findings
        self._names = Names()
        self._counted: dict[str, Any] | None = None
        lacking = [] if summary is None else [key for key in _TOLD if not _is_number(summary.get(key))]
        if summary is None:
            findings.breach(FIGURES, "there is no summary: the run did not come to its end")
        elif lacking:
            findings.breach(FIGURES, f"the summary has no {' and no '.join(lacking)}")
        elif summary["threshold"] != threshold:
            message = f"threshold: the summary says {summary['threshold']}, the run was begun with {threshold}"
            findings.breach(FIGURES, message)
        self._until = -1 if summary is None or lacking else summary["events"]
        self._statistics = Statistics(self._names, threshold if self._until < 0 else summary["threshold"])  # type: ignore[index]  # then there is one

    def warm_up(self, until: float) -> None:
        """The run had a warm-up; to be told before the first event."""
        self._warming_until = until
        self._warm = Statistics(self._names, self._statistics.threshold)

    @property
    def due(self) -> bool:
        """Whether the summary counts the events so far, and no more."""
        return self._statistics.events == self._until

    @property
    def totals(self) -> Totals:
        """All that the events so far have counted."""
        return self._statistics.totals_at(self._statistics.last)

    def add(self, record: Record, place: Place) -> None:
        """Count the next event."""
        name = record["type"]
        told = _EXTRAS.get(name)
        extra = None if told is None else told(self, record, place)
        get, statistics = record.get, self._statistics
        task, worker, reservation = _number(get("task")), _number(get("worker")), _number(get("reservation"))
        event = (float(record["t"]), _KINDS[name], task, worker, reservation, extra)
        statistics.add(event)
        if self._warm is not None:
            self._begin_by(record["t"])
            self._warm.add(event)
        if statistics.events == self._until and self._summary is not None:
            self._begin_by(math.inf)
            self._counted = summarize(self._warm or statistics, self._summary["at"])

    def _begin_by(self, moment: float) -> None:
        """Count from the end of the warm-up on, if it is over by ``moment``."""
        if self._warm is not None and self._warming_until is not None and moment > self._warming_until:
            self._warm.begin(self._warming_until)
            self._warming_until = None

    def finish(self) -> None:
        """The log is over."""
        if self._until < 0 or self._summary is None:
            return
        if self._counted is None:
            message = f"the summary counts {self._until} events, the log has {self._statistics.events}"
            self._findings.breach(FIGURES, message)
            return
        told = {name: self._summary.get(name) for name in self._counted}
        for what in _differences("", self._counted, told):
            self._findings.breach(FIGURES, what)

    # What statistics and names want to know of an event.

    def _queue(self, record: Record, place: Place) -> int:
        queue = self._workspace.find(QUEUE, record["queue"], place)
        self._names.queues[queue.number] = queue.name
        return queue.number

    def _queues(self, record: Record, place: Place) -> Any:
        return self._workspace.find(QUEUE, record["from"], place).number, self._queue(record, place)

    def _activity(self, record: Record, place: Place) -> int:
        activity = self._workspace.find(ACTIVITY, record["activity"], place)
        self._names.activities[activity.number] = activity.name
        self._names.available[activity.number] = activity.available
        return activity.number

    def _activities(self, record: Record, place: Place) -> Any:
        left = self._workspace.find(ACTIVITY, record["from"], place)
        return left.number, self._activity(record, place), record["seconds"]

    def _worker(self, record: Record, place: Place) -> Any:
        worker = _number(record["worker"])
        assert worker is not None
        self._names.worker_activity[worker] = self._activity(record, place)

    def _reason(self, record: Record, _: Place) -> Any:
        return record["reason"]


_EXTRAS: Final = {
    "task-queue.created": Figures._queue,  # noqa: SLF001 -- a table of this class's own methods
    "task-queue.expression.updated": Figures._queue,  # noqa: SLF001 -- as above
    "task-queue.entered": Figures._queue,  # noqa: SLF001 -- as above
    "task-queue.moved": Figures._queues,  # noqa: SLF001 -- as above
    "activity.created": Figures._activity,  # noqa: SLF001 -- as above
    "activity.updated": Figures._activity,  # noqa: SLF001 -- as above
    "worker.created": Figures._worker,  # noqa: SLF001 -- as above
    "worker.activity.update": Figures._activities,  # noqa: SLF001 -- as above
    "task.canceled": Figures._reason,  # noqa: SLF001 -- as above
}


def _number(sid: str | None) -> int | None:
    """The number that a SID is, read as digits of base 256: whatever is written there, no two are the same."""
    return None if sid is None else int.from_bytes(sid.encode(), "big")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _differences(path: str, counted: Any, told: Any) -> Iterator[str]:
    if not isinstance(counted, dict) or not isinstance(told, dict):
        if counted != told:
            yield f"{path}: the summary says {_word(told)}, the events say {_word(counted)}"
        return
    for key in [*counted, *(key for key in told if key not in counted)]:
        below = f"{path}.{key}" if path else str(key)
        if key not in counted:
            yield f"{below}: the summary says {_word(told[key])}, the events know of no such thing"
        else:
            yield from _differences(below, counted[key], told.get(key))


def _word(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
