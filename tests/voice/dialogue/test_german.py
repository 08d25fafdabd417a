"""German as people speak it, beside what the phrases here say."""

import pytest

from flexsim.voice.dialogue.meaning import understand


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Mir wurde die Karte gestohlen", "skill.replace_card"),
        ("Wie ist mein Kontostand?", "skill.get_balance"),
        ("Ich möchte 20 Dollar überweisen", "skill.transfer_funds"),
        ("Ich hatte einen Unfall", "skill.file_claim"),
        ("Ich will mit einem Menschen sprechen", "human"),
        ("Ja, genau", "yes"),
        ("Nein", "no"),
        ("Wie bitte?", "repeat"),
        ("Das war alles, danke", "done"),
        ("Auf Wiedersehen", "bye"),
        ("Was kostet das?", "topic.fee"),
    ],
)
def test_what_people_say_is_understood(text, cue):
    assert cue in understand(text, "de").shows
