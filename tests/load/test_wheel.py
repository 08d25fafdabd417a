"""Turns are spread evenly and come once in an interval; an agenda hands back in order of time."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from flexsim.load.wheel import LONG_TICK, TICK, Agenda, Rota, tick_for


@given(st.floats(0.1, 60), st.integers(0, 300))
def test_everybody_is_due_once_in_an_interval_and_evenly(interval, members):
    rota = Rota(interval)
    for number in range(members):
        rota.join(number, number)
    turns = [rota.due(turn) for turn in range(rota.slots)]
    assert sorted(itertools.chain(*turns)) == list(range(members))
    assert max(map(len, turns)) - min(map(len, turns)) <= 1
    assert abs(rota.slots * rota.tick - interval) < 1e-9 * interval + 1e-12
    assert rota.tick <= 0.15


def test_who_has_left_is_not_due():
    rota = Rota(2.0)
    rota.join(3, "three")
    rota.leave(3)
    rota.leave(4)
    assert len(rota) == 0
    assert rota.due(3) == []


def test_another_interval_keeps_everybody():
    rota = Rota(2.0)
    for number in range(25):
        rota.join(number, number)
    moved = rota.moved(1.0)
    assert (moved.slots, len(moved)) == (10, 25)


@given(st.lists(st.integers(0, 20)), st.integers(0, 20))
def test_an_agenda_hands_back_what_is_due_in_order_and_keeps_the_rest(moments, now):
    agenda = Agenda()
    for place, moment in enumerate(moments):
        agenda.put(moment, (moment, place))
    assert list(agenda.due(now)) == sorted((moment, place) for place, moment in enumerate(moments) if moment <= now)
    assert len(agenda) == sum(moment > now for moment in moments)


def test_what_is_put_meanwhile_and_is_due_comes_too():
    agenda = Agenda()
    agenda.put(1, "first")
    found = []
    for each in agenda.due(5):
        found.append(each)
        if len(found) < 3:
            agenda.put(len(found) + 1, "next")
    assert found == ["first", "next", "next"]
    agenda.put(1, "forgotten")
    agenda.clear()
    assert list(agenda.due(5)) == []


def test_very_many_have_longer_ticks():
    assert (tick_for(0), tick_for(10_000), tick_for(19_000)) == (TICK, TICK, LONG_TICK)
