"""A session's ears: the input buffer, where speech begins and ends in it, and what is still to be understood.

Positions are milliseconds of all the sound that was ever appended. The sound itself is the listener's business.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from flexsim.voice.ports import FRAME_MS, Heard, SpeechStarted, SpeechStopped
from flexsim.voice.realtime.configuration import Format, TurnDetection
from flexsim.voice.realtime.items import Part
from flexsim.voice.realtime.setup import EarMaker

_PLAIN: Final = TurnDetection()


class Hearing:
    """An utterance to be understood: ``listen`` says what it was, in any thread."""

    __slots__ = ("item_id", "listen", "part", "respond")

    def __init__(self, listen: Callable[[], Heard], item_id: str, part: Part, *, respond: bool = False) -> None:
        self.listen = listen
        self.item_id = item_id
        self.part = part
        self.respond = respond


class _Decoder(Protocol):
    def pcm(self, audio: str) -> str:
        """Base64 PCM of a piece in another format."""


class Ears:
    """The input buffer of one session."""

    __slots__ = ("_base", "_decoder", "_ear", "_format", "_make", "_timing", "buffer_from", "detection", "speech_from", "speech_item")  # fmt: skip

    def __init__(self, make: EarMaker, detection: TurnDetection | None) -> None:
        self._make = make
        self._base = 0
        self.buffer_from = 0
        self.speech_item: str | None = None  # the item of the speech that goes on
        self.speech_from = 0
        self.detection = detection
        self._timing = _timing(detection or _PLAIN)
        self._ear = make(detection or _PLAIN)
        self._format = Format.PCM
        self._decoder: _Decoder | None = None

    @property
    def position(self) -> int:
        """How much sound came, ever."""
        return self._base + self._ear.position_ms

    @property
    def waiting_ms(self) -> int:
        """How much of it is in the buffer."""
        return self.position - self.buffer_from

    def set(self, detection: TurnDetection | None, kind: Format) -> None:
        """Listen in another way: at once, or, where that takes a new ear and somebody is speaking, when they have finished."""
        if kind is not self._format:
            self._format, self._decoder = kind, None if kind is Format.PCM else _decoder(kind)
        self.detection = detection
        if detection is None:
            self.speech_item = None
        self.settle()

    def settle(self) -> None:
        """Nobody speaks, as far as is known: a new ear, which knows nothing of what came before, will do if one is wanted."""
        wanted = self.detection
        if wanted is not None and self.speech_item is None and _timing(wanted) != self._timing:
            self._timing = _timing(wanted)
            self._base = self.position
            self._ear = self._make(wanted)

    def feed(self, audio: str) -> Sequence[SpeechStarted | SpeechStopped]:
        """Take the next sound; raises ValueError where it is not base64. Its positions are to be passed through ``at``."""
        return self._ear.feed(audio if self._decoder is None else self._decoder.pcm(audio))

    def at(self, milliseconds: int) -> int:
        """The position of what ``feed`` told."""
        return self._base + milliseconds

    def clear(self) -> None:
        """What is in the buffer is not to be heard, nor is what goes on there."""
        self.buffer_from = self.position
        self.speech_item = None

    def peek(self, start: int, end: int) -> Heard:
        """The words between two positions, so far."""
        return self._ear.hear(start - self._base, end - self._base)

    def hearing(self, start: int, end: int) -> Callable[[], Heard]:
        """What was said between two positions, to be found out later."""
        return self._ear.hearing(start - self._base, end - self._base)

    def hearing_of(self, audio: str) -> tuple[Callable[[], Heard], int]:
        """The same for sound that came inside an item, and its length; raises ValueError where it is not base64."""
        frames = _frames(audio, self._format)
        length = len(frames) * FRAME_MS
        ear = self._make(_PLAIN)

        def listen() -> Heard:
            for each in frames:
                ear.feed(each)
            return ear.hear(0, length)

        return listen, length


def _timing(detection: TurnDetection) -> tuple[float, int, int]:
    return detection.threshold, detection.prefix_padding_ms, detection.silence_ms


def _decoder(kind: Format) -> _Decoder:
    from flexsim.voice.realtime.formats import Decoder  # noqa: PLC0415 -- numpy, which only telephony needs

    return Decoder(kind)


def _frames(audio: str, kind: Format) -> Sequence[str]:
    from flexsim.voice.sound.pcm import decoded, frames_of  # noqa: PLC0415 -- numpy, which few items need

    return frames_of(decoded(audio if kind is Format.PCM else _decoder(kind).pcm(audio)))
