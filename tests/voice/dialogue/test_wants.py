"""A goal in words becomes something that a mind can ask for."""

import pytest

from flexsim.voice.dialogue.instructions import CallerRole
from flexsim.voice.dialogue.personas import Goal, Persona
from flexsim.voice.dialogue.wants import primary, secondary


def role(first, *others):
    return CallerRole(persona=Persona(), goal=Goal(primary=first, secondary=others), facts={})


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("Get my lost gold card replaced", "replace_card"),
        ("Find out the balance of my checking account", "get_balance"),
        ("Transfer money from my checking to my savings account", "transfer_funds"),
        ("Talk to a human", "transfer_to_human"),
        ("File a claim for my damaged car", "file_claim"),
        ("Find out the status of my claim", "get_claim"),
        ("Learn what the deductible is", "topic.deductible"),
        ("Get my garage door painted", "*"),
    ],
)
def test_the_first_thing_is_something_to_be_done(words, key):
    assert primary(role(words)).key == key


def test_what_it_also_wants_is_rather_a_question():
    """The words are those with which callers' goals have been written from the start."""
    wanted = ("Confirm delivery timeline", "Verify security measures", "Ensure no unauthorized charges", "Sing")
    found = secondary(role("Talk to a human", *wanted))
    assert [each.key for each in found] == ["topic.delivery_time", "topic.security", "list_transactions", "*"]
