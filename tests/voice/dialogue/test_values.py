"""Values are said so that they are understood."""

import pytest

from flexsim.voice.dialogue.languages import LANGUAGES
from flexsim.voice.dialogue.values import said_together, say, transactions

ENGLISH = LANGUAGES["en"]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("card_last_four", "4412", "4 4 1 2"),
        ("date", "2026-11-21", "November 21st, 2026"),
        ("amount", 250, "250 dollars"),
        ("balance", 517.25, "517 dollars and 25 cents"),
        ("days", 5, "5"),
        ("status", "in_review", "being looked at"),
        ("injured", False, "no"),
        ("address", "42 Maple Street", "42 Maple Street"),
        ("cities", ["Rome", "Paris"], "Rome and Paris"),
        ("cities", [], "nothing"),
        ("place", {"city": "Paris", "country": "France"}, "city Paris, country France"),
    ],
)
def test_a_value_is_said_by_its_kind(name, value, text):
    assert say(name, value, ENGLISH) == text


def test_values_together_have_their_names():
    assert (
        said_together({"card_last_four": "4412", "sky": "blue"}, ENGLISH)
        == "last four digits of the card 4 4 1 2, sky blue"
    )


def test_transactions_are_told_one_by_one():
    rows = [{"date": "2026-11-24", "payee": "Corner Market", "amount": 38.2}]
    assert transactions(rows, ENGLISH) == "38 dollars and 20 cents to Corner Market on November 24th, 2026"
    assert transactions([], ENGLISH) == "nothing"
