"""Interjections are drawn as declared, and count only where they were said."""

import pytest

from flexsim.randomness import Randomness
from flexsim.voice.dialogue.interjecting import Interjecting
from flexsim.voice.dialogue.language import Wording
from flexsim.voice.dialogue.languages import LANGUAGES
from flexsim.voice.dialogue.personas import Persona
from flexsim.voice.ports import Heard, InterjectionKind

CUT, WHOLE = Heard(text="How can", complete=False), Heard(text="How can I help you?")


def interjecting(tendency):
    draws = Randomness(1).generator("caller")
    return Interjecting(Persona(tendency_to_interrupt=tendency), Wording(LANGUAGES["en"], draws), draws)


@pytest.mark.parametrize("tendency", [0.0, 1.0])
def test_never_and_always_are_possible(tendency):
    found = interjecting(tendency)
    kinds = [each.kind for each in (found.draw(None) for _ in range(50)) if each is not None]
    assert (InterjectionKind.INTERRUPTION in kinds) is bool(tendency)
    assert (InterjectionKind.BACK_CHANNEL in kinds) is not bool(tendency)


def test_that_the_other_was_cut_off_is_the_sign_that_it_was_said():
    found = interjecting(1.0)
    text = found.draw(lambda: "I need a card.").text
    assert found.said([CUT, WHOLE]) == (text, True)
    assert found.said([CUT]) == ("", False)


def test_if_the_other_was_not_cut_off_nothing_was_said():
    found = interjecting(1.0)
    found.draw(None)
    assert found.said([WHOLE]) == ("", False)
    assert found.said([CUT]) == ("", False)


def test_interruptions_come_within_their_seconds():
    found = interjecting(1.0)
    assert all(0.8 <= found.draw(None).after <= 2.2 for _ in range(100))
