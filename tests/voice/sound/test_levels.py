"""One level for all speech."""

import numpy as np
import pytest

from flexsim.voice.sound.levels import NOMINAL, active_level, levelled
from flexsim.voice.sound.pcm import samples_of
from flexsim.voice.sound.voices import NAMES, named

TONE = 500 * np.sin(np.arange(48_000) / 10).astype(np.float32)


def test_pauses_do_not_count():
    half = np.concatenate((TONE, np.zeros(48_000, np.float32)))
    assert active_level(half) == pytest.approx(active_level(TONE), rel=1e-3)
    assert active_level(TONE) == pytest.approx(500 / 2**0.5, rel=1e-2)


def test_speech_is_brought_to_the_level_and_silence_left_alone():
    assert active_level(levelled(TONE)) == pytest.approx(NOMINAL, rel=1e-3)
    assert not levelled(np.zeros(4800, np.float32)).any()
    assert levelled(np.zeros(0, np.float32)).size == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_voice_has_the_level_and_is_not_clipped(speaker, name):
    samples = samples_of(speaker.say("Good morning, how may I help you?", named(name)).pcm)
    assert active_level(samples) == pytest.approx(NOMINAL, rel=0.03)
    assert np.abs(samples).max() < 32_000
