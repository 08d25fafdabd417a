"""Event logs read back: lines to the same events and names that were written.

Ids are given anew, by order of appearance; times have the three decimals of the log.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from flexsim.errors import ConfigurationError
from flexsim.measure.names import Names
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import NAMES, Event

_KINDS: Final = {name: kind for kind, name in enumerate(NAMES)}
_WITH_REASON: Final = frozenset({ev.TASK_CANCELED, ev.TASK_WRAPUP, ev.TASK_COMPLETED})
_IN_WORKFLOW: Final = frozenset({ev.WORKFLOW_ENTERED, ev.WORKFLOW_TIMEOUT, ev.WORKFLOW_SKIPPED})
_OF_WORKFLOW: Final = frozenset({ev.WORKFLOW_CREATED, ev.WORKFLOW_UPDATED, ev.WORKFLOW_DELETED})
_OF_QUEUE: Final = frozenset(
    {ev.TASK_QUEUE_ENTERED, ev.TASK_QUEUE_TIMEOUT, ev.TASK_QUEUE_CREATED, ev.TASK_QUEUE_DELETED,
     ev.TASK_QUEUE_EXPRESSION_UPDATED}
)  # fmt: skip
_OF_ACTIVITY: Final = frozenset({ev.ACTIVITY_CREATED, ev.ACTIVITY_UPDATED, ev.ACTIVITY_DELETED})
_OF_CHANNEL: Final = frozenset({ev.TASK_CHANNEL_CREATED, ev.TASK_CHANNEL_UPDATED, ev.TASK_CHANNEL_DELETED})


class LogReader:
    """Reads one log, once: iterate ``events(lines)``; ``names`` fills as it goes."""

    __slots__ = ("_ids", "names")

    def __init__(self) -> None:
        self.names = Names()
        self._ids: dict[str, dict[str, int]] = {}

    def events(self, lines: Iterable[str]) -> Iterator[Event]:
        """The log's events, in order; raises ConfigurationError naming the line that is not one of a log."""
        for number, line in enumerate(lines, start=1):
            try:
                record = json.loads(line)
                event = self._event(record)
            except (ValueError, KeyError, TypeError) as error:
                shown = line.strip()[:80]
                raise ConfigurationError(f"line {number} of the event log is not an event of ours: {shown}") from error
            yield event

    def _event(self, record: dict[str, Any]) -> Event:
        kind = _KINDS[record["type"]]
        task, worker, reservation = (self._id(each, record.get(each)) for each in ("task", "worker", "reservation"))
        extra = self._extra(kind, record)
        if kind == ev.WORKER_CREATED:
            assert worker is not None
            self.names.workers[worker] = record["name"]
            self.names.worker_activity[worker] = self._activity(record["activity"])
        return record["t"], kind, task, worker, reservation, extra

    def _extra(self, kind: int, record: dict[str, Any]) -> Any:
        if kind in _WITH_REASON:
            return record["reason"]
        if kind in _OF_QUEUE:
            return self._named("queue", record["queue"], self.names.queues)
        if kind == ev.TASK_QUEUE_MOVED:
            queues = self.names.queues
            return self._named("queue", record["from"], queues), self._named("queue", record["queue"], queues)
        if kind in _IN_WORKFLOW or kind in _OF_WORKFLOW:
            return self._named("workflow", record["workflow"], self.names.workflows)
        if kind == ev.WORKFLOW_TARGET_MATCHED:
            workflow = self._named("workflow", record["workflow"], self.names.workflows)
            return workflow, record["filter"], record["target"]
        return self._extra_of_people(kind, record)

    def _extra_of_people(self, kind: int, record: dict[str, Any]) -> Any:
        if kind == ev.WORKER_ACTIVITY_UPDATE:
            return self._activity(record["from"]), self._activity(record["activity"]), record["seconds"]
        if kind in _OF_ACTIVITY:
            activity = self._activity(record["activity"])
            self.names.available[activity] = record["available"]
            return activity
        if kind in _OF_CHANNEL:
            return self._named("channel", record["channel"], self.names.channels)
        if kind == ev.WORKER_CAPACITY_UPDATE:
            return self._named("channel", record["channel"], self.names.channels), record["from"]
        if kind == ev.WORKER_CHANNEL_AVAILABILITY_UPDATE:
            return self._named("channel", record["channel"], self.names.channels), not record["available"]
        return None

    def _activity(self, name: str) -> int:
        return self._named("activity", name, self.names.activities)

    def _named(self, what: str, name: str, table: dict[int, str]) -> int:
        number = self._id(what, name)
        assert number is not None
        table[number] = name
        return number

    def _id(self, what: str, key: str | None) -> int | None:
        if key is None:
            return None
        ids = self._ids.setdefault(what, {})
        return ids.setdefault(key, len(ids))
