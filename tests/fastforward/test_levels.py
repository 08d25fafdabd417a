"""Service levels by interval of arrival and first queue."""

import math
import random

import pytest

from flexsim.fastforward.groups import Period
from flexsim.fastforward.levels import Levels, estimate
from flexsim.taskrouter import events as ev

HOURS = Period(start=1000.0, length=3600.0, count=2)


def happened(*told):
    """Events about tasks, as (time, kind, task, extra)."""
    return [(time, kind, task, None, None, extra) for time, kind, task, extra in told]


@pytest.fixture
def levels():
    return Levels({0: "Sales", 1: "Overflow"}, HOURS, 20.0)


def come(levels, *arrivals, queue=0):
    for task, time in arrivals:
        levels.hear(happened((time, ev.TASK_CREATED, task, 0), (time, ev.TASK_QUEUE_ENTERED, task, queue)))


def test_a_contact_counts_in_the_interval_and_the_queue_of_its_arrival(levels):
    come(levels, (1, 1010.0), (2, 4500.0))
    levels.hear(happened((4590.0, ev.RESERVATION_ACCEPTED, 1, None), (4605.0, ev.TASK_QUEUE_ENTERED, 2, 1)))
    levels.hear(happened((4610.0, ev.RESERVATION_ACCEPTED, 2, None), (4620.0, ev.RESERVATION_ACCEPTED, 2, None)))
    assert levels.counts(9000.0) == {(0, "Sales"): (0, 2)}
    come(levels, (3, 4700.0))
    levels.hear(happened((4720.0, ev.RESERVATION_ACCEPTED, 3, None)))
    assert levels.counts(9000.0) == {(0, "Sales"): (0, 2), (1, "Sales"): (1, 1)}


def test_who_gives_up_within_the_threshold_is_left_out_and_later_is_missed(levels):
    come(levels, (1, 1010.0), (2, 1010.0))
    levels.hear(happened((1030.0, ev.TASK_CANCELED, 1, "abandoned"), (1030.5, ev.TASK_CANCELED, 2, "abandoned")))
    assert levels.counts(2000.0) == {(0, "Sales"): (0, 1)}


def test_who_still_waits_at_the_end_is_missed_once_the_threshold_is_over(levels):
    come(levels, (1, 1010.0), (2, 1990.0))
    assert levels.counts(2000.0) == {(0, "Sales"): (0, 1)}
    assert levels.counts(2000.0) == {(0, "Sales"): (0, 1)}


def test_who_comes_before_or_after_the_period_counts_for_nothing(levels):
    come(levels, (1, 999.0), (2, HOURS.end))
    levels.hear(happened((1000.0, ev.RESERVATION_ACCEPTED, 1, None), (HOURS.end, ev.RESERVATION_ACCEPTED, 2, None)))
    assert levels.counts(HOURS.end + 100) == {}


def test_where_nobody_comes_there_is_nothing_to_miss():
    assert estimate([(0, 0), (0, 0)], 0.95).share == 1.0


def test_one_replication_tells_nothing_of_its_error():
    assert math.isinf(estimate([(8, 10)], 0.95).half_width)


def test_a_level_without_a_miss_is_not_certain():
    """The rule of three: of 60 contacts none missed, so it may well be one in twenty."""
    level = estimate([(20, 20)] * 3, 0.95)
    assert (level.share, level.half_width) == (1.0, pytest.approx(0.05))


def test_the_interval_covers_the_truth_as_often_as_it_says():
    """Batches of different sizes, whose contacts are in time with probability 0.7."""
    rng, covered, trials = random.Random(5), 0, 400
    for _ in range(trials):
        sizes = [rng.randrange(20, 60) for _ in range(12)]
        level = estimate([(sum(rng.random() < 0.7 for _ in range(size)), size) for size in sizes], 0.9)
        covered += abs(level.share - 0.7) <= level.half_width
    assert 0.85 < covered / trials < 0.95
