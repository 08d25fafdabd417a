"""A client understands everything that a server says, in both dialects, and says what a server understands."""

import pytest

from flexsim.errors import ProtocolError
from flexsim.voice.ports import Reply, Tool, ToolCall
from flexsim.voice.realtime.client import _READERS, ClientSession
from flexsim.voice.realtime.configuration import Configuration
from flexsim.voice.realtime.happenings import (
    AudioArrived,
    FunctionCalled,
    Refused,
    ResponseBegan,
    ResponseEnded,
    Said,
    SessionBegan,
    SessionChanged,
    SpeechBegan,
    SpeechEnded,
    Truncated,
    TurnTaken,
    Understood,
    WordsArrived,
)
from flexsim.voice.realtime.names import Dialect, Told
from tests.voice.realtime.company import FRAME, Caller, Script, spoken

TOOL = Tool(name="f", description="", parameters={})


class Pair:
    """A client and a server, with the grammar between them."""

    def __init__(self, mind, dialect, configuration=None):
        self.caller = Caller(mind, dialect=dialect)
        self.client = ClientSession(dialect)
        self.happened = []
        self.take([event for _, event in self.caller.log])
        self.tell(
            self.client.configure(configuration or Configuration(transcription={"model": "whisper-1"}, tools=(TOOL,)))
        )

    def take(self, events):
        found = [each for each in map(self.client.receive, events) if each is not None]
        self.happened += found
        return found

    def tell(self, message):
        return self.take(self.caller.send(message.pop("type"), **message))

    def speak(self, text):
        return self.take(self.caller.speak(text) + self.caller.wait(1))


@pytest.fixture(params=Dialect)
def pair(request):
    return lambda *replies: Pair(Script(*replies), request.param)


def only(happened, kind):
    (found,) = [each for each in happened if isinstance(each, kind)]
    return found


def test_a_session_is_there_and_then_configured(pair):
    found = pair()
    assert [type(each) for each in found.happened] == [SessionBegan, SessionChanged]
    assert found.client.session_id == found.caller.session.session_id
    assert found.client.configured


def test_a_turn_is_followed_from_the_first_sound_to_the_last(pair):
    happened = pair(Reply(text="Good morning.", after=0.2)).speak("I lost my card.")
    kinds = [type(each) for each in happened]
    assert kinds[:5] == [SpeechBegan, SpeechEnded, TurnTaken, Understood, ResponseBegan]
    assert only(happened, Understood).text == "I lost my card."
    assert [each.audio for each in happened if isinstance(each, AudioArrived)] == list(
        spoken("Good morning.", "alloy").frames
    )
    assert "".join(each.text for each in happened if isinstance(each, WordsArrived)) == "Good morning."
    said = only(happened, Said)
    assert (said.text, said.spoken) == ("Good morning.", True)
    ended = only(happened, ResponseEnded)
    assert (ended.status, ended.reason, ended.items) == ("completed", "", [said.item_id])
    assert ended.metadata["flexsim.after"] == "0.200"
    assert only(happened, ResponseBegan).metadata["flexsim.kind"] == "turn"


def test_it_is_known_whether_an_answer_is_being_made(pair):
    found = pair(Reply(text="Well.", after=5.0))
    began = only(found.tell(found.client.respond()), ResponseBegan)
    assert found.client.active == began.response_id
    ended = only(found.tell(found.client.cancel()), ResponseEnded)
    assert (ended.status, ended.reason, found.client.active) == ("cancelled", "client_cancelled", None)


def test_a_function_is_called_and_its_result_given(pair):
    found = pair(Reply(calls=(ToolCall(name="f", arguments={"a": 1}),)))
    call = only(found.tell(found.client.respond()), FunctionCalled)
    assert (call.name, call.arguments) == ("f", '{"a":1}')
    assert found.tell(found.client.result(call.call_id, "42")) == []
    found.tell(found.client.respond())
    assert found.caller.mind.told[-1][0].output == "42"


def test_what_is_written_is_answered_in_writing_where_that_is_wanted(pair):
    found = pair()
    found.tell(found.client.configure(Configuration(speaks=False)))
    found.tell(found.client.write("Hello."))
    said = only(found.tell(found.client.respond()), Said)
    assert (said.text, said.spoken) == ("You said: Hello.", False)


def test_what_was_not_played_is_taken_back(pair):
    found = pair("I am afraid that I cannot help you.")
    item_id = only(found.tell(found.client.respond()), Said).item_id
    assert found.tell(found.client.truncate(item_id, 500)) == [Truncated(item_id, 500)]


def test_turns_may_be_made_by_hand(pair):
    found = pair()
    found.tell(found.client.configure(Configuration(turn_detection=None)))
    for _ in range(5):
        assert found.tell(found.client.append(spoken("Hello.").frames[0])) == []
        found.caller.now += FRAME
    assert found.tell(found.client.clear()) == []
    refused = only(found.tell(found.client.commit()), Refused)
    assert (refused.code, refused.kind) == ("input_audio_buffer_commit_empty", "invalid_request_error")


def test_what_failed_says_why(pair):
    client = pair().client
    event = {"type": "conversation.item.input_audio_transcription.failed", "item_id": "i", "error": {"code": "bad"}}
    assert client.receive(event) == Understood("i", None, "bad")
    error = {"code": "rate_limit_exceeded", "message": "too much"}
    response = {"id": "r", "status": "failed", "status_details": {"error": error}}
    assert client.receive({"type": "response.done", "response": response}) == ResponseEnded(
        "r", "failed", "rate_limit_exceeded", {}, []
    )


@pytest.mark.parametrize("kind", [each.value for each in Told if each.value in _READERS] + ["response.audio.delta"])
def test_an_event_that_is_not_whole_is_named(kind):
    with pytest.raises(ProtocolError, match=f"an event {kind}"):
        ClientSession().receive({"type": kind})


@pytest.mark.parametrize(
    "event", [{"type": []}, {}, {"type": "something.new"}, {"type": 7}, {"type": "rate_limits.updated"}]
)
def test_what_means_nothing_is_passed_over(event):
    assert ClientSession().receive(event) is None


@pytest.mark.parametrize(
    "event",
    [
        {"type": "response.output_audio.delta", "response_id": ["r"], "item_id": "i", "delta": "AAAA"},
        {"type": "response.output_audio_transcript.done", "response_id": "r", "item_id": "i", "transcript": [None]},
        {"type": "input_audio_buffer.speech_started", "item_id": "i", "audio_start_ms": "soon"},
        {"type": "response.created", "response": {"id": "r", "metadata": ["x"]}},
    ],
)
def test_a_value_that_is_of_another_type_makes_an_event_not_whole(event):
    with pytest.raises(ProtocolError, match="is not whole"):
        ClientSession().receive(event)
