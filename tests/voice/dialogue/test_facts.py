"""A caller answers from its facts, whole or half, and knows when they are read back wrong."""

import pytest

from flexsim.randomness import Randomness
from flexsim.voice.dialogue.facts import Facts
from flexsim.voice.dialogue.language import Wording
from flexsim.voice.dialogue.languages import LANGUAGES
from flexsim.voice.dialogue.meaning import understand

FOUND = {
    "name": "Maria Lopez", "date of birth": "1984-03-12", "card_last_four": "4412", "amount": "250",
    "from_account": "checking", "to_account": "savings", "injured": "no", "date": "2026-11-21", "favourite color": "blue",
}  # fmt: skip


def facts(seed=1):
    return Facts(FOUND, Wording(LANGUAGES["en"], Randomness(seed).generator("words")))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Maria Lopez"),
        ("date_of_birth", "March 12th, 1984"),
        ("card_last_four", "4 4 1 2"),
        ("amount", "250 dollars"),
    ],
)
@pytest.mark.parametrize("seed", range(4))
def test_a_whole_answer_holds_the_value_and_a_half_one_does_not(name, value, seed):
    assert value.lower() in facts(seed).whole(name).lower()
    assert value.lower() not in facts(seed).half(name).lower()


def test_what_it_does_not_know_it_says_so():
    assert "unknown" in understand(facts().whole("policy_number"), "en").shows


def test_a_fact_that_no_cue_knows_is_found_by_its_label():
    assert facts().named_in(understand("What is your favourite color?", "en")) == ("favourite_color",)
    assert facts().named_in(understand("Your favourite color is nice.", "en")) == ()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("So that is 250 dollars from checking to savings. Is that right?", None),
        ("So that is 520 dollars from checking to savings. Is that right?", "amount"),
        ("So that is 250 dollars from savings to checking. Is that right?", "from_account"),
        ("A claim for November 12th, 2026. Is that right?", "date"),
        ("Somebody was hurt. Is that right?", "injured"),
        ("Nobody was hurt. Is that right?", None),
    ],
)
def test_what_is_read_back_wrong_is_noticed(text, wrong):
    assert facts().wrong_in(understand(text, "en")) == wrong


def test_phrases_never_lack_a_value():
    assert facts().said()["shoe_size"] == "one"
