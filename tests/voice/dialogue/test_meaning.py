"""What is said is understood as far as it goes, cut off or not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.voice.dialogue.languages import LANGUAGES
from flexsim.voice.dialogue.meaning import name_in, understand, understand_all

LINE = "Your gold card is blocked now. The new one will be at 42 Maple Street in 5 business days. What is your date of birth?"


def test_figures_amounts_and_dates_are_found_together():
    found = understand("It ends in 4 4 1 2, I was born on March 12th, 1984, and I need 250 dollars and 50 cents.", "en")
    assert "4412" in found.figures
    assert found.dates == ("1984-03-12",)
    assert found.amounts == (250.5,)


def test_what_is_asked_for_comes_in_its_order():
    assert understand("What is your date of birth, and your full name?", "en").asks == ("date_of_birth", "name")


@pytest.mark.parametrize("length", range(0, len(LINE), 7))
def test_a_sentence_that_is_cut_off_shows_no_more_than_the_whole(length):
    whole, part = understand(LINE, "en"), understand(LINE[:length], "en")
    assert set(part.asks) <= set(whole.asks)
    assert set(part.of("told")) <= set(whole.of("told"))


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_means_something_or_nothing(text):
    for code in LANGUAGES:
        assert understand(text, code).text == text


@pytest.mark.parametrize(
    ("text", "asked", "name"),
    [
        ("My name is Maria Lopez.", False, "Maria Lopez"),
        ("My name is Maria Lopez, born in 1984", False, "Maria Lopez"),
        ("It's Maria Lopez. March 12th, 1984.", True, "Maria Lopez"),
        ("Maria", True, "Maria"),
        ("I need a card", False, ""),
        ("Hold on, I have it here somewhere.", True, ""),
        ("O'Brien", True, "O'Brien"),
        ("Anne-Marie Müller.", True, "Anne-Marie Müller"),
    ],
)
def test_names_are_found_after_their_lead_or_where_they_were_asked_for(text, asked, name):
    assert name_in(understand(text, "en"), LANGUAGES["en"], asked=asked) == name


def test_impatience_beside_an_answer_does_not_count():
    assert "no" in understand_all(["Yes, yes, I know.", "No, that's not right."], "en").shows
    assert "impatient" in understand_all(["Yes, yes, I know.", "Come on."], "en").shows
