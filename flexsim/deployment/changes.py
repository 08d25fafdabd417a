"""What deploying or cleaning up does to one thing, as a record that can be shown before it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Action(StrEnum):
    """What happens to the thing."""

    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"
    LEAVE = "leave"


class Kind(StrEnum):
    """What the thing is, in Twilio's words."""

    ACTIVITY = "activity"
    TASK_CHANNEL = "task channel"
    TASK_QUEUE = "task queue"
    WORKFLOW = "workflow"
    WORKER = "worker"
    TASK = "task"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One property that is to change; None is absent."""

    what: str
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.what} {self.after}"
        return f"{self.what} {self.before} → {self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """``sid`` is None for a thing still to be created; ``note`` says why where that is not plain."""

    action: Action
    kind: Kind
    name: str
    sid: str | None = None
    differences: tuple[Difference, ...] = ()
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON would hold it."""
        return {
            "action": self.action.value,
            "kind": self.kind.value,
            "name": self.name,
            "sid": self.sid,
            "differences": [{"what": one.what, "before": one.before, "after": one.after} for one in self.differences],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Changes that read the same but for the name."""

    action: Action
    kind: Kind
    names: tuple[str, ...]
    what: str

    @property
    def name(self) -> str:
        """The name; or the first, the last and how many, where there are more than three. Tasks are only counted."""
        if self.kind is Kind.TASK:
            return str(len(self.names))
        if len(self.names) <= _SPELT_OUT:
            return ", ".join(self.names)
        return f"{self.names[0]} … {self.names[-1]} ({len(self.names)})"


_SPELT_OUT: Final = 3


def grouped(changes: Iterable[Change]) -> list[Group]:
    """The changes as few lines, for people; in the order of each group's first change."""
    names: dict[tuple[Action, Kind, str], list[str]] = {}
    for change in changes:
        what = ", ".join([*map(str, change.differences), *([change.note] if change.note else [])])
        names.setdefault((change.action, change.kind, what), []).append(change.name)
    return [
        Group(action=action, kind=kind, names=tuple(found), what=what) for (action, kind, what), found in names.items()
    ]
