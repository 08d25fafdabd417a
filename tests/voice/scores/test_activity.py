"""Speech is found where it is: to the sample in digital silence, within a tick in noise, and nowhere else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.voice.ports import Voice
from flexsim.voice.scores.activity import FAINTEST, activity, stretches_of
from flexsim.voice.scores.recording import Side
from tests.voice.scores.studio import LEVEL, RATE, impaired, pcm, speech, through_mulaw

TICK = 0.020


def channel(places, duration, seed=0):
    sound = np.zeros(round(duration * RATE), np.float32)
    for number, (start, length) in enumerate(places):
        first = round(start * RATE)
        spoken = speech(length, seed=seed + number)
        sound[first : first + len(spoken)] = spoken
    return sound


def found_in(sound, rate=RATE):
    return [(each.start, each.end) for each in stretches_of(activity(pcm(sound), rate), rate, Side.CALLER)]


PLACES = ((0.5, 1.2), (3.0, 0.4), (4.5, 2.5), (8.2, 1.0))
LINES = [
    {}, {"mulaw": True}, {"noise_db": 40}, {"noise_db": 30}, {"noise_db": 20}, {"noise_db": 25, "mulaw": True},
    {"noise_db": 20, "mulaw": True},
]  # fmt: skip


@pytest.mark.parametrize("line", LINES, ids=str)
def test_edges_are_within_a_tick_down_to_20_db(line):
    for seed in range(2):
        found = found_in(impaired(channel(PLACES, 11.0, seed=10 * seed), seed, **line))
        assert len(found) == len(PLACES)
        for (start, end), (first, length) in zip(found, PLACES, strict=True):
            assert abs(start - first) <= TICK, line
            assert abs(end - first - length) <= TICK, line


@pytest.mark.parametrize("noise_db", [15, 10, 5, 0])
def test_no_speech_is_missed_and_none_made_up_down_to_0_db(noise_db):
    for seed in range(2):
        found = found_in(impaired(channel(PLACES, 11.0, seed=10 * seed), seed, noise_db=noise_db))
        assert len(found) == len(PLACES)
        for (start, end), (first, length) in zip(found, PLACES, strict=True):
            assert start < first + length
            assert first < end


def test_lost_packets_move_an_edge_by_a_packet_at_most_and_split_nothing():
    for seed in range(2):
        for line in ({"loss": 0.05}, {"loss": 0.05, "noise_db": 20}, {"loss": 0.05, "noise_db": 20, "mulaw": True}):
            found = found_in(impaired(channel(PLACES, 11.0, seed=10 * seed), seed, **line))
            assert len(found) == len(PLACES)
            for (start, end), (first, length) in zip(found, PLACES, strict=True):
                assert abs(start - first) <= 2 * TICK + 0.02
                assert abs(end - first - length) <= 2 * TICK + 0.02


@given(st.integers(1000, 30_000), st.integers(2_000, 60_000))
@settings(max_examples=20, deadline=None)
def test_in_digital_silence_edges_are_right_to_the_sample(first, length):
    sound = np.zeros(100_000, np.int16)
    sound[first : first + length] = 500
    assert activity(sound, RATE).spans == ((first, first + length),)


def test_noise_alone_is_no_speech():
    for level in (20, 200, 2000):
        noise = level * np.random.default_rng(level).standard_normal(30 * RATE)
        assert found_in(noise) == []


def test_silence_and_nothing_are_no_speech():
    assert found_in(np.zeros(10 * RATE)) == []
    assert found_in(np.zeros(0)) == []
    assert found_in(np.zeros(50)) == []


def test_clicks_are_no_speech():
    sound = channel(PLACES[:1], 5.0)
    sound[3 * RATE : 3 * RATE + 240] = 8000
    assert len(found_in(sound)) == 1
    assert len(found_in(impaired(sound, noise_db=20))) == 1


def test_how_loud_the_noise_is_is_told():
    sound = channel(PLACES, 11.0)
    assert activity(pcm(sound), RATE).noise_db is None
    for noise_db in (30, 20, 10):
        assert activity(pcm(impaired(sound, noise_db=noise_db)), RATE).noise_db == pytest.approx(noise_db, abs=2.5)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
def test_any_rate_will_do(rate):
    sound = np.zeros(4 * rate, np.float32)
    sound[rate : 2 * rate] = speech(1.0, seed=1, rate=rate)
    for heard in (sound, sound + LEVEL / 10 * np.random.default_rng(0).standard_normal(len(sound))):
        ((start, end),) = found_in(heard, rate)
        assert abs(start - 1) <= TICK
        assert abs(end - 2) <= TICK


@pytest.mark.parametrize("line", [{}, {"noise_db": 25}], ids=str)
def test_sound_is_looked_at_in_chunks_and_comes_out_the_same(monkeypatch, line):
    sound = pcm(impaired(channel(PLACES, 11.0), **line))
    whole = activity(sound, RATE)
    for looks in (97, 1000):
        monkeypatch.setattr("flexsim.voice.scores.activity._CHUNK", looks)
        assert activity(sound, RATE).spans == whole.spans


def test_mulaw_makes_no_sound_out_of_silence():
    assert not through_mulaw(np.zeros(100)).any()


@pytest.mark.parametrize("line", [{}, {"mulaw": True}, {"noise_db": 25}], ids=str)
def test_of_the_local_voices_edges_are_within_a_tick(line):
    speaking = pytest.importorskip("flexsim.voice.sound.speaking")
    speaker = speaking.EspeakSpeaker()
    texts = ("Hello, I have lost my gold card.", "She sells sea shells.", "4 4 1 2.", "Farewell.", "Thanks, that's it.")
    sound, places = np.zeros(22 * RATE, np.float32), []
    for number, text in enumerate(texts):
        said = np.frombuffer(speaker.say(text, Voice(rate=150 + 20 * number)).pcm, "<i2").astype(np.float32)
        loud = np.flatnonzero(np.abs(said) > FAINTEST)
        first = round((0.5 + 4 * number) * RATE)
        sound[first : first + len(said)] = said
        places.append(((first + loud[0]) / RATE, (first + loud[-1] + 1) / RATE))
    found = found_in(impaired(sound, **line))
    assert len(found) == len(places)
    for (start, end), (first, last) in zip(found, places, strict=True):
        assert abs(start - first) <= TICK
        assert abs(end - last) <= TICK
