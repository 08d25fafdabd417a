"""Numbers that were said in German are read back."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.voice.dialogue.german_numbers import amounts, dates, numerals, say_amount, say_date, say_month


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
@settings(max_examples=50, deadline=None)
def test_a_date_that_is_said_is_read_back(day):
    assert dates(numerals(f"x {say_date(day.isoformat())}.".lower())) == (day.isoformat(),)


@given(st.integers(0, 10**7).map(lambda cents: cents / 100))
@settings(max_examples=50, deadline=None)
def test_an_amount_that_is_said_is_read_back(amount):
    assert amounts(numerals(f"x {say_amount(amount, 'Dollar')}.".lower())) == (amount,)


def test_a_month_is_said_without_its_day():
    assert say_month("1984-03-12") == "März 1984"


@pytest.mark.parametrize(
    ("text", "figures"), [("vier vier eins zwei", "4 4 1 2"), ("zwo null", "2 0"), ("keins", "keins")]
)
def test_words_for_figures_become_figures(text, figures):
    assert numerals(text) == figures


@pytest.mark.parametrize("text", ["12. märz 1984", "12.3.1984", "12. 03. 1984", "1984-03-12"])
def test_dates_are_read_in_the_forms_that_people_use(text):
    assert dates(numerals(text)) == ("1984-03-12",)


@pytest.mark.parametrize("text", ["30. februar 1990", "12. märz", "im märz 1984", "4 4 1 2"])
def test_what_is_no_whole_date_is_none(text):
    assert dates(numerals(text)) == ()


@pytest.mark.parametrize(
    ("text", "amount"), [("2.341,50 dollar", 2341.5), ("50 euro", 50), ("1 dollar und 5 cent", 1.05)]
)
def test_amounts_are_read_in_the_forms_that_people_use(text, amount):
    assert amounts(numerals(text)) == (amount,)
