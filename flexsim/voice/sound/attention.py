"""Finding speech in sound that is not known, and keeping it until it has been heard."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flexsim.voice.ports import FRAME_BYTES, FRAME_MS, RATE, SAMPLE_BYTES, SpeechStarted, SpeechStopped
from flexsim.voice.sound.activity import Activity, Began, Ended
from flexsim.voice.sound.pcm import SILENT_FRAME, TELEPHONE_RATE, Samples, decoded, samples_of
from flexsim.voice.sound.settings import EarSettings
from flexsim.voice.sound.tape import Tape

LONGEST_MS: Final = 30_000  # of speech that is kept

_BEFORE_MS: Final = 1_000  # that are kept while nobody speaks, and the padding: it takes time to be sure of speech
_UNNOTICED_MS: Final = 500  # of speech, at most, in noise
_AFTERWARDS_MS: Final = 2_000  # for which speech is kept
_REMEMBERED: Final = 8  # beginnings of speech


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beginning:
    """Where speech was noticed, and from where on it may have been there."""

    onset_ms: int
    earliest_ms: int


class Attention:
    """Voice activity, and the sound of the last speech, from ``start_ms`` on."""

    def __init__(self, settings: EarSettings, *, start_ms: int) -> None:
        self._settings = settings
        self._activity = Activity(
            start_ms=start_ms, threshold=settings.threshold, silence_ms=settings.silence_duration_ms
        )
        self._tape = Tape(start_ms)
        self.start_ms = start_ms
        self._samples = 0
        self._speech_from = start_ms  # where it may have begun
        self._kept_until = 0
        self._stopped_ms = 0
        self._beginnings: deque[_Beginning] = deque(maxlen=_REMEMBERED)

    @property
    def position_ms(self) -> int:
        """How much sound came."""
        return self.start_ms + self._samples * 1000 // RATE

    @property
    def speaking(self) -> bool:
        """Whether somebody speaks."""
        return self._activity.speaking

    def take_over(self, speaking_since_ms: int | None) -> None:
        """From here on it is known that somebody has been speaking since then, or that nobody is."""
        self._activity.assume(speaking=speaking_since_ms is not None)
        if speaking_since_ms is not None:
            self._noted(speaking_since_ms)

    def feed(self, audio: str) -> Sequence[SpeechStarted | SpeechStopped]:
        """The next sound; what began and what ended in it."""
        if audio == SILENT_FRAME:
            pcm, found = bytes(FRAME_BYTES), self._activity.feed_silence(FRAME_MS)
        else:
            pcm = decoded(audio)
            found = self._activity.feed(samples_of(pcm))
        self._tape.append(pcm)
        self._samples += len(pcm) // SAMPLE_BYTES
        happenings = [self._told(each) for each in found]
        self._forget()
        return happenings

    def sound(self, start_ms: int, end_ms: int) -> tuple[Samples, int]:
        """The sound between two positions, at the telephone's rate, as much as is left; and where in it speech begins.

        It begins earlier than was said, for in noise the first word may be over when speech is noticed.
        """
        within = [each for each in self._beginnings if start_ms <= each.onset_ms < end_ms]
        onset_ms = within[0].onset_ms if within else start_ms + self._settings.prefix_padding_ms
        samples = self._tape.between(min(start_ms, within[0].earliest_ms) if within else start_ms, end_ms)
        return samples, max(0, len(samples) - (end_ms - onset_ms) * TELEPHONE_RATE // 1000)

    def _told(self, happening: Began | Ended) -> SpeechStarted | SpeechStopped:
        if isinstance(happening, Ended):
            self._kept_until = self.position_ms + _AFTERWARDS_MS
            self._stopped_ms = happening.at_ms + self._settings.silence_duration_ms
            return SpeechStopped(at_ms=self._stopped_ms)
        return SpeechStarted(at_ms=self._noted(happening.at_ms))

    def _noted(self, onset_ms: int) -> int:
        start = max(self._stopped_ms, onset_ms - self._settings.prefix_padding_ms)
        earliest = max(self._stopped_ms, start - _UNNOTICED_MS)
        self._beginnings.append(_Beginning(onset_ms=onset_ms, earliest_ms=earliest))
        self._speech_from = earliest
        return start

    def _forget(self) -> None:
        now = self.position_ms
        if self.speaking or now < self._kept_until:
            self._tape.forget(max(self._speech_from, now - LONGEST_MS))
        else:
            self._tape.forget(now - self._settings.prefix_padding_ms - _BEFORE_MS)
