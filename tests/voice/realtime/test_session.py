"""A session does what the service does, in its order; whatever a client sends, it is answered and nothing breaks."""

from dataclasses import replace

import orjson
import pytest

from flexsim.voice.ports import Heard, Interjection, InterjectionKind, Reply, Tool, ToolCall, ToolResult, Written
from flexsim.voice.realtime.configuration import Configuration, Format, TurnDetection
from flexsim.voice.realtime.names import Dialect
from flexsim.voice.realtime.session import ServerSession
from flexsim.voice.sound.words import heard_until
from tests.voice.realtime.company import TRANSCRIBING, Caller, Script, kinds, of, one, spoken

LONG = "I am afraid that I cannot find my card anywhere, although I looked for it everywhere I have been."
SILENT = Configuration(speaks=False)
BOTH = pytest.mark.parametrize("dialect", list(Dialect))


# Turns.


def test_a_spoken_turn_is_answered_in_the_services_order():
    caller = Caller(Script("Good morning."), configuration=TRANSCRIBING)
    events = caller.speak("I lost my card.") + caller.wait(1)
    assert kinds(events) == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
        "response.created",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        *["response.output_audio_transcript.delta", "response.output_audio.delta"] * 2,
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "response.output_item.done",
        "conversation.item.done",
        "response.done",
        "rate_limits.updated",
    ]
    assert caller.mind.told == [[Heard(text="I lost my card.")]]


def test_the_sound_that_is_sent_is_the_speech_frame_by_frame():
    caller = Caller(Script("Good morning."), configuration=Configuration(voice="coral"))
    deltas = of(caller.send("response.create"), "response.output_audio.delta")
    assert tuple(each["delta"] for each in deltas) == spoken("Good morning.", "coral").frames


@BOTH
def test_a_turn_in_writing_is_answered_in_writing(dialect):
    caller = Caller(Script(), dialect=dialect, configuration=SILENT)
    caller.write("Good morning.")
    events = caller.send("response.create")
    assert one(events, "response.done")["response"]["output"][0]["content"][0]["text"] == "You said: Good morning."
    assert not of(events, "response.output_audio.delta")


@BOTH
def test_a_called_functions_result_comes_back_to_the_mind(dialect):
    lookup = Tool(name="lookup", description="", parameters={"type": "object"})
    mind = Script(Reply(calls=(ToolCall(name="lookup", arguments={"number": "4412", "why": "a long enough reason"}),)))
    caller = Caller(mind, dialect=dialect, configuration=Configuration(tools=(lookup,)))
    call = one(caller.send("response.create"), "response.done")["response"]["output"][0]
    assert orjson.loads(call["arguments"]) == {"number": "4412", "why": "a long enough reason"}
    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "17"}
    caller.send("conversation.item.create", item=output)
    caller.send("response.create")
    assert mind.told[1] == [ToolResult(name="lookup", output="17")]
    assert mind.made[0][1] == (lookup,)


def test_the_mind_thinks_for_as_long_as_it_says():
    caller = Caller(Script(Reply(text="Well.", after=0.75)))
    caller.now = 10.0
    assert kinds(caller.send("response.create")) == ["response.created"]
    assert caller.session.next_deadline == 10.75
    assert "response.output_audio.delta" in kinds(caller.skip(0.75))


def test_what_the_mind_intended_is_in_the_responses_metadata():
    caller = Caller(Script(Reply(text="Well.", after=0.25)))
    caller.send("response.create", response={"metadata": {"mine": "1"}})
    done = one(caller.skip(1), "response.done")
    assert done["response"]["metadata"] == {"mine": "1", "flexsim.after": "0.250", "flexsim.kind": "turn"}


def test_without_turn_detection_the_client_says_where_a_turn_ends():
    caller = Caller(Script(), configuration=replace(TRANSCRIBING, turn_detection=None))
    assert caller.speak("I lost my card.") == []
    assert kinds(caller.send("input_audio_buffer.commit"))[0] == "input_audio_buffer.committed"
    caller.send("response.create")
    assert caller.mind.told == [[Heard(text="I lost my card.")]]


def test_a_turn_is_not_answered_where_the_client_does_not_want_it():
    caller = Caller(Script(), configuration=Configuration(turn_detection=TurnDetection(create_response=False)))
    events = caller.speak("I lost my card.") + caller.wait(1)
    assert kinds(events)[-1] == "conversation.item.done"


def test_what_cannot_be_understood_is_said_to_be_so():
    caller = Caller(Script(), configuration=replace(TRANSCRIBING, turn_detection=None))
    caller.lexicon.add(spoken("I lost my card."))
    caller.wait(0.4)
    caller.send("input_audio_buffer.commit")
    failed = of([event for _, event in caller.log], "conversation.item.input_audio_transcription.failed")
    assert "understands only what it has spoken" in failed[0]["error"]["message"]


