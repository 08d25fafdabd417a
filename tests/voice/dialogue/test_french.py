"""French as people speak it, beside what the phrases here say."""

import pytest

from flexsim.voice.dialogue.meaning import understand


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("On m'a volé ma carte", "skill.replace_card"),
        ("Quel est mon solde?", "skill.get_balance"),
        ("Je veux virer 20 dollars", "skill.transfer_funds"),
        ("J'ai eu un accident", "skill.file_claim"),
        ("Je veux parler à un être humain", "human"),
        ("Oui, tout à fait", "yes"),
        ("Non", "no"),
        ("Pouvez-vous répéter?", "repeat"),
        ("Non, c'est tout, merci", "done"),
        ("Au revoir", "bye"),
        ("Combien ça coûte?", "topic.fee"),
    ],
)
def test_what_people_say_is_understood(text, cue):
    assert cue in understand(text, "fr").shows
