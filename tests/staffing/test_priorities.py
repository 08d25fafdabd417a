"""Cobham's means against the textbook and the laws that hold whatever the order."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.errors import ConfigurationError
from flexsim.staffing.demand import Demand
from flexsim.staffing.erlang_c import ErlangC
from flexsim.staffing.priorities import mean_waits


def test_the_county_hospital_of_the_textbook_with_two_doctors():
    """Hillier and Lieberman's emergency room, nonpreemptive: 0.2, 0.6 and 1.2 an hour, service 20 minutes; waits in hours."""
    assert [round(wait, 3) for wait in mean_waits(2, 1 / 3, [0.2, 0.6, 1.2])] == [0.029, 0.033, 0.048]


def test_one_server_is_cobhams_first_formula():
    """W0 / ((1 - u1)(1 - u1 - u2)) with W0 the mean rest of the service under way, u E[S^2] / (2 E[S])."""
    rates, service = [0.3, 0.4], 1.0
    rest = sum(rates) * 2.0 * service**2 / 2.0
    assert mean_waits(1, service, rates) == pytest.approx([rest / 0.7, rest / (0.7 * 0.3)])


@given(
    agents=st.integers(1, 50),
    usages=st.lists(st.floats(0.01, 0.2), min_size=1, max_size=4),
    service=st.floats(0.1, 500.0),
)
def test_the_order_does_not_change_the_mean_over_all(agents, usages, service):
    """Kleinrock's conservation law (Volume 2, equation 3.16): with equal services the mean over all is that of one class."""
    rates = [usage * agents / service for usage in usages]
    waits = mean_waits(agents, service, rates)
    total = sum(rates)
    alone = ErlangC(Demand(rate=total, service=service), agents).mean_wait
    assert sum(rate * wait for rate, wait in zip(rates, waits, strict=True)) / total == pytest.approx(alone, rel=1e-9)
    assert waits == sorted(waits)


def test_who_does_not_fit_waits_for_ever_and_who_goes_first_does_not():
    first, second, third = mean_waits(1, 1.0, [0.5, 0.5, 0.1])
    assert first == pytest.approx(1.0 / 0.5)  # a server that is always busy
    assert (second, third) == (math.inf, math.inf)


@pytest.mark.parametrize(("service", "rates"), [(0.0, [1.0]), (1.0, [1.0, 0.0])])
def test_a_class_without_customers_or_service_is_refused(service, rates):
    with pytest.raises(ConfigurationError, match="above 0"):
        mean_waits(1, service, rates)
