"""What is kept of a conversation: who said what when, which functions were called, and why it ended.

All times are seconds on the audio clock: 0 is the first frame, so that they are places in the recording.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class Side(StrEnum):
    """Whose session it is: the caller's or the customer-service agent's."""

    CALLER = "caller"
    AGENT = "agent"

    @property
    def other(self) -> "Side":
        """Whoever is at the other end."""
        return Side.AGENT if self is Side.CALLER else Side.CALLER


class Direction(StrEnum):
    """Seen from the bridge: to a session, or from it."""

    SENT = "sent"
    RECEIVED = "received"


class EndReason(StrEnum):
    """Why a conversation is over."""

    COMPLETED = "completed"
    CALLER_HUNG_UP = "caller_hung_up"
    AGENT_HUNG_UP = "agent_hung_up"
    HANDED_OFF = "handed_off"
    MAX_TURNS = "max_turns"
    MAX_DURATION = "max_duration"
    TIMEOUT = "timeout"
    CALLER_LOST = "caller_lost"
    AGENT_LOST = "agent_lost"
    RECORDER_FAILED = "recorder_failed"
    INTERRUPTED = "interrupted"


class Kind(StrEnum):
    """What an utterance is in the conversation."""

    TURN = "turn"
    INTERRUPTION = "interruption"
    BACK_CHANNEL = "back_channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What the other session says it heard of an utterance."""

    text: str
    understood: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What one side said in one go; ``text`` is what was played of it."""

    speaker: Side
    item_id: str
    text: str
    start: float
    end: float
    interrupted: bool
    kind: Kind
    heard: Understanding | None = None

    def document(self) -> dict[str, Any]:
        """As ``transcript.json`` holds it."""
        return asdict(self)


class Planted(NamedTuple):
    """What a mind of the local engine's intended: to speak ``after`` so many seconds, as a turn or into the other's."""

    side: Side
    item_id: str | None
    after: float
    kind: str


class Line(NamedTuple):
    """What was said, in short."""

    speaker: Side
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function that was called; ``duration`` until its answer went to the session. ``error`` says why there is no result."""

    at: float
    side: Side
    call_id: str
    name: str
    arguments: Mapping[str, Any]
    result: Mapping[str, Any] | None
    error: str | None
    duration: float

    def document(self) -> dict[str, Any]:
        """As ``function_calls.json`` holds it."""
        return asdict(self)
