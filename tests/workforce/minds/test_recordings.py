"""Models recorded and replayed."""

import asyncio
import json
import socket
from dataclasses import replace

import pytest

from flexsim.errors import ConfigurationError, ReplayMiss
from flexsim.workforce.minds.llm import LlmMind, Model
from flexsim.workforce.minds.recordings import Recorder, Replayer, model_in
from tests.workforce.making import played, role_named, view
from tests.workforce.minds.chat_server import SECRET
from tests.workforce.minds.test_llm import Scripted
from tests.workforce.minds.test_openai_chat import request


def record(file, *requests, chat=None, secrets=()):
    async def go():
        with Recorder(chat or Scripted(*(f"answer {n}" for n in range(len(requests)))), file, secrets) as recorder:
            return [await recorder.complete(each) for each in requests]

    return asyncio.run(go())


def replay(file, *requests):
    async def go():
        replayer = Replayer(file)
        return [await replayer.complete(each) for each in requests]

    return asyncio.run(go())


def test_what_was_recorded_is_replayed(tmp_path):
    file = tmp_path / "model.jsonl"
    recorded = record(file, request("one"), request("two"))
    assert replay(file, request("two"), request("one")) == recorded[::-1]
    assert model_in(file) == "m"


def test_what_was_asked_again_has_its_answers_in_order_and_the_last_for_ever(tmp_path):
    file = tmp_path / "model.jsonl"
    first, second = record(file, request(), request())
    assert first != second
    assert replay(file, request(), request(), request()) == [first, second, second]


def test_a_replay_never_opens_a_socket(tmp_path, monkeypatch):
    """A whole session, recorded once, goes the same way with the network taken away."""
    file = tmp_path / "model.jsonl"
    with Recorder(Scripted(), file) as recorder:
        _, told = played(2, mind=LlmMind(recorder, Model(name="m")))

    def refused(*_, **__):
        raise AssertionError("a replay opened a socket")

    replayer = Replayer(file)
    loop = asyncio.new_event_loop()  # which has a pair of sockets of its own, to wake itself
    monkeypatch.setattr(asyncio, "run", loop.run_until_complete)
    monkeypatch.setattr(socket.socket, "__init__", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    _, again = played(2, mind=LlmMind(replayer, Model(name="m"), repeatable=True))
    loop.close()
    assert again == told


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            request("How are you today?"),
            "line 2, and differs in messages[1].content: recorded 'How are you?', asked 'How are you today?'",
        ),
        (
            replace(request("How are you?"), temperature=0.9),
            "line 2, and differs in temperature: recorded '0.5', asked '0.9'",
        ),
        (replace(request("one"), model="other"), "line 1, and differs in model: recorded 'm', asked 'other'"),
    ],
)
def test_a_miss_names_the_nearest_recording_and_the_field_that_differs(tmp_path, asked, told):
    file = tmp_path / "model.jsonl"
    record(file, request("one"), request("How are you?"))
    with pytest.raises(ReplayMiss) as failure:
        replay(file, asked)
    assert told in str(failure.value)


def test_a_difference_deep_in_a_long_text_is_shown_where_it_is(tmp_path):
    file = tmp_path / "model.jsonl"
    record(file, request("x" * 500 + " budget 400 " + "y" * 100))
    with pytest.raises(ReplayMiss, match=r"recorded from character 509 'x+ budget 400 y+', asked 'x+ budget 300 y+'"):
        replay(file, request("x" * 500 + " budget 300 " + "y" * 100))


def test_secrets_never_reach_the_disk(tmp_path):
    file = tmp_path / "model.jsonl"
    record(file, request("harmless"), secrets=[SECRET])
    for asked, chat in ((request(f"my key is {SECRET}"), None), (request("tell me"), Scripted(f"it is {SECRET}"))):
        with pytest.raises(ConfigurationError, match="holds the model's key") as failure:
            record(file, asked, chat=chat, secrets=[SECRET])
        assert SECRET not in str(failure.value)
    assert SECRET not in file.read_text()
    assert len(file.read_text().splitlines()) == 1


def test_a_recording_is_added_to_and_a_line_that_is_none_is_named(tmp_path):
    file = tmp_path / "model.jsonl"
    record(file, request("one"))
    record(file, request("two"))
    assert len(file.read_text().splitlines()) == 2
    with file.open("a") as more:
        more.write('{"request": 1}\n')
    with pytest.raises(ConfigurationError, match=r"line 3 of .*model.jsonl"):
        Replayer(file)


def test_an_empty_recording_and_none_at_all_are_told(tmp_path):
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(ReplayMiss, match="holds no recording"):
        replay(tmp_path / "empty.jsonl", request())
    assert model_in(tmp_path / "empty.jsonl") is None
    with pytest.raises(ConfigurationError, match=r"none\.jsonl"):
        Replayer(tmp_path / "none.jsonl")
    with pytest.raises(ConfigurationError, match="cannot write"):
        Recorder(Scripted(), tmp_path / "no" / "folder.jsonl")


def test_the_key_is_of_what_decides_the_answer_and_does_not_depend_on_order():
    one = request()
    assert one.key() == replace(one, schema=dict(reversed(one.schema.items()))).key()
    assert len({each.key() for each in (one, replace(one, seed=4), replace(one, model="n"), request("else"))}) == 4
    assert SECRET not in json.dumps(one.canonical())


def test_the_same_view_asks_the_same_thing():
    chats = Scripted(), Scripted()
    for chat in chats:
        asyncio.run(LlmMind(chat, Model(name="m")).propose([view(role_named("ceo"))]))
    assert chats[0].requests == chats[1].requests
