"""Erlang A against a printed table, whole fractions, sixty digits, and the limits where it becomes another formula."""

import itertools
import math
from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flexsim.errors import ConfigurationError
from flexsim.staffing.demand import Demand
from flexsim.staffing.erlang_a import ErlangA
from flexsim.staffing.erlang_b import ErlangB
from flexsim.staffing.erlang_c import ErlangC


def erlang_a(agents, load, patience):
    return ErlangA(Demand(rate=load, service=1.0, patience=patience), agents)


def test_the_call_centre_of_garnett_mandelbaum_and_reiman():
    """ "Designing a call center with impatient customers" (2002), table 1: 50 agents, 48 calls a minute, patience 2 minutes."""
    model = ErlangA(Demand(rate=48 / 60, service=60.0, patience=120.0), 50)
    assert round(100 * model.abandonment, 1) == 3.1
    assert round(model.mean_wait, 1) == 3.7
    assert round(model.queue_length) == 3
    assert round(model.occupancy, 2) == 0.93
    # the 90th percentile of the wait, whether served or not
    assert model.wait_exceeds(12.5) * math.exp(-12.5 / 120) == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize("agents", [1, 3, 12])
@pytest.mark.parametrize("usage", ["1/4", "1", "3/2"])
@pytest.mark.parametrize("patience", ["1/5", "1", "4"])
def test_it_is_what_the_chain_says(chain, agents, usage, patience):
    exact = chain(agents, Fraction(usage) * agents, leaving=1 / Fraction(patience), enough=150)
    model = erlang_a(agents, float(exact.load), float(1 / exact.leaving))
    assert model.wait_probability == pytest.approx(float(exact.all_busy), rel=1e-12)
    assert model.queue_length == pytest.approx(float(exact.waiting), rel=1e-12)
    assert model.abandonment == pytest.approx(float(exact.waiting * exact.leaving / exact.load), rel=1e-12)
    assert model.occupancy == pytest.approx(float(exact.busy / agents), rel=1e-12)
    assert model.asa == pytest.approx(float(mean_wait_of_the_served(exact)), rel=1e-12)


def mean_wait_of_the_served(exact):
    """From the states: with k ahead of it, a customer moves up, or is served, at the rates c + j leaving, j = k .. 0."""
    c, leaving = exact.agents, exact.leaving
    total = served = spent = 0
    for ahead, share in enumerate(exact.shares[c:-1]):
        spent += 1 / (c + (ahead + 1) * leaving)
        stays = c / (c + (ahead + 1) * leaving)
        total += share * stays * spent
        served += share * stays
    return total / (sum(exact.shares[:c]) + served)


class Reference:
    """The closed forms by Kummer's function (Palm's), in sixty digits; mean service is 1."""

    def __init__(self, agents, load, patience, seconds):
        c, rate, leaving = mpmath.mpf(agents), mpmath.mpf(load), 1 / mpmath.mpf(patience)
        lost = mpmath.mpf(1)
        for number in range(1, agents + 1):
            lost = rate * lost / (number + rate * lost)
        x, y = c / leaving, rate / leaving

        def series(z):
            return mpmath.hyp1f1(1, x + 1, z, maxterms=10**6)

        share = lost / (1 + (series(y) - 1) * lost)  # of exactly all agents busy and nobody waiting

        def density(wait):
            return c * share * mpmath.e ** (y * (1 - mpmath.e ** (-leaving * wait)) - c * wait)

        def exceeds(wait):
            return density(wait) / c * series(y * mpmath.e ** (-leaving * wait))

        t = mpmath.mpf(seconds)
        self.wait_probability = exceeds(0)
        self.abandonment = exceeds(0) * (1 / (rate / c * series(y)) + 1 - c / rate)
        self.wait_exceeds = exceeds(t)
        self.served_within = 1 - exceeds(0) + (c * (exceeds(0) - exceeds(t)) + density(t) - density(0)) / rate
        self.abandoned_after = mpmath.e ** (-leaving * t) * exceeds(t) - (c * exceeds(t) - density(t)) / rate
        self.service_level = self.served_within / (1 - self.abandonment + self.abandoned_after)


@pytest.mark.parametrize("agents", [1, 7, 60, 1000, 10_000])
def test_it_is_as_exact_as_sixty_digits_are(agents):
    worst = 0.0
    patiences = (0.01, 0.4, 8.0) if agents < 10_000 else (0.4,)  # the reference sums ten thousands of terms
    for usage, patience, seconds in itertools.product((0.2, 0.9, 1.0, 1.05, 1.3), patiences, (0.0, 0.02, 1.5)):
        model = erlang_a(agents, usage * agents, patience)
        with mpmath.workdps(60):
            exact = Reference(agents, usage * agents, patience, seconds)
            for name in (
                "wait_probability",
                "abandonment",
                "wait_exceeds",
                "served_within",
                "abandoned_after",
                "service_level",
            ):
                value, true = getattr(model, name), getattr(exact, name)
                if true > 1e-30:  # below, sixty digits cancel
                    worst = max(worst, float(abs((value(seconds) if callable(value) else value) / true - 1)))
    assert worst < 1e-11


