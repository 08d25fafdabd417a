"""An agent's life adds up: states follow each other as they may, and the figures are what was done."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.load.behaviour import Behaviour, Mode
from flexsim.load.chance import Chance
from flexsim.load.machine import ON_A_CALL, PAUSES, RESTING, Agent, CallEnded, Changed, State
from flexsim.load.profiles import generate

PROFILE = generate(1, 1)[0]
CHANCE = Chance(1, "lives")
WAITING = Behaviour(mode=Mode.CALL_DRIVEN)
BUSY = Behaviour(
    wait=20,
    talk=60,
    wrap=15,
    hold=10,
    pause=40,
    hold_share=0.3,
    transfer_share=0.2,
    conference_share=0.2,
    break_share=0.4,
)


def lived(behaviour, seconds, chance=CHANCE):
    """An agent that has lived so long, and all that happened with its time."""
    agent, happened = Agent(PROFILE), []
    agent.log_in(0.0, behaviour, chance)
    while agent.next_at <= seconds:
        at = agent.next_at
        happened += [(at, each) for each in agent.act(at, behaviour, chance)]
    return agent, happened


def test_the_plain_cycle_is_available_on_call_wrap_up_available():
    plain = Behaviour(hold_share=0, transfer_share=0, conference_share=0, break_share=0)
    _, happened = lived(plain, 5000)
    states = [each.state for _, each in happened if isinstance(each, Changed)]
    cycle = [State.ON_CALL, State.AFTER_CALL_WORK, State.AVAILABLE]
    assert len(states) > 20
    assert states == [cycle[place % 3] for place in range(len(states))]


def test_every_change_begins_where_the_last_one_ended():
    _, happened = lived(BUSY, 20_000)
    changes = [(at, each) for at, each in happened if isinstance(each, Changed)]
    before, since = State.AVAILABLE, 0.0
    for at, change in changes:
        assert change.previous is before
        assert change.duration == pytest.approx(at - since)
        before, since = change.state, at
    assert {each.state for _, each in changes} >= ON_A_CALL | set(PAUSES) | {State.AFTER_CALL_WORK}


def test_the_figures_are_what_the_changes_and_the_calls_come_to():
    agent, happened = lived(BUSY, 20_000)
    spent, entered = Counter(), Counter()
    for _, each in happened:
        if isinstance(each, Changed):
            spent[each.previous] += each.duration
            entered[each.previous] += 1
    calls = [each for _, each in happened if isinstance(each, CallEnded)]
    now = max(agent.since, 1.0)
    kpis = agent.kpis(now)
    talk = sum(spent[state] for state in ON_A_CALL - {State.ON_HOLD})
    assert kpis["totalCalls"] == len(calls)
    assert kpis["holdCount"] == entered[State.ON_HOLD]
    assert kpis["acwCount"] == entered[State.AFTER_CALL_WORK]
    assert kpis["transferCount"] == entered[State.TRANSFERRING] + (agent.state is State.TRANSFERRING)
    assert kpis["holdTime"] == pytest.approx(spent[State.ON_HOLD], abs=0.1)
    assert kpis["acwTime"] == pytest.approx(spent[State.AFTER_CALL_WORK], abs=0.1)
    assert kpis["breakTime"] == pytest.approx(sum(spent[state] for state in RESTING), abs=0.1)
    occupied = talk + spent[State.ON_HOLD] + spent[State.AFTER_CALL_WORK]
    assert kpis["occupancy"] == pytest.approx(100 * occupied / (now - kpis["breakTime"]), abs=0.1)
    assert kpis["loginTime"] == pytest.approx(now, abs=0.1)
    if agent.state not in ON_A_CALL:
        assert sum(each.talk for each in calls) == pytest.approx(talk)
        assert sum(each.hold for each in calls) == pytest.approx(spent[State.ON_HOLD])


@given(st.integers(0, 1000), st.floats(1, 50_000))
def test_figures_stay_within_their_ranges(seed, seconds):
    agent, _ = lived(BUSY, seconds, Chance(seed, "lives"))
    kpis = agent.kpis(max(seconds, agent.since))
    for name in ("occupancy", "adherence", "firstCallResolution"):
        assert 0.0 <= kpis[name] <= 100.0
    assert 1.0 <= kpis["customerSatisfaction"] <= 5.0


def test_nothing_done_is_no_calls_and_the_middle_of_the_scale():
    agent = Agent(PROFILE)
    agent.log_in(0.0, WAITING, CHANCE)
    kpis = agent.kpis(0.0)
    assert (kpis["totalCalls"], kpis["avgHandleTime"], kpis["customerSatisfaction"], kpis["adherence"]) == (
        0,
        0.0,
        3.0,
        100.0,
    )


def test_who_waits_for_calls_does_nothing_alone():
    agent = Agent(PROFILE)
    agent.log_in(0.0, WAITING, CHANCE)
    assert agent.next_at == math.inf
    assert list(agent.act(1e9, WAITING, CHANCE)) == []


def test_an_assigned_call_is_taken_ended_and_named():
    agent = Agent(PROFILE)
    agent.log_in(0.0, WAITING, CHANCE)
    [taken] = agent.assign(5.0, "CX1", WAITING, CHANCE)
    assert (taken.previous, taken.state, taken.duration) == (State.AVAILABLE, State.ON_CALL, 5.0)
    assert list(agent.assign(6.0, "CX2", WAITING, CHANCE)) == []
    happened = []
    while agent.next_at < math.inf:
        happened += agent.act(agent.next_at, WAITING, CHANCE)
    assert [each.call_id for each in happened if isinstance(each, CallEnded)] == ["CX1"]
    assert agent.state is State.AVAILABLE


def test_a_call_that_is_forced_to_end_is_wrapped_up():
    agent = Agent(PROFILE)
    agent.log_in(0.0, WAITING, CHANCE)
    list(agent.assign(5.0, "CX1", WAITING, CHANCE))
    assert list(agent.force_end(6.0, "CX9", WAITING, CHANCE)) == []
    change, ended = agent.force_end(8.0, "CX1", WAITING, CHANCE)
    assert change.state is State.AFTER_CALL_WORK
    assert ended == CallEnded(call_id="CX1", talk=3.0, hold=0.0)
    assert list(agent.force_end(9.0, "CX1", WAITING, CHANCE)) == []


def test_logging_out_ends_the_call_that_is_going_on():
    agent = Agent(PROFILE)
    agent.log_in(0.0, WAITING, CHANCE)
    list(agent.assign(5.0, "CX1", WAITING, CHANCE))
    ended, change = agent.log_out(15.0)
    assert (ended.talk, change.state, agent.next_at) == (10.0, State.OFFLINE, math.inf)
    assert agent.kpis(15.0)["totalCalls"] == 1


def test_the_same_seed_lives_the_same_life():
    assert lived(BUSY, 5000)[1] == lived(BUSY, 5000)[1]
    assert lived(BUSY, 5000)[1] != lived(BUSY, 5000, Chance(2, "lives"))[1]


MOVES = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from(list(State)), st.sampled_from(["CX1", "CX2"])), max_size=30
)


@given(MOVES)
def test_a_life_that_somebody_else_decides_on_adds_up_too(moves):
    agent, now, calls, ended = Agent(PROFILE), 0.0, [], []
    agent.log_in(0.0, WAITING, CHANCE)
    for seconds, state, call_id in moves:
        now += seconds
        on = call_id if state in ON_A_CALL else None
        if on is not None and on != agent.call_id:
            calls.append(on)
        ended += [each for each in agent.become(now, state, on, CHANCE) if isinstance(each, CallEnded)]
        assert (agent.state, agent.call_id, agent.next_at) == (state, on, math.inf)
    ended += [each for each in agent.log_out(now) if isinstance(each, CallEnded)]
    assert [each.call_id for each in ended] == calls
    assert agent.done.total_calls == len(calls)
    assert sum(each.talk + each.hold for each in ended) == pytest.approx(agent.done.talk + agent.done.hold)
