"""From intervals to agents and heads."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.errors import ConfigurationError
from flexsim.staffing.requirements import Interval, heads, require, totals
from flexsim.staffing.sizing import Goals

GOALS = Goals(service_level=0.8)


def interval(calls, *, start="09:00", seconds=1800.0, service=240.0):
    return Interval(start=start, seconds=seconds, calls=calls, service=service)


def test_each_interval_is_planned_as_if_it_had_always_been_so():
    (quiet, busy) = require([interval(10.0), interval(60.0)], GOALS)
    assert (quiet.agents, busy.agents) == (3, 11)  # 20 and 120 calls an hour
    assert busy.model.service_level(20.0) >= 0.8


def test_customers_who_give_up_need_fewer():
    assert require([interval(60.0)], GOALS, patience=90.0)[0].agents < require([interval(60.0)], GOALS)[0].agents


def test_where_nobody_comes_nobody_is_paid():
    (closed,) = require([interval(0.0)], GOALS, shrinkage=0.3)
    assert (closed.agents, closed.heads, closed.model, closed.paid_hours) == (0, 0, None, 0.0)


def test_shrinkage_is_reckoned_in_exact_decimals():
    assert heads(7, 0.3) == 10
    assert heads(7, 0.0) == 7
    assert heads(1, 0.9) == 10
    assert heads(8, 0.3) == 12


@given(agents=st.integers(1, 10_000), per_cent=st.integers(0, 99))
def test_heads_are_the_fewest_of_whom_enough_are_there(agents, per_cent):
    there = 1 - Fraction(per_cent, 100)
    found = heads(agents, per_cent / 100)
    assert found * there >= agents > (found - 1) * there


@pytest.mark.parametrize("shrinkage", [-0.1, 1.0, 30.0])
def test_a_shrinkage_that_cannot_be_is_refused(shrinkage):
    with pytest.raises(ConfigurationError, match=f"{shrinkage:g}"):
        heads(3, shrinkage)


def test_totals_weigh_shares_with_calls_and_occupancy_with_time():
    day = [interval(10.0), interval(60.0), interval(0.0)]
    found = require(day, GOALS, patience=120.0, shrinkage=0.25)
    total = totals(found, GOALS)
    quiet, busy = (each.model for each in found[:2])
    assert total.calls == 70.0
    assert total.agent_hours == (found[0].agents + found[1].agents) / 2
    assert total.paid_hours == (found[0].heads + found[1].heads) / 2
    assert (total.most_agents, total.most_heads) == (found[1].agents, found[1].heads)
    assert total.service_level == pytest.approx((10 * quiet.service_level(20) + 60 * busy.service_level(20)) / 70)
    assert total.abandonment == pytest.approx((10 * quiet.abandonment + 60 * busy.abandonment) / 70)
    # agents' busy time is the load that is served
    served = (10 * (1 - quiet.abandonment) + 60 * (1 - busy.abandonment)) * 240.0
    assert total.occupancy == pytest.approx(served / (total.agent_hours * 3600))


def test_a_day_without_calls_has_no_shares():
    total = totals(require([interval(0.0)], GOALS), GOALS)
    assert (total.calls, total.service_level, total.asa, total.occupancy, total.most_agents) == (
        0.0,
        None,
        None,
        None,
        0,
    )
    assert totals([], GOALS).most_heads == 0
