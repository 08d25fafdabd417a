"""Documents that break off are read as far as they go, and what is wrong in them is counted."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.voice.scores.documents import (
    Broken,
    entries,
    function_call,
    functions,
    metadata,
    session_event,
    utterance,
)
from flexsim.voice.scores.recording import Kind, Side

SAID = {
    "speaker": "caller",
    "item_id": "i",
    "text": "Hello",
    "start": 1.0,
    "end": 2.0,
    "interrupted": False,
    "kind": "turn",
    "heard": None,
}
CALLED = {
    "at": 1.5,
    "side": "agent",
    "call_id": "c",
    "name": "f",
    "arguments": {},
    "result": {},
    "error": None,
    "duration": 0.1,
}


def document(*said):
    return json.dumps({"conversation_id": "x", "utterances": list(said)})


def test_a_whole_document_is_read_without_a_note():
    found, notes = entries(document(SAID, SAID | {"start": 3.0, "end": 4.0}), "utterances", utterance)
    assert [each.start for each in found] == [1.0, 3.0]
    assert notes == []


def test_a_document_that_breaks_off_is_read_as_far_as_it_goes():
    text = document(SAID, SAID, SAID)
    found, notes = entries(text[:-40], "utterances", utterance)
    assert len(found) == 2
    assert notes == ["breaks off after 2 utterances"]


@given(st.integers(0, len(document(SAID, CALLED, SAID))))
@settings(max_examples=60)
def test_no_beginning_of_a_document_is_a_surprise(length):
    try:
        found, _ = entries(document(SAID, SAID)[:length], "utterances", utterance)
    except Broken:
        return
    assert len(found) <= 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"speaker": "nobody"}, {"start": "soon"}, {"start": None}, {"start": -1}, {"end": 0.5}, {"start": True},
        {"kind": "song"}, {"end": 1e9}, {"end": 1e400},
    ],
    ids=str,
)  # fmt: skip
def test_an_entry_that_is_wrong_is_left_out_and_counted(wrong):
    found, notes = entries(document(SAID, SAID | wrong), "utterances", utterance)
    assert len(found) == 1
    assert notes == ["1 of 2 utterances are not as they should be, and left out"]


def test_entries_that_are_no_objects_are_left_out():
    text = json.dumps({"utterances": [1, "x", None, [], SAID]})
    assert entries(text, "utterances", utterance)[1] == ["4 of 5 utterances are not as they should be, and left out"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"utterances": 3}', "null", "[" * 100_000])
def test_what_holds_no_list_says_so(text):
    with pytest.raises(Broken):
        entries(text, "utterances", utterance)


def test_an_utterance_has_what_the_transcript_says():
    found = utterance(
        SAID | {"kind": "back_channel", "interrupted": True, "heard": {"text": "Hallo", "understood": False}}
    )
    assert (found.side, found.kind, found.interrupted, found.heard, found.understood) == (
        Side.CALLER,
        Kind.BACK_CHANNEL,
        True,
        "Hallo",
        False,
    )


def test_where_the_end_of_the_sound_is_told_it_is_the_end():
    assert utterance(SAID | {"sound_end": 1.93}).end == 1.93


def test_a_call_has_what_the_log_says():
    found = function_call(CALLED | {"error": "no", "result": None})
    assert (found.name, found.error, found.duration, found.side) == ("f", "no", 0.1, Side.AGENT)


def test_functions_are_those_the_agents_session_was_last_told_of():
    def update(side, *tools):
        session = {"tools": [{"name": name, "parameters": {"type": "object"}} for name in tools]}
        return {"side": side, "event": {"type": "session.update", "session": session}}

    sessions = [
        session_event(each) for each in (update("agent", "old"), update("caller", "hang_up"), update("agent", "a", "b"))
    ]
    assert functions(sessions) == {"a": {"type": "object"}, "b": {"type": "object"}}
    assert functions([{}, {"tools": None}]) is None


def test_metadata_is_an_object():
    assert metadata('{"a": 1}') == {"a": 1}
    for text in ("[]", "{", "[" * 100_000):
        with pytest.raises(Broken):
            metadata(text)
