"""Numbers that were said are read back, in figures and in words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.dialogue.english_numbers import amounts, dates, numerals, say_amount, say_date, say_month


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_date_that_is_said_is_read_back(day):
    assert dates(numerals(f"It was {say_date(day.isoformat())}.".lower())) == (day.isoformat(),)


@given(st.integers(0, 10**7).map(lambda cents: cents / 100))
def test_an_amount_that_is_said_is_read_back(amount):
    assert amounts(numerals(f"That is {say_amount(amount, 'dollars')}.".lower())) == (amount,)


def test_a_month_is_said_without_its_day():
    assert say_month("1984-03-12") == "March 1984"


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("four four one two", "4 4 1 2"),
        ("double four one two", "4 4 1 2"),
        ("oh seven seven oh", "0 7 7 0"),
        ("two hundred and fifty", "250"),
        ("twelve hundred", "1200"),
        ("two thousand three hundred forty one", "2341"),
        ("one hundred thousand", "100000"),
        ("nineteen eighty four", "1984"),
        ("twenty twenty six", "2026"),
        ("twenty-one", "21"),
        ("ninety nine", "99"),
        ("the twelfth", "the 12th"),
        ("one of them", "1 of them"),
        ("none", "none"),
    ],
)
def test_number_words_become_figures(text, figures):
    assert numerals(text) == figures


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("march the twelfth nineteen eighty four", "1984-03-12"),
        ("the 12th of march 1984", "1984-03-12"),
        ("12 march 1984", "1984-03-12"),
        ("mar 12, 1984", "1984-03-12"),
        ("1984-03-12", "1984-03-12"),
        ("3/12/1984", "1984-03-12"),
    ],
)
def test_dates_are_read_in_the_forms_that_people_use(text, iso):
    assert dates(numerals(text)) == (iso,)


@pytest.mark.parametrize("text", ["february 30th 1990", "march 12th", "in 1984", "4 4 1 2"])
def test_what_is_no_whole_date_is_none(text):
    assert dates(numerals(text)) == ()


@pytest.mark.parametrize(
    ("text", "amount"),
    [("$2,341.50", 2341.5), ("250 bucks", 250), ("fifty dollars", 50), ("1 dollar and 5 cents", 1.05)],
)
def test_amounts_are_read_in_the_forms_that_people_use(text, amount):
    assert amounts(numerals(text)) == (amount,)
