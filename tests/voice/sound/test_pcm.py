"""Sound as bytes, numbers, base64 and frames."""

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.ports import FRAME_BYTES
from flexsim.voice.sound.pcm import SILENT_FRAME, decoded, encoded, frames_of, pcm_of, resampled, samples_of


@given(st.lists(st.integers(-32768, 32767), max_size=50))
def test_samples_come_back_as_the_same_pcm(values):
    pcm = np.array(values, "<i2").tobytes()
    assert pcm_of(samples_of(pcm)) == pcm


def test_samples_are_rounded_and_clipped_not_wrapped():
    samples = np.array([1e9, -1e9, 0.6, -0.6, 32767.4], np.float32)
    assert np.frombuffer(pcm_of(samples), "<i2").tolist() == [32767, -32768, 1, -1, 32767]


def test_half_a_sample_at_the_end_is_left_out():
    assert samples_of(b"\x01\x00\x02").tolist() == [1]


@given(st.binary(max_size=100))
def test_base64_is_everybodys_base64(pcm):
    assert encoded(pcm) == base64.b64encode(pcm).decode()
    assert decoded(encoded(pcm)) == pcm


@pytest.mark.parametrize("text", ["%%%%", "AAA", "AA=A", "AAAA\nAAAA", "é" * 4])
def test_what_is_no_base64_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        decoded(text)


@given(st.integers(0, 3 * FRAME_BYTES + 5))
def test_frames_hold_the_sound_and_zeros_after_it(length):
    pcm = bytes(range(1, 251)) * (length // 250 + 1)
    pcm = pcm[:length]
    frames = frames_of(pcm)
    assert {len(decoded(frame)) for frame in frames} <= {FRAME_BYTES}
    assert b"".join(map(decoded, frames)).rstrip(b"\0") == pcm.rstrip(b"\0")
    assert len(frames) == -(-length // FRAME_BYTES)


def test_frames_stand_one_after_the_other_without_padding():
    assert "=" not in SILENT_FRAME
    assert decoded(SILENT_FRAME * 2) == bytes(2 * FRAME_BYTES)


def test_a_tone_is_the_same_tone_at_another_rate():
    tone = 1000 * np.sin(2 * np.pi * 440 * np.arange(22_050) / 22_050).astype(np.float32)
    other = resampled(tone, 22_050, 24_000)
    expected = 1000 * np.sin(2 * np.pi * 440 * np.arange(24_000) / 24_000)
    assert np.abs(other - expected)[500:-500].max() < 10
    assert resampled(tone, 8_000, 8_000) is tone
