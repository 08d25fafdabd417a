"""What a session is set to: voice, ears, instructions, functions. One record for both dialects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from flexsim.voice.ports import Tool

Limit: TypeAlias = int | Literal["inf"]

DEFAULT_VOICE: Final = "alloy"
SILENCE_BY_EAGERNESS: Final[Mapping[str, int]] = {"low": 900, "medium": 500, "high": 300, "auto": 500}


class Format(StrEnum):
    """How sound is written; the names are today's."""

    PCM = "audio/pcm"
    ULAW = "audio/pcmu"
    ALAW = "audio/pcma"


BETA_FORMATS: Final[Mapping[str, Format]] = {
    "pcm16": Format.PCM,
    "g711_ulaw": Format.ULAW,
    "g711_alaw": Format.ALAW,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnDetection:
    """Who finds the end of a turn, and what follows; ``semantic`` does not yield to back-channels."""

    semantic: bool = False
    threshold: float = 0.5
    prefix_padding_ms: int = 300
    silence_duration_ms: int = 500
    idle_timeout_ms: int | None = None
    create_response: bool = True
    interrupt_response: bool = True
    eagerness: str = "auto"

    @property
    def silence_ms(self) -> int:
        """Silence that ends a turn, in milliseconds."""
        return SILENCE_BY_EAGERNESS[self.eagerness] if self.semantic else self.silence_duration_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """A session's settings. ``speaks`` is false where answers are text; ``carried`` is what is kept and has no effect here."""

    instructions: str = ""
    speaks: bool = True
    voice: str = DEFAULT_VOICE
    speed: float = 1.0
    hears: Format = Format.PCM
    sounds: Format = Format.PCM
    turn_detection: TurnDetection | None = field(default_factory=TurnDetection)
    transcription: Mapping[str, Any] | None = None
    tools: Sequence[Tool] = ()
    tool_choice: str | Mapping[str, Any] = "auto"
    max_output_tokens: Limit = "inf"
    temperature: float = 0.8
    carried: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
