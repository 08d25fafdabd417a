"""When an agent is there: shifts, their breaks, and who works which."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from flexsim.domain.model import AgentPlan, Shift

_DAY: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDay:
    """The shift that one agent works every day, in local time."""

    shift: Shift
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Whether an agent is in its shift (``present``), and neither in a break (``working``), until UTC ``until``."""

    present: bool
    working: bool
    until: float


_ALWAYS: Final = Duty(present=True, working=True, until=math.inf)


def assign_shifts(plan: AgentPlan | None, names: Sequence[str]) -> dict[str, WorkingDay | None]:
    """Who works which shift: by name in order, each agent joins the shift that lacks most of its share; None is all the time.

    So the shares are met but for one agent, and more agents at the end leave the others in their shifts.
    """
    if plan is None or not plan.shifts:
        return dict.fromkeys(names)
    total = sum(shift.share for shift in plan.shifts)
    counts = [0] * len(plan.shifts)
    assigned: dict[str, WorkingDay | None] = {}
    for index, name in enumerate(sorted(names), start=1):
        lacks = [shift.share / total * index - count for shift, count in zip(plan.shifts, counts, strict=True)]
        chosen = lacks.index(max(lacks))
        counts[chosen] += 1
        assigned[name] = WorkingDay(shift=plan.shifts[chosen], timezone=plan.timezone)
    return assigned


def duty_at(day: WorkingDay | None, moment: float) -> Duty:
    """What an agent is supposed to do at UTC ``moment``, and until when at least; without a day it always works."""
    if day is None:
        return _ALWAYS
    zone = ZoneInfo(day.timezone)
    here = datetime.fromtimestamp(moment, UTC).astimezone(zone).date()
    boundary = math.inf
    for offset in (-1, 0, 1, 2):  # yesterday's shift may go past midnight; the next one may be the day after tomorrow's
        for start, end, working in _pieces(day.shift, here + timedelta(days=offset), zone):
            if start <= moment < end:
                return Duty(present=True, working=working, until=end)
            if start > moment:
                boundary = min(boundary, start)
    return Duty(present=False, working=False, until=boundary)


def is_open(plan: AgentPlan | None, moment: float) -> bool:
    """Whether any shift is on at UTC ``moment``; always, where there are no shifts."""
    if plan is None or not plan.shifts:
        return True
    return any(duty_at(WorkingDay(shift=shift, timezone=plan.timezone), moment).present for shift in plan.shifts)


def _pieces(shift: Shift, day: date, zone: tzinfo) -> Iterator[tuple[float, float, bool]]:
    """The shift that begins on ``day`` as (start, end, working), cut at its breaks."""
    end = shift.end if shift.end > shift.start else shift.end + _DAY
    at = shift.start
    for begin, length in sorted((_within(each.start, shift), each.duration) for each in shift.breaks):
        if at < begin:
            yield _moment(day, at, zone), _moment(day, min(begin, end), zone), True
        if max(at, begin) < min(begin + length, end):
            yield _moment(day, max(at, begin), zone), _moment(day, min(begin + length, end), zone), False
        at = max(at, begin + length)
    if at < end:
        yield _moment(day, at, zone), _moment(day, end, zone), True


def _within(time_of_day: int, shift: Shift) -> int:
    """A break's time of day as seconds after the midnight before the shift's start."""
    return time_of_day if time_of_day >= shift.start else time_of_day + _DAY


def _moment(day: date, seconds: float, zone: tzinfo) -> float:
    # Wall time: on the day the clocks change, a shift still starts at what the clock on the wall says.
    wall = datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds)
    return wall.replace(tzinfo=zone).timestamp()
