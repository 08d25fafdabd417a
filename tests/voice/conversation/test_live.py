"""Conversations over sockets at a clock's pace: as in virtual time, and what happens when a side, or the engine, is killed."""

import asyncio

import pytest

from flexsim.clock import WallClock
from flexsim.errors import RecorderFailed, TargetUnreachable
from flexsim.voice.conversation.bridge import Bridge
from flexsim.voice.conversation.doors import both, door
from flexsim.voice.conversation.happenings import Informed
from flexsim.voice.conversation.live import Reconnecting, converse
from flexsim.voice.conversation.records import EndReason, Side
from flexsim.voice.conversation.rules import Rules, TurnTaking
from flexsim.voice.ports import FRAME_MS, Interjection, InterjectionKind
from tests.voice.conversation.company import Minutes, Script, ending, parts
from tests.voice.conversation.engines import reached, talk_live

FRAME = FRAME_MS / 1000
LONG = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen."


def test_each_side_hears_what_the_other_says_over_sockets():
    caller, agent = Script("I lost my card."), Script("Hello, who is there?", "Which card?")
    bridge, kept = talk_live(caller, agent)
    assert bridge.ended is EndReason.COMPLETED
    assert caller.heard[:1] == ["Hello, who is there?"]
    assert agent.heard[:1] == ["I lost my card."]
    assert [each.text for each in kept.utterances[:3]] == ["Hello, who is there?", "I lost my card.", "Which card?"]


def test_without_voice_activity_detection_turns_change_hands_over_sockets():
    bridge, kept = talk_live(Script("I lost my card."), Script("Hello.", "Which card?"), Rules(turns=TurnTaking.MANUAL))
    assert bridge.ended is EndReason.COMPLETED
    assert [each.text for each in kept.utterances[:3]] == ["Hello.", "I lost my card.", "Which card?"]


def test_who_is_interrupted_stops_where_it_says_it_did():
    wait = Interjection(text="No, wait, listen to me first.", after=1.5, kind=InterjectionKind.INTERRUPTION)
    agent = Script(LONG)
    _, kept = talk_live(Script("Thanks.", interjections=[wait]), agent, Rules(turns=TurnTaking.SERVER_VAD))
    cut = kept.utterances[0]
    assert cut.interrupted
    ((_, truncated),) = kept.sent("conversation.item.truncate")
    assert truncated["audio_end_ms"] == round(1000 * (cut.end - cut.start))
    assert agent.cuts == [cut.text]


def test_sound_keeps_the_pace_of_the_clock():
    started = []

    async def look(exchange, bridge):
        await reached(bridge, 5)
        started.append(exchange.clock.now() - bridge.position * FRAME)
        await asyncio.sleep(0.2)
        started.append(exchange.clock.now() - bridge.position * FRAME)

    talk_live(Script("Yes?"), Script(LONG), meanwhile=look)
    assert abs(started[1] - started[0]) < 1.0  # of 4 s that have passed on the clock


async def cut_one_line(exchange, bridge):
    await reached(bridge, 40)
    exchange.sockets[-1].transport.abort()


def test_a_side_that_is_killed_ends_it_and_what_there_was_is_kept():
    told = []
    bridge, kept = talk_live(Script("Yes?"), Script(LONG), meanwhile=cut_one_line, watch=told.append)
    assert bridge.ended in {EndReason.AGENT_LOST, EndReason.CALLER_LOST}
    (cut,) = kept.utterances
    assert cut.interrupted
    assert LONG.startswith(cut.text)
    assert any(isinstance(each, Informed) and "lost" in each.text for each in told)


def test_a_side_that_is_killed_is_called_again_where_that_is_wanted():
    told = []
    bridge, _ = talk_live(
        Script("Yes?", "And so on."), Script(LONG, "Where were we?"),
        reconnecting=Reconnecting(attempts=2, pause=0.01), meanwhile=cut_one_line, watch=told.append,
    )  # fmt: skip
    assert bridge.ended is EndReason.COMPLETED
    assert [each.text for each in told if isinstance(each, Informed)][-1] == "back"


def test_an_engine_that_is_gone_for_good_ends_it():
    async def kill(exchange, bridge):
        await reached(bridge, 40)
        exchange.gone = True
        for each in exchange.sockets:
            each.transport.abort()

    bridge, _ = talk_live(
        Script("Yes?"), Script(LONG), reconnecting=Reconnecting(attempts=3, pause=0.01), meanwhile=kill
    )
    assert bridge.ended in {EndReason.AGENT_LOST, EndReason.CALLER_LOST}


def test_a_recording_that_fails_ends_it():
    class Full(Minutes):
        def sound(self, caller, agent):
            super().sound(caller, agent)
            if len(self.frames) == 30:
                raise RecorderFailed("the disk is full")

    bridge, _ = talk_live(Script("Yes?"), Script(LONG), recording=Full())
    assert bridge.ended is EndReason.RECORDER_FAILED
    assert bridge.position == 29


def test_a_conversation_that_is_cancelled_ends_as_interrupted():
    kept = Minutes()

    async def cancel(exchange, bridge):
        await reached(bridge, 20)
        exchange.task.cancel()

    with pytest.raises(asyncio.CancelledError):
        talk_live(Script("Yes?"), Script(LONG), meanwhile=cancel, recording=kept)
    assert kept.marks[-1][2] == "interrupted"


def test_where_nobody_answers_it_says_so():
    bridge = Bridge(parts(), Rules(), ending=ending, recording=Minutes(), watch=lambda _: None)
    doors = both(door("ws://127.0.0.1:9/v1"))
    how = Reconnecting(attempts=0)
    with pytest.raises(TargetUnreachable, match=r"nobody answers at ws://127\.0\.0\.1:9/v1/realtime"):
        asyncio.run(converse(bridge, doors, "test", clock=WallClock(), reconnecting=how))
    assert {Side.CALLER, Side.AGENT} == set(doors)
