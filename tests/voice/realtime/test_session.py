"""A session does what the service does, in its order; whatever a client sends, it is answered and nothing breaks."""

from dataclasses import replace

import orjson
import pytest

from flexsim.voice.ports import Heard, Reply, Tool, ToolCall, ToolResult, Written
from flexsim.voice.realtime.configuration import Configuration, Format, TurnDetection
from flexsim.voice.realtime.names import Dialect
from flexsim.voice.realtime.session import ServerSession
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


def test_what_the_mind_intended_is_in_the_responses_metadata():
    caller = Caller(Script(Reply(text="Well.", after=0.25)))
    caller.send("response.create", response={"metadata": {"mine": "1"}})
    done = one(caller.skip(1), "response.done")
    assert done["response"]["metadata"] == {"mine": "1", "flexsim.after": "0.250", "flexsim.kind": "turn"}


def test_a_text_only_client_in_telephony_hears_mulaw():
    caller = Caller(Script("Good morning."), configuration=Configuration(sounds=Format.ULAW))
    deltas = of(caller.send("response.create"), "response.output_audio.delta")
    speech = spoken("Good morning.", "alloy")
    assert len(deltas) == len(speech.frames)
    assert all(len(each["delta"]) == 428 for each in deltas)  # 320 bytes


# Being interrupted, and interrupting.


SEMANTIC = Configuration(turn_detection=TurnDetection(semantic=True))


# What a client may do.


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


def test_a_session_is_over_in_time():
    caller = Caller(Script(), longest=60.0)
    events = caller.skip(61)
    assert one(events, "error")["error"]["code"] == "session_expired"
    assert caller.session.over
    assert caller.send("response.create") == []


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


def test_a_session_needs_no_more_than_a_setup():
    session = ServerSession(Caller(Script()).session._setup)
    assert session.opening()[0]["session"]["model"] == "gpt-realtime"
