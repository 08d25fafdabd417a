"""``Ear``, a session's ``Listener``, and ``Lexicon``, what all ears of a process may know again."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flexsim.voice.ports import (
    FRAME_MS,
    RATE,
    SAMPLE_BYTES,
    Heard,
    Speaker,
    Speech,
    SpeechStarted,
    SpeechStopped,
    Voice,
)
from flexsim.voice.sound.pcm import SILENT_FRAME, decoded
from flexsim.voice.sound.settings import EarSettings
from flexsim.voice.sound.spoken import FRAMES_KEPT, Step, Utterances, joined, milliseconds

_NOTHING: Final = ()
_SILENT: Final = hash(SILENT_FRAME)
_SAMPLES_A_MS: Final = RATE // 1000
_REMEMBERED: Final = 64  # utterances heard, in one ear


class Lexicon:
    """What was spoken here, and can be heard.

    Two texts that sound the same are heard as the one known first: give each conversation a lexicon of its own where it
    must not depend on what others in the process say.
    """

    def __init__(self, *, frames_kept: int = FRAMES_KEPT) -> None:
        self.utterances = Utterances(frames_kept)

    def add(self, speech: Speech) -> None:
        """Know this utterance from now on, however often it was added."""
        self.utterances.add(speech)

    def learning(self, speaker: Speaker) -> Speaker:
        """The same speaker, all of whose words are known here as soon as they are spoken."""
        return _Learning(speaker, self)


class _Learning:
    def __init__(self, speaker: Speaker, lexicon: Lexicon) -> None:
        self._speaker = speaker
        self._lexicon = lexicon

    def say(self, text: str, voice: Voice) -> Speech:
        speech = self._speaker.say(text, voice)
        self._lexicon.add(speech)
        return speech


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """An utterance, or as much of one as came: when it began, and what it says."""

    start_ms: float
    end_ms: float
    heard: Heard


class Ear:
    """A session's ear: finds speech in its input and says what was said; knows what ``lexicon`` knows.

    Frames that are known, and digital silence, cost a step in a table each.
    """

    def __init__(self, lexicon: Lexicon, settings: EarSettings | None = None) -> None:
        self._utterances = lexicon.utterances
        self._settings = settings or EarSettings()
        self._position = 0
        self._step: Step | None = None
        self._start = 0  # of the utterance that goes on
        self._quiet_from: float | None = None  # since when nobody speaks, while it is not yet a stop
        self._parts: deque[_Part] = deque(maxlen=_REMEMBERED)

    @property
    def position_ms(self) -> int:
        """How much sound it was given, in milliseconds."""
        return self._position

    def feed(self, audio: str) -> Sequence[SpeechStarted | SpeechStopped]:
        """Take the next sound, base64 of PCM; say what began and what ended in it."""
        key = hash(audio)
        step = self._step
        if step is not None:
            following = step.after(key)
            if following is not None:
                self._step = following
                self._position += FRAME_MS
                return _NOTHING
            self._over(step)
        if key == _SILENT:
            self._position += FRAME_MS
            return _NOTHING if self._quiet_from is None else self._silence()
        return self._begin(audio, key)

    def hear(self, start_ms: int, end_ms: int) -> Heard:
        """The words between two positions of the input."""
        if self._step is not None:
            self._over(self._step)
        inside = [part.heard for part in self._parts if part.end_ms > start_ms and part.start_ms < end_ms]
        return joined(inside) if inside else Heard(text="", understood=False)

    def _begin(self, audio: str, key: int) -> Sequence[SpeechStarted | SpeechStopped]:
        at = self._position
        self._step = self._utterances.first(key)
        if self._step is None:
            self._position += len(decoded(audio)) // (_SAMPLES_A_MS * SAMPLE_BYTES)
            return _NOTHING
        self._position += FRAME_MS
        self._start = at
        went_on, self._quiet_from = self._quiet_from is not None, None
        if went_on:
            return _NOTHING
        return (SpeechStarted(at_ms=max(0, at - self._settings.prefix_padding_ms)),)

    def _silence(self) -> Sequence[SpeechStarted | SpeechStopped]:
        assert self._quiet_from is not None
        stop = self._quiet_from + self._settings.silence_duration_ms
        if self._position < stop:
            return _NOTHING
        self._quiet_from = None
        return (SpeechStopped(at_ms=round(stop)),)

    def _over(self, step: Step) -> None:
        """The utterance ended, or was cut off, before the frame that comes now."""
        said = step.ends[0] if step.ends else step.said
        assert said is not None, "only the root has no utterance"
        samples = said.length if step.ends else (self._position - self._start) * _SAMPLES_A_MS
        end = self._start + milliseconds(samples)
        heard = said.until(samples)
        self._parts.append(_Part(start_ms=self._start, end_ms=end, heard=heard))
        self._step, self._quiet_from = None, end
