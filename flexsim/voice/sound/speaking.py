"""A ``Speaker``: espeak-ng at the protocol's rate, with what it said last at hand."""

from collections import OrderedDict
from threading import Lock
from typing import Final

from flexsim.voice.ports import RATE, SAMPLE_BYTES, Speech, Voice, Word
from flexsim.voice.sound.espeak import ESPEAK_RATE, Utterance, Wish, speak
from flexsim.voice.sound.levels import levelled
from flexsim.voice.sound.pauses import shortened
from flexsim.voice.sound.pcm import Samples, frames_of, pcm_of, resampled, samples_of
from flexsim.voice.sound.voices import checked, espeak_name

CACHE_SECONDS: Final = 600.0  # of sound, 70 MB of it with its frames


class EspeakSpeaker:
    """Speaks through espeak-ng; the same text and voice give the same bytes, in every run and every process.

    Keeps up to ``cache_seconds`` of sound, the last used; may be shared by threads. Raises ConfigurationError where the
    voice is none.
    """

    def __init__(self, *, cache_seconds: float = CACHE_SECONDS) -> None:
        self._room = cache_seconds
        self._kept: OrderedDict[tuple[str, Voice], Speech] = OrderedDict()
        self._held = 0.0
        self._lock = Lock()

    def say(self, text: str, voice: Voice) -> Speech:
        """``text`` spoken by ``voice``: no silence before it, 60 ms after it, no pause in it longer than 180 ms."""
        key = text, voice
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        speech = _made(text, checked(voice))
        with self._lock:
            self._keep(key, speech)
        return speech

    def _keep(self, key: tuple[str, Voice], speech: Speech) -> None:
        if key in self._kept:
            return
        self._kept[key] = speech
        self._held += _seconds(speech)
        while self._held > self._room and self._kept:
            _, oldest = self._kept.popitem(last=False)
            self._held -= _seconds(oldest)


def _seconds(speech: Speech) -> float:
    return len(speech.pcm) / (RATE * SAMPLE_BYTES)


def _made(text: str, voice: Voice) -> Speech:
    wish = Wish(text=text, voice=espeak_name(voice), rate=voice.rate, pitch=voice.pitch)
    # NUL would end the text for the library, before its time
    spoken = speak(wish) if text.replace("\0", "").strip() else Utterance(pcm=b"", words=())
    samples, words = shortened(levelled(_at_our_rate(spoken.pcm)), _words(text, spoken))
    pcm = pcm_of(samples)
    return Speech(text=text, voice=voice, pcm=pcm, words=words, frames=frames_of(pcm))


def _at_our_rate(pcm: bytes) -> Samples:
    return resampled(samples_of(pcm), ESPEAK_RATE, RATE)


def _words(text: str, spoken: Utterance) -> tuple[Word, ...]:
    """The library's words, in order, none twice, each whole: a number (``4412``) it says in parts."""
    found: list[Word] = []
    end = 0
    for offset, length, sample in sorted(spoken.words, key=lambda word: word[2]):
        if offset < end or (not length and not text[offset : offset + 1].strip()):
            continue
        end = offset + length
        while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
            end += 1
        found.append(Word(text=text[offset:end], offset=offset, sample=round(sample * RATE / ESPEAK_RATE)))
    return tuple(found)
