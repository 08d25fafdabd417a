"""English as people speak it, beside what the phrases here say."""

import pytest

from flexsim.voice.dialogue.meaning import understand


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("My card was stolen yesterday", "skill.replace_card"),
        ("I need a replacement card", "skill.replace_card"),
        ("How much do I have in savings?", "skill.get_balance"),
        ("Can you tell me my balance?", "skill.get_balance"),
        ("I want to send two hundred dollars to savings", "skill.transfer_funds"),
        ("I had an accident with my car", "skill.file_claim"),
        ("What's the status of my claim?", "skill.get_claim"),
        ("Let me speak to a real person", "human"),
        ("Could I talk to somebody?", "human"),
        ("Yeah, go ahead", "yes"),
        ("Nope", "no"),
        ("Could you say that again?", "repeat"),
        ("That's everything, thanks", "done"),
        ("Bye bye", "bye"),
        ("Will that cost anything?", "topic.fee"),
    ],
)
def test_what_people_say_is_understood(text, cue):
    assert cue in understand(text, "en").shows


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("May I have your name and date of birth?", ("name", "date_of_birth")),
        ("Please give me your card number.", ("card_last_four",)),
        ("When were you born?", ("date_of_birth",)),
        ("Your name is on file.", ()),
    ],
)
def test_what_agents_ask_for_is_understood(text, slots):
    assert understand(text, "en").asks == slots
