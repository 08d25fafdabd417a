import math
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from flexsim.domain.model import AgentPlan, Break, Shift
from flexsim.people.shifts import WorkingDay, assign_shifts, duty_at, is_open

HOUR = 3600
DAY_SHIFT = Shift(start=8 * HOUR, end=16 * HOUR, share=0.75, breaks=(Break(start=12 * HOUR, duration=1800),))
NIGHT_SHIFT = Shift(start=22 * HOUR, end=6 * HOUR, share=0.25, breaks=(Break(start=2 * HOUR, duration=900),))
BERLIN = "Europe/Berlin"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN)).timestamp()


def on(shift):
    return WorkingDay(shift=shift, timezone=BERLIN)


def test_an_agent_without_a_shift_always_works():
    duty = duty_at(None, 0.0)
    assert duty.working
    assert duty.until == math.inf


def test_within_the_shift_the_agent_works_until_the_next_break():
    duty = duty_at(on(DAY_SHIFT), at("2026-03-02T09:00"))
    assert (duty.present, duty.working, duty.until) == (True, True, at("2026-03-02T12:00"))


def test_in_a_break_the_agent_is_present_and_does_not_work():
    duty = duty_at(on(DAY_SHIFT), at("2026-03-02T12:00"))
    assert (duty.present, duty.working, duty.until) == (True, False, at("2026-03-02T12:30"))


def test_after_the_shift_the_agent_is_gone_until_the_next_day():
    duty = duty_at(on(DAY_SHIFT), at("2026-03-02T16:00"))
    assert (duty.present, duty.working, duty.until) == (False, False, at("2026-03-03T08:00"))


def test_a_night_shift_goes_past_midnight_and_so_do_its_breaks():
    duty = duty_at(on(NIGHT_SHIFT), at("2026-03-03T01:00"))
    assert (duty.working, duty.until) == (True, at("2026-03-03T02:00"))
    assert not duty_at(on(NIGHT_SHIFT), at("2026-03-03T02:05")).working
    assert duty_at(on(NIGHT_SHIFT), at("2026-03-03T07:00")).until == at("2026-03-03T22:00")


def test_on_the_day_the_clocks_change_the_shift_starts_by_the_clock_on_the_wall():
    duty = duty_at(on(DAY_SHIFT), at("2026-03-29T01:00"))  # at two o'clock it becomes three
    assert duty.until == at("2026-03-29T08:00")
    assert duty.until - at("2026-03-29T01:00") == 6 * HOUR


def test_agents_are_split_over_the_shifts_by_their_shares_and_in_the_order_of_their_names():
    plan = AgentPlan(shifts=(DAY_SHIFT, NIGHT_SHIFT), timezone=BERLIN)
    names = [f"Agent_{number:03}" for number in range(8)]
    assigned = assign_shifts(plan, list(reversed(names)))
    assert [assigned[name].shift for name in names].count(DAY_SHIFT) == 6
    assert assigned == assign_shifts(plan, names)
    assert assign_shifts(None, names) == dict.fromkeys(names)


@pytest.mark.parametrize("shares", [(0.75, 0.25), (1.0, 1.0, 1.0), (0.1, 0.2, 0.7), (3.0,)])
def test_shares_are_met_but_for_one_agent_and_more_agents_move_nobody(shares):
    shifts = tuple(Shift(start=hour * HOUR, end=(hour + 8) * HOUR, share=share) for hour, share in enumerate(shares))
    plan = AgentPlan(shifts=shifts, timezone=BERLIN)
    names = [f"Agent_{number:03d}" for number in range(200)]
    whole = assign_shifts(plan, names)
    for count in (1, 2, 7, 50, 199):
        some = assign_shifts(plan, names[:count])
        assert some.items() <= whole.items()
        for shift in shifts:
            there = sum(day.shift == shift for day in some.values())
            assert abs(there - count * shift.share / sum(shares)) < 1.0


def test_the_centre_is_open_while_any_shift_is_on():
    plan = AgentPlan(shifts=(DAY_SHIFT, NIGHT_SHIFT), timezone=BERLIN)
    assert is_open(plan, at("2026-03-02T12:15"))
    assert is_open(plan, at("2026-03-02T23:00"))
    assert not is_open(plan, at("2026-03-02T20:00"))
    assert is_open(None, 0.0)
