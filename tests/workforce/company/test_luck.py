"""The luck of a week."""

from statistics import fmean, pstdev

import pytest

from tests.workforce.making import luck


def test_a_number_depends_on_seed_turn_and_purpose_only():
    first = luck(3, 5)
    first.uniform("something else")
    assert first.uniform("won") == luck(3, 5).uniform("won")
    assert len({luck(s, t).uniform(p) for s in (1, 2) for t in (1, 2) for p in ("won", "lost")}) == 8


def test_normal_numbers_are_standard_normal():
    numbers = [luck(1, turn).normal("x") for turn in range(4000)]
    assert fmean(numbers) == pytest.approx(0, abs=4 / 4000**0.5)
    assert pstdev(numbers) == pytest.approx(1, rel=0.05)


def test_whole_numbers_have_the_mean_that_is_expected_and_never_fall_where_it_rises():
    assert fmean(luck(1, turn).about("x", 2.3) for turn in range(4000)) == pytest.approx(2.3, abs=0.03)
    for turn in range(50):
        numbers = [luck(1, turn).about("x", expected / 10) for expected in range(60)]
        assert numbers == sorted(numbers)