def test_a_text_only_client_in_telephony_hears_mulaw():
    caller = Caller(Script("Good morning."), configuration=Configuration(sounds=Format.ULAW))
    deltas = of(caller.send("response.create"), "response.output_audio.delta")
    speech = spoken("Good morning.", "alloy")
    assert len(deltas) == len(speech.frames)
    assert all(len(each["delta"]) == 428 for each in deltas)  # 320 bytes


# Being interrupted, and interrupting.


def test_who_is_interrupted_while_speaking_hears_how_far_it_came():
    caller = Caller(Script(LONG))
    answer = one(caller.send("response.create"), "response.done")["response"]["output"][0]["id"]
    caller.wait(2)
    assert kinds(caller.speak("Excuse me.", until=4)) == ["input_audio_buffer.speech_started"]
    caller.send("conversation.item.truncate", item_id=answer, content_index=0, audio_end_ms=2_040)
    said = heard_until(spoken(LONG, "alloy"), 2_040)
    assert caller.mind.cuts == [said]
    retrieved = caller.send("conversation.item.retrieve", item_id=answer)
    assert retrieved[0]["item"]["content"] == [{"type": "output_audio", "transcript": said}]


def test_who_is_interrupted_and_told_nothing_assumes_it_was_heard_until_then():
    caller = Caller(Script(LONG))
    caller.send("response.create")
    caller.wait(2)
    caller.speak("Excuse me.")
    caller.wait(1)
    assert caller.mind.cuts == [heard_until(spoken(LONG, "alloy"), 2_000)]
    assert caller.mind.told[-1] == [Heard(text="Excuse me.")]


def test_who_is_interrupted_while_thinking_says_nothing():
    caller = Caller(Script(Reply(text="Well.", after=5.0)))
    caller.send("response.create")
    events = caller.speak("Excuse me.", until=4)
    done = one(events, "response.done")["response"]
    assert (done["status"], done["status_details"]["reason"], done["output"]) == ("cancelled", "turn_detected", [])
    assert caller.mind.cuts == [""]
    assert caller.session.next_deadline > 100


def test_who_is_not_to_be_interrupted_answers_when_it_has_finished():
    stubborn = Configuration(turn_detection=TurnDetection(interrupt_response=False))
    caller = Caller(Script("Good morning to you, and welcome to our bank, where we help you."), configuration=stubborn)
    caller.send("response.create")
    length = len(spoken("Good morning to you, and welcome to our bank, where we help you.", "alloy").pcm) / 48_000
    caller.speak("Hello.")
    events = caller.wait(4)
    assert caller.mind.told[1] == [Heard(text="Hello.")]
    (at,) = [at for at, each in caller.log if each["type"] == "response.created" and at > 0]
    assert at == pytest.approx(length, abs=0.05)
    assert of(events, "response.done")


@pytest.mark.parametrize("kind", list(InterjectionKind))
def test_a_mind_that_wants_to_speaks_while_the_other_does(kind):
    mind = Script("And so?", interjections=[Interjection(text="Mm-hm.", after=1.0, kind=kind)])
    caller = Caller(mind)
    began = caller.now
    events = caller.speak(LONG)
    done = one(events, "response.done")["response"]
    assert done["metadata"] == {"flexsim.after": "1.000", "flexsim.kind": kind.value}
    (at,) = [at for at, each in caller.log if each["type"] == "response.done"]
    assert at == pytest.approx(began + 1.0, abs=0.05)
    answered = caller.wait(2)
    assert mind.told == [[Heard(text=LONG)]]
    assert of(answered, "response.done")


def test_what_was_to_be_said_into_a_turn_is_dropped_with_it():
    mind = Script("Yes.", interjections=[Interjection(text="Stop.", after=9.0, kind=InterjectionKind.INTERRUPTION)])
    caller = Caller(mind)
    caller.speak("Hello.")
    events = caller.wait(12)
    assert [each["response"]["metadata"]["flexsim.kind"] for each in of(events, "response.done")] == ["turn"]


def test_an_interruption_is_its_own_answer():
    stop = Interjection(
        text="Stop, stop, please let me tell you something.", after=0.5, kind=InterjectionKind.INTERRUPTION
    )
    caller = Caller(Script(interjections=[stop]))
    caller.speak(LONG, until=25)  # and yields
    events = caller.wait(6)
    assert not of(events, "response.created")
    caller.speak("Hello.")
    caller.wait(1)
    assert [each.text for each in caller.mind.told[0]] == [heard_until(spoken(LONG), 1_000), "Hello."]


# Semantic turn detection.

SEMANTIC = Configuration(turn_detection=TurnDetection(semantic=True))


