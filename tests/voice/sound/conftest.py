"""Speech to hear: the voices' own, spoken once for all tests."""

import pytest

from flexsim.voice.sound.speaking import EspeakSpeaker


@pytest.fixture(scope="session")
def speaker():
    return EspeakSpeaker()
