"""``Ear``, a session's ``Listener``, and ``Lexicon``, what all ears of a process may know again."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from threading import Lock
from typing import Final

from flexsim.voice.ports import FRAME_MS, RATE, Heard, Speaker, Speech, SpeechStarted, SpeechStopped, Voice
from flexsim.voice.sound.attention import Attention
from flexsim.voice.sound.dictation import Dictation
from flexsim.voice.sound.memory import SECONDS_KEPT, Memory
from flexsim.voice.sound.pauses import TAIL_SAMPLES
from flexsim.voice.sound.pcm import SILENT_FRAME, Samples
from flexsim.voice.sound.settings import EarSettings
from flexsim.voice.sound.spoken import FRAMES_KEPT, Originals, Step, Utterances
from flexsim.voice.sound.understanding import NOT_UNDERSTOOD, understood
from flexsim.voice.sound.words import joined

Happenings = Sequence[SpeechStarted | SpeechStopped]

_NOTHING: Final = ()
_SILENT: Final = hash(SILENT_FRAME)
_FRAME_CHARACTERS: Final = len(SILENT_FRAME)
_SAMPLES_A_MS: Final = RATE // 1000
_ORIGINALS: Final = 15_000  # frames: what the speaker keeps at hand anyway
_REMEMBERED: Final = 64  # utterances heard, in one ear
_RECENT: Final = 500  # frames of an utterance, kept for the case that it goes on with what is not known
_SILENCE_BEFORE: Final = 12  # frames, that are enough to learn that the line sends nothing
_CALM: Final = 25  # silent frames, after which frames may be known again


class Lexicon:
    """What was spoken here, and can be heard.

    Two texts that sound the same are heard as the one known first: give each conversation a lexicon of its own where it
    must not depend on what others in the process say. ``copies``: what is heard comes over a wire, as copies of what was
    spoken, for which ears keep the originals; the copies of what is being said would be 65 kB a second.
    """

    def __init__(
        self, *, frames_kept: int = FRAMES_KEPT, seconds_kept: float = SECONDS_KEPT, copies: bool = True
    ) -> None:
        self.utterances = Utterances(frames_kept)
        self.memory = Memory(seconds_kept, lock=Lock())
        self.originals = Originals(_ORIGINALS) if copies else None

    def add(self, speech: Speech) -> None:
        """Know this utterance from now on, however often it was added."""
        self.utterances.add(speech)
        self.memory.add(speech)
        if self.originals is not None:
            self.originals.add(speech)

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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Hearing:
    """Called, it says what was said; needs nothing of the ear any more, so that it may be called in another thread.

    ``heard`` is the answer where it is known already.
    """

    heard: Heard | None = None
    samples: Samples | None = None
    onset: int = 0
    memory: Memory | None = None
    dictation: Dictation | None = None

    def __call__(self) -> Heard:
        """The words, in a thousandth of the time that it took to say them."""
        if self.heard is not None:
            return self.heard
        assert self.samples is not None, "there is sound where there is no answer"
        assert self.memory is not None, "and something to compare it with"
        heard = understood(self.samples, self.memory, onset=self.onset)
        return heard if heard.understood or self.dictation is None else self.dictation.hear(self.samples)


class Ear:
    """A session's ear: finds speech in its input and says what was said; knows what ``lexicon`` knows.

    As long as it knows every frame, or the frame is digital silence, a frame costs a step in a table. From the first that
    it does not know it looks for speech in the sound itself, until the line has been silent for a second. ``dictation``,
    where given, hears what nobody here has spoken.
    """

    def __init__(
        self, lexicon: Lexicon, settings: EarSettings | None = None, *, dictation: Dictation | None = None
    ) -> None:
        self._lexicon = lexicon
        self._dictation = dictation
        self._utterances = lexicon.utterances
        self._original = None if lexicon.originals is None else lexicon.originals.of
        self._settings = settings or EarSettings()
        self._position = 0
        self._step: Step | None = None
        self._start = 0  # of the utterance that goes on
        self._speech_from = 0  # of the speech that goes on, utterances with short pauses
        self._quiet_from: float | None = None  # since when nobody speaks, while it is not yet a stop
        self._parts: deque[_Part] = deque(maxlen=_REMEMBERED)
        self._recent: deque[str] = deque(maxlen=_RECENT)
        self._silent = 0  # frames, while nobody speaks
        self._attention: Attention | None = None
        self._attended_until: float = inf
        self._attentive = not self._settings.exact
        if self._attentive:
            self._attention = Attention(self._settings, start_ms=0)

    @property
    def position_ms(self) -> int:
        """How much sound it was given, in milliseconds."""
        return self._position

    def feed(self, audio: str) -> Happenings:
        """Take the next sound, base64 of PCM; say what began and what ended in it. Raises ValueError where it is no base64.

        Speech is said to start with its padding and to stop with its silence, as the protocol has it.
        """
        if self._attentive:
            return self._attend(audio)
        key = hash(audio)
        step = self._step
        if step is not None:
            following = step.after(key)
            if following is not None:
                self._step = following
                self._position += FRAME_MS
                self._recent.append(audio if self._original is None else self._original(key, audio))
                return _NOTHING
        if len(audio) > _FRAME_CHARACTERS and len(audio) % _FRAME_CHARACTERS == 0:
            return self._feed_frames(audio)
        if step is not None:
            self._over(step)
        if key == _SILENT:
            self._position += FRAME_MS
            if self._quiet_from is None:
                self._silent += 1
                return _NOTHING
            return self._silence()
        return self._begin(audio, key)

    def hear(self, start_ms: int, end_ms: int) -> Heard:
        """The words between two positions of the input; not understood where there are none."""
        return self.hearing(start_ms, end_ms)()

    def hearing(self, start_ms: int, end_ms: int) -> Hearing:
        """The same, to be called later and elsewhere: what it needs of the ear it takes now."""
        attention = self._attention
        if attention is not None and start_ms < self._attended_until and end_ms > attention.start_ms:
            samples, onset = attention.sound(start_ms, end_ms)
            return Hearing(samples=samples, onset=onset, memory=self._lexicon.memory, dictation=self._dictation)
        parts = [*self._parts] if self._step is None else [*self._parts, self._part(self._step)]
        inside = [part.heard for part in parts if part.end_ms > start_ms and part.start_ms < end_ms]
        return Hearing(heard=joined(inside) if inside else NOT_UNDERSTOOD)

    def _feed_frames(self, audio: str) -> Happenings:
        """Several frames at once: the base64 of each stands on its own."""
        frames = [audio[at : at + _FRAME_CHARACTERS] for at in range(0, len(audio), _FRAME_CHARACTERS)]
        return [happening for frame in frames for happening in self.feed(frame)]

    def _begin(self, audio: str, key: int) -> Happenings:
        step = self._utterances.first(key)
        if step is None:
            return self._unknown(audio)
        self._step = step
        self._start = self._position
        self._position += FRAME_MS
        if self._quiet_from is not None:  # speech that goes on after a pause
            self._quiet_from = None
            self._recent.append(audio if self._original is None else self._original(key, audio))
            return _NOTHING
        self._recent.extend([SILENT_FRAME] * min(self._silent, _SILENCE_BEFORE))
        self._recent.append(audio if self._original is None else self._original(key, audio))
        self._silent = 0
        self._speech_from = self._start
        return (SpeechStarted(at_ms=max(0, self._start - self._settings.prefix_padding_ms)),)

    def _silence(self) -> Happenings:
        assert self._quiet_from is not None, "somebody has spoken"
        self._recent.append(SILENT_FRAME)
        stop = self._quiet_from + self._settings.silence_duration_ms
        if self._position < stop:
            return _NOTHING
        self._quiet_from = None
        self._silent = len(self._recent)
        self._recent.clear()
        return (SpeechStopped(at_ms=round(stop)),)

    def _over(self, step: Step) -> None:
        """The utterance ended, or was cut off, before the frame that comes now."""
        part = self._part(step)
        self._parts.append(part)
        self._step, self._quiet_from = None, part.end_ms

    def _part(self, step: Step) -> _Part:
        said = step.ends[0] if step.ends else step.said
        assert said is not None, "only the root has no utterance"
        samples = said.length if step.ends else (self._position - self._start) * _SAMPLES_A_MS
        voiced = min(samples, said.length - TAIL_SAMPLES)
        end = self._start + voiced / _SAMPLES_A_MS
        return _Part(start_ms=self._start, end_ms=end, heard=said.between(0, samples))

    def _unknown(self, audio: str) -> Happenings:
        """Sound that was not spoken here, or is not what it was: from now on, look for speech in it."""
        before = [SILENT_FRAME] * min(self._silent, _SILENCE_BEFORE) + list(self._recent)
        attention = Attention(self._settings, start_ms=self._position - len(before) * FRAME_MS)
        for frame in before:
            attention.feed(frame)
        speaking = self._step is not None or self._quiet_from is not None
        attention.take_over(self._speech_from if speaking else None)
        self._attention, self._attentive, self._attended_until = attention, True, inf
        self._step = self._quiet_from = None
        self._recent.clear()
        self._silent = 0
        return self._attend(audio)

    def _attend(self, audio: str) -> Happenings:
        attention = self._attention
        assert attention is not None, "it was made when it became necessary"
        happenings = attention.feed(audio)
        self._position = attention.position_ms
        if hash(audio) != _SILENT or attention.speaking:
            self._silent = 0
        else:
            self._silent += 1
            if self._settings.exact and self._silent >= _CALM:
                self._attentive = False
                self._attended_until = self._position - _CALM * FRAME_MS
        return happenings
