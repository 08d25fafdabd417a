"""Where a company begins."""

import pytest

from flexsim.workforce.company.beginning import MIDDLING, beginning
from tests.workforce.making import week


@pytest.mark.parametrize(
    ("scenario", "figure", "value"),
    [
        ("The release slips by three weeks", "release_in", 9.0),
        ("An outage of 60 %", "incident", 0.6),
        ("Prices rise by 10 %", "price", 44.0),
        ("We cut prices by 10 %", "price", 36.0),
        ("Demand grows by 50 %", "customers", 2500),
        ("The budget is cut by 25 %", "budget", 300.0),
        ("Customers leave us", "value", 0.85),
        ("A competitor appears", "market", -0.15),
        ("The code is full of bugs", "backlog", 200.0),
        ("The team is tired", "morale", 0.5),
    ],
)
def test_a_scenario_is_where_the_company_begins(scenario, figure, value):
    assert getattr(beginning(scenario), figure) == pytest.approx(value)
    assert getattr(MIDDLING, figure) != pytest.approx(value)


def test_what_is_only_asked_changes_nothing():
    assert beginning("Should we raise prices by 10 % or cut costs?") == MIDDLING


def test_a_middling_company_holds_its_own_for_a_year():
    state = MIDDLING
    for _ in range(52):
        state, _ = week(state, seed=4)
    assert state.budget > 0
    assert 1000 < state.customers < 6000
    assert state.morale > 0.4
