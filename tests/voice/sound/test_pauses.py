"""Silence cut to length, and the words still at their places."""

from dataclasses import replace

import numpy as np
import pytest

from flexsim.voice.ports import RATE, Word
from flexsim.voice.sound.pauses import PAUSE_MS, TAIL_SAMPLES, shortened
from flexsim.voice.sound.pcm import samples_of
from flexsim.voice.sound.voices import named


def loud(seconds):
    return np.full(int(RATE * seconds), 3000, np.float32)


def silent(seconds):
    return np.zeros(int(RATE * seconds), np.float32)


def word(second):
    return Word(text="so", offset=0, sample=int(second * RATE))


def test_long_pauses_become_the_longest_and_short_ones_stay():
    sound = np.concatenate((loud(0.5), silent(0.7), loud(0.5), silent(0.1), loud(0.5)))
    short, _ = shortened(sound, ())
    assert len(short) == int(RATE * (1.6 + PAUSE_MS / 1000)) + TAIL_SAMPLES


def test_nothing_is_before_the_sound_and_as_much_as_is_said_after_it():
    for after in (0, 0.02, 3):
        short, _ = shortened(np.concatenate((silent(0.5), loud(0.5), silent(after))), ())
        assert len(short) == RATE // 2 + TAIL_SAMPLES
        assert short[0] == 3000
        assert not short[-TAIL_SAMPLES:].any()


def test_words_move_with_their_sound():
    sound = np.concatenate((silent(0.2), loud(0.5), silent(0.98), loud(0.5)))
    _, words = shortened(sound, (word(0.2), word(0.5), word(1.68)))
    assert [each.sample / RATE for each in words] == pytest.approx([0, 0.3, 0.5 + PAUSE_MS / 1000])


def test_a_word_in_what_was_cut_begins_where_the_sound_goes_on():
    _, words = shortened(np.concatenate((loud(0.5), silent(2), loud(0.5))), (word(2.2),))
    assert words[0].sample / RATE == pytest.approx(0.5 + PAUSE_MS / 1000)


def test_silence_alone_is_nothing():
    assert shortened(silent(1), (word(0.5),))[0].size == 0
    assert shortened(silent(0), ())[0].size == 0


def test_no_voice_rests_longer_even_when_it_speaks_slowly(speaker):
    speech = speaker.say("Good morning. Well, I wait. Is there more?", replace(named("sage"), rate=80))
    blocks = np.abs(samples_of(speech.pcm)[: len(speech.pcm) // 2 // 240 * 240]).reshape(-1, 240).max(axis=1) < 100
    longest = max(len(run) for run in "".join("x" if each else " " for each in blocks).split())
    assert longest * 10 <= PAUSE_MS + 20
