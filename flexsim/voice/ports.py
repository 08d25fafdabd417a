"""What passes between the parts of a voice conversation: sound, words heard, and what a mind answers.

``sound`` makes and hears speech, ``realtime`` speaks the protocol, ``dialogue`` thinks, ``conversation`` joins two
sessions and records them, ``scores`` judges. They know each other by these records alone.

Sound is PCM: signed 16 bit, little endian, one channel, ``RATE`` samples a second. A frame is ``FRAME_MS`` of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from flexsim.randomness import Generator

RATE: Final = 24_000
SAMPLE_BYTES: Final = 2
FRAME_MS: Final = 40
FRAME_BYTES: Final = RATE * SAMPLE_BYTES * FRAME_MS // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice of the local engine's: its name, words a minute (80-450), pitch (0-99), language (``en-us``, ``de`` …)."""

    name: str = "default"
    rate: int = 170
    pitch: int = 50
    language: str = "en-us"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of an utterance: where it begins in the text (characters) and in the sound (samples at ``RATE``)."""

    text: str
    offset: int
    sample: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """An utterance as sound. ``frames`` is the same sound as the protocol sends it: base64, a frame each, the last padded with zeros."""

    text: str
    voice: Voice
    pcm: bytes
    words: tuple[Word, ...]
    frames: tuple[str, ...]


class Speaker(Protocol):
    """Whatever turns text into sound; the same text and voice give the same bytes, always."""

    def say(self, text: str, voice: Voice) -> Speech:
        """``text`` spoken by ``voice``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted:
    """Somebody began to speak, ``at_ms`` into the input sound."""

    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStopped:
    """And stopped, ``at_ms`` into the input sound."""

    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was understood of an utterance.

    ``understood`` is false where there was speech whose words cannot be told: ``text`` is then empty. ``complete`` is
    false where it was cut off: ``text`` holds the words until then.
    """

    text: str
    understood: bool = True
    complete: bool = True


class Listener(Protocol):
    """One session's ear: finds speech in its input sound, and says what was said."""

    @property
    def position_ms(self) -> int:
        """How much sound it was given, in milliseconds."""

    def feed(self, audio: str) -> Sequence[SpeechStarted | SpeechStopped]:
        """Take the next sound, base64 of PCM; say what began and what ended in it."""

    def hear(self, start_ms: int, end_ms: int) -> Heard:
        """The words between two positions of the input sound; sound long gone may be forgotten."""

    def hearing(self, start_ms: int, end_ms: int) -> Callable[[], Heard]:
        """The same, to be called later and in any thread: what it needs of the listener is taken now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that a mind may call: ``parameters`` is the JSON Schema of its arguments."""

    name: str
    description: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A mind's wish to have a function called."""

    name: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What the called function gave: ``output`` is JSON text."""

    name: str
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Text that came as text (``input_text``), not as sound."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a mind does when it is its turn: says ``text`` (empty: nothing), then calls functions.

    ``after`` is how long it thinks before the first sound, in seconds from when it was asked.
    """

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    after: float = 0.0


class InterjectionKind(StrEnum):
    """Why somebody speaks while the other does."""

    INTERRUPTION = "interruption"
    BACK_CHANNEL = "back_channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interjection:
    """Something said while the other speaks, ``after`` seconds from when the other began. It is dropped if the other stops before."""

    text: str
    after: float
    kind: InterjectionKind


class Mind(Protocol):
    """Whoever thinks behind a session. It is told what happened, in order, and asked when it is its turn. No I/O, no clock."""

    def reply(self, news: Sequence[Heard | Written | ToolResult]) -> Reply:
        """It is this mind's turn: what came since its last one; nothing at all where it opens the conversation."""

    def overhear(self) -> Interjection | None:
        """The other side begins to speak: whether, and when, to speak into it."""

    def cut_off(self, said: str) -> None:
        """The last utterance was interrupted: only ``said`` of it was heard."""


# From a session's instructions (the system prompt), its functions and a generator of its own to a mind.
MindMaker = Callable[[str, Sequence[Tool], Generator], Mind]
