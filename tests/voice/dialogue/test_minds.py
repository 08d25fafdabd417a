"""Two minds get through a call: by instructions and functions alone."""

import pytest

from flexsim.randomness import Randomness
from flexsim.voice.dialogue.minds import make_mind
from flexsim.voice.ports import Written
from tests.voice.dialogue.talking import talk


@pytest.mark.parametrize("seed", range(5))
def test_a_typical_caller_gets_its_lost_card_replaced(seed):
    found = talk("typical", "lost-card", seed=seed)
    assert found.end_reason == "completed", found.text()
    assert found.verdict.reached, found.text()


def test_the_same_seed_gives_the_same_conversation():
    assert talk(seed=3).lines == talk(seed=3).lines
    assert talk(seed=3).lines != talk(seed=4).lines


def test_foreign_instructions_make_a_polite_assistant():
    mind = make_mind("You are a pirate.", (), Randomness(1).generator("mind"))
    assert mind.reply([Written(text="Hello there")]).text
