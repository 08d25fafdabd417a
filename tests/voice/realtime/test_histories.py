"""What a client puts into the conversation is news, once; what it takes out is none."""

import pytest

from flexsim.voice.ports import Heard, ToolResult, Written
from flexsim.voice.realtime.configuration import Configuration
from flexsim.voice.sound.pcm import encoded
from tests.voice.realtime.company import Caller, Script, kinds, one, spoken


@pytest.fixture
def caller():
    return Caller(Script(), configuration=Configuration(speaks=False))


def put(caller, item, **more):
    return caller.send("conversation.item.create", item=item, **more)


def message(role, **content):
    return {"type": "message", "role": role, "content": [content]}


def told(caller):
    caller.send("response.create")
    return caller.mind.told[-1]


def test_what_a_user_writes_is_news(caller):
    put(caller, message("user", type="input_text", text="One."))
    put(caller, message("user", type="input_text", text="Two."))
    assert told(caller) == [Written(text="One."), Written(text="Two.")]


def test_what_is_taken_out_in_time_is_none(caller):
    added = one(put(caller, message("user", type="input_text", text="One.")), "conversation.item.added")
    assert kinds(caller.send("conversation.item.delete", item_id=added["item"]["id"])) == ["conversation.item.deleted"]
    assert told(caller) == []


@pytest.mark.parametrize(("role", "kind"), [("assistant", "output_text"), ("system", "input_text")])
def test_what_others_are_said_to_have_said_is_none(caller, role, kind):
    put(caller, message(role, type=kind, text="One."))
    assert told(caller) == []


def test_sound_inside_an_item_is_listened_to_whatever_its_transcript_says(caller):
    speech = spoken("I lost my card.")
    caller.lexicon.add(speech)
    put(caller, message("user", type="input_audio", audio=encoded(speech.pcm), transcript="I found my card."))
    assert told(caller) == [Heard(text="I lost my card.")]


def test_sound_that_is_none_is_refused(caller):
    error = one(put(caller, message("user", type="input_audio", audio="*")), "error")["error"]
    assert (error["code"], error["param"]) == ("invalid_value", "item.content")
    assert len(caller.session.conversation) == 0


def test_a_functions_output_needs_its_call(caller):
    output = {"type": "function_call_output", "call_id": "c", "output": "1"}
    error = one(put(caller, output), "error")["error"]
    assert error["param"] == "item.call_id"
    put(caller, {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"})
    put(caller, output)
    assert told(caller) == [ToolResult(name="f", output="1")]


def test_an_item_goes_where_it_is_put(caller):
    for item_id, after in (("a", None), ("b", None), ("c", "a"), ("d", "root")):
        put(caller, {**message("user", type="input_text", text=item_id), "id": item_id}, previous_item_id=after)
    assert [each.item_id for each in caller.session.conversation] == ["d", "a", "c", "b"]
    for item, after, code in (
        ("a", None, "item_create_duplicate_item_id"),
        ("e", "x", "item_create_invalid_previous_item_id"),
    ):
        events = put(caller, {**message("user", type="input_text", text=""), "id": item}, previous_item_id=after)
        assert one(events, "error")["error"]["code"] == code


def test_a_response_may_refer_to_items(caller):
    put(caller, {**message("user", type="input_text", text="One."), "id": "a"})
    caller.send("response.create", response={"conversation": "none", "input": [{"type": "item_reference", "id": "a"}]})
    assert caller.mind.told == [[Written(text="One.")]]
    asked = {"conversation": "none", "input": [{"type": "item_reference", "id": "x"}]}
    assert (
        one(caller.send("response.create", response=asked), "error")["error"]["code"]
        == "item_reference_invalid_item_id"
    )


@pytest.mark.parametrize(
    ("change", "parameter"),
    [({"content_index": 1}, "content_index"), ({"content_index": -1}, "content_index"), ({"audio_end_ms": 90_000}, "audio_end_ms"), ({"item_id": "x"}, "item_id")],
)  # fmt: skip
def test_only_what_was_spoken_can_be_truncated(change, parameter):
    caller = Caller(Script("Good morning."))
    item_id = one(caller.send("response.create"), "response.done")["response"]["output"][0]["id"]
    wanted = {"item_id": item_id, "content_index": 0, "audio_end_ms": 100} | change
    assert one(caller.send("conversation.item.truncate", **wanted), "error")["error"]["param"] == parameter


def test_what_was_written_cannot_be_truncated(caller):
    item_id = one(caller.send("response.create"), "response.done")["response"]["output"][0]["id"]
    error = one(caller.send("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=0), "error")
    assert "Only an assistant's audio" in error["error"]["message"]
