"""Items are read, or refused, and shown in either dialect."""

import pytest

from flexsim.errors import ProtocolError
from flexsim.voice.realtime.items import read_item
from flexsim.voice.realtime.names import Dialect


def message(role, *content, **more):
    return {"type": "message", "role": role, "content": list(content), **more}


@pytest.mark.parametrize(
    ("document", "code", "parameter"),
    [
        ([], "invalid_type", "item"),
        ({}, "missing_required_parameter", "item.type"),
        ({"type": "poem"}, "invalid_value", "item.type"),
        ({"type": "message", "content": []}, "missing_required_parameter", "item.role"),
        ({"type": "message", "role": "user"}, "missing_required_parameter", "item.content"),
        (message("parrot"), "invalid_value", "item.role"),
        (message("user", {}), "missing_required_parameter", "item.content[0].type"),
        (message("user", {"type": "output_text", "text": ""}), "invalid_value", "item.content[0].type"),
        (message("user", {"type": "input_image"}), "invalid_value", "item.content[0].type"),
        (message("user", {"type": "input_text"}), "missing_required_parameter", "item.content[0].text"),
        (message("user", {"type": "input_text", "text": 1}), "invalid_type", "item.content[0].text"),
        (message("user", {"type": ["input_text"]}), "invalid_type", "item.content[0].type"),
        (message("user", id="root"), "invalid_value", "item.id"),
        (message("user", status="lost"), "invalid_value", "item.status"),
        (message("user", extra=1), "unknown_parameter", "item.extra"),
        ({"type": "function_call_output", "output": ""}, "missing_required_parameter", "item.call_id"),
        ({"type": "function_call_output", "output": "", "call_id": ""}, "invalid_value", "item.call_id"),
        ({"type": "function_call", "name": "f"}, "missing_required_parameter", "item.arguments"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(document, code, parameter):
    with pytest.raises(ProtocolError) as caught:
        read_item(document, "item_1")
    assert (caught.value.code, caught.value.parameter) == (code, parameter)


def test_an_item_keeps_the_id_it_brings():
    assert read_item(message("user", id="mine"), "item_1")[0].item_id == "mine"
    assert read_item(message("user"), "item_1")[0].item_id == "item_1"


def test_an_answer_is_shown_in_the_words_of_the_dialect():
    item, _ = read_item(message("assistant", {"type": "text", "text": "Yes."}), "item_1")
    shown = {dialect: item.document(dialect)["content"] for dialect in Dialect}
    assert shown == {
        Dialect.GA: [{"type": "output_text", "text": "Yes."}],
        Dialect.BETA: [{"type": "text", "text": "Yes."}],
    }


def test_sound_in_an_item_is_given_out_and_not_kept():
    item, sounds = read_item(message("user", {"type": "input_audio", "audio": "AAAA", "transcript": "Hm."}), "item_1")
    assert [each.audio for each in sounds] == ["AAAA"]
    assert item.document(Dialect.GA)["content"] == [{"type": "input_audio", "transcript": "Hm."}]


def test_a_functions_call_and_output_are_shown_with_what_they_have():
    call, _ = read_item({"type": "function_call", "name": "f", "call_id": "c", "arguments": "{}"}, "item_1")
    output, _ = read_item({"type": "function_call_output", "call_id": "c", "output": "1"}, "item_2")
    assert call.document(Dialect.GA).items() >= {"name": "f", "call_id": "c", "arguments": "{}"}.items()
    assert output.document(Dialect.GA).items() >= {"call_id": "c", "output": "1"}.items()
