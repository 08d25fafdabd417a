"""Turns are found, understood and answered as a session is set to."""

from dataclasses import replace

import pytest

from flexsim.voice.ports import Heard, Reply
from flexsim.voice.realtime.configuration import Configuration, TurnDetection
from flexsim.voice.realtime.documents import update_document
from flexsim.voice.realtime.names import Dialect
from flexsim.voice.sound.pcm import SILENT_FRAME
from tests.voice.realtime.company import TRANSCRIBING, Caller, Script, kinds, of, one, spoken

LONG = "I am afraid that I cannot find my card anywhere, although I looked for it everywhere I have been."
SILENT = Configuration(speaks=False)
SEMANTIC = Configuration(turn_detection=TurnDetection(semantic=True))


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


def test_an_utterance_may_be_understood_elsewhere():
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


def update(caller, detection):
    document = update_document(Configuration(turn_detection=detection), Dialect.GA)
    return caller.send("session.update", session=document)


@pytest.mark.parametrize("semantic", [False, True])
def test_other_settings_in_the_middle_of_a_turn_lose_nothing_of_it(semantic):
    caller = Caller(Script(LONG), configuration=SEMANTIC)
    if semantic:  # and it may be a back-channel yet
        caller.send("response.create")
        caller.wait(1)
    events = caller.speak("Hello, I have lost my card.", until=6)
    update(caller, TurnDetection(semantic=semantic, eagerness="high", silence_duration_ms=200))
    events += caller.speak("Hello, I have lost my card.") + caller.wait(0.6)
    assert kinds(events)[:2] == ["input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped"]


def test_one_piece_of_sound_may_hold_the_end_of_a_turn_and_the_beginning_of_the_next():
    caller = Caller(Script(), configuration=TRANSCRIBING)
    speech = spoken("I lost my card.")
    caller.lexicon.add(speech)
    pause = SILENT_FRAME * 20
    caller.hear("".join((*speech.frames, pause, *speech.frames, pause)))
    assert [
        each["transcript"]
        for each in of([event for _, event in caller.log], "conversation.item.input_audio_transcription.completed")
    ] == [
        "I lost my card.",
        "I lost my card.",
    ]


def test_a_turn_is_not_answered_while_the_next_one_is_being_spoken():
    caller = Caller(Script(), configuration=TRANSCRIBING, defers=True)
    caller.speak("I lost my card.")
    caller.wait(0.6)
    caller.speak("And my hat.", until=5)
    (hearing,) = caller.session.hearings()
    events = caller.take(caller.session.heard(hearing, hearing.listen(), caller.now))
    assert not of(events, "response.created")


def test_who_waits_for_words_waits_for_them_whatever_was_not_played():
    caller = Caller(Script(LONG), configuration=Configuration(turn_detection=None), defers=True)
    item_id = one(caller.send("response.create"), "response.done")["response"]["output"][0]["id"]
    caller.speak("I lost my card.")
    caller.send("input_audio_buffer.commit")
    caller.send("response.create")
    caller.send("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=900)
    assert caller.skip(5) == []
    (hearing,) = caller.session.hearings()
    caller.take(caller.session.heard(hearing, hearing.listen(), caller.now))
    caller.skip(1)
    assert caller.mind.told[1] == [Heard(text="I lost my card.")]


def test_what_was_deleted_before_it_was_understood_is_not_told():
    caller = Caller(Script(), configuration=Configuration(turn_detection=None), defers=True)
    caller.speak("I lost my card.")
    item_id = one(caller.send("input_audio_buffer.commit"), "input_audio_buffer.committed")["item_id"]
    caller.send("conversation.item.delete", item_id=item_id)
    (hearing,) = caller.session.hearings()
    caller.take(caller.session.heard(hearing, hearing.listen(), caller.now))
    caller.send("response.create")
    assert caller.mind.told == [[]]


def test_who_has_spoken_is_not_asked_whether_anybody_is_there():
    patient = TurnDetection(idle_timeout_ms=5_000, create_response=False)
    caller = Caller(Script("Hello."), configuration=Configuration(turn_detection=patient))
    caller.send("response.create")
    caller.wait(1)
    caller.speak("I lost my card.")
    assert not of(caller.wait(10), "input_audio_buffer.timeout_triggered")


def test_a_commit_in_the_middle_of_a_turn_makes_two_of_it():
    caller = Caller(Script(), configuration=TRANSCRIBING)
    caller.speak("I lost my card.", until=20)
    first = one(caller.send("input_audio_buffer.commit"), "input_audio_buffer.committed")["item_id"]
    speech = spoken("I lost my card.")
    rest = [event for frame in speech.frames[20:] for event in caller.frame(frame)] + caller.wait(1)
    second = one(rest, "input_audio_buffer.speech_stopped")["item_id"]
    assert one(rest, "input_audio_buffer.committed")["item_id"] == second != first
    assert len(of(rest, "response.done")) == 1


def test_other_settings_wait_for_the_end_of_what_may_be_a_backchannel():
    caller = Caller(Script(Reply(text=LONG)), configuration=SEMANTIC)
    speech = spoken("I lost my card.")
    caller.lexicon.add(speech)
    for frame in speech.frames:
        caller.hear(frame)
    update(caller, TurnDetection(semantic=True, eagerness="high"))  # for when this turn is over
    caller.hear("".join((SILENT_FRAME * 15, *speech.frames)))  # it is, is answered, and another begins
    assert caller.mind.told == [[Heard(text="I lost my card.")]]
    caller.wait(1)
    assert caller.mind.told[1] == [Heard(text="I lost my card.")]
