"""Two sessions joined: who hears what when, who falls silent, and how a conversation ends."""

import pytest

from flexsim.voice.conversation.bridge import Bridge
from flexsim.voice.conversation.happenings import Connected, Ended, Informed, Said
from flexsim.voice.conversation.records import EndReason, Kind, Side
from flexsim.voice.conversation.rules import Answer, Rules, TurnTaking
from flexsim.voice.ports import FRAME_MS, Interjection, InterjectionKind, Reply, ToolCall
from flexsim.voice.sound.pcm import SILENT_FRAME
from tests.voice.conversation.company import FRAMES_A_WORD, GOODBYE, Minutes, Script, ending, parts, talk

FRAME = FRAME_MS / 1000
WORD = FRAMES_A_WORD * FRAME


def test_each_side_hears_what_the_other_says_word_for_word():
    caller, agent = Script("I lost my card."), Script("Hello, who is there?", "Which card?")
    bridge, kept = talk(caller, agent)
    assert bridge.ended is EndReason.COMPLETED
    assert caller.heard[:1] == ["Hello, who is there?"]
    assert agent.heard[:1] == ["I lost my card."]
    assert [each.text for each in kept.utterances[:3]] == ["Hello, who is there?", "I lost my card.", "Which card?"]


def test_an_utterance_is_where_its_frames_are_in_the_recording():
    _, kept = talk(Script("I lost my card."), Script("Hello there."))
    for each in kept.utterances:
        column = 0 if each.speaker is Side.CALLER else 1
        first, last = round(each.start / FRAME), round(each.end / FRAME)
        assert all(frame[column] is not None for frame in kept.frames[first:last])
        assert kept.frames[first - 1][column] is None


def test_what_was_understood_stands_beside_what_was_said():
    _, kept = talk(Script("I lost my card."), Script("Hello there."))
    first = kept.utterances[0]
    assert first.heard is not None
    assert (first.heard.text, first.heard.understood) == ("Hello there.", True)


@pytest.mark.parametrize("after", [0.5, 0.7, 1.3])
def test_who_is_interrupted_stops_and_tells_the_session_where(after):
    wait = Interjection(text="No, wait, listen to me first please.", after=after, kind=InterjectionKind.INTERRUPTION)
    agent = Script("One two three four five six seven eight nine ten eleven twelve.")
    bridge, kept = talk(Script("Thank you.", interjections=[wait]), agent, Rules(turns=TurnTaking.SERVER_VAD))
    cut = kept.utterances[0]
    assert cut.interrupted
    ((side, truncated),) = kept.sent("conversation.item.truncate")
    assert side is Side.AGENT
    assert truncated["item_id"] == cut.item_id
    assert truncated["audio_end_ms"] == round(1000 * (cut.end - cut.start))
    assert cut.end == pytest.approx(kept.utterances[1].start + FRAME, abs=1e-9)  # heard in the next frame
    words = int((cut.end - cut.start) / WORD + 0.5 + 1e-9)  # those of which at least a half was played
    assert cut.text == " ".join(["One", "two", "three", "four", "five", "six", "seven"][:words])
    assert agent.cuts == [cut.text]
    assert bridge.ended is EndReason.COMPLETED


def test_nothing_of_what_was_cut_off_is_played_afterwards():
    wait = Interjection(text="No, wait.", after=0.5, kind=InterjectionKind.INTERRUPTION)
    _, kept = talk(
        Script("Thank you.", interjections=[wait]),
        Script("One two three four five six."),
        Rules(turns=TurnTaking.SERVER_VAD),
    )
    cut = kept.utterances[0]
    sounding = sum(frame[1] is not None for frame in kept.frames[: round(cut.end / FRAME)])
    assert sounding == round((cut.end - cut.start) / FRAME)
    assert kept.frames[round(cut.end / FRAME)][1] is None


def test_a_back_channel_is_spoken_into_the_other_who_goes_on():
    uh_huh = Interjection(text="Mm-hm.", after=0.6, kind=InterjectionKind.BACK_CHANNEL)
    _, kept = talk(Script("Thank you.", interjections=[uh_huh]), Script("One two three four five six seven eight."))
    assert [each.kind for each in kept.utterances[:2]] == [Kind.TURN, Kind.BACK_CHANNEL]
    assert not kept.utterances[0].interrupted
    assert kept.utterances[1].end < kept.utterances[0].end
    assert kept.sent("conversation.item.truncate") == []


def test_both_can_be_heard_at_once():
    uh_huh = Interjection(text="Mm-hm.", after=0.6, kind=InterjectionKind.BACK_CHANNEL)
    _, kept = talk(Script("Thank you.", interjections=[uh_huh]), Script("One two three four five six seven eight."))
    assert sum(caller is not None and agent is not None for caller, agent in kept.frames) == FRAMES_A_WORD


