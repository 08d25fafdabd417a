"""Who speaks when: one side at a time, unless somebody means to interrupt."""

from dataclasses import replace

import pytest

from flexsim.voice.ports import Heard, Interjection, InterjectionKind, Reply, ToolCall, Written
from flexsim.voice.realtime.configuration import Configuration, TurnDetection
from flexsim.voice.sound.words import heard_until
from tests.voice.realtime.company import Caller, Script, kinds, of, one, spoken

LONG = "I am afraid that I cannot find my card anywhere, although I looked for it everywhere I have been."
SILENT = Configuration(speaks=False)


def test_the_mind_thinks_for_as_long_as_it_says():
    caller = Caller(Script(Reply(text="Well.", after=0.75)))
    caller.now = 10.0
    assert kinds(caller.send("response.create")) == ["response.created"]
    assert caller.session.next_deadline == 10.75
    assert "response.output_audio.delta" in kinds(caller.skip(0.75))


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


def test_who_asks_too_often_is_refused_for_a_while():
    caller = Caller(Script(), configuration=SILENT, requests=2.0)
    statuses = []
    for wait in (0, 0, 0, 31):
        caller.skip(wait)
        done = one(caller.send("response.create"), "response.done")["response"]
        statuses.append(done["status"])
    assert statuses == ["completed", "completed", "failed", "completed"]


@pytest.mark.parametrize("configuration", [Configuration(max_output_tokens=60), replace(SILENT, max_output_tokens=6)])
def test_an_answer_that_is_too_long_is_incomplete(configuration):
    call = ToolCall(name="f", arguments={})
    caller = Caller(Script(Reply(text=LONG, calls=(call,))), configuration=configuration)
    done = one(caller.send("response.create"), "response.done")["response"]
    assert (done["status"], done["status_details"]["reason"]) == ("incomplete", "max_output_tokens")
    (item,) = done["output"]
    assert item["status"] == "incomplete"
    (said,) = caller.mind.cuts
    assert LONG.startswith(said)
    assert 0 < len(said) < len(LONG)
    assert done["usage"]["output_tokens"] <= configuration.max_output_tokens + 12  # what ends with a pause of its own


def test_an_answer_for_which_there_is_no_room_at_all_is_empty():
    caller = Caller(Script(LONG), configuration=Configuration(max_output_tokens=1))
    done = one(caller.send("response.create"), "response.done")["response"]
    assert (done["status"], done["output"], caller.mind.cuts) == ("incomplete", [], [""])


@pytest.mark.parametrize("answer", [Reply(text=LONG), Reply(text=LONG, after=5.0)], ids=["speaking", "thinking"])
def test_a_mind_is_not_told_what_became_of_a_strangers_words(answer):
    caller = Caller(Script(answer))
    caller.send("response.create", response={"instructions": "Be somebody else."})
    caller.wait(1)
    caller.speak("Excuse me.")
    caller.wait(1)
    assert caller.mind.cuts == []


def test_what_was_said_to_somebody_thinking_is_answered_afterwards():
    stubborn = Configuration(turn_detection=TurnDetection(interrupt_response=False))
    caller = Caller(Script(Reply(text="Well.", after=3.0), "And hello to you."), configuration=stubborn)
    caller.send("response.create")
    caller.speak("Hello.")
    caller.wait(6)
    assert caller.mind.told == [[], [Heard(text="Hello.")]]


def test_what_was_said_to_somebody_waiting_for_the_floor_is_answered_with_the_rest():
    stubborn = Configuration(turn_detection=TurnDetection(interrupt_response=False))
    caller = Caller(Script(LONG, "And hello to you."), configuration=stubborn)
    caller.send("response.create")
    caller.send("response.create")
    caller.speak("Hello.")
    caller.wait(12)
    assert caller.mind.told == [[], [Heard(text="Hello.")]]


def test_an_answer_that_is_owed_is_given_as_soon_as_the_client_plays_no_more():
    stubborn = Configuration(turn_detection=TurnDetection(interrupt_response=False))
    caller = Caller(Script(LONG, "And hello to you."), configuration=stubborn)
    item_id = one(caller.send("response.create"), "response.done")["response"]["output"][0]["id"]
    caller.speak("Hello.")
    caller.wait(1)
    caller.send("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=900)
    assert of(caller.frame(), "response.done")


def test_who_may_call_nothing_calls_nothing():
    call = ToolCall(name="f", arguments={})
    mind = Script(Reply(text="Well.", calls=(call,)), Reply(calls=(call,)))
    caller = Caller(mind, configuration=replace(SILENT, tool_choice="none"))
    done = one(caller.send("response.create"), "response.done")["response"]
    assert [each["type"] for each in done["output"]] == ["message"]
    done = one(caller.send("response.create", response={"tool_choice": "auto"}), "response.done")["response"]
    assert [each["type"] for each in done["output"]] == ["function_call"]