@pytest.mark.parametrize(("agents", "usage"), [(1, 0.5), (8, 0.8), (300, 0.97)])
@pytest.mark.parametrize("seconds", [0.0, 0.1, 2.0])
def test_endless_patience_is_erlang_c(agents, usage, seconds):
    model, limit = erlang_a(agents, usage * agents, 1e12), ErlangC(Demand(rate=usage * agents, service=1.0), agents)
    assert model.wait_probability == pytest.approx(limit.wait_probability, rel=1e-8)
    assert model.asa == pytest.approx(limit.asa, rel=1e-8)
    assert model.mean_wait == pytest.approx(limit.mean_wait, rel=1e-8)
    assert model.wait_exceeds(seconds) == pytest.approx(limit.wait_exceeds(seconds), rel=1e-8)
    assert model.service_level(seconds) == pytest.approx(limit.service_level(seconds), rel=1e-8)
    assert model.abandonment < 1e-8


@pytest.mark.parametrize(("agents", "usage"), [(1, 0.5), (8, 1.2), (300, 0.97)])
def test_no_patience_at_all_is_erlang_b(agents, usage):
    model, limit = erlang_a(agents, usage * agents, 1e-9), ErlangB(Demand(rate=usage * agents, service=1.0), agents)
    assert model.abandonment == pytest.approx(limit.blocking, rel=1e-6)
    assert model.occupancy == pytest.approx(limit.occupancy, rel=1e-6)


@pytest.mark.parametrize("agents", [5, 400])
def test_patience_as_long_as_service_is_a_queue_with_agents_without_end(agents):
    """M/M/c+M with equal rates has the states of M/M/infinity: Poisson, with the load as its mean."""
    model = erlang_a(agents, float(agents), 1.0)
    with mpmath.workdps(30):
        below = mpmath.gammainc(agents, agents, regularized=True)  # fewer than that many of a Poisson number
    assert model.wait_probability == pytest.approx(float(1 - below), rel=1e-12)


@pytest.mark.parametrize("patience", [1e-6, 1.0, 1e3, 1e6, 1e9])
@pytest.mark.parametrize("load", [1e-6, 1.0, 9_999.0, 10_000.0, 12_000.0, 1e6])
def test_nothing_overflows_and_shares_are_shares(load, patience):
    model = erlang_a(10_000, load, patience)
    shares = [
        model.wait_probability,
        model.abandonment,
        model.occupancy,
        model.service_level(0.1),
        model.served_within(0.1),
    ]
    assert all(0.0 <= share <= 1.0 + 1e-9 for share in shares), shares
    assert 0.0 <= model.asa < math.inf


def test_everybody_is_served_or_gives_up():
    for usage, patience in itertools.product((0.5, 1.0, 1.7), (0.1, 3.0)):
        model = erlang_a(20, usage * 20, patience)
        assert model.served + model.abandonment == pytest.approx(1.0, rel=1e-12)
        assert model.served_within(1e6) == pytest.approx(model.served, rel=1e-12)
        assert model.abandoned_after(0.0) == pytest.approx(model.abandonment, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    agents=st.integers(1, 200), usage=st.floats(0.05, 3.0), patience=st.floats(0.01, 100.0), seconds=st.floats(0.0, 3.0)
)
def test_one_agent_more_never_makes_it_worse(agents, usage, patience, seconds):
    fewer, more = (erlang_a(number, usage * agents, patience) for number in (agents, agents + 1))
    slack = 1e-11
    assert more.wait_probability <= fewer.wait_probability * (1 + slack)
    assert more.abandonment <= fewer.abandonment * (1 + slack)
    assert more.asa <= fewer.asa * (1 + slack)
    assert more.occupancy <= fewer.occupancy * (1 + slack)
    assert more.served_within(seconds) >= fewer.served_within(seconds) * (1 - slack)
    assert more.service_level(seconds) >= fewer.service_level(seconds) * (1 - slack)


@settings(max_examples=60, deadline=None)
@given(agents=st.integers(1, 200), usage=st.floats(0.05, 3.0), patience=st.floats(0.01, 100.0))
def test_longer_patience_means_longer_waits_and_fewer_who_give_up(agents, usage, patience):
    assume(usage * agents > 0)
    hasty, calm = erlang_a(agents, usage * agents, patience), erlang_a(agents, usage * agents, 1.5 * patience)
    assert calm.abandonment <= hasty.abandonment * (1 + 1e-11)
    assert calm.mean_wait >= hasty.mean_wait * (1 - 1e-11)
    assert calm.wait_probability >= hasty.wait_probability * (1 - 1e-11)


def test_without_calls_nobody_waits():
    model = erlang_a(3, 0.0, 5.0)
    assert (model.wait_probability, model.abandonment, model.asa, model.service_level(0.0)) == (0.0, 0.0, 0.0, 1.0)


def test_a_demand_without_patience_is_refused():
    with pytest.raises(ConfigurationError, match="patience"):
        ErlangA(Demand(rate=1.0, service=1.0), 2)
