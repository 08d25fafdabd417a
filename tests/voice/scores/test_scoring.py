"""Planted truth: what was done on purpose is found again, in the log and, by the sound alone, within a tick."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.voice.scores import documents
from flexsim.voice.scores.recording import SIDES, Side, Sound
from flexsim.voice.scores.scoring import from_log, from_sound, percentile, spread
from tests.voice.scores.studio import RATE, Studio, pcm

TICK = 0.020
TENTHS = st.integers(0, 999).map(lambda each: each / 1000)  # to the millisecond: nothing falls on a tick by itself


@st.composite
def plans(draw):
    """Turns one after the other: how long, after what pause, and how it is cut or accompanied."""
    turns = []
    for number in range(draw(st.integers(2, 6))):
        length = 1.5 + draw(TENTHS)
        pause = 0.12 + 2.5 * draw(TENTHS)
        how = draw(st.sampled_from(["plain", "plain", "interrupted", "back_channel"]))
        turns.append((SIDES[number % 2], length, pause, how, 0.15 + 0.8 * draw(TENTHS)))
    return turns


def record(turns):
    """The conversation, and what is true of it: latencies, yields and back-channels, in order."""
    studio, truth, at, pending = (
        Studio(2.0 + sum(length + pause for _, length, pause, _, _ in turns)),
        ([], [], []),
        0.3,
        None,
    )
    for number, (side, planned, pause, how, when) in enumerate(turns):
        length, last = planned, number + 1 == len(turns)
        kind = "turn"
        if pending is not None:  # this turn is an interruption of the last one
            start, kind = pending, "interruption"
            length += 1.0
        else:
            start = at + (pause if number else 0.0)
            if number:
                truth[0].append((side, start - at))
        at, pending = start + length, None
        cut = how == "interrupted" and not last
        studio.say(side.value, start, length, kind=kind, interrupted=cut)
        if cut:
            pending = at - when
            truth[1].append((side.other, when))
        elif how == "back_channel":
            # Not so near to the other's own speech that the two would be one.
            studio.say(side.other.value, start + (0.5 if kind == "turn" else 1.6), 0.4, "Mm-hm.", kind="back_channel")
            truth[2].append(side.other)
    return studio, truth


def heard(studio, **line):
    both = studio.heard(**line)
    return from_sound(Sound(rate=RATE, caller=pcm(both["caller"]), agent=pcm(both["agent"])))


def check(scores, truth, within):
    latencies, yields, back_channels = truth
    found = scores.timing
    assert [each.side for each in found.latencies] == [side for side, _ in latencies]
    for each, (_, seconds) in zip(found.latencies, latencies, strict=True):
        assert abs(each.seconds - seconds) <= within
    assert [each.side for each in found.interruptions] == [side for side, _ in yields]
    for each, (_, seconds) in zip(found.interruptions, yields, strict=True):
        assert abs(each.yielded - seconds) <= within
    assert [each.side for each in found.back_channels] == back_channels
    assert not any(each.stopped for each in found.back_channels)


@given(plans())
@settings(max_examples=12, deadline=None)
def test_what_was_planted_is_found_in_clean_sound(turns):
    studio, truth = record(turns)
    check(heard(studio), truth, 0.002)


@given(plans(), st.sampled_from([{"noise_db": 20}, {"mulaw": True}, {"noise_db": 30, "mulaw": True}]))
@settings(max_examples=10, deadline=None)
def test_what_was_planted_is_found_within_a_tick_over_a_bad_line(turns, line):
    studio, truth = record(turns)
    check(heard(studio, **line), truth, TICK)


@given(plans())
@settings(max_examples=4, deadline=None)
def test_lost_packets_cost_a_packet_at_each_end_and_hide_nothing(turns):
    studio, truth = record(turns)
    check(heard(studio, noise_db=20, mulaw=True, loss=0.05), truth, TICK + 4 * 0.020)


@given(plans())
@settings(max_examples=12, deadline=None)
def test_the_log_tells_the_same(turns):
    studio, truth = record(turns)
    said = [documents.utterance(each) for each in sorted(studio.utterances, key=lambda each: each["start"])]
    check(from_log(said, studio.duration), truth, 1e-6)


def test_each_figure_is_what_it_says(analysis):
    log = analysis.log
    assert (log.turns(Side.CALLER), log.turns(Side.AGENT), log.turns()) == (3, 4, 7)
    assert log.talk_ratio == pytest.approx(5.4 / 15.9)
    assert log.yield_rate(Side.AGENT) == 1.0
    assert log.yield_rate(Side.CALLER) is None
    assert log.yield_latencies(Side.AGENT) == [pytest.approx(0.4)]
    assert log.selectivity(Side.AGENT) == 1.0
    assert log.selectivity(Side.CALLER) is None
    assert log.words_per_minute[Side.AGENT] == pytest.approx(60 * 37 / 10.5, rel=0.1)


def test_a_document_says_how_sure_nothing_is():
    empty = from_log([], 10.0).document()
    assert empty["talk_ratio"] is None
    assert empty["latency"]["caller"] == {"count": 0, "mean": None, "p50": None, "p90": None, "p95": None, "max": None}
    assert empty["dead_air"]["longest"] == 10.0


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=30))
def test_percentiles_lie_among_the_values(values):
    found = spread(values)
    assert min(values) <= found["p50"] + 1e-6
    assert found["p50"] <= found["p90"] <= found["p95"] <= found["max"]
    assert percentile(values, 0.0) == min(values)
    assert percentile(values, 1.0) == max(values)


def test_a_percentile_lies_between_two_values_in_proportion():
    assert percentile([1.0, 2.0, 4.0], 0.75) == 3.0
