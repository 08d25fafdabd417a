"""Effects and their uncertainty, on planted numbers: coverage and false alarms over 200 trials."""

import pytest
from scipy import stats

from flexsim.randomness import Randomness
from flexsim.workforce.what_if.effects import FIGURES, Figure, effects, measured, p_value
from tests.workforce.making import played

TRIALS, PAIRS = 200, 30
# Of 200 trials that each succeed with 95 %, fewer than 181 or with 5 % more than 19 is rarer than one in a hundred.
LEAST = int(stats.binom.ppf(0.005, TRIALS, 0.95))
MOST = int(stats.binom.ppf(0.995, TRIALS, 0.05))
TEN = tuple(Figure(name=f"f{n}", of=lambda turns: float(len(turns))) for n in range(10))


def pairs(effect, seed, *, skewed=False, figures=TEN):
    """Paired numbers with shared and own noise and a planted effect on the first figure."""
    draw = Randomness(seed).generator("planted")
    before, after = [], []
    for _ in range(PAIRS):
        one, other = {}, {}
        for at, figure in enumerate(figures):
            shared = draw.gauss(0, 5)
            own = (draw.expovariate(1) - 1) if skewed else draw.gauss(0, 1)
            one[figure.name] = shared
            other[figure.name] = shared + own + (effect if at == 0 else 0.0)
        before.append(one)
        after.append(other)
    return before, after


@pytest.mark.parametrize("skewed", [False, True])
def test_a_planted_effect_is_within_its_interval_in_nineteen_of_twenty_trials(skewed):
    within = 0
    for trial in range(TRIALS):
        found = effects(*pairs(0.7, trial, skewed=skewed), seed=1, figures=TEN[:1], resamples=0)[0].change
        within += found.low <= 0.7 <= found.high
    assert within >= LEAST


def test_the_bootstraps_interval_covers_nearly_as_often():
    within = 0
    for trial in range(TRIALS):
        low, high = effects(*pairs(0.7, trial, figures=TEN[:1]), seed=1, figures=TEN[:1], resamples=200)[0].bootstrap
        within += low <= 0.7 <= high
    assert within >= LEAST - 6  # percentiles are a little narrow with 30 pairs


def test_where_nothing_is_different_hardly_ever_anything_is_called_clear():
    """At most in one of twenty trials is any of ten figures called clear; single intervals leave 0 out far more often."""
    any_clear = any_interval = 0
    for trial in range(TRIALS):
        found = effects(*pairs(0.0, 1000 + trial), seed=1, figures=TEN, resamples=0)
        any_clear += any(each.clear for each in found)
        any_interval += any(each.change.excludes_zero for each in found)
    assert any_clear / TRIALS <= 0.05
    assert any_interval > MOST


def test_a_true_effect_is_found():
    found = [effects(*pairs(1.5, seed), seed=1, figures=TEN, resamples=0)[0].clear for seed in range(20)]
    assert all(found)


def test_the_p_value_is_students():
    before, after = pairs(0.3, 9, figures=TEN[:1])
    differences = [other["f0"] - one["f0"] for one, other in zip(before, after, strict=True)]
    assert p_value(differences) == pytest.approx(stats.ttest_1samp(differences, 0.0).pvalue, rel=1e-6)


def test_no_difference_at_all_is_not_clear_and_a_certain_one_is():
    assert p_value([0.0, 0.0, 0.0]) == 1.0
    assert p_value([2.0, 2.0, 2.0]) == 0.0
    assert p_value([2.0]) is None


def test_one_pair_has_an_effect_and_no_interval():
    (found,) = effects([{"f0": 1.0}], [{"f0": 3.0}], seed=1, figures=TEN[:1])
    assert (found.change.mean, found.change.half_width, found.bootstrap, found.p_value, found.clear) == (
        2.0,
        None,
        None,
        None,
        False,
    )
    assert found.document()["interval"] is None


def test_figures_are_means_of_flows_and_ends_of_stocks():
    _, turns = played(5)
    found = measured(turns)
    assert set(found) == {figure.name for figure in FIGURES}
    assert found["budget"] == turns[-1].state.budget
    assert found["service_level"] == pytest.approx(sum(turn.state.service_level for turn in turns) / 5)
    assert found["headcount"] == sum(turns[-1].state.headcount.values())
