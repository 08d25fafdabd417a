"""Protocol events as they are kept: without sound, deltas in runs, in order of time."""

from flexsim.voice.conversation.event_log import EventLog
from flexsim.voice.conversation.records import Direction, Side

A, C = Side.AGENT, Side.CALLER
TO, FROM = Direction.SENT, Direction.RECEIVED


def delta(item, text, kind="response.output_audio.delta"):
    return {"type": kind, "event_id": f"event of {text}", "item_id": item, "delta": text}


def kept(log):
    return [(each["at"], each["side"], each["direction"], each["event"]) for each in log.take()]


def test_sound_is_kept_as_its_length():
    log = EventLog(silence_is_sent=True)
    log.add(
        0.0,
        A,
        TO,
        {"type": "conversation.item.create", "item": {"content": [{"type": "input_audio", "audio": "QUJDRA=="}]}},
    )
    ((_, _, _, event),) = kept(log)
    assert event["item"]["content"] == [{"type": "input_audio", "audio": 4}]


def test_settings_called_audio_are_no_sound():
    log = EventLog(silence_is_sent=True)
    session = {"audio": {"input": {"format": {"type": "audio/pcm"}}}}
    log.add(0.0, A, TO, {"type": "session.update", "session": session})
    assert kept(log)[0][3]["session"] == session


def test_deltas_of_one_item_are_one_event_with_their_sum():
    log = EventLog(silence_is_sent=True)
    log.add(0.0, A, FROM, delta("i", "QUJD"))
    log.add(0.0, A, FROM, delta("i", "One ", "response.output_audio_transcript.delta"))
    log.add(0.1, A, FROM, delta("i", "QUI="))
    log.add(0.1, A, FROM, delta("i", "two.", "response.output_audio_transcript.delta"))
    sound, words = (event for _, _, _, event in kept(log))
    assert (sound["delta"], sound["count"]) == (5, 2)
    assert (words["delta"], words["count"]) == ("One two.", 2)


def test_another_event_ends_a_run_and_another_side_does_not():
    log = EventLog(silence_is_sent=True)
    log.add(0.0, A, FROM, delta("i", "QUJD"))
    log.add(0.0, C, FROM, {"type": "response.done"})
    log.add(0.0, A, FROM, delta("i", "QUJD"))
    log.add(0.0, A, FROM, {"type": "response.done"})
    log.add(0.0, A, FROM, delta("i", "QUJD"))
    assert [event.get("count") for _, side, _, event in kept(log) if side is A] == [2, None, 1]


def test_frames_sent_are_one_event_until_something_else_is_said():
    log = EventLog(silence_is_sent=True)
    for _ in range(3):
        log.appended(caller=True, agent=False)
    log.add(0.12, A, FROM, {"type": "input_audio_buffer.speech_started"})
    log.appended(caller=True, agent=False)
    assert kept(log) == [
        (0.0, A, TO, {"type": "input_audio_buffer.append", "audio": 5760, "count": 3}),
        (0.0, C, TO, {"type": "input_audio_buffer.append", "audio": 7680, "count": 4}),
        (0.12, A, FROM, {"type": "input_audio_buffer.speech_started"}),
        (0.12, A, TO, {"type": "input_audio_buffer.append", "audio": 1920, "count": 1}),
    ]


def test_where_silence_is_not_sent_only_speech_counts():
    log = EventLog(silence_is_sent=False)
    log.appended(caller=False, agent=True)
    log.appended(caller=True, agent=False)
    log.appended(caller=True, agent=False)
    found = {side: (at, event["count"]) for at, side, _, event in kept(log)}
    assert found == {C: (0.0, 1), A: (0.04, 2)}


def test_what_was_taken_is_gone():
    log = EventLog(silence_is_sent=True)
    log.add(0.0, A, FROM, delta("i", "QUJD"))
    log.take()
    log.add(0.2, A, FROM, delta("i", "QUJD"))
    assert [(at, event["count"]) for at, _, _, event in kept(log)] == [(0.2, 1)]
    assert log.take() == []


def test_a_delta_of_what_is_no_item_is_kept_as_it_came():
    log = EventLog(silence_is_sent=True)
    log.add(0.0, A, FROM, delta(["i"], "QUJD"))
    assert kept(log) == [(0.0, A, FROM, delta(["i"], "QUJD"))]
