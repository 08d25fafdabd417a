"""The engine's sessions in this process, with its own minds and ears."""

from flexsim.voice.conversation.local import sessions
from flexsim.voice.conversation.records import Side
from tests.voice.conversation.company import Voicebox


def test_there_is_a_session_for_each_side_and_its_ids_are_its_own():
    found = sessions(Voicebox(), 7)
    assert set(found) == set(Side)
    assert found[Side.CALLER].session_id != found[Side.AGENT].session_id


def test_the_seed_decides_the_ids():
    assert sessions(Voicebox(), 7)[Side.AGENT].session_id == sessions(Voicebox(), 7)[Side.AGENT].session_id
    assert sessions(Voicebox(), 7)[Side.AGENT].session_id != sessions(Voicebox(), 8)[Side.AGENT].session_id
