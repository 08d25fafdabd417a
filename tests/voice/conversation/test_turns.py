"""Who said what when, and what the other heard of it."""

from flexsim.voice.conversation.playout import Track
from flexsim.voice.conversation.records import Kind, Side, Understanding
from flexsim.voice.conversation.turns import Turns

A, C = Side.AGENT, Side.CALLER


def track(item_id, text="Hello there you."):
    found = Track(item_id, f"of {item_id}")
    found.wrote(text)
    found.finish()
    return found


def turns(kinds=None, **more):
    return Turns(lambda _side, response: (kinds or {}).get(response), placed=True, **more)


def speak(found, side, item_id, start, end, text="Hello there you.", *, interrupted=False):
    found.began(side, track(item_id, text), start)
    found.ended(side, end, interrupted=interrupted)


def hear(found, listener, item_id, start, end, text):
    found.caught(listener, item_id, start=start)
    found.caught(listener, item_id, end=end)
    found.heard(listener, item_id, Understanding(text=text, understood=bool(text)))


def test_an_utterance_is_told_when_it_was_heard():
    found = turns()
    speak(found, A, "a", 1, 3)
    assert list(found.settled(3.5)) == []
    hear(found, C, "x", 0.9, 3.5, "Hello there you.")
    (told,) = found.settled(3.6)
    assert (told.start, told.end, told.heard.text) == (1, 3, "Hello there you.")


def test_one_that_nobody_heard_is_told_after_a_while():
    found = turns()
    speak(found, A, "a", 1, 3)
    assert list(found.settled(5.9)) == []
    (told,) = found.settled(6.1)
    assert told.heard is None


def test_nothing_is_told_before_what_began_earlier():
    found = turns()
    found.began(A, track("a"), 1.0)
    speak(found, C, "c", 2, 3)
    hear(found, A, "x", 2, 3.5, "Yes.")
    assert list(found.settled(60)) == []
    found.ended(A, 61.0, interrupted=False)
    hear(found, C, "y", 1, 61, "Hello there you.")
    assert [each.item_id for each in found.settled(62)] == ["a", "c"]


def test_one_that_is_being_listened_to_is_waited_for():
    found = turns()
    speak(found, A, "a", 1, 3)
    found.caught(C, "x", start=1.0)
    assert list(found.settled(20)) == []
    assert len(list(found.settled(64))) == 1


def test_two_utterances_heard_as_one_are_told_apart_where_the_words_are_theirs():
    found = turns()
    speak(found, A, "a", 1, 3, "One moment.")
    speak(found, A, "b", 3.2, 5, "Here it is.")
    hear(found, C, "x", 1, 5.5, "One moment. Here it is.")
    assert [each.heard.text for each in found.settled(6)] == ["One moment.", "Here it is."]


def test_what_was_heard_otherwise_belongs_to_the_most_of_it():
    found = turns()
    speak(found, A, "a", 1, 2, "One moment.")
    speak(found, A, "b", 2.2, 6, "Here it is.")
    hear(found, C, "x", 1, 6.5, "moment here it is")
    first, second = found.rest()
    assert (first.heard, second.heard.text) == (None, "moment here it is")


def test_speech_that_was_not_understood_is_known_as_such():
    found = turns()
    speak(found, A, "a", 1, 3)
    hear(found, C, "x", 1, 3.5, "")
    (told,) = found.settled(4)
    assert (told.heard.text, told.heard.understood) == ("", False)


def test_ones_own_voice_is_not_what_one_heard():
    found = turns()
    speak(found, C, "c", 1, 3)
    hear(found, C, "x", 1, 3.5, "Hello there you.")
    assert next(found.rest()).heard is None


def test_what_it_is_the_engine_tells():
    found = turns({"of c": "back_channel", "of d": "interruption"})
    speak(found, C, "c", 1, 2, "I see what you mean by that.")
    speak(found, C, "d", 3, 4)
    assert [each.kind for each in found.rest()] == [Kind.BACK_CHANNEL, Kind.INTERRUPTION]
    assert found.count == 0


def test_else_it_is_seen_from_what_the_other_did():
    found = turns()
    found.began(A, track("a"), 1.0)
    speak(found, C, "short", 2, 2.4, "Mm-hm.")
    speak(found, C, "long", 3, 5, "No, that is not what I meant.")
    found.began(C, track("stop", "Stop."), 6.0)
    found.ended(A, 6.2, interrupted=True)
    found.ended(C, 6.5, interrupted=False)
    kinds = {each.item_id: each.kind for each in found.rest()}
    assert kinds == {"a": Kind.TURN, "short": Kind.BACK_CHANNEL, "long": Kind.INTERRUPTION, "stop": Kind.INTERRUPTION}
    assert found.count == 1


def test_who_speaks_is_known_while_it_lasts():
    found = turns()
    found.began(A, track("a"), 1.0)
    assert found.speaking(A)
    assert found.words(A) == "Hello there you."
    assert not found.speaking(C)
    assert found.words(C) == ""


def test_what_nobody_has_heard_yet_reaches_from_its_first_word_to_its_last():
    found = turns(patience=60.0)
    speak(found, A, "a", 1, 2)
    speak(found, A, "b", 3, 5)
    assert found.unheard(A) == (1, 5)
    assert found.unheard(C) == (0.0, 0.0)
