"""What is read in a scenario's text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.errors import ConfigurationError
from flexsim.workforce.scenario import LONGEST, THEMES, read_scenario


@pytest.mark.parametrize(
    ("text", "theme", "unit", "amount"),
    [
        ("The release slips by three weeks.", "slip", "weeks", 3),
        ("The release is delayed by 2 months", "slip", "weeks", 8),
        ("An outage hits half of the customers", "outage", None, None),
        ("We raise prices by 7.5 %", "price", "percent", 7.5),
        ("Demand grows by 40 percent", "growth", "percent", 40),
        ("We need to cut costs by 15%", "costs", "percent", 15),
        ("Customers are leaving us", "churn", None, None),
        ("A competitor enters the market", "competitor", None, None),
        ("The last version is full of bugs", "quality", None, None),
        ("The team is burned out", "morale", None, None),
        ("Callers are waiting in the queue for ages", "service", None, None),
        ("Should we hire five more agents?", "hiring", "people", 5),
    ],
)
def test_themes_and_their_numbers_are_read(text, theme, unit, amount):
    found = read_scenario(text).about(theme)
    assert found is not None
    if unit:
        assert found.amounts[unit] == amount


def test_what_is_asked_has_not_happened_and_what_is_told_has():
    found = read_scenario("The release slips by three weeks, and the board asks whether we should raise prices by 8 %.")
    assert found.about("slip").happened
    assert not found.about("price").happened
    assert found.about("price").clause == "the board asks whether we should raise prices by 8 %"


def test_each_clause_keeps_its_own_numbers():
    found = read_scenario("Prices fall by 5 %, demand grows by 30 %.")
    assert (found.about("price").amounts, found.about("price").down) == ({"percent": 5}, True)
    assert (found.about("growth").amounts, found.about("growth").down) == ({"percent": 30}, False)


def test_a_competitors_prices_are_not_ours():
    found = read_scenario("A competitor cuts its prices by 20 %. Should we follow, or hire five more agents?")
    assert not found.about("price").happened
    assert found.about("competitor").happened
    assert found.about("hiring").clause == "hire five more agents"


def test_a_text_about_nothing_known_is_a_scenario_without_themes():
    assert read_scenario("A quiet year.").themes == ()


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (LONGEST + 1)])
def test_nothing_to_read_or_too_much_is_refused(text):
    with pytest.raises(ConfigurationError, match="scenario"):
        read_scenario(text)


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=300).filter(str.strip))
def test_any_text_is_read_without_a_fault(text):
    found = read_scenario(text)
    assert len({each.name for each in found.themes}) == len(found.themes)
    assert {each.name for each in found.themes} <= set(THEMES)