def test_a_function_takes_its_time_and_its_answer_goes_back_before_the_next_words():
    agent = Script(
        Reply(text="Let me see.", calls=(ToolCall(name="look_up", arguments={"of": "it"}),), after=0.2), "Here it is."
    )
    _, kept = talk(Script(), agent, functions=lambda _name, _arguments: Answer({"found": 7}, None, 1.5))
    call = kept.calls[0]
    assert (call.name, call.arguments, call.result, call.error) == ("look_up", {"of": "it"}, {"found": 7}, None)
    ((side, created),) = kept.sent("conversation.item.create")[:1]
    assert side is Side.AGENT
    assert created["item"] == {"type": "function_call_output", "call_id": call.call_id, "output": '{"found": 7}'}
    answered = next(at for at, _, direction, event in kept.events if event is created)
    assert answered == pytest.approx(call.at + 1.5, abs=FRAME)
    assert kept.utterances[1].start >= answered
    assert agent.told[0].output == '{"found": 7}'


def test_a_function_that_fails_is_answered_with_its_error():
    agent = Script(Reply(calls=(ToolCall(name="look_up", arguments={}),), after=0.2), "I am sorry.")
    talk(Script(), agent, functions=lambda _name, _arguments: Answer(None, "out of order", 0.1))
    assert agent.told[0].output == '{"error": "out of order"}'


def test_who_hangs_up_is_heard_out_first():
    bridge, kept = talk(Script(), Script())
    assert bridge.ended is EndReason.COMPLETED
    assert kept.utterances[-1].text == GOODBYE.text
    assert not kept.utterances[-1].interrupted
    assert bridge.talk.frame_time == kept.utterances[-1].end


def test_a_hang_up_that_failed_ends_nothing():
    answers = iter([Answer(None, "the line is stuck", 0.0)] + [Answer({}, None, 0.0)] * 5)
    bridge, kept = talk(Script("Yes?"), Script(GOODBYE, GOODBYE), functions=lambda _name, _arguments: next(answers))
    assert bridge.ended is EndReason.COMPLETED
    assert [each.error for each in kept.calls] == ["the line is stuck", None]


def test_too_many_turns_end_it():
    chatty = Script(*["And so on."] * 50)
    bridge, kept = talk(chatty, Script(*["Go on."] * 50), Rules(max_turns=5))
    assert bridge.ended is EndReason.MAX_TURNS
    assert bridge.talk.turns.count == 5
    assert len(kept.utterances) == 5


def test_it_takes_no_longer_than_it_may():
    bridge, kept = talk(Script(*["And so on."] * 50), Script(*["Go on."] * 50), Rules(max_duration=10.0))
    assert bridge.ended is EndReason.MAX_DURATION
    assert len(kept.frames) == 250


def test_silence_ends_it():
    bridge, kept = talk(Script(Reply()), Script("Hello."), Rules(silence_timeout=7.0))
    assert bridge.ended is EndReason.TIMEOUT
    assert bridge.talk.frame_time == pytest.approx(kept.utterances[0].end + 7.0, abs=1.0)


def test_without_voice_activity_detection_the_bridge_says_whose_turn_it_is():
    rules = Rules(turns=TurnTaking.MANUAL)
    bridge, kept = talk(Script("I lost my card."), Script("Hello there.", "Which card?"), rules)
    assert bridge.ended is EndReason.COMPLETED
    assert [each.text for each in kept.utterances[:3]] == ["Hello there.", "I lost my card.", "Which card?"]
    assert kept.utterances[0].heard.text == "Hello there."
    commits = kept.sent("input_audio_buffer.commit")
    assert [side for side, _ in commits[:3]] == [Side.CALLER, Side.AGENT, Side.CALLER]
    committed = next(at for at, _, _, event in kept.events if event["type"] == "input_audio_buffer.commit")
    assert committed == pytest.approx(kept.utterances[0].end, abs=1e-9)


def test_a_turn_of_several_utterances_is_heard_as_a_whole_and_told_apart():
    agent = Script(Reply(text="Let me see.", calls=(ToolCall(name="look_up", arguments={}),), after=0.2), "Here it is.")
    _, kept = talk(Script(), agent, Rules(turns=TurnTaking.MANUAL))
    assert [each.heard.text for each in kept.utterances[:2]] == ["Let me see.", "Here it is."]


def test_a_late_line_does_not_move_what_was_heard():
    def late():
        waiting = [SILENT_FRAME] * 5

        def carry(frame):
            waiting.append(frame)
            return waiting.pop(0)

        return carry

    _, kept = talk(Script("Yes?"), Script("Hello there."), line=late, delay=0.2)
    assert kept.utterances[0].heard.text == "Hello there."


# A session that is lost: the bridge is driven by hand.


@pytest.fixture
def joined():
    kept, told = Minutes(), []
    bridge = Bridge(parts(), Rules(), ending=ending, recording=kept, watch=told.append)
    bridge.open()
    for side in Side:
        bridge.receive(side, {"type": "session.updated", "session": {}}, 0.0)
    bridge.start("test")
    speak(bridge, "item_1", frames=10)
    bridge.taken()
    return bridge, kept, told


