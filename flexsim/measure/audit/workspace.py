"""What a workspace consists of, as the log tells it: activities, channels, queues and workflows by name.

A thing keeps its identity when it is renamed, so whoever holds one holds it under its new name.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from flexsim.measure.audit.laws import KNOWN, UNIQUE, Findings, Place
from flexsim.measure.audit.lines import Record

Step: TypeAlias = Callable[[Record, Place], None]

ACTIVITY: Final = "activity"
CHANNEL: Final = "channel"
QUEUE: Final = "queue"
WORKFLOW: Final = "workflow"

_CREATED: Final = ("activity.created", "task-channel.created", "task-queue.created", "workflow.created")
_UPDATED: Final = (
    "activity.updated", "task-channel.updated", "task-queue.expression.updated", "workflow.updated",
)  # fmt: skip
_DELETED: Final = ("activity.deleted", "task-channel.deleted", "task-queue.deleted", "workflow.deleted")


class Thing:
    """An activity, channel, queue or workflow; ``number`` is its own for good, ``available`` is an activity's."""

    __slots__ = ("available", "name", "number")

    def __init__(self, number: int, name: str, *, available: bool = False) -> None:
        self.number = number
        self.name = name
        self.available = available


class Workspace:
    """The things there are now. One that nobody created is taken for there once the breach has been told."""

    __slots__ = ("_findings", "_made", "_things")

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._made = 0  # things so far
        self._things: dict[str, dict[str, Thing]] = {ACTIVITY: {}, CHANNEL: {}, QUEUE: {}, WORKFLOW: {}}

    def steps(self) -> Mapping[str, Step]:
        """What to do with which type of event."""
        return (
            dict.fromkeys(_CREATED, self._created)
            | dict.fromkeys(_UPDATED, self._updated)
            | dict.fromkeys(_DELETED, self._deleted)
        )

    def find(self, kind: str, name: str, place: Place) -> Thing:
        """The thing of this name."""
        found = self._things[kind].get(name)
        if found is None:
            self._findings.breach(KNOWN, f"there is no {kind} {name}", place)
            found = self._things[kind][name] = self._thing(name)
        return found

    def _thing(self, name: str, *, available: bool = False) -> Thing:
        self._made += 1
        return Thing(self._made, name, available=available)

    def _created(self, record: Record, place: Place) -> None:
        kind = _kind(record)
        name = record[kind]
        if name in self._things[kind]:
            self._findings.breach(UNIQUE, f"{kind} {name} is created, and is there already", place)
        self._things[kind][name] = self._thing(name, available=record.get("available", False))

    def _updated(self, record: Record, place: Place) -> None:
        kind = _kind(record)
        name: str = record[kind]
        found = self.find(kind, record.get("from", name), place)
        if found.name != name:
            del self._things[kind][found.name]
            if name in self._things[kind]:
                self._findings.breach(
                    UNIQUE, f"{kind} {found.name} is renamed to {name}, and there is one already", place
                )
            found.name = name
            self._things[kind][name] = found
        found.available = record.get("available", False)

    def _deleted(self, record: Record, place: Place) -> None:
        kind = _kind(record)
        self.find(kind, record[kind], place)
        del self._things[kind][record[kind]]


def _kind(record: Record) -> str:
    """Which of the four the event is about: each has its name under its own key."""
    return next(kind for kind in (ACTIVITY, CHANNEL, QUEUE, WORKFLOW) if kind in record)
