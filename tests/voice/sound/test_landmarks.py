"""Landmarks: the same for the same sound, wherever it begins, and enough of them in noise."""

import numpy as np
import pytest

from flexsim.voice.sound.landmarks import HOP, landmarks
from flexsim.voice.sound.voices import named
from tests.voice.sound.takes import slow

NOISE = np.random.default_rng(4).standard_normal(40_000).astype(np.float32)


@pytest.fixture(scope="module")
def sound(speaker):
    return slow(speaker.say("You have 812 dollars and 9 cents in your checking account.", named("coral")).pcm)


def places(samples, **noise):
    marks, times = landmarks(samples, **noise)
    return set(zip(marks.tolist(), times.tolist(), strict=True))


def test_a_sound_that_comes_later_has_the_same_landmarks_later(sound):
    later = np.concatenate((np.zeros(50 * HOP, np.float32), sound))
    moved = {(mark, when - 50) for mark, when in places(later)}
    assert len(moved & places(sound)) > 0.9 * len(places(sound))


def test_a_sound_between_two_hops_has_half_of_them_still(sound):
    marks = {mark for mark, _ in places(sound)}
    between = {mark for mark, _ in places(sound[HOP // 2 :])}
    assert len(marks & between) > 0.3 * len(marks)


def test_loudness_does_not_matter(sound):
    assert places(sound * np.float32(0.125)) == places(sound)


def test_enough_are_left_at_no_more_speech_than_noise(sound):
    level = float(np.sqrt(np.mean(sound**2)))
    noisy = sound + level * NOISE[: len(sound)]
    assert len(places(noisy, noise=level**2) & places(sound)) > 30
    assert len(places(NOISE * level, noise=level**2) & places(sound)) < 10


def test_noise_alone_has_few_where_it_is_known_how_loud_it_is():
    assert len(places(NOISE, noise=1.0)) < len(places(NOISE)) / 10


@pytest.mark.parametrize("length", [0, 1, 255, 256, 300])
def test_short_sounds_have_none_or_few(length):
    assert len(places(NOISE[:length])) <= 30


def test_silence_has_none():
    assert places(np.zeros(8_000, np.float32)) == set()


def test_they_come_in_order_of_time_for_every_partner(sound):
    marks, times = landmarks(sound)
    assert len(marks) == len(times)
    assert times.max() * HOP < len(sound)
