"""Speech found in a stream of frames, said as the protocol says it, and kept for as long as it may be asked for."""

import numpy as np
import pytest

from flexsim.voice.ports import SpeechStarted, SpeechStopped
from flexsim.voice.sound.attention import Attention
from flexsim.voice.sound.pcm import SILENT_FRAME, encoded, frames_of, pcm_of
from flexsim.voice.sound.settings import EarSettings
from flexsim.voice.sound.voices import named
from tests.voice.sound.takes import take, voiced_ms

NOISE = pcm_of(200 * np.random.default_rng(6).standard_normal(24_000 * 20).astype(np.float32))


@pytest.fixture(scope="module")
def speech(speaker):
    return speaker.say("Let me talk to your manager.", named("marin"))


def attention(start_ms=0, **settings):
    return Attention(EarSettings(**settings), start_ms=start_ms)


@pytest.mark.parametrize(("padding", "silence"), [(300, 500), (0, 200), (600, 900)])
def test_speech_starts_with_its_padding_and_stops_with_its_silence(speech, padding, silence):
    ear = attention(prefix_padding_ms=padding, silence_duration_ms=silence)
    started, stopped = take(ear, speech.frames)
    assert started.at_ms == pytest.approx(1_000 - padding, abs=20)
    assert stopped.at_ms == pytest.approx(1_000 + voiced_ms(speech) + silence, abs=120)


def test_nothing_starts_before_the_sound_or_before_the_last_stop(speech):
    ear = attention(prefix_padding_ms=2_000, silence_duration_ms=200)
    first = take(ear, speech.frames, before=12, after=6)
    second = take(ear, speech.frames, before=6)
    assert [type(each) for each in (*first, *second)] == [SpeechStarted, SpeechStopped] * 2
    assert first[0].at_ms == 0
    assert second[0].at_ms == first[1].at_ms


def test_the_sound_of_speech_is_there_when_it_stops(speech):
    ear = attention()
    started, stopped = take(ear, speech.frames, after=14)
    samples, onset = ear.sound(started.at_ms, stopped.at_ms)
    assert len(samples) == (stopped.at_ms - started.at_ms + 500) * 8  # the first word may have come unnoticed
    assert not samples[: onset - 160].any()
    assert np.abs(samples[onset : onset + 800]).max() > 300


def test_positions_count_on_from_where_it_starts(speech):
    ear = attention(start_ms=5_000)
    started, stopped = take(ear, speech.frames)
    assert started.at_ms == pytest.approx(5_700, abs=20)
    _, onset = ear.sound(started.at_ms, stopped.at_ms)
    assert onset == pytest.approx(2_400 + 4_000, abs=160)
    assert ear.position_ms == 5_000 + 40 * (25 + len(speech.frames) + 30)


def test_sound_of_any_length_is_taken():
    ear = attention()
    for length in (2, 1_920, 96_000, 3_002):
        ear.feed(encoded(bytes(length)))
    assert ear.position_ms == (2 + 1_920 + 96_000 + 3_002) // 48


def test_long_noise_does_not_fill_memory():
    ear = attention()
    for _ in range(4):
        for frame in frames_of(NOISE):
            ear.feed(frame)
    assert len(ear._tape._kept) < 2.5 * 16_000


def test_of_endless_speech_the_last_half_minute_is_kept(speech):
    ear = attention(silence_duration_ms=2_000)
    for _ in range(30):
        for frame in speech.frames:
            ear.feed(frame)
    assert ear.speaking
    assert len(ear._tape._kept) < 32 * 16_000


def test_what_is_known_from_elsewhere_is_taken_over(speech):
    ear = attention()
    ear.feed(SILENT_FRAME)
    ear.take_over(0)
    assert ear.speaking
    assert take(ear, (), before=20, after=0) == [SpeechStopped(at_ms=pytest.approx(500, abs=60))]
    ear.take_over(None)
    assert not ear.speaking
