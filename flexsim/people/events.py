"""What happens to an agent, as a driver tells it. ``at`` is UTC seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Key: TypeAlias = str | int
"""A SID, or the engine's own number: people only compare them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One task in one agent's hands. ``contact`` names the generator that its handling is drawn from."""

    reservation: Key
    task: Key
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CameIn:
    """The agent comes to work. ``warm``: it has been at it for long, so it is somewhere in its mixture of activities."""

    at: float
    warm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A task has been reserved for the agent."""

    at: float
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The agent has the task since ``at``, after the customer ``waited`` seconds. ``values`` are the contact's dimensions.

    For work that is found already wrapping up ``wrapping`` is true, ``at`` is when that began, and ``waited`` holds the
    talk time, too: nobody knows any more when the customer was answered.
    """

    at: float
    work: Work
    waited: float
    values: Mapping[str, Any]
    wrapping: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The work is over, however it ended: completed, canceled, timed out, taken away."""

    at: float
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedAway:
    """TaskRouter shows the agent in another activity than it chose (the timeout activity, say)."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeUp:
    """The agent's own reminder: talk and wrap time of this work are over."""

    at: float
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDue:
    """The agent's own reminder: the present activity has lasted long enough. ``stay`` tells which stay was meant."""

    at: float
    stay: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackDue:
    """The agent's own reminder: it has noticed that it was moved away."""

    at: float


Reminder: TypeAlias = TimeUp | ActivityDue | BackDue
AgentEvent: TypeAlias = CameIn | Offered | Accepted | Ended | MovedAway | Reminder
