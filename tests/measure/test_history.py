"""Any window of a history is what adding up its seconds one by one gives."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.measure.history import COUNT, DAY, HOUR, KEPT, LEAST, MINUTE, MOST, NEVER, TOTAL, Series, Window, window

NOON = 1_767_614_400  # 2026-01-05T12:00:00Z
KINDS = (COUNT, TOTAL, LEAST, MOST)


def record(series, second, value):
    row = series.open(second)
    row[0] += 1
    row[1] += value
    row[2] = min(row[2], value)
    row[3] = max(row[3], value)


def recount(records, span):
    values = [value for second, value in records if span.first <= second <= span.last]
    return [len(values), sum(values), min(values, default=NEVER), max(values, default=0)]


def test_within_the_last_hour_a_window_is_exact_to_the_second():
    assert window(NOON + 0.7, NOON - 900.2, NOON + 0.7) == Window(first=NOON - 901, last=NOON, until=NOON + 0.7)
    assert window(NOON + 0.7, NOON - HOUR, NOON - 61.0).first == NOON - HOUR


def test_beyond_an_hour_edges_are_widened_to_the_minute():
    span = window(NOON + 30, NOON - 2 * HOUR + 10, NOON - 2 * HOUR + 70)
    assert (span.first, span.last) == (NOON - 2 * HOUR, NOON - 2 * HOUR + 119)
    assert span.until == span.last + 1


def test_beyond_two_days_edges_are_widened_to_the_hour():
    span = window(NOON, NOON - 3 * DAY + 10, NOON - 3 * DAY + 70)
    assert (span.first, span.last) == (NOON - 3 * DAY, NOON - 3 * DAY + HOUR - 1)


def test_a_window_never_reaches_beyond_thirty_days_nor_into_the_future():
    span = window(NOON, NOON - 400 * DAY, NOON + DAY)
    assert (span.first, span.last, span.until) == (NOON - KEPT, NOON, NOON)


@pytest.mark.parametrize("rhythm", [(1, 1), (1, 90), (30, 4000), (1, 30_000), (3000, 400_000)], ids=str)
def test_windows_over_any_stretch_of_time_are_what_a_recount_gives(rhythm):
    rng = random.Random(str(rhythm))
    series, records, second = Series(KINDS), [], NOON
    for step in range(4000):
        if rng.random() < 0.7:
            second += rng.randint(*rhythm)
        value = rng.randint(0, 10_000)
        record(series, second, value)
        records.append((second, value))
        if step % 50 == 0:
            now = second + rng.choice([0.0, 0.5, 100.0, 7000.0])
            edges = sorted(now - rng.choice([0, 10, 1000, 5000, 10**5, 10**6, 3 * 10**6]) * rng.random() for _ in "ab")
            span = window(now, *edges)
            assert series.within(span) == recount(records, span)


def test_memory_is_bounded_however_long_it_goes_on():
    series = Series(KINDS)
    for minute in range(100 * DAY // MINUTE):
        record(series, NOON + minute * MINUTE, 1)
    fine, middle, coarse = (len(cells.starts) for cells in series._cells)
    assert fine <= 2 * HOUR
    assert middle <= 4 * DAY // MINUTE + 2 * 60
    assert coarse <= 60 * 24 + 100


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=200), st.data())
def test_what_is_loaded_is_what_was_dumped(pauses, data):
    series, again, second = Series(KINDS), Series(KINDS), NOON
    for pause in pauses:
        second += pause
        record(series, second, pause)
    again.load(json.loads(json.dumps(series.dump())))
    for each in (series, again):
        record(each, second + 1, 5)
    start = data.draw(st.integers(NOON - 10, second))
    span = window(second + 1, start, data.draw(st.integers(start, second + 1)))
    assert again.within(span) == series.within(span)
