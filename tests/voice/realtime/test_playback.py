"""What has been played is known, and how many words of it."""

import pytest

from flexsim.voice.realtime.playback import Playback, length_ms
from flexsim.voice.sound.words import heard_until
from tests.voice.realtime.company import spoken

SPEECH = spoken("I am afraid that I cannot find my card anywhere.")


@pytest.fixture
def playback():
    found = Playback()
    found.begin(10.0, "item", SPEECH, None)
    return found


def test_it_is_over_when_its_sound_is(playback):
    assert playback.until == pytest.approx(10.0 + length_ms(SPEECH) / 1000)
    assert playback.cut_off() is None


def test_an_interruption_is_told_once(playback):
    playback.interrupt(11.0)
    assert playback.until == 11.0
    assert playback.cut_off() == heard_until(SPEECH, 1_000)
    assert playback.cut_off() is None
    assert playback.truncate(11.1, 900) is None


def test_what_the_client_says_is_better_than_what_we_think(playback):
    playback.interrupt(11.5)
    assert playback.truncate(11.6, 700) == heard_until(SPEECH, 700)


def test_nothing_is_lost_of_what_was_heard_to_the_end(playback):
    playback.interrupt(playback.until)
    assert playback.truncate(20.0, length_ms(SPEECH)) is None
