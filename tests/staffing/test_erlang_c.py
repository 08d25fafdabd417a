"""Erlang C against printed examples, whole fractions and its limits."""

import math
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.staffing.demand import Demand
from flexsim.staffing.erlang_b import blocking
from flexsim.staffing.erlang_c import ErlangC, delay_probability

HOUR = 3600.0


def test_the_county_hospital_of_the_textbook():
    """F. S. Hillier and G. J. Lieberman, "Introduction to Operations Research", chapter on queueing theory: 2 and 3 an hour."""
    demand = Demand(rate=2 / HOUR, service=HOUR / 3)
    one, two = ErlangC(demand, 1), ErlangC(demand, 2)
    assert [round(one.wait_probability, 3), round(two.wait_probability, 3)] == [0.667, 0.167]
    assert round(one.wait_exceeds(HOUR / 2), 3) == 0.404
    assert [round(one.wait_exceeds(HOUR), 3), round(two.wait_exceeds(HOUR), 3)] == [0.245, 0.003]
    assert [one.mean_wait / HOUR, two.mean_wait / HOUR] == pytest.approx([2 / 3, 1 / 24])
    assert [one.queue_length, two.queue_length] == pytest.approx([4 / 3, 1 / 12])


def test_the_call_centre_of_garnett_mandelbaum_and_reiman():
    """ "Designing a call center with impatient customers" (2002), table 1: 50 agents, 48 calls a minute of a minute each."""
    model = ErlangC(Demand(rate=48 / 60, service=60.0), 50)
    assert round(model.mean_wait, 1) == 20.8
    assert round(model.queue_length) == 17
    assert round(model.occupancy, 2) == 0.96
    assert model.wait_exceeds(58.1) == pytest.approx(0.1, abs=5e-4)  # the 90th percentile


@pytest.mark.parametrize("agents", [1, 2, 5, 30])
@pytest.mark.parametrize("usage", ["1/10", "1/2", "9/10", "99/100"])
def test_it_is_what_the_fractions_say(agents, usage):
    load = Fraction(usage) * agents
    term = last = Fraction(1)
    for number in range(1, agents):
        last *= load / number
        term += last
    last *= load / agents
    exact = last / (1 - Fraction(usage)) / (term + last / (1 - Fraction(usage)))
    model = ErlangC(Demand(rate=float(load), service=1.0), agents)
    assert model.wait_probability == pytest.approx(float(exact), rel=1e-12)
    assert model.mean_wait == pytest.approx(float(exact / (agents - load)), rel=1e-12)


@pytest.mark.parametrize(("agents", "load"), [(10_000, 9_999.0), (10_000, 9_999.999), (10_000, 9_000.0), (500, 499.9)])
def test_a_large_centre_close_to_its_limit_is_exact(agents, load):
    with mpmath.workdps(50):
        a = mpmath.mpf(load)
        lost = a**agents * mpmath.e**-a / mpmath.gammainc(agents + 1, a)
        exact = lost / (1 - a / agents * (1 - lost))
        assert abs(delay_probability(agents, load) / exact - 1) < 1e-11


@pytest.mark.parametrize("load", [3.0, 3.1, 1e6])
def test_a_load_of_as_many_erlangs_as_agents_waits_for_ever(load):
    model = ErlangC(Demand(rate=load, service=1.0), 3)
    assert (model.wait_probability, model.mean_wait, model.queue_length, model.occupancy) == (
        1.0,
        math.inf,
        math.inf,
        1.0,
    )
    assert model.wait_exceeds(1e9) == 1.0
    assert model.service_level(1e9) == 0.0


def test_without_calls_nobody_waits():
    model = ErlangC(Demand(rate=0.0, service=1.0), 3)
    assert (model.wait_probability, model.asa, model.served_within(0.0)) == (0.0, 0.0, 1.0)


@given(agents=st.integers(1, 400), usage=st.floats(0.01, 0.999), seconds=st.floats(0.0, 5.0))
def test_one_agent_more_never_makes_it_worse(agents, usage, seconds):
    demand = Demand(rate=usage * agents, service=1.0)
    fewer, more = ErlangC(demand, agents), ErlangC(demand, agents + 1)
    assert more.wait_probability <= fewer.wait_probability
    assert more.mean_wait <= fewer.mean_wait
    assert more.wait_exceeds(seconds) <= fewer.wait_exceeds(seconds)
    assert more.service_level(seconds) >= fewer.service_level(seconds) - 1e-15


@given(agents=st.integers(1, 400), usage=st.floats(0.01, 0.999), seconds=st.floats(0.0, 50.0))
def test_shares_are_shares_and_add_up(agents, usage, seconds):
    model = ErlangC(Demand(rate=usage * agents, service=1.0), agents)
    assert 0.0 <= model.wait_exceeds(seconds) <= model.wait_probability <= 1.0
    assert model.served_within(seconds) + model.wait_exceeds(seconds) == pytest.approx(1.0)
    assert model.wait_probability >= blocking(agents, usage * agents)
