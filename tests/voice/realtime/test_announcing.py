"""Events are named in the dialect of the session, and come out once, in order."""

from flexsim.voice.realtime.announcing import Announcer
from flexsim.voice.realtime.identifiers import Identifiers
from flexsim.voice.realtime.names import Dialect, Told


def test_events_come_out_once_and_in_order():
    announcer = Announcer(Identifiers(1, "a"), Dialect.GA)
    announcer.say(Told.AUDIO_CLEARED)
    announcer.add({"type": "x"})
    assert [each["type"] for each in announcer.taken()] == ["input_audio_buffer.cleared", "x"]
    assert announcer.taken() == []


def test_the_beta_is_silent_where_it_has_no_word():
    announcer = Announcer(Identifiers(1, "a"), Dialect.BETA)
    announcer.say(Told.ITEM_DONE, item={})
    announcer.say(Told.ITEM_ADDED, item={})
    assert [each["type"] for each in announcer.taken()] == ["conversation.item.created"]
    assert announcer.name(Told.AUDIO_DELTA) == "response.audio.delta"
