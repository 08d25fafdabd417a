"""G.711 mu-law against its recommendation's rules."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.sound.mulaw import compressed, expanded

CODES = np.arange(256, dtype=np.uint8)


def one(sample):
    return int(expanded(compressed(np.array([sample], np.float32)))[0])


@pytest.mark.parametrize(
    ("code", "value"), [(0x00, -32124), (0x80, 32124), (0x7F, 0), (0xFF, 0), (0xF0, 120), (0x8F, 16764)]
)
def test_known_codes_have_the_recommendations_values(code, value):
    assert expanded(np.array([code], np.uint8))[0] == value


def test_every_code_comes_back_but_minus_zero():
    back = compressed(expanded(CODES))
    assert [int(code) for code in CODES if back[code] != code] == [0x7F]


def test_codes_rise_with_the_sample():
    every = expanded(compressed(np.arange(-32768, 32768).astype(np.float32)))
    assert (np.diff(every) >= 0).all()


@given(st.integers(-32635, 32635))
def test_a_sample_comes_back_within_half_a_step_of_its_segment(sample):
    segment = int(np.log2(abs(sample) + 132)) - 7
    assert abs(one(sample) - sample) <= 2 ** (segment + 2)


@given(st.integers(0, 32767))
def test_negative_samples_mirror_positive_ones(sample):
    assert one(-sample) == -one(sample)


def test_what_is_louder_than_the_scale_is_clipped():
    assert one(1e6) == 32124
    assert one(-1e6) == -32124


def test_nothing_stays_nothing():
    assert one(0) == 0
