"""Stretches are joined over a breath, and spans of time add up."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.scores.recording import Kind, Side, Utterance
from flexsim.voice.scores.stretches import PAUSE, Stretch, common, joined, of_utterances, outside, total, union

SPANS = st.lists(
    st.tuples(st.floats(0, 50), st.floats(0, 10)).map(lambda each: (each[0], each[0] + each[1])), max_size=12
)


def stretch(start, end, side=Side.AGENT, **more):
    return Stretch(side=side, start=start, end=end, **more)


def test_a_breath_does_not_end_a_stretch_and_a_longer_pause_does():
    found = joined([stretch(0, 1), stretch(1 + PAUSE - 0.01, 2), stretch(2 + PAUSE + 0.01, 3)])
    assert [(each.start, each.end) for each in found] == [(0, 2), (2 + PAUSE + 0.01, 3)]


def test_the_two_sides_are_never_joined():
    assert len(joined([stretch(0, 1), stretch(1.1, 2, Side.CALLER)])) == 2


def test_a_back_channel_stays_by_itself_and_so_does_what_follows_a_cut():
    mm = stretch(1.1, 1.3, kind=Kind.BACK_CHANNEL)
    assert len(joined([stretch(0, 1, kind=Kind.TURN), mm, stretch(1.4, 2, kind=Kind.TURN)])) == 3
    assert len(joined([stretch(0, 1, cut=True), stretch(1.2, 2)])) == 2


def test_utterances_without_a_sound_are_no_stretch():
    silent = Utterance(side=Side.CALLER, text="", start=1.0, end=1.0)
    assert of_utterances([silent]) == []


@given(SPANS, SPANS)
def test_what_is_in_both_and_in_either_adds_up(first, second):
    one, two = union(first), union(second)
    assert abs(total(union([*one, *two])) + total(common(one, two)) - total(one) - total(two)) < 1e-6


@given(SPANS)
def test_what_is_inside_and_outside_is_all_there_is(spans):
    inside = union(spans)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(inside))
    assert abs(total(inside) + total(outside(inside, 60.0)) - 60.0) < 1e-6
