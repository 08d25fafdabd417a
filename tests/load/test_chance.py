"""Draws that do not depend on order, and have the distributions they are named after."""

import statistics

from hypothesis import given
from hypothesis import strategies as st

from flexsim.load.chance import Chance, exponential, lognormal


@given(st.integers(0, 2**32), st.integers(0, 10**6), st.integers(0, 10**6))
def test_uniforms_are_inside_the_unit_interval_and_repeatable(seed, number, turn):
    draws = Chance(seed, "lives").uniforms(number, turn)
    assert len(draws) == 8
    assert all(0.0 < each < 1.0 for each in draws)
    assert draws == Chance(seed, "lives").uniforms(number, turn)


def test_seed_purpose_number_and_turn_each_matter():
    base = Chance(1, "a").uniforms(2, 3)
    others = [
        Chance(2, "a").uniforms(2, 3),
        Chance(1, "b").uniforms(2, 3),
        Chance(1, "a").uniforms(3, 3),
        Chance(1, "a").uniforms(2, 4),
    ]
    assert all(each != base for each in others)
    assert Chance(1, "a").uniforms(1, 23) != Chance(1, "a").uniforms(12, 3)


def test_draws_have_the_mean_and_the_spread_that_were_asked_for():
    uniforms = [each for number in range(4000) for each in Chance(7, "theory").uniforms(number, 0)]
    times = [exponential(30.0, each) for each in uniforms]
    assert abs(statistics.fmean(times) - 30.0) < 4 * 30.0 / len(times) ** 0.5
    talks = [lognormal(180.0, 0.5, each) for each in uniforms]
    assert abs(statistics.fmean(talks) - 180.0) < 4 * 90.0 / len(talks) ** 0.5
    assert abs(statistics.stdev(talks) / 180.0 - 0.5) < 0.03


def test_no_variation_is_the_mean_itself():
    assert abs(lognormal(180.0, 0.0, 0.9) - 180.0) < 1e-9
