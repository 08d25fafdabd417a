"""Erlang B against printed tables, whole fractions and fifty digits."""

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.staffing.demand import Demand
from flexsim.staffing.erlang_b import ErlangB, blocking

# Loads that so many lines carry at this blocking: the classic table of traffic engineering, as printed in R. L. Freeman,
# "Telecommunication System Engineering", and elsewhere, to its three or four digits.
TABLE = [
    (0.01, 5, 1.36),
    (0.01, 10, 4.46),
    (0.01, 20, 12.0),
    (0.01, 50, 37.9),
    (0.01, 100, 84.1),
    (0.02, 5, 1.66),
    (0.02, 10, 5.08),
    (0.02, 20, 13.2),
    (0.02, 50, 40.3),
    (0.02, 100, 88.0),
    (0.05, 10, 6.22),
]


@pytest.mark.parametrize(("share", "lines", "load"), TABLE)
def test_the_printed_table_is_met(share, lines, load):
    digit = 0.005 if load < 10 else 0.05
    assert blocking(lines, load - digit) < share < blocking(lines, load + digit)


@pytest.mark.parametrize("agents", [1, 2, 7, 40])
@pytest.mark.parametrize("load", ["1/10", "3", "45", "900"])
def test_it_is_the_last_share_of_the_chain(chain, agents, load):
    exact = chain(agents, load, room=agents)
    model = ErlangB(Demand(rate=float(exact.load), service=1.0), agents)
    assert model.blocking == pytest.approx(float(exact.full), rel=1e-13)
    assert model.occupancy == pytest.approx(float(exact.busy / agents), rel=1e-13)


@pytest.mark.parametrize(
    ("agents", "load"), [(10_000, 10_000.0), (10_000, 9_500.0), (9_000, 10_000.0), (100_000, 99_000.0)]
)
def test_ten_thousand_agents_are_as_exact_as_ten(agents, load):
    with mpmath.workdps(50):
        # 1/B is the integral of exp(-x) (1 + x/a)^c: the upper incomplete gamma function (Jagerman 1974)
        a = mpmath.mpf(load)
        exact = a**agents * mpmath.e**-a / mpmath.gammainc(agents + 1, a)
        assert abs(blocking(agents, load) / exact - 1) < 1e-12


def test_what_is_smaller_than_any_number_is_0():
    assert blocking(10_000, 1.0) == 0.0
    assert blocking(1, 1e300) == 1.0


def test_without_a_load_nobody_is_turned_away():
    model = ErlangB(Demand(rate=0.0, service=1.0), 3)
    assert (model.blocking, model.occupancy) == (0.0, 0.0)


def test_nobody_waits():
    model = ErlangB(Demand(rate=9.0, service=1.0), 3)
    assert (model.wait_probability, model.asa, model.queue_length, model.wait_exceeds(0.0)) == (0.0, 0.0, 0.0, 0.0)
    assert model.served_within(0.0) == model.service_level(0.0) == 1.0


@given(agents=st.integers(1, 300), load=st.floats(0.01, 500.0))
def test_one_agent_more_turns_fewer_away_and_more_load_turns_more_away(agents, load):
    assert blocking(agents + 1, load) < blocking(agents, load) or blocking(agents, load) < 1e-300
    assert blocking(agents, load * 1.01) > blocking(agents, load) or blocking(agents, load) < 1e-300
