"""Control variates: narrower intervals that are still right as often as they say."""

import random
import statistics

import pytest

from flexsim.fastforward.controls import controlled_interval
from flexsim.measure.intervals import mean_interval


def draw(rng, count, noise=0.3):
    controls = [(rng.gauss(), rng.gauss()) for _ in range(count)]
    return [7.0 + 2.0 * one - 3.0 * other + noise * rng.gauss() for one, other in controls], controls


def test_what_the_controls_explain_is_taken_out_altogether():
    values, controls = draw(random.Random(1), 20, noise=0.0)
    found = controlled_interval(values, controls, 0.99)
    assert found.mean == pytest.approx(7.0)
    assert found.half_width == pytest.approx(0.0, abs=1e-12)


def test_the_interval_is_narrower_by_what_they_explain():
    values, controls = draw(random.Random(2), 400)
    plain, controlled = mean_interval(values, 0.95), controlled_interval(values, controls, 0.95)
    assert controlled.half_width / plain.half_width == pytest.approx(0.3 / (4 + 9 + 0.09) ** 0.5, rel=0.2)


@pytest.mark.parametrize(("level", "count"), [(0.9, 8), (0.99, 20)])
def test_the_mean_lies_within_as_often_as_the_level_says(level, count):
    rng = random.Random(3)
    trials = 800
    held = 0
    for _ in range(trials):
        values, controls = draw(rng, count)
        found = controlled_interval(values, controls, level)
        held += abs(found.mean - 7.0) <= found.half_width
    assert held / trials == pytest.approx(level, abs=4 * (level * (1 - level) / trials) ** 0.5)


def test_controls_that_say_nothing_do_little_harm():
    rng = random.Random(4)
    values, controls = [rng.gauss() for _ in range(200)], [(rng.gauss(), rng.gauss()) for _ in range(200)]
    found = controlled_interval(values, controls, 0.95)
    assert found.half_width == pytest.approx(mean_interval(values, 0.95).half_width, rel=0.05)
    assert found.mean == pytest.approx(statistics.mean(values), abs=0.05)


def test_too_few_values_are_refused():
    with pytest.raises(ValueError, match="5"):
        controlled_interval([1.0] * 5, [(0.0, 0.0)] * 5, 0.99)