def test_semantic_turn_detection_passes_over_a_backchannel():
    caller = Caller(Script(LONG), configuration=SEMANTIC)
    caller.send("response.create")
    caller.wait(1)
    assert caller.speak("Okay.") + caller.wait(1) == []
    assert caller.mind.cuts == []


def test_semantic_turn_detection_yields_to_more_than_that():
    caller = Caller(Script(LONG), configuration=SEMANTIC)
    caller.send("response.create")
    caller.wait(1)
    events = caller.speak("Okay, but that is not what I wanted to know.") + caller.wait(1)
    assert kinds(events)[:2] == ["input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped"]
    assert caller.mind.told[-1] == [Heard(text="Okay, but that is not what I wanted to know.")]
    assert len(caller.mind.cuts) == 1


def test_plain_turn_detection_yields_to_a_backchannel():
    caller = Caller(Script(LONG))
    caller.send("response.create")
    caller.wait(1)
    assert of(caller.speak("Okay.") + caller.wait(1), "input_audio_buffer.speech_started")


# What a client may do.


def test_a_second_response_is_refused_while_there_is_one():
    caller = Caller(Script(Reply(text="Well.", after=2.0)))
    caller.send("response.create")
    error = one(caller.send("response.create", event_id="mine"), "error")["error"]
    assert (error["code"], error["event_id"]) == ("conversation_already_has_active_response", "mine")


def test_a_response_that_is_asked_for_while_the_last_is_played_comes_after_it():
    caller = Caller(Script("Let me look.", "Here it is."))
    caller.send("response.create")
    caller.write("Hello?")
    assert kinds(caller.send("response.create")) == ["response.created"]
    assert len(caller.mind.told) == 1
    length = len(spoken("Let me look.", "alloy").pcm) / 48_000
    assert caller.session.next_deadline == pytest.approx(length, abs=0.002)
    caller.write("Are you there?")
    caller.skip(3)
    assert caller.mind.told[1] == [Written(text="Hello?"), Written(text="Are you there?")]


def test_a_cancelled_response_is_over():
    caller = Caller(Script(Reply(text="Well.", after=2.0)))
    caller.send("response.create")
    done = one(caller.send("response.cancel"), "response.done")["response"]
    assert (done["status"], done["status_details"]) == (
        "cancelled",
        {"type": "cancelled", "reason": "client_cancelled"},
    )
    assert one(caller.send("response.cancel"), "error")["error"]["code"] == "response_cancel_not_active"
    assert caller.skip(5) == []


def test_a_response_aside_leaves_the_conversation_alone():
    caller = Caller(Script(), configuration=SILENT)
    question = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Is this a joke?"}]}
    asked = {"conversation": "none", "input": [question], "instructions": "Classify.", "metadata": {"topic": "jokes"}}
    done = one(caller.send("response.create", response=asked), "response.done")["response"]
    assert done["output"][0]["content"][0]["text"] == "You said: Is this a joke?"
    assert (done["conversation_id"], done["metadata"]["topic"]) == (None, "jokes")
    assert len(caller.session.conversation) == 0
    assert caller.mind.made[0][0] == "Classify."


def test_a_response_with_instructions_of_its_own_is_given_by_somebody_else():
    caller = Caller(Script(), configuration=replace(SILENT, instructions="Be kind."))
    caller.write("Hello.")
    caller.send("response.create", response={"instructions": "Be brief."})
    assert [made[0] for made in caller.mind.made] == ["Be brief."]
    assert caller.mind.told == [[Written(text="Hello.")]]


def test_silence_for_long_enough_is_the_minds_turn():
    patient = Configuration(turn_detection=TurnDetection(idle_timeout_ms=5_000))
    caller = Caller(Script("Hello.", "Are you still there?"), configuration=patient)
    caller.send("response.create")
    length = len(spoken("Hello.", "alloy").pcm) / 48_000
    events = caller.wait(length + 5.2)
    assert kinds(events)[:3] == [
        "input_audio_buffer.timeout_triggered",
        "input_audio_buffer.committed",
        "conversation.item.added",
    ]
    assert caller.mind.told[1] == [Heard(text="")]


def test_a_session_is_over_in_time():
    caller = Caller(Script(), longest=60.0)
    events = caller.skip(61)
    assert one(events, "error")["error"]["code"] == "session_expired"
    assert caller.session.over
    assert caller.send("response.create") == []


def test_who_asks_too_often_is_refused_for_a_while():
    caller = Caller(Script(), configuration=SILENT, requests=2.0)
    statuses = []
    for wait in (0, 0, 0, 31):
        caller.skip(wait)
        done = one(caller.send("response.create"), "response.done")["response"]
        statuses.append(done["status"])
    assert statuses == ["completed", "completed", "failed", "completed"]


