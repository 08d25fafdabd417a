"""What does not fit in the times of a domain."""

import pytest

from flexsim.domain.checks_schedules import schedule_problems, share_problems


def found(**document):
    return [str(problem) for problem in schedule_problems(document)]


def arrivals(**more):
    return found(arrivals={"ratePerHour": 60} | more)


def shifts(*shifts, **more):
    return found(agents={"shifts": [{"start": "08:00", "end": "16:00"} | shift for shift in shifts]} | more)


def test_arrivals_and_shifts_that_fit():
    assert arrivals(profile=[1] * 48, weekday=[0] * 6 + [1], timezone="Europe/Berlin") == []
    assert (
        shifts(
            {"share": 0.5, "breaks": [{"at": "15:30", "minutes": 30}]},
            {"start": "22:00", "end": "06:00", "share": 0.5, "breaks": [{"at": "01:00", "minutes": 60}]},
        )
        == []
    )
    assert shifts({"start": "00:00", "end": "24:00"}) == []


@pytest.mark.parametrize("length", [0, 23, 25, 12])
def test_a_profile_has_24_48_or_96_multipliers(length):
    assert f"$.arrivals.profile: has {length} multipliers; 24, 48 or 96 make a day" in arrivals(profile=[1] * length)


def test_a_week_has_seven_days():
    assert arrivals(weekday=[1] * 5) == ["$.arrivals.weekday: has 5 multipliers; 7 make a week, from Monday"]


def test_somebody_must_come_at_some_time():
    assert arrivals(profile=[0] * 24) == ["$.arrivals.profile: is 0 throughout: nobody would ever come"]


@pytest.mark.parametrize("zone", ["Europe/Berlni", "../etc/passwd", "/etc/passwd", "Europe"])
def test_a_time_zone_must_exist(zone):
    (problem,) = arrivals(timezone=zone)
    assert problem.startswith(f"$.arrivals.timezone: no such time zone: {zone!r}")
    assert shifts({}, timezone=zone) == [problem.replace("arrivals", "agents")]


def test_a_mistyped_zone_is_put_right():
    assert "did you mean 'Europe/Berlin'?" in arrivals(timezone="Europe/Berlni")[0]


def test_a_shift_takes_some_time():
    assert shifts({"end": "08:00"}) == [
        "$.agents.shifts[0].end: the shift starts and ends at 08:00; all day is 00:00 to 24:00"
    ]


@pytest.mark.parametrize("at", ["07:45", "15:45", "20:00"])
def test_a_break_lies_within_its_shift(at):
    assert shifts({"breaks": [{"at": at, "minutes": 30}]}) == [
        f"$.agents.shifts[0].breaks[0]: 30 minutes from {at} are not within 08:00 to 16:00"
    ]


def test_shares_sum_to_1():
    assert shifts({"share": 0.5}, {"share": 0.4}) == ["$.agents.shifts: the shares sum to 0.9, not to 1 (within 0.01)"]


def test_a_hundredth_off_is_near_enough():
    assert list(share_problems((), "portion", [{"portion": 0.99}])) == []
    assert list(share_problems((), "portion", [{"portion": 0.98}]))
