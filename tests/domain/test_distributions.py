"""Curves against their closed forms, within confidence intervals, with seeds that vary."""

import math
from statistics import fmean, stdev

import pytest

from flexsim.domain import distributions
from flexsim.randomness import Randomness

DRAWS = 4_000
SIGMAS = 5.0  # one run in two million misses by chance

SKEWED_DELTA = 3.0 / math.sqrt(10.0)
CURVES = {
    "uniform": (lambda rng: distributions.uniform(rng, mean=10.0, width=6.0), 10.0, 6.0 / math.sqrt(12)),
    "bell": (lambda rng: distributions.bell(rng, mean=50.0, deviation=4.0), 50.0, 4.0),
    "exponential": (lambda rng: distributions.exponential(rng, mean=7.0), 7.0, 7.0),
    "lognormal": (lambda rng: distributions.lognormal(rng, mean=200.0, cv=0.5), 200.0, 100.0),
    "skewed bell": (
        lambda rng: distributions.skewed_bell(rng, location=5.0, deviation=2.0, shape=3.0),
        5.0 + 2.0 * SKEWED_DELTA * math.sqrt(2 / math.pi),
        2.0 * math.sqrt(1 - 2 * SKEWED_DELTA**2 / math.pi),
    ),
    "mirrored": (
        lambda rng: distributions.skewed_bell(rng, location=5.0, deviation=2.0, shape=-3.0),
        5.0 - 2.0 * SKEWED_DELTA * math.sqrt(2 / math.pi),
        2.0 * math.sqrt(1 - 2 * SKEWED_DELTA**2 / math.pi),
    ),
}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", CURVES)
def test_mean_and_deviation_are_those_of_the_closed_form(name, seed):
    draw, mean, deviation = CURVES[name]
    rng = Randomness(seed).generator(name)
    values = [draw(rng) for _ in range(DRAWS)]
    assert abs(fmean(values) - mean) < SIGMAS * deviation / math.sqrt(DRAWS)
    assert stdev(values) == pytest.approx(deviation, rel=0.12)


class Fixed:
    """A generator that gives the numbers it was made with, and counts them."""

    def __init__(self, *numbers):
        self.numbers = list(numbers)

    def random(self):
        return self.numbers.pop(0)


@pytest.mark.parametrize("name", ["uniform", "bell", "exponential", "lognormal"])
def test_one_draw_takes_one_uniform_number_and_grows_with_it(name):
    draw = CURVES[name][0]
    values = [draw(Fixed(number)) for number in (0.01, 0.3, 0.5, 0.9, 0.999)]
    assert values == sorted(values)


@pytest.mark.parametrize("name", CURVES)
def test_the_ends_of_the_generator_give_finite_values(name):
    draw = CURVES[name][0]
    for number in (0.0, 1.0 - 2.0**-53):
        assert math.isfinite(draw(Fixed(number, number)))
