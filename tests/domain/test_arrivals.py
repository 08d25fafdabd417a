"""Arrivals whose rate follows the local day and week."""

import itertools
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.domain.arrivals import ArrivalProcess, expected_arrivals, rate_at
from flexsim.domain.model import Arrivals, Spike
from flexsim.randomness import Randomness

MONDAY = datetime(2026, 1, 5, tzinfo=UTC).timestamp()
HOUR = 3600.0


def next_arrival(arrivals, moment, rng):
    return ArrivalProcess(arrivals, moment, rng).next()


def hours(*busy):
    return tuple(1.0 if hour in busy else 0.0 for hour in range(24))


def arrived(arrivals, start, end, seed=1):
    rng = Randomness(seed).generator("arrivals")
    moments, moment = [], next_arrival(arrivals, start, rng)
    while moment < end:
        moments.append(moment)
        moment = next_arrival(arrivals, moment, rng)
    return moments


def test_the_rate_is_the_product_of_profile_weekday_and_spikes():
    arrivals = Arrivals(
        rate_per_hour=3600.0,
        profile=(1.0,) * 9 + (0.5,) + (1.0,) * 14,
        weekday=(2.0, 1, 1, 1, 1, 1, 0),
        spikes=(Spike(start=9 * 3600 + 1800, duration=900, factor=3.0),),
    )
    assert rate_at(arrivals, MONDAY) == 2.0
    assert rate_at(arrivals, MONDAY + 9 * HOUR) == 1.0
    assert rate_at(arrivals, MONDAY + 9.5 * HOUR) == 3.0
    assert rate_at(arrivals, MONDAY + 9.75 * HOUR) == 1.0
    assert rate_at(arrivals, MONDAY - HOUR) == 0.0


@pytest.mark.parametrize("slots", [24, 48, 96])
def test_a_profile_cuts_the_day_in_equal_slots(slots):
    arrivals = Arrivals(rate_per_hour=3600.0, profile=tuple(float(slot) for slot in range(slots)))
    for slot in range(slots):
        assert rate_at(arrivals, MONDAY + slot * 24 * HOUR / slots) == slot
        assert rate_at(arrivals, MONDAY + (slot + 1) * 24 * HOUR / slots - 1) == slot


def test_the_profile_is_in_local_time_and_follows_the_change_to_summer():
    arrivals = Arrivals(rate_per_hour=3600.0, profile=hours(9), timezone="Europe/Berlin")
    for day, utc_hour in ((datetime(2026, 3, 28, tzinfo=UTC), 8), (datetime(2026, 3, 29, tzinfo=UTC), 7)):
        busy = [hour for hour in range(24) if rate_at(arrivals, day.timestamp() + hour * HOUR) > 0]
        assert busy == [utc_hour]


def test_a_spike_may_last_over_midnight():
    arrivals = Arrivals(rate_per_hour=3600.0, spikes=(Spike(start=86_400 - 600, duration=1200, factor=5.0),))
    assert [rate_at(arrivals, MONDAY + second) for second in (-601, -600, 599, 600)] == [1.0, 5.0, 5.0, 1.0]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_as_many_come_as_the_rate_over_the_day_says(seed):
    arrivals = Arrivals(
        rate_per_hour=100.0,
        profile=tuple(0.2 + hour / 10 for hour in range(24)),
        spikes=(Spike(start=36_000, duration=1200, factor=4.0),),
        timezone="America/New_York",
    )
    expected = sum(rate_at(arrivals, MONDAY + second) for second in range(0, 86_400, 60)) * 60
    assert len(arrived(arrivals, MONDAY, MONDAY + 86_400, seed)) == pytest.approx(expected, abs=5 * math.sqrt(expected))


def test_gaps_at_a_constant_rate_are_exponential():
    moments = arrived(Arrivals(rate_per_hour=360.0), MONDAY, MONDAY + 40 * HOUR)
    gaps = [after - before for before, after in itertools.pairwise(moments)]
    longer = sum(gap > 10.0 for gap in gaps) / len(gaps)
    assert longer == pytest.approx(math.exp(-1), abs=5 * math.sqrt(0.25 / len(gaps)))


def test_nobody_comes_while_the_rate_is_0():
    arrivals = Arrivals(rate_per_hour=1000.0, profile=hours(8, 9), weekday=(1, 1, 1, 1, 1, 0, 0))
    moments = arrived(arrivals, MONDAY, MONDAY + 14 * 86_400)
    assert moments
    assert all(rate_at(arrivals, moment) > 0 for moment in moments)


def test_where_nobody_ever_comes_the_next_arrival_is_never():
    assert (
        next_arrival(Arrivals(rate_per_hour=1.0, weekday=(0.0,) * 7), MONDAY, Randomness(1).generator("x")) == math.inf
    )


@given(offset=st.floats(0, 1e9), start=st.integers(0, 1439), seed=st.integers(0, 100))
def test_every_arrival_is_later_than_the_one_before(offset, start, seed):
    arrivals = Arrivals(
        rate_per_hour=1e5, spikes=(Spike(start=start * 60, duration=60, factor=2.0),), timezone="Asia/Kathmandu"
    )
    rng = Randomness(seed).generator("x")
    moment = offset
    for _ in range(5):
        following = next_arrival(arrivals, moment, rng)
        assert following > moment
        moment = following


def test_a_spike_begins_and_ends_to_the_minute():
    lull = Spike(start=10 * 3600 + 300, duration=420, factor=0.0)
    moments = arrived(Arrivals(rate_per_hour=7200.0, spikes=(lull,)), MONDAY + 10 * HOUR, MONDAY + 10.5 * HOUR)
    seconds = [moment - MONDAY - 10 * HOUR for moment in moments]
    assert not [second for second in seconds if 300 <= second < 720]
    for start in (240, 720):  # 120 are expected in each minute beside it
        assert 60 < sum(start <= second < start + 60 for second in seconds) < 180


def test_as_many_are_expected_as_the_rate_adds_up_to():
    arrivals = Arrivals(
        rate_per_hour=3600.0,
        profile=tuple(hour / 10 for hour in range(24)),
        spikes=(Spike(start=36_100, duration=1200, factor=4.0),),
        timezone="America/New_York",
    )
    by_second = sum(rate_at(arrivals, MONDAY + second) for second in range(50_000, 55_000))
    assert expected_arrivals(arrivals, MONDAY + 50_000, MONDAY + 55_000) == pytest.approx(by_second)
    assert expected_arrivals(arrivals, MONDAY, MONDAY) == 0.0


def test_one_after_the_other_they_are_what_each_alone_would_be():
    arrivals = Arrivals(rate_per_hour=40.0, spikes=(Spike(start=9 * 3600, duration=600, factor=5.0),))
    process = ArrivalProcess(arrivals, MONDAY, Randomness(2).generator("x"))
    rng, moment = Randomness(2).generator("x"), MONDAY
    for _ in range(500):
        moment = next_arrival(arrivals, moment, rng)
        assert process.next() == pytest.approx(moment, abs=1e-5)


def test_a_rate_too_low_for_anybody_in_ten_years_is_none():
    assert next_arrival(Arrivals(rate_per_hour=1e-12), MONDAY, Randomness(1).generator("x")) == math.inf
