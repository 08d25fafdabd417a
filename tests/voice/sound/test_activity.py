"""Voice activity: within stated bounds over every line, and silent where there is only noise."""

import random

import numpy as np
import pytest

from flexsim.voice.sound.activity import Activity, Began, Ended
from flexsim.voice.sound.impairments import Line
from flexsim.voice.sound.levels import NOMINAL
from flexsim.voice.sound.pcm import samples_of
from flexsim.voice.sound.voices import named
from tests.voice.sound.takes import LINES, voiced_ms

TEXTS = {
    "ash": "The last four digits are 7 2 0 9.",
    "marin": "Yes.",
    "sage": "I'm sorry, I did not catch that. Would you say it once more?",
    "cedar": "It's 41 Maple Avenue, apartment 3, Bristol.",
    "shimmer": "No, thank you.",
}
LEAD_MS = 800


def activity(**changes):
    return Activity(**({"start_ms": 0, "threshold": 0.5, "silence_ms": 500} | changes))


def found(ear, samples, piece=960):
    """What happened, each with how much had been fed then, in milliseconds."""
    return [
        (each, (at + piece) / 24) for at in range(0, len(samples), piece) for each in ear.feed(samples[at : at + piece])
    ]


def noise(seconds, level, seed=1):
    return (level * np.random.default_rng(seed).standard_normal(int(24_000 * seconds))).astype(np.float32)


def tone(seconds, level=NOMINAL):
    """A voice's worth of sound: 200 Hz and its harmonics."""
    at = np.arange(int(24_000 * seconds)) / 24_000
    wave = sum(np.sin(2 * np.pi * 200 * k * at) for k in range(1, 6))
    return (level / np.sqrt(2.5) * wave).astype(np.float32)


# Of the onset and of the stop, milliseconds: too early, and too late. What is soft at the end drowns in noise.
BOUNDS = {
    "clean": (20, 20, 60, 120),
    "mu-law": (20, 20, 60, 120),
    "loss": (20, 60, 60, 120),
    "20 dB": (20, 130, 160, 120),
    "10 dB": (20, 150, 230, 120),
    "5 dB": (20, 170, 240, 120),
    "0 dB": (20, 230, 260, 120),
}


@pytest.mark.parametrize("over", LINES)
@pytest.mark.parametrize("voice", TEXTS)
def test_speech_is_found_whole_and_in_its_place(speaker, over, voice):
    speech = speaker.say(TEXTS[voice], named(voice))
    line = Line(LINES[over], random.Random(3))
    sound = samples_of(line.carried(bytes(48 * LEAD_MS) + speech.pcm + bytes(48_000)))
    (began, sure_at), (ended, told_at) = found(activity(), sound)
    assert isinstance(began, Began)
    assert isinstance(ended, Ended)
    early, late, soft, long = BOUNDS[over]
    assert LEAD_MS - early <= began.at_ms <= LEAD_MS + late
    assert sure_at <= began.at_ms + 150
    over_ms = LEAD_MS + voiced_ms(speech)
    assert over_ms - soft <= ended.at_ms <= over_ms + long
    assert 500 <= told_at - ended.at_ms <= 550


@pytest.mark.parametrize("level", [1, 30, 700, NOMINAL, 5 * NOMINAL])
@pytest.mark.parametrize("threshold", [0, 0.5])
def test_steady_noise_is_never_speech(level, threshold):
    assert found(activity(threshold=threshold), noise(20, level)) == []


def test_lost_packets_do_not_make_the_room_quieter():
    sound = noise(10, 700)
    for at in range(24_000, len(sound), 4_000):
        sound[at : at + 480] = 0
    assert found(activity(), sound) == []


def test_silence_is_never_speech():
    assert found(activity(), np.zeros(24_000 * 3, np.float32)) == []


def test_the_room_is_learnt_before_anybody_speaks():
    assert found(activity(), noise(0.19, NOMINAL)) == []
    louder = np.concatenate((noise(0.5, 100), noise(0.5, NOMINAL), noise(1, 100)))
    assert len(found(activity(), louder)) == 2


def test_a_click_is_no_speech():
    sound = np.concatenate((np.zeros(24_000, np.float32), tone(0.03), np.zeros(24_000, np.float32)))
    assert found(activity(), sound) == []


def test_a_pause_shorter_than_the_setting_does_not_end_speech():
    for pause, ends in ((0.4, 1), (0.6, 2)):
        silence = np.zeros(24_000, np.float32)
        sound = np.concatenate((silence, tone(0.5), silence[: int(24_000 * pause)], tone(0.5), silence))
        assert sum(isinstance(each, Ended) for each, _ in found(activity(), sound)) == ends


def test_the_silence_that_ends_speech_is_a_setting():
    sound = np.concatenate((np.zeros(24_000, np.float32), tone(0.5), np.zeros(48_000, np.float32)))
    for silence_ms in (200, 1000):
        (_, (ended, told_at)) = found(activity(silence_ms=silence_ms), sound)
        assert told_at - ended.at_ms == pytest.approx(silence_ms, abs=45)


def test_a_higher_threshold_hears_less():
    sound = np.concatenate((noise(2, 500), tone(0.5, 110) + noise(0.5, 500, 2), noise(2, 500, 3)))
    assert len(found(activity(threshold=0.0), sound)) == 2
    assert found(activity(threshold=1.0), sound) == []


def test_noise_that_begins_is_taken_for_speech_until_it_has_lasted():
    sound = np.concatenate((noise(2, 20), noise(8, 1000)))
    kinds = [type(each) for each, _ in found(activity(), sound)]
    assert kinds == [Began, Ended]


@pytest.mark.parametrize("piece", [240, 961, 48_000, 200_000])
def test_pieces_of_any_size_find_the_same(speaker, piece):
    speech = speaker.say(TEXTS["ash"], named("ash"))
    sound = samples_of(bytes(48 * LEAD_MS) + speech.pcm + bytes(48_000))
    assert [each for each, _ in found(activity(), sound, piece)] == [each for each, _ in found(activity(), sound)]


def test_positions_count_from_where_it_starts():
    sound = np.concatenate((np.zeros(24_000, np.float32), tone(0.5), np.zeros(24_000, np.float32)))
    plain = [each.at_ms for each, _ in found(activity(), sound)]
    assert [each.at_ms for each, _ in found(activity(start_ms=4_000), sound)] == [at + 4_000 for at in plain]


def test_silence_said_is_silence_fed():
    said, fed = activity(), activity()
    zeros = np.zeros(960, np.float32)
    parts = [zeros] * 20 + [tone(0.04)] * 20 + [zeros] * 30
    results = [[], []]
    for part in parts:
        results[0] += said.feed(part) if part.any() else said.feed_silence(40)
        results[1] += fed.feed(part)
    assert results[0] == results[1]
    assert len(results[0]) == 2


def test_what_is_known_from_elsewhere_is_believed():
    ear = activity()
    ear.feed(np.zeros(24_000, np.float32))
    ear.assume(speaking=True)
    assert [type(each) for each, _ in found(ear, np.zeros(24_000, np.float32))] == [Ended]
    ear.assume(speaking=False)
    assert found(ear, np.zeros(24_000, np.float32)) == []
