"""What happens in a conversation, for whoever watches it while it runs."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeAlias

from flexsim.voice.conversation.records import Call, EndReason, Side, Utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """Both sessions are ready, and the clock starts."""

    name: ClassVar[str] = "connected"
    conversation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechBegan:
    """A side begins to be heard."""

    name: ClassVar[str] = "speech_began"
    side: Side
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An utterance is over, and what was heard of it is known."""

    name: ClassVar[str] = "said"
    utterance: Utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A function was called and answered."""

    name: ClassVar[str] = "called"
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Informed:
    """Something else worth knowing: an error that a session told, a side that was lost and came back."""

    name: ClassVar[str] = "informed"
    at: float
    side: Side
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """It is over."""

    name: ClassVar[str] = "ended"
    at: float
    reason: EndReason


Happening: TypeAlias = Connected | SpeechBegan | Said | Called | Informed | Ended
Watch = Callable[[Happening], None]


def document(happening: Happening) -> dict[str, Any]:
    """As a JSON-ready document, its kind under ``happening``."""
    return {"happening": happening.name, **asdict(happening)}


def ignored(_happening: Happening) -> None:
    """A watch that watches nothing."""
