"""Numbers that were said in French are read back."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.voice.dialogue.french_numbers import amounts, dates, numerals, say_amount, say_date, say_month


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
@settings(max_examples=50, deadline=None)
def test_a_date_that_is_said_is_read_back(day):
    assert dates(numerals(f"x {say_date(day.isoformat())}.".lower())) == (day.isoformat(),)


@given(st.integers(0, 10**7).map(lambda cents: cents / 100))
@settings(max_examples=50, deadline=None)
def test_an_amount_that_is_said_is_read_back(amount):
    assert amounts(numerals(f"x {say_amount(amount, 'dollars')}.".lower())) == (amount,)


def test_a_month_is_said_without_its_day():
    assert say_month("1984-03-12") == "mars 1984"


@pytest.mark.parametrize(
    ("text", "figures"),
    [("quatre quatre un deux", "4 4 1 2"), ("un compte neuf", "un compte neuf"), ("deux, trois", "2, 3")],
)
def test_words_for_figures_become_figures(text, figures):
    assert numerals(text) == figures


@pytest.mark.parametrize("text", ["12 mars 1984", "12/3/1984", "1984-03-12"])
def test_dates_are_read_in_the_forms_that_people_use(text):
    assert dates(numerals(text)) == ("1984-03-12",)


@pytest.mark.parametrize("text", ["30 février 1990", "12 mars", "en mars 1984", "4 4 1 2"])
def test_what_is_no_whole_date_is_none(text):
    assert dates(numerals(text)) == ()


@pytest.mark.parametrize(
    ("text", "amount"), [("2 341,50 dollars", 2341.5), ("50 euros", 50), ("1 dollar et 5 cents", 1.05)]
)
def test_amounts_are_read_in_the_forms_that_people_use(text, amount):
    assert amounts(numerals(text)) == (amount,)
