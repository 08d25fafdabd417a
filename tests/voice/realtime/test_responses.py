"""A response is announced in order, its pieces are its whole, and words come with the sound they begin in."""

import pytest

from flexsim.voice.ports import FRAME_MS, RATE, Reply, ToolCall
from flexsim.voice.realtime.announcing import Announcer
from flexsim.voice.realtime.configuration import Configuration
from flexsim.voice.realtime.conversation import Conversation
from flexsim.voice.realtime.identifiers import Identifiers
from flexsim.voice.realtime.names import Dialect
from flexsim.voice.realtime.responses import Response, Responses
from flexsim.voice.realtime.usage import Usage
from flexsim.voice.sound.voices import named
from tests.voice.realtime.company import of, one, spoken
from tests.voice.realtime.grammar import Grammar

TEXT = "I lost my card, and I would like to have another, please."


@pytest.fixture(params=Dialect)
def stage(request):
    announcer, conversation = Announcer(Identifiers(1, "a"), request.param), Conversation()
    responses = Responses(announcer, conversation, "conv_1")
    grammar = Grammar(request.param)
    grammar.begun = True

    def perform(act, **more):
        response = Response("resp_1", Configuration(), named("echo"), usage=Usage(), **more)
        response.plan(Reply(text=TEXT))
        responses.created(response)
        act(responses, response)
        responses.done(response, "completed")
        return grammar.follow(announcer.taken()), conversation

    return perform


def test_words_come_with_the_sound_they_begin_in(stage):
    speech = spoken(TEXT)
    events, _ = stage(lambda responses, response: responses.spoken(response, speech, speech.frames))
    frame, at = 0, []
    for event in events:
        if "delta" in event:
            if "transcript" in event["type"]:
                at.append(frame)
            else:
                frame += 1
    assert at == [word.sample * 1000 // RATE // FRAME_MS for word in speech.words]
    assert frame == len(speech.frames)


def test_all_that_it_consists_of_is_in_the_conversation(stage):
    def act(responses, response):
        responses.written(response, TEXT)
        responses.called(response, ToolCall(name="f", arguments={"why": "because " * 20}))

    events, conversation = stage(act)
    done = one(events, "response.done")["response"]
    assert [each.item_id for each in conversation] == [each["id"] for each in done["output"]]
    assert len(of(events, "response.function_call_arguments.delta")) > 5
    assert done["metadata"] == {"flexsim.after": "0.000", "flexsim.kind": "turn"}


def test_aside_it_is_in_no_conversation(stage):
    events, conversation = stage(lambda responses, response: responses.written(response, TEXT), aside=True)
    assert len(conversation) == 0
    assert one(events, "response.done")["response"]["conversation_id"] is None


def test_what_was_used_is_told(stage):
    speech = spoken(TEXT)
    events, _ = stage(lambda responses, response: responses.spoken(response, speech, speech.frames))
    details = one(events, "response.done")["response"]["usage"]["output_token_details"]
    assert details["audio_tokens"] == -(-len(speech.pcm) // 48 // 50)
    assert details["text_tokens"] == -(-len(TEXT) // 4)
