"""Confidence intervals are those of the tables, and hold the truth as often as they say."""

import random
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.measure.intervals import mean_interval, paired_difference, t_quantile, welch_difference


@pytest.mark.parametrize(
    ("share", "degrees", "value"),
    # Abramowitz and Stegun, table 26.10.
    [
        (0.975, 1, 12.706), (0.975, 2, 4.303), (0.975, 4, 2.776), (0.975, 9, 2.262), (0.975, 29, 2.045),
        (0.975, 120, 1.980), (0.95, 5, 2.015), (0.9, 10, 1.372), (0.995, 3, 5.841), (0.995, 60, 2.660),
        (0.75, 7, 0.711), (0.9995, 8, 5.041),
    ],
)  # fmt: skip
def test_the_quantiles_are_those_of_the_table(share, degrees, value):
    assert t_quantile(share, degrees) == pytest.approx(value, abs=0.0006)
    assert t_quantile(1 - share, degrees) == pytest.approx(-value, abs=0.0006)


def test_one_degree_of_freedom_is_cauchys_distribution_and_very_many_are_the_normal_one():
    assert t_quantile(0.75, 1) == pytest.approx(1.0, rel=1e-9)
    assert t_quantile(0.975, 1e12) == pytest.approx(NormalDist().inv_cdf(0.975), rel=1e-6)
    assert t_quantile(0.5, 3) == 0.0


@pytest.mark.parametrize(("share", "degrees"), [(0.0, 5), (1.0, 5), (0.9, 0), (0.9, -1), (float("nan"), 5)])
def test_there_is_no_quantile_outside_the_distribution(share, degrees):
    with pytest.raises(ValueError, match="no quantile"):
        t_quantile(share, degrees)


def test_an_interval_worked_out_by_hand():
    found = mean_interval([9.0, 10.0, 11.0])  # standard error 1 / sqrt 3, t 4.303
    assert found.mean == 10.0
    assert found.half_width == pytest.approx(4.3027 / 3**0.5, rel=1e-4)
    assert (found.low, found.high) == (pytest.approx(10 - found.half_width), pytest.approx(10 + found.half_width))


def test_a_single_value_has_a_mean_and_no_interval():
    found = mean_interval([3.0])
    assert (found.mean, found.half_width, found.low, found.high, found.excludes_zero) == (3.0, None, None, None, False)


def test_nothing_has_no_mean():
    with pytest.raises(ValueError, match="no values"):
        mean_interval([])
    with pytest.raises(ValueError, match="no values"):
        welch_difference([1.0], [])


def test_pairs_take_out_what_both_share():
    luck = [0.0, 50.0, 100.0, 150.0]
    first, second = luck, [value + each for value, each in zip(luck, [1.0, 1.1, 0.9, 1.0], strict=True)]
    assert paired_difference(first, second).excludes_zero
    assert not welch_difference(first, second).excludes_zero
    with pytest.raises(ValueError, match="argument"):
        paired_difference(first, second[1:])


def test_welchs_interval_worked_out_by_hand():
    # Variances 1 and 4 of five values each: standard error 1, degrees 1 / (0.2**2 / 4 + 0.8**2 / 4) = 5.882.
    first = [-1.0, -1.0, 0.0, 1.0, 1.0]
    second = [10 + 2 * value for value in first]
    found = welch_difference(first, second)
    assert found.mean == 10.0
    assert found.half_width == pytest.approx(t_quantile(0.975, 1 / (0.04 / 4 + 0.64 / 4)), rel=1e-9)
    assert welch_difference([1.0, 1.0], [2.0, 2.0]).half_width == 0.0


def test_nineteen_of_twenty_intervals_hold_the_truth():
    rng = random.Random(5)
    held = {"mean": 0, "pairs": 0, "welch": 0}
    for _ in range(2000):
        first = [rng.gauss(10, 2) for _ in range(5)]
        second = [rng.gauss(11, 6) for _ in range(9)]
        held["mean"] += abs(mean_interval(first).mean - 10) <= mean_interval(first).half_width
        pairs = paired_difference(first, second[:5])
        held["pairs"] += abs(pairs.mean - 1) <= pairs.half_width
        welch = welch_difference(first, second)
        held["welch"] += abs(welch.mean - 1) <= welch.half_width
    # 1,900 expected, standard deviation 9.7; Welch's degrees are an approximation.
    assert all(1860 <= count <= 1945 for count in held.values()), held


@given(
    st.floats(min_value=0.55, max_value=0.99999), st.floats(min_value=0.5, max_value=1e6),
)  # fmt: skip
def test_more_confidence_and_fewer_degrees_make_it_wider(share, degrees):
    assert t_quantile(share, degrees) <= t_quantile(share + (1 - share) / 2, degrees)
    assert t_quantile(share, degrees) * (1 + 1e-7) >= t_quantile(share, degrees * 2) > 0
