"""Integrals of log-concave functions of any width and height."""

import math
import sys

import pytest

from flexsim.staffing.quadrature import nodes


def integral(points, weigh=lambda _: 1.0):
    return math.fsum(weight * weigh(where) for where, weight in points)


@pytest.mark.parametrize("width", [1e-6, 1.0, 1e7])
@pytest.mark.parametrize("middle", [0.0, 5.0, 300.0])
def test_a_bell_has_the_area_that_it_should_have(width, middle):
    points = nodes(lambda x: -(((x / width - middle) / 1.0) ** 2) / 2, middle * width, -math.inf, math.inf, width)
    assert integral(points) == pytest.approx(width * math.sqrt(2 * math.pi), rel=1e-13)
    assert integral(points, lambda x: x * x) == pytest.approx(
        width * math.sqrt(2 * math.pi) * (1 + middle * middle) * width * width, rel=1e-13
    )


@pytest.mark.parametrize("rate", [1e-9, 1.0, 1e9])
def test_an_exponential_tail_is_exact_however_far_out(rate):
    for start in (0.0, 1.0, 40.0, 500.0):
        points = nodes(lambda x: -rate * x, 0.0, start / rate, math.inf, 1.0 / rate)
        assert integral(points) == pytest.approx(math.exp(-start) / rate, rel=1e-13)


def test_height_does_not_matter():
    points = nodes(lambda x: 1e9 - x, 0.0, 0.0, math.inf, 1.0)
    assert integral(points) == pytest.approx(1.0, rel=1e-6)  # a thousand million has seven digits behind the point


def test_a_piece_between_two_points_is_the_difference_of_two_tails():
    points = nodes(lambda x: -x, 0.0, 0.5, 2.0, 1.0)
    assert integral(points) == pytest.approx(math.exp(-0.5) - math.exp(-2.0), rel=1e-14)


@pytest.mark.parametrize("end", [0.0, -1.0])
def test_where_there_is_nothing_between_there_are_no_points(end):
    assert nodes(lambda x: -x, 0.0, 0.0, end, 1.0) == []


def test_the_smallest_interval_of_all_ends():
    smallest = sys.float_info.min * sys.float_info.epsilon
    assert 0.0 <= integral(nodes(lambda x: -x, 0.0, 0.0, smallest, 1.0)) <= 2 * smallest
