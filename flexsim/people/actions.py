"""What a person wants done: the verbs that a driver performs, each with a delay in seconds after the event it answers.

Actions that fall due at the same moment are performed in the order given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from flexsim.people.events import Reminder, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """Take the work that was offered."""

    work: Work
    delay: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp:
    """The conversation is over; the work after it begins."""

    work: Work
    reason: str
    delay: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """The work is done; ``attributes`` are merged into the task's own (``flexsim.people.contact.merged``)."""

    work: Work
    reason: str
    attributes: Mapping[str, Any]
    delay: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeActivity:
    """Go over to the activity of this name."""

    activity: str
    delay: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind:
    """Hand ``event`` back once the delay is over; its ``at`` is the moment meant, a late driver puts the real one there."""

    event: Reminder
    delay: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelIfWaiting:
    """The customer gives up, unless an agent has answered by then; ``attributes`` are merged into the task's own."""

    reason: str
    attributes: Mapping[str, Any]
    delay: float = 0.0


AgentAction: TypeAlias = Accept | WrapUp | Complete | ChangeActivity | Remind
