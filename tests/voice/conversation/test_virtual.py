"""Conversations in virtual time: the same seed, the same bytes, and no clock."""

from flexsim.voice.conversation.bridge import Bridge
from flexsim.voice.conversation.local import sessions
from flexsim.voice.conversation.records import EndReason, Side
from flexsim.voice.conversation.rules import Rules
from flexsim.voice.conversation.virtual import converse
from tests.voice.conversation.company import Minutes, Script, Voicebox, ending, parts, talk


def test_the_same_seed_gives_the_same_events_word_for_word():
    first, second = (talk(Script("I lost my card."), Script("Hello.", "Which one?"))[1] for _ in range(2))
    assert first.events == second.events
    assert first.frames == second.frames


def test_a_session_whose_time_is_over_is_lost():
    kept = Minutes()
    bridge = Bridge(parts(), Rules(), ending=ending, recording=kept, watch=lambda _: None)
    minds = {side.value: Script(*["And so on."] * 50) for side in Side}
    both = sessions(Voicebox(), 1, minds=lambda instructions, _tools, _generator: minds[instructions])
    both[Side.CALLER]._over_at = both[Side.CALLER].next_deadline = 5.0
    converse(bridge, both, "test")
    assert bridge.ended is EndReason.CALLER_LOST
    assert bridge.talk.frame_time < 5.2
