"""Figures over time keep their sums whatever the width, and never more than a fixed number of steps."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.measure.series import WIDTHS, Flow, Level, steps, wider

MOMENTS = st.lists(st.floats(min_value=0, max_value=5_000_000), min_size=1, max_size=60)


def test_each_width_is_a_multiple_of_the_one_before():
    assert all(wide % narrow == 0 for narrow, wide in pairwise(WIDTHS))
    assert [wider(1), wider(7), wider(WIDTHS[-1])] == [5, 15, WIDTHS[-1]]


@given(MOMENTS)
def test_a_flow_loses_nothing_and_stays_small(moments):
    flow = Flow(2, limit=8)
    for number, moment in enumerate(moments):
        row = flow.row(moment)
        row[0] += 1
        row[1] = max(row[1], number)
    assert len(flow.rows) <= 8
    rows = flow.in_steps(flow.width)
    assert sum(row[0] for row in rows.values()) == len(moments)
    assert max(row[1] for row in rows.values()) == len(moments) - 1
    assert set(rows) == {int(moment // flow.width) * flow.width for moment in moments}


def test_a_flow_is_not_put_together_beyond_its_widest():
    flow = Flow(1, limit=2, width=60, widest=300)
    for minute in range(0, 100, 10):
        flow.row(minute * 60)
    assert (flow.width, len(flow.rows)) == (300, 10)


def test_steps_may_begin_at_an_offset():
    flow = Flow(2, limit=100, width=60)
    for minute in (0, 29, 30, 59, 60, 89):
        flow.row(minute * 60)[0] += 1
    assert {start: row[0] for start, row in flow.in_steps(3600, 1800).items()} == {-1800: 2, 1800: 4}
    with pytest.raises(AssertionError, match="do not make"):
        flow.in_steps(90)


def test_a_level_is_the_mean_and_the_most_of_each_step():
    level = Level(limit=100)
    level.change(0.0, 1)
    level.change(0.5, 2)
    level.change(1.25, -3)
    level.change(3.0, 1)
    level.settle(4.5)
    assert level.in_steps(1) == {
        0: (pytest.approx(0.5 + 1.5), 3), 1: (pytest.approx(0.75), 3), 3: (1.0, 1), 4: (0.5, 1),
    }  # fmt: skip
    assert level.in_steps(5) == {0: (pytest.approx(4.25), 3)}


@given(MOMENTS, st.integers(0, 10_000))
def test_a_level_keeps_its_area_whatever_its_width(moments, seed):
    rng = random.Random(seed)
    level, wide = Level(limit=8), Level(limit=10**9)
    wide.width = WIDTHS[-1]
    area, now, height, most = 0.0, min(moments), 0, 0
    for moment in sorted(moments):
        by = rng.choice([1, 1, 2, -1]) if height else 1
        area += height * (moment - now)
        now, height = moment, height + by
        most = max(most, height)
        level.change(moment, by)
        wide.change(moment, by)
    rows = level.in_steps(level.width)
    assert sum(row[0] for row in rows.values()) == pytest.approx(area)
    assert sum(wide.areas.values()) == pytest.approx(area)
    assert max(row[1] for row in rows.values()) == most
    assert len(level.areas) <= 9


def test_a_clock_that_goes_back_changes_no_past():
    level = Level(limit=10)
    level.change(10.0, 1)
    level.change(5.0, 1)
    level.settle(11.0)
    assert sum(level.areas.values()) == 2.0


def test_steps_cover_the_time():
    assert list(steps(100, 200, 60)) == [60, 120, 180]
    assert list(steps(120, 120, 60)) == [120]
    assert list(steps(3700, 7300, 3600, 1800)) == [1800, 5400]