def test_another_voice_is_refused_once_one_was_heard():
    caller = Caller(Script())
    caller.send("response.create")
    document = {"type": "realtime", "audio": {"output": {"voice": "echo"}}}
    assert one(caller.send("session.update", session=document), "error")["error"]["code"] == "cannot_update_voice"


def test_speed_is_heard():
    fast, slow = (
        one(Caller(Script(LONG), configuration=Configuration(speed=speed)).send("response.create"), "response.done")
        for speed in (1.5, 0.5)
    )
    assert slow["response"]["usage"]["output_tokens"] > 1.5 * fast["response"]["usage"]["output_tokens"]


# What must not be.


def test_the_same_seed_gives_the_same_bytes():
    def whole(seed, name):
        caller = Caller(Script(Reply(text="Well.", after=0.3)), configuration=TRANSCRIBING, seed=seed, name=name)
        caller.speak("I lost my card.")
        caller.wait(2)
        return orjson.dumps(caller.log)

    assert whole(1, "a") == whole(1, "a")
    assert len({whole(1, "a"), whole(2, "a"), whole(1, "b")}) == 3


@pytest.mark.parametrize(
    ("event", "code", "parameter"),
    [
        ({}, "missing_required_parameter", "type"),
        ({"type": None}, "missing_required_parameter", "type"),
        ({"type": 7}, "invalid_type", "type"),
        ({"type": "session.delete"}, "invalid_value", "type"),
        ({"type": "session.update"}, "missing_required_parameter", "session"),
        ({"type": "session.update", "session": []}, "invalid_type", "session"),
        ({"type": "session.update", "session": {}}, "missing_required_parameter", "session.type"),
        ({"type": "session.update", "session": {"type": "transcription"}}, "invalid_value", "session.type"),
        ({"type": "session.update", "session": {"type": "realtime", "model": "other"}}, "invalid_value", "session.model"),
        ({"type": "input_audio_buffer.append"}, "missing_required_parameter", "audio"),
        ({"type": "input_audio_buffer.append", "audio": 3}, "invalid_type", "audio"),
        ({"type": "input_audio_buffer.append", "audio": "****"}, "invalid_value", "audio"),
        ({"type": "input_audio_buffer.commit"}, "input_audio_buffer_commit_empty", None),
        ({"type": "input_audio_buffer.clear", "what": 1}, "unknown_parameter", "what"),
        ({"type": "conversation.item.delete", "item_id": "x"}, "item_delete_invalid_item_id", "item_id"),
        ({"type": "conversation.item.retrieve", "item_id": "x"}, "item_retrieve_invalid_item_id", "item_id"),
        ({"type": "response.cancel", "response_id": 1}, "invalid_type", "response_id"),
        ({"type": "response.create", "event_id": 1}, "invalid_type", "event_id"),
        ({"type": "response.create", "response": {"output_modalities": ["smell"]}}, "invalid_value", "response.output_modalities[0]"),
        ({"type": "response.create", "response": {"audio": {"output": {"voice": "x"}}}}, "invalid_value", "response.audio.output.voice"),
        ({"type": "response.create", "response": {"metadata": {"a": 1}}}, "invalid_type", "response.metadata.a"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_answered_with_what_and_where(event, code, parameter):
    caller = Caller(Script())
    caller.take(events := caller.session.receive(event, 0.0))
    error = one(events, "error")["error"]
    assert (error["type"], error["code"], error["param"]) == ("invalid_request_error", code, parameter)


def test_a_session_takes_a_defered_hearing_back():
    mind = Script("Good morning.")
    caller = Caller(mind, configuration=TRANSCRIBING, defers=True)
    caller.speak("I lost my card.")
    assert not of(caller.wait(1), "response.created")
    (hearing,) = caller.session.hearings()
    events = caller.take(caller.session.heard(hearing, hearing.listen(), caller.now))
    assert one(events, "conversation.item.input_audio_transcription.completed")["transcript"] == "I lost my card."
    assert of(events, "response.done")


def test_a_response_waits_for_what_is_still_being_understood():
    mind = Script()
    caller = Caller(mind, configuration=replace(SILENT, turn_detection=None), defers=True)
    caller.speak("I lost my card.")
    caller.send("input_audio_buffer.commit")
    assert kinds(caller.send("response.create")) == ["response.created"]
    assert caller.skip(5) == []
    (hearing,) = caller.session.hearings()
    caller.take(caller.session.heard(hearing, hearing.listen(), caller.now))
    caller.take(caller.session.advance(caller.now))
    assert mind.told == [[Heard(text="I lost my card.")]]


def test_a_session_needs_no_more_than_a_setup():
    session = ServerSession(Caller(Script()).session._setup)
    assert session.opening()[0]["session"]["model"] == "gpt-realtime"
