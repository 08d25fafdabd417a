"""A bad line does what it says: no more, no less, and the same for the same seed."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.ports import FRAME_BYTES, Voice
from flexsim.voice.sound.impairments import MULAW_DELAY, PACKET, Impairments, Line, impaired
from flexsim.voice.sound.levels import NOMINAL
from flexsim.voice.sound.pcm import SILENT_FRAME, frames_of, pcm_of, samples_of

TONE = pcm_of((5000 * np.sin(np.arange(24_000 * 4) / 15)).astype(np.float32))


def passed(impairments, pcm=TONE, seed=1):
    return samples_of(impaired(pcm, impairments, random.Random(seed)))


def test_a_line_without_faults_changes_nothing():
    assert impaired(TONE, Impairments(), random.Random(1)) == TONE
    assert Impairments().none
    assert not Impairments(delay_ms=1).none


@pytest.mark.parametrize("noise_db", [20, 10, 0])
def test_noise_is_as_loud_as_the_ratio_says(noise_db):
    noise = passed(Impairments(noise_db=noise_db)) - samples_of(TONE)
    assert np.sqrt(np.mean(noise**2)) == pytest.approx(NOMINAL / 10 ** (noise_db / 20), rel=0.01)
    spectrum = np.abs(np.fft.rfft(noise)) ** 2
    assert np.ptp([part.mean() for part in np.array_split(spectrum, 8)]) < 0.1 * spectrum.mean()


def test_speech_over_noise_has_the_ratio_that_is_said(speaker):
    speech = speaker.say("The balance of your account is fine.", Voice())
    clean = samples_of(speech.pcm)
    noise = passed(Impairments(noise_db=6), speech.pcm) - clean
    energies = np.square(clean[: len(clean) // 480 * 480]).reshape(-1, 480).mean(axis=1)
    active = energies[energies > energies.max() / 100].mean()
    assert 10 * np.log10(active / np.mean(noise**2)) == pytest.approx(6, abs=0.3)


def test_mulaw_leaves_a_telephones_sound_later_by_what_it_says():
    late, sound = passed(Impairments(mulaw=True)), samples_of(TONE)
    error = late[MULAW_DELAY + 500 :] - sound[500 : len(sound) - MULAW_DELAY]
    assert 0 < np.sqrt(np.mean(error**2)) < 0.03 * 5000


def test_packets_are_lost_whole_and_as_often_as_is_said():
    constant = pcm_of(np.full(PACKET * 5000, 1000, np.float32))
    packets = passed(Impairments(loss=0.05), constant).reshape(-1, PACKET)
    lost = ~packets.any(axis=1)
    assert (packets[~lost] == 1000).all()
    assert 0.038 < lost.mean() < 0.062  # four standard deviations of 5,000 draws


def test_delay_shifts_by_the_millisecond():
    late = passed(Impairments(delay_ms=33))
    assert not late[: 33 * 24].any()
    assert np.array_equal(late[33 * 24 :], samples_of(TONE)[: -33 * 24])


@pytest.mark.parametrize(
    "impairments",
    [Impairments(noise_db=3), Impairments(loss=0.3), Impairments(noise_db=9, mulaw=True, loss=0.1, delay_ms=7)],
)
def test_the_seed_decides_everything(impairments):
    assert np.array_equal(passed(impairments), passed(impairments))
    assert not np.array_equal(passed(impairments, seed=2), passed(impairments))


@given(st.lists(st.integers(0, 300), max_size=5), st.integers(0, 90))
def test_pieces_give_what_the_whole_gives(cuts, delay_ms):
    impairments = Impairments(noise_db=5, mulaw=True, loss=0.2, delay_ms=delay_ms)
    pcm = TONE[:2400]
    edges = [0, *sorted(cut * 6 for cut in cuts), len(pcm)]
    line = Line(impairments, random.Random(1))
    whole = impaired(pcm, impairments, random.Random(1))
    pieces = b"".join(line.carried(pcm[a:b]) for a, b in pairwise(edges))
    assert len(pieces) == len(whole)
    assert (
        np.abs(samples_of(pieces) - samples_of(whole)).max() <= 1100
    )  # one step of mu-law, where a sum rounds otherwise


def test_frames_come_out_as_frames():
    line = Line(Impairments(noise_db=10, mulaw=True, loss=0.05, delay_ms=15), random.Random(1))
    assert {len(line.carry(frame)) for frame in frames_of(TONE)} == {FRAME_BYTES * 4 // 3}


def test_silence_stays_the_silent_frame_where_nothing_is_added():
    line = Line(Impairments(mulaw=True, delay_ms=50), random.Random(1))
    assert line.carry(SILENT_FRAME) is SILENT_FRAME
    line.carry(frames_of(TONE)[0])
    assert line.carry(SILENT_FRAME) != SILENT_FRAME
    after = [line.carry(SILENT_FRAME) for _ in range(4)]
    assert after[-1] == SILENT_FRAME
    assert Line(Impairments(noise_db=30), random.Random(1)).carry(SILENT_FRAME) != SILENT_FRAME
