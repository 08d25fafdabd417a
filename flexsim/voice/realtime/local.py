"""The local engine's parts put together: it needs no key, no model file and no network."""

from typing import Any

from flexsim.voice.ports import MindMaker, Speaker
from flexsim.voice.realtime.configuration import TurnDetection
from flexsim.voice.realtime.setup import Setup
from flexsim.voice.sound.listening import Ear, Lexicon
from flexsim.voice.sound.settings import EarSettings
from flexsim.voice.sound.speaking import EspeakSpeaker
from flexsim.voice.sound.voices import named


def local_setup(
    minds: MindMaker,
    *,
    speaker: Speaker | None = None,
    lexicon: Lexicon | None = None,
    exact: bool = True,
    **more: Any,
) -> Setup:
    """What sessions need, with real speech, and ears that know what any of these sessions has said.

    Setups may share a ``speaker``, which keeps what it has spoken, and a ``lexicon``. ``exact`` false: look for speech in
    the sound always, even where all of it is known. ``more`` are ``Setup``'s limits.
    """
    known = lexicon or Lexicon()

    def ear(detection: TurnDetection) -> Ear:
        settings = EarSettings(
            threshold=detection.threshold,
            prefix_padding_ms=detection.prefix_padding_ms,
            silence_duration_ms=detection.silence_ms,
            exact=exact,
        )
        return Ear(known, settings)

    return Setup(minds=minds, speaker=known.learning(speaker or EspeakSpeaker()), ears=ear, voice=named, **more)
