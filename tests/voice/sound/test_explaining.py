"""One utterance laid over a sound: where it lies, and what it leaves."""

import numpy as np
import pytest

from flexsim.voice.sound.explaining import BLOCK, Place, excerpt_of, explained, placed
from flexsim.voice.sound.voices import named
from tests.voice.sound.takes import slow

NOISE = np.random.default_rng(5).standard_normal(40_000).astype(np.float32)


@pytest.fixture(scope="module")
def ours(speaker):
    return slow(speaker.say("The last four digits are 7 2 0 9.", named("ash")).pcm)


@pytest.fixture(scope="module")
def another(speaker):
    return slow(speaker.say("The last four digits are 7 2 0 5.", named("ash")).pcm)


def around(sound, before=2_400, after=4_000):
    return np.concatenate((np.zeros(before, np.float32), sound, np.zeros(after, np.float32)))


def noisy(sound, level):
    return sound + np.float32(level) * NOISE[: len(sound)]


def left(excerpt):
    return int(excerpt.unexplained().sum())


@pytest.mark.parametrize("at", [0, 1, 777, 2_400])
@pytest.mark.parametrize("level", [0, 900])
def test_it_lies_at_the_very_sample(ours, at, level):
    excerpt = excerpt_of(noisy(around(ours, before=at), level))
    place = placed(excerpt, ours, at + 60, middle=6_000)
    assert place.at == at
    assert place.gain == pytest.approx(1, abs=0.1)


def test_how_loud_it_is_is_found_too(ours):
    place = placed(excerpt_of(around(ours * np.float32(0.3))), ours, 2_400, middle=6_000)
    assert place.gain == pytest.approx(0.3, rel=0.01)


def test_lost_packets_do_not_make_it_quieter(ours):
    sound = around(ours)
    for start in range(2_400, 6_400, 500):
        sound[start : start + 160] = 0
    place = placed(excerpt_of(sound), ours, 2_400, middle=1_850)
    assert place.gain == pytest.approx(1, abs=0.02)


def test_what_is_elsewhere_is_not_found(ours):
    assert placed(excerpt_of(around(ours, before=9_000)), ours, 2_400, middle=3_000, reach=100) is None
    assert placed(excerpt_of(noisy(np.zeros(20_000, np.float32), 800)), ours, 2_400, middle=3_000) is None
    assert placed(excerpt_of(np.zeros(20_000, np.float32)), ours, 2_400, middle=3_000) is None
    assert placed(excerpt_of(np.zeros(0, np.float32)), ours, 2_400, middle=3_000) is None


@pytest.mark.parametrize("level", [0, 300, 900])
def test_it_explains_itself_whole(ours, level):
    excerpt = excerpt_of(noisy(around(ours), level))
    told = explained(excerpt, ours, Place(at=2_400, gain=1.0))
    assert left(excerpt) > 40
    assert left(told.excerpt) <= 1
    assert told.first <= 2_400 // BLOCK + 1
    assert told.last >= (2_400 + len(ours)) // BLOCK - 4


@pytest.mark.parametrize("level", [0, 300, 900])
def test_another_digit_is_left_over(ours, another, level):
    told = explained(excerpt_of(noisy(around(another), level)), ours, Place(at=2_400, gain=1.0))
    assert left(told.excerpt) > 8


@pytest.mark.parametrize("level", [0, 300])
@pytest.mark.parametrize("seconds", [0.5, 1.0, 2.0])
def test_where_it_was_cut_off_is_known_to_some_blocks(ours, level, seconds):
    samples = int(8_000 * seconds)
    told = explained(excerpt_of(noisy(around(ours[:samples]), level)), ours, Place(at=2_400, gain=1.0))
    assert abs(told.last * BLOCK - 2_400 - samples) <= 4 * BLOCK
    assert left(told.excerpt) <= 2


def test_lost_packets_are_no_misfit_and_no_end(ours):
    sound = around(ours)
    for start in range(3_000, len(ours), 2_000):
        sound[start : start + 160] = 0
    told = explained(excerpt_of(sound), ours, Place(at=2_400, gain=1.0))
    assert left(told.excerpt) <= 1
    assert told.last >= (2_400 + len(ours)) // BLOCK - 4


def test_a_long_gap_is_no_loss_but_silence():
    sound = NOISE[:8_000].copy()
    sound[1_600:1_760] = 0
    sound[3_200:4_800] = 0
    present = excerpt_of(sound).present
    assert not present[1_620:1_740].any()
    assert present[3_200:4_800].all()


def test_two_utterances_explain_a_sound_together(ours, another):
    sound = np.concatenate((around(ours, after=1_000), around(another, before=0)))
    second = 2_400 + len(ours) + 1_000
    told = explained(excerpt_of(sound), ours, Place(at=2_400, gain=1.0))
    assert left(told.excerpt) > 40
    both = explained(told.excerpt, another, Place(at=second, gain=1.0))
    assert left(both.excerpt) <= 1
