"""Positions are those of all sound ever appended, whatever ear hears it."""

import pytest

from flexsim.voice.ports import FRAME_MS, Heard, SpeechStarted
from flexsim.voice.realtime.configuration import Format, TurnDetection
from flexsim.voice.realtime.formats import frames_in
from flexsim.voice.realtime.listening import Ears
from flexsim.voice.sound.listening import Ear, Lexicon
from flexsim.voice.sound.pcm import SILENT_FRAME, encoded
from flexsim.voice.sound.settings import EarSettings
from tests.voice.realtime.company import spoken

SPEECH = spoken("I lost my card.")


@pytest.fixture
def pair():
    lexicon = Lexicon()
    lexicon.add(SPEECH)
    made = []

    def make(detection):
        made.append(detection)
        return Ear(lexicon, EarSettings(silence_duration_ms=detection.silence_ms))

    return Ears(make, TurnDetection()), made


def say(ears, frames=SPEECH.frames):
    return [each for frame in frames for each in ears.feed(frame)]


def test_a_new_ear_goes_on_where_the_last_one_stopped(pair):
    ears, made = pair
    say(ears, [SILENT_FRAME] * 50)
    ears.set(TurnDetection(silence_duration_ms=200), Format.PCM)
    assert len(made) == 2
    (started,) = say(ears)
    assert isinstance(started, SpeechStarted)
    assert ears.at(started.at_ms) == 50 * FRAME_MS
    assert ears.hearing(ears.at(0), ears.position)() == Heard(text="I lost my card.")


def test_nobody_gets_a_new_ear_while_somebody_speaks(pair):
    ears, made = pair
    ears.speech_item = "item"
    ears.set(TurnDetection(silence_duration_ms=200), Format.PCM)
    assert len(made) == 1
    ears.speech_item = None
    ears.settle()
    assert made[-1].silence_duration_ms == 200


def test_what_follows_from_a_turn_needs_no_new_ear(pair):
    ears, made = pair
    ears.set(TurnDetection(create_response=False, interrupt_response=False), Format.PCM)
    ears.set(None, Format.PCM)
    assert len(made) == 1


def test_the_buffer_is_what_came_since_it_was_cleared(pair):
    ears, _ = pair
    say(ears, [SILENT_FRAME] * 10)
    assert ears.waiting_ms == 10 * FRAME_MS
    ears.clear()
    assert ears.waiting_ms == 0


def test_sound_inside_an_item_is_understood_by_an_ear_of_its_own(pair):
    ears, _ = pair
    listen, length = ears.hearing_of(encoded(SPEECH.pcm))
    assert (listen(), length) == (Heard(text="I lost my card."), len(SPEECH.frames) * FRAME_MS)
    assert ears.position == 0


@pytest.mark.parametrize("kind", [Format.ULAW, Format.ALAW])
def test_telephonys_sound_is_understood_too(pair, kind):
    ears, _ = pair
    ears.set(TurnDetection(), kind)
    say(ears, frames_in(SPEECH, kind))
    assert ears.position == len(SPEECH.frames) * FRAME_MS
    assert ears.peek(0, ears.position).text == "I lost my card."
