"""Contacts that are conversations: the first so many, as long as these take, and the same every time."""

import json

import pytest

from flexsim.voice.conversation import attaching
from flexsim.voice.conversation.attaching import Voices
from flexsim.voice.conversation.conversing import Outcome
from flexsim.voice.conversation.records import EndReason
from tests.voice.conversation.company import Voicebox


@pytest.fixture
def told(monkeypatch):
    """Plans that would have taken place."""
    found = []

    def converse(plan, setting, _speaker):
        found.append((plan, setting))
        return Outcome(folder=setting.out / setting.name, metadata={"duration": 61.5, "end_reason": "completed"})

    monkeypatch.setattr(attaching, "converse_virtually", converse)
    return found


def voices(count, tmp_path, seed=7):
    found = Voices(count, seed, Voicebox())
    found.begun(tmp_path)
    return found


def test_a_voice_contact_talks_as_long_as_its_conversation(told, tmp_path):
    found = voices(2, tmp_path)
    assert found.talk("CX1", {"channel": "voice"}) == 61.5
    assert told[0][1].out == tmp_path / "conversations"
    assert told[0][1].name == "CX1"


def test_other_channels_and_those_after_the_last_are_as_they_were_drawn(told, tmp_path):
    found = voices(1, tmp_path)
    assert found.talk("CX1", {"channel": "chat"}) is None
    assert found.talk("CX2", {"channel": "voice"}) == 61.5
    assert found.talk("CX3", {"channel": "voice"}) is None
    assert [each.contact for each in found.attached] == ["CX2"]


def test_a_contact_that_is_asked_for_twice_talks_once(told, tmp_path):
    found = voices(3, tmp_path)
    assert found.talk("CX1", {"channel": "voice"}) == found.talk("CX1", {"channel": "voice"})
    assert len(told) == 1


def test_the_contact_and_the_seed_decide_who_calls_and_why(told, tmp_path):
    for seed in (7, 7, 8):
        found = voices(6, tmp_path, seed)
        for number in range(6):
            found.talk(f"CX{number}", {"channel": "voice"})
    plans = [plan for plan, _ in told]
    assert plans[:6] == plans[6:12] != plans[12:]
    assert len({(each.caller.name, each.scenario.name) for each in plans}) > 3
    assert all(each.agent.domain == each.scenario.domain for each in plans)


def test_an_interruption_is_passed_on(monkeypatch, tmp_path):
    metadata = {"duration": 1.0, "end_reason": EndReason.INTERRUPTED.value}
    monkeypatch.setattr(attaching, "converse_virtually", lambda *_: Outcome(folder=tmp_path, metadata=metadata))
    with pytest.raises(KeyboardInterrupt):
        voices(1, tmp_path).talk("CX1", {"channel": "voice"})


def test_the_recording_is_called_as_the_contact_is(tmp_path):
    found = voices(1, tmp_path)
    seconds = found.talk("CX1", {"channel": "voice"})
    metadata = json.loads((tmp_path / "conversations" / "CX1" / "call_metadata.json").read_text())
    assert (metadata["conversation_id"], metadata["duration"]) == ("CX1", seconds)
