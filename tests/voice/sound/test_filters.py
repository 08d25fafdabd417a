"""From one rate to the other: no seam between pieces, no shift that is not stated, no sound that does not fit."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.ports import RATE
from flexsim.voice.sound.filters import DELAY, FACTOR, Decimator, Interpolator
from flexsim.voice.sound.pcm import TELEPHONE_RATE

NOISE = np.random.default_rng(1).standard_normal(3000).astype(np.float32)


def tone(hertz, rate=RATE, seconds=0.3):
    return np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate).astype(np.float32)


def in_pieces(change, samples, cuts, unit):
    edges = [0, *sorted(cut * unit for cut in cuts), len(samples)]
    return np.concatenate([change(samples[a:b]) for a, b in pairwise(edges)])


@given(st.lists(st.integers(0, 1000), max_size=6))
def test_pieces_give_what_the_whole_gives(cuts):
    assert np.allclose(in_pieces(Decimator(), NOISE, cuts, FACTOR), Decimator()(NOISE), atol=1e-5)
    assert np.allclose(in_pieces(Interpolator(), NOISE, cuts, 1), Interpolator()(NOISE), atol=1e-5)


def test_a_third_as_many_samples_come_out_and_three_times_as_many():
    assert len(Decimator()(NOISE)) * FACTOR == len(NOISE)
    assert len(Interpolator()(NOISE)) == len(NOISE) * FACTOR


@pytest.mark.parametrize("hertz", [200, 700, 2_000])
def test_speech_passes_and_comes_as_late_as_is_said(hertz):
    slow = Decimator()(tone(hertz))
    late = DELAY // FACTOR
    assert np.abs(slow[late + 20 : 2000] - tone(hertz, TELEPHONE_RATE)[20 : 2000 - late]).max() < 0.03
    back = Interpolator()(slow)
    assert np.abs(back[2 * DELAY + 100 : 6000] - tone(hertz)[100 : 6000 - 2 * DELAY]).max() < 0.05


@pytest.mark.parametrize("hertz", [4_800, 6_000, 9_000])
def test_what_the_telephone_cannot_carry_is_gone(hertz):
    assert np.abs(Decimator()(tone(hertz))[20:]).max() < 0.01


def test_a_filter_is_still_once_silence_has_gone_through():
    slow, fast = Decimator(), Interpolator()
    assert slow.still
    assert fast.still
    fast(slow(NOISE))
    assert not slow.still
    assert not fast.still
    fast(slow(np.zeros(300, np.float32)))
    assert slow.still
    assert fast.still
