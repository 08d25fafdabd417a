"""Intervals against scipy and against simulation; pass^k against counting all that there is."""

import itertools
import random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from flexsim.voice.scores.rates import (
    clopper_pearson,
    difference,
    fisher,
    flake_rate,
    mcnemar,
    pass_k,
    success_rate,
    wilson,
)

SHARES = st.integers(1, 60).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count)))


@given(SHARES)
@settings(max_examples=40)
def test_intervals_are_those_of_scipy(share):
    for ours, name in ((wilson, "wilson"), (clopper_pearson, "exact")):
        theirs = stats.binomtest(*share).proportion_ci(method=name)
        assert ours(*share) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(SHARES, SHARES)
@settings(max_examples=40)
def test_fishers_test_is_that_of_scipy(first, second):
    table = [[first[0], first[1] - first[0]], [second[0], second[1] - second[0]]]
    assert fisher(first, second) == pytest.approx(stats.fisher_exact(table).pvalue, abs=1e-7)


def test_newcombes_interval_is_that_of_his_paper():
    """Table II (a) of the paper: 56 of 70 and 48 of 80, method 10."""
    found = difference((48, 80), (56, 70))
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_mcnemar_looks_at_what_came_out_differently_only():
    same = [(True, True)] * 50 + [(False, False)] * 7
    assert mcnemar(same) == 1.0
    assert mcnemar(same + [(False, True)] * 9 + [(True, False)]) == pytest.approx(stats.binomtest(1, 10, 0.5).pvalue)


def test_nothing_is_no_share():
    for wrong in ((0, 0), (3, 2), (-1, 4)):
        with pytest.raises(ValueError, match="no share"):
            wilson(*wrong)
    assert success_rate([]) is None
    assert pass_k([(1, 2)], 3) is None
    assert flake_rate([(1, 1)]) is None


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.integers(1, 7))
def test_pass_k_is_the_share_of_the_choices_of_k_repeats_that_all_succeed(repeats, k):
    found = pass_k([(sum(repeats), len(repeats))], k)
    choices = list(itertools.combinations(repeats, k))
    if not choices:
        assert found is None
    else:
        assert found.value == pytest.approx(fmean(all(each) for each in choices))
        assert 0 <= found.low <= found.value <= found.high <= 1


@given(st.lists(st.booleans(), min_size=2, max_size=8))
def test_the_flake_rate_is_the_share_of_the_pairs_that_differ(repeats):
    found = flake_rate([(sum(repeats), len(repeats))])
    assert found.value == pytest.approx(fmean(one != two for one, two in itertools.combinations(repeats, 2)))


def test_a_mean_over_tasks_leaves_out_those_with_too_few_repeats():
    assert pass_k([(3, 3), (0, 3), (1, 1)], 3).value == 0.5
    assert pass_k([(3, 3), (0, 3), (1, 1)], 3).count == 2


@pytest.mark.parametrize("k", [2, 3])
def test_the_intervals_hold_what_is_true_about_as_often_as_they_say(k):
    """Five tasks of different difficulty, six repeats: 500 times."""
    draw = random.Random(11)
    tasks = [0.98, 0.9, 0.8, 0.6, 0.3]
    passes, flakes = fmean(p**k for p in tasks), fmean(2 * p * (1 - p) for p in tasks)
    held = [0, 0]
    for _ in range(500):
        drawn = [(sum(draw.random() < p for _ in range(6)), 6) for p in tasks]
        held[0] += (one := pass_k(drawn, k)).low <= passes <= one.high
        held[1] += (two := flake_rate(drawn)).low <= flakes <= two.high
    assert 2 * min(held) >= 900, held