def speak(bridge, item_id, frames, side=Side.AGENT):
    about = {"response_id": f"of {item_id}", "item_id": item_id}
    bridge.receive(side, {"type": "response.created", "response": {"id": about["response_id"]}}, bridge.now)
    for _ in range(frames):
        bridge.receive(side, {"type": "response.output_audio.delta", **about, "delta": "QUJD" * 640}, bridge.now)
    bridge.receive(
        side,
        {"type": "response.output_audio_transcript.done", **about, "transcript": "one two three four five"},
        bridge.now,
    )
    response = {"id": about["response_id"], "status": "completed", "output": [], "metadata": None}
    bridge.receive(side, {"type": "response.done", "response": response}, bridge.now)


def test_it_is_ready_when_both_sessions_are_set():
    bridge = Bridge(parts(), Rules(), ending=ending, recording=Minutes(), watch=lambda _: None)
    bridge.open()
    assert not bridge.ready
    for side in Side:
        bridge.receive(side, {"type": "session.updated", "session": {}}, 0.0)
    assert bridge.ready


def test_the_opener_is_asked_to_speak(joined):
    _, kept, told = joined
    assert [side for side, _ in kept.sent("response.create")] == [Side.AGENT]
    assert told[0] == Connected(conversation_id="test")


def test_a_side_that_is_lost_falls_silent_and_what_it_said_is_kept(joined):
    bridge, kept, told = joined
    for _ in range(4):
        bridge.tick()
    bridge.dropped(Side.AGENT, "the cable was cut")
    assert bridge.tick() == (SILENT_FRAME, SILENT_FRAME)
    assert Informed(at=0.16, side=Side.AGENT, text="lost: the cable was cut") in told
    bridge.lost(Side.AGENT)
    assert bridge.ended is EndReason.AGENT_LOST
    assert [(each.text, each.interrupted) for each in kept.utterances] == [("one two", True)]  # four frames of ten
    assert isinstance(told[-1], Ended)


def test_a_session_that_comes_back_is_told_what_was_said_and_goes_on(joined):
    bridge, _, _ = joined
    for _ in range(12):
        bridge.tick()
    speak(bridge, "item_2", frames=3, side=Side.CALLER)
    for _ in range(150):
        bridge.tick()
    bridge.dropped(Side.AGENT, "gone")
    bridge.taken()
    bridge.rejoined(Side.AGENT)
    sent = [event for side, event in bridge.taken() if side is Side.AGENT]
    assert [each["type"] for each in sent] == ["session.update", *["conversation.item.create"] * 2]
    assert [each["item"]["role"] for each in sent[1:]] == ["assistant", "user"]
    bridge.receive(Side.AGENT, {"type": "session.updated", "session": {}}, bridge.now)
    assert [event["type"] for _, event in bridge.taken()] == ["response.create"]
    assert bridge.ended is None


def test_an_event_that_cannot_be_read_ends_it_and_says_so(joined):
    bridge, _, told = joined
    bridge.receive(Side.CALLER, {"type": "response.done"}, 1.0)
    assert bridge.ended is EndReason.CALLER_LOST
    assert any(isinstance(each, Informed) and "response.done" in each.text for each in told)


def test_sound_that_is_no_sound_ends_it(joined):
    bridge, _, _ = joined
    about = {"response_id": "r", "item_id": "item_9"}
    bridge.receive(Side.CALLER, {"type": "response.output_audio.delta", **about, "delta": "not base64!"}, 1.0)
    assert bridge.ended is EndReason.CALLER_LOST


def test_events_of_the_beta_are_followed_too(joined):
    bridge, kept, _ = joined
    about = {"response_id": "r", "item_id": "item_9"}
    bridge.receive(Side.CALLER, {"type": "response.audio.delta", **about, "delta": "QUJD" * 640}, 0.0)
    bridge.tick()
    assert kept.frames[0] == ("QUJD" * 640, "QUJD" * 640)


def test_an_error_is_told_and_ends_nothing_once_a_session_is_set(joined):
    bridge, _, told = joined
    bridge.receive(Side.CALLER, {"type": "error", "error": {"message": "Too fast."}}, 1.0)
    assert bridge.ended is None
    assert told[-1].text == "error: Too fast."


def test_a_session_that_cannot_be_set_ends_it():
    told = []
    bridge = Bridge(parts(), Rules(), ending=ending, recording=Minutes(), watch=told.append)
    bridge.open()
    bridge.receive(Side.AGENT, {"type": "error", "error": {"message": "No such voice."}}, 0.0)
    assert bridge.ended is EndReason.AGENT_LOST


def test_what_ended_stays_ended(joined):
    bridge, kept, _ = joined
    bridge.end(EndReason.INTERRUPTED)
    bridge.end(EndReason.TIMEOUT)
    events = len(kept.events)
    bridge.receive(Side.AGENT, {"type": "error", "error": {}}, 1.0)
    assert bridge.ended is EndReason.INTERRUPTED
    assert bridge.tick() == (None, None)
    assert len(kept.events) == events


def test_whoever_watches_is_told_every_utterance_that_is_recorded():
    told = []
    _, kept = talk(Script("I lost my card."), Script("Hello there."), watch=told.append)
    assert [each.utterance for each in told if isinstance(each, Said)] == kept.utterances
