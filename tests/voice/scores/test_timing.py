"""What happened follows from who spoke when; each rule by an example, and by numbers that must add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.scores.recording import SIDES, Kind, Side
from flexsim.voice.scores.stretches import Stretch, joined, total
from flexsim.voice.scores.timing import AT_ONCE, DEAD_AIR, EDGE, SHORT, timing

CALLER, AGENT = Side.CALLER, Side.AGENT


def happened(*stretches, duration=60.0):
    """``(side, start, end)`` as the sound shows it; with kind and cut as the log tells it."""
    made = []
    for side, start, end, *told in stretches:
        kind, cut = (*told, None, None)[:2]
        made.append(Stretch(side=side, start=start, end=end, kind=kind, cut=cut))
    return timing(joined(made), duration)


def test_a_latency_is_from_the_end_of_one_to_the_start_of_the_other():
    found = happened((AGENT, 1, 3), (CALLER, 3.6, 5), (AGENT, 4.95, 7))
    assert [(each.side, round(each.seconds, 3)) for each in found.latencies] == [(CALLER, 0.6), (AGENT, -0.05)]
    assert len(found.turns) == 3
    assert found.opening == 1


def test_who_goes_on_after_a_pause_has_not_answered_anybody():
    found = happened((AGENT, 1, 3), (AGENT, 5, 6), (CALLER, 7, 8))
    assert [each.seconds for each in found.latencies] == [1.0]
    assert [each.side for each in found.turns] == [AGENT, CALLER]


def test_a_back_channel_is_no_answer_and_takes_no_turn():
    found = happened((AGENT, 1, 5), (CALLER, 2, 2.4), (CALLER, 5.7, 8))
    assert [(each.side, each.stopped) for each in found.back_channels] == [(CALLER, False)]
    assert [round(each.seconds, 3) for each in found.latencies] == [0.7]
    assert not found.interruptions


def test_an_interruption_is_yielded_to_by_who_stops_first():
    (one,) = happened((AGENT, 1, 4), (CALLER, 3.6, 6)).interruptions
    assert (one.side, round(one.yielded, 3)) == (CALLER, 0.4)


def test_who_talks_over_an_interruption_does_not_yield():
    (one,) = happened((AGENT, 1, 8), (CALLER, 3, 5)).interruptions
    assert one.yielded is None


def test_from_sound_alone_a_late_end_is_no_yield_but_the_log_may_say_so():
    assert happened((AGENT, 1, 6), (CALLER, 3, 9)).interruptions[0].yielded is None
    told = happened((AGENT, 1, 6, Kind.TURN, True), (CALLER, 3, 9, Kind.INTERRUPTION, False))
    assert told.interruptions[0].yielded == 3


def test_the_log_knows_that_an_end_was_natural():
    told = happened((AGENT, 1, 4, Kind.TURN, False), (CALLER, 3.6, 6, Kind.INTERRUPTION, False))
    assert told.interruptions[0].yielded is None


def test_what_begins_at_the_very_end_of_the_others_speech_is_an_answer():
    assert happened((AGENT, 1, 4), (CALLER, 4 - EDGE / 2, 6)).interruptions == []
    assert len(happened((AGENT, 1, 4), (CALLER, 4 - 2 * EDGE, 6)).interruptions) == 1


def test_two_that_begin_at_once_do_not_interrupt_each_other():
    for soon in (0.02, AT_ONCE - 0.01):
        found = happened((AGENT, 1, 4), (CALLER, 1 + soon, 3))
        assert (found.interruptions, found.back_channels, found.latencies) == ([], [], [])
    assert len(happened((AGENT, 1, 4), (CALLER, 1 + AT_ONCE + 0.01, 3)).interruptions) == 1


def test_length_tells_a_back_channel_from_an_interruption_where_nobody_else_does():
    assert happened((AGENT, 1, 9), (CALLER, 3, 3 + SHORT - 0.01)).back_channels
    assert happened((AGENT, 1, 9), (CALLER, 3, 3 + SHORT + 0.01)).interruptions
    assert happened((AGENT, 1, 9, Kind.TURN, False), (CALLER, 3, 3.3, Kind.INTERRUPTION, False)).interruptions


def test_who_stops_for_a_back_channel_speaks_again_and_who_had_come_to_an_end_is_answered():
    stopped = happened((AGENT, 1, 3.3), (CALLER, 3, 3.4), (AGENT, 4.5, 6))
    ended = happened((AGENT, 1, 3.3), (CALLER, 3, 3.4), (CALLER, 4.5, 6))
    assert [each.stopped for each in stopped.back_channels] == [True]
    assert [each.stopped for each in ended.back_channels] == [False]
    told = happened((AGENT, 1, 3.3, Kind.TURN, True), (CALLER, 3, 3.4, Kind.BACK_CHANNEL, False), (CALLER, 4.5, 6))
    assert [each.stopped for each in told.back_channels] == [True]


def test_dead_air_is_silence_of_both_for_longer_than_two_seconds():
    found = happened((AGENT, 1, 3), (CALLER, 3 + DEAD_AIR, 6), (AGENT, 6 + DEAD_AIR + 0.01, 10), duration=11.0)
    assert found.dead_air == [(6, 6 + DEAD_AIR + 0.01)]


def test_nothing_said_is_one_long_silence():
    found = happened(duration=5.0)
    assert (found.silences, found.turns, found.opening) == ([(0.0, 5.0)], [], None)


@st.composite
def conversations(draw):
    """Whatever two can do to each other."""
    moments = st.floats(0, 55).map(lambda each: round(each, 2))
    lengths = st.floats(0.06, 5).map(lambda each: round(each, 2))
    said = draw(st.lists(st.tuples(st.sampled_from(SIDES), moments, lengths), max_size=20))
    return [(side, start, start + length) for side, start, length in said]


@given(conversations())
def test_silence_talk_and_overlap_make_up_the_conversation(said):
    found = happened(*said, duration=61.0)
    talk = sum(found.talk(side) for side in SIDES)
    assert total(found.silences) + talk - total(found.overlaps) == pytest.approx(61.0)


@given(conversations())
def test_what_happened_does_not_depend_on_who_is_called_what(said):
    found = happened(*said)
    if len({start for _, start, _ in said}) < len(said):
        return  # who began at the same moment is told in one order
    mirrored = happened(*((side.other, start, end) for side, start, end in said))
    assert [(each.side.other, each.seconds) for each in mirrored.latencies] == [
        (each.side, each.seconds) for each in found.latencies
    ]
    assert [each.yielded for each in mirrored.interruptions] == [each.yielded for each in found.interruptions]


@given(conversations())
def test_every_stretch_is_a_turn_a_continuation_an_interruption_or_a_back_channel(said):
    found = happened(*said)
    kinds = [each.kind for each in found.stretches]
    assert len(found.back_channels) == kinds.count(Kind.BACK_CHANNEL)
    assert len(found.interruptions) == kinds.count(Kind.INTERRUPTION)
    assert all(each.seconds >= -EDGE - 1e-9 for each in found.latencies)
