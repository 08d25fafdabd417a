"""Doubles for the tests of this room: minds that say what they are told to, and the real voice and ears."""

from collections import deque
from functools import cache

from flexsim.voice.ports import Heard, Interjection, Reply, Written
from flexsim.voice.realtime.setup import Setup
from flexsim.voice.sound.listening import Ear, Lexicon
from flexsim.voice.sound.pcm import SILENT_FRAME
from flexsim.voice.sound.settings import EarSettings
from flexsim.voice.sound.speaking import EspeakSpeaker
from flexsim.voice.sound.voices import named

SILENCE = {"type": "input_audio_buffer.append", "audio": SILENT_FRAME}


@cache
def speaker():
    return EspeakSpeaker()


class Script:
    """A mind that gives these replies one after the other, then says back what it was told; and keeps all it was told."""

    def __init__(self, *replies, interjections=()):
        self.replies = deque(Reply(text=each) if isinstance(each, str) else each for each in replies)
        self.interjections = deque(interjections)
        self.told = []
        self.cuts = []
        self.made = []

    def make(self, instructions, tools, generator):
        self.made.append((instructions, tools, generator.random()))
        return self

    def reply(self, news):
        self.told.append(list(news))
        if self.replies:
            return self.replies.popleft()
        words = [each.text for each in news if isinstance(each, Heard | Written) and each.text]
        return Reply(text=f"You said: {'; '.join(words)}" if words else "Hello.")

    def overhear(self) -> Interjection | None:
        return self.interjections.popleft() if self.interjections else None

    def cut_off(self, said):
        self.cuts.append(said)


def setup(mind, lexicon=None, **more):
    """A session's setup: this mind, real speech, exact hearing of what ``lexicon`` knows."""
    lexicon = lexicon or Lexicon()

    def ear(detection):
        return Ear(
            lexicon,
            EarSettings(
                threshold=detection.threshold,
                prefix_padding_ms=detection.prefix_padding_ms,
                silence_duration_ms=detection.silence_ms,
            ),
        )

    return Setup(minds=mind.make, speaker=lexicon.learning(speaker()), ears=ear, voice=named, **more)
