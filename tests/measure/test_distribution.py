"""Durations are counted exactly, percentiles within 2.5 %, and two counts add up to one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.measure.distribution import Distribution

SECONDS = st.lists(st.floats(min_value=0, max_value=100_000), max_size=60)


def distribution(values):
    found = Distribution()
    for value in values:
        found.add(value)
    return found


def figures(found):
    return found.count, pytest.approx(found.total), found.largest, found.buckets


def test_nothing_counted_has_no_mean_and_no_percentile():
    assert (Distribution().mean, Distribution().percentile(0.5)) == (None, None)


def test_mean_and_largest_are_exact():
    found = distribution([1.0, 2.0, 6.0])
    assert (found.count, found.mean, found.largest) == (3, 3.0, 6.0)


@given(SECONDS.filter(bool), st.sampled_from([0.01, 0.5, 0.9, 1.0]))
def test_a_percentile_is_within_two_and_a_half_percent_of_a_value_at_its_rank(values, share):
    ordered = sorted(values)
    exact = next(value for rank, value in enumerate(ordered, start=1) if rank >= share * len(ordered))
    assert distribution(values).percentile(share) == pytest.approx(exact, rel=0.026, abs=0.1)


@given(SECONDS, SECONDS)
def test_merging_is_counting_both(first, second):
    merged = distribution(first)
    merged.merge(distribution(second))
    assert figures(merged) == figures(distribution(first + second))


def test_a_percentile_never_exceeds_the_largest():
    assert distribution([10.0]).percentile(0.5) == pytest.approx(10.0, rel=0.025)
    assert distribution([10.0]).percentile(0.5) <= 10.0
