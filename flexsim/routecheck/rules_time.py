"""Lint's rules about when people are there: shifts, arrivals, activities, and how long an offer stands. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from flexsim.domain.arrivals import rate_at
from flexsim.domain.model import Arrivals
from flexsim.people.shifts import WorkingDay, assign_shifts, duty_at
from flexsim.routecheck.findings import KINDS, Finding, Place
from flexsim.routecheck.rules_queues import arriving
from flexsim.routecheck.subject import METADATA, MONDAY, WORKFLOW, Subject

_QUARTER: Final = 900  # seconds; profiles and zones' offsets change at multiples of it
_WEEK: Final = 7 * 86_400
_ONE_RING: Final = 6  # seconds: two of tone and four of silence


def times(subject: Subject) -> Iterator[Finding]:
    """Who is missing when, and what is too short."""
    yield from _shifts(subject)
    yield from _activities(subject)
    rings = subject.configuration.workflow.reservation_timeout
    if rings < _ONE_RING:
        sentence = f"an offer stands for {rings} s, and who has not answered by then is moved to Offline"
        yield _finding("FX064", WORKFLOW, ("taskReservationTimeout",), sentence)


def _shifts(subject: Subject) -> Iterator[Finding]:
    domain = subject.configuration.domain
    if domain.agents is None or not domain.agents.shifts or not subject.staff:
        return
    days = assign_shifts(domain.agents, [each.name for each in subject.staff])
    for index, shift in enumerate(domain.agents.shifts):
        if not any(day is not None and day.shift is shift for day in days.values()):
            sentence = f"none of {len(subject.staff)} workers is on the shift from {_clock(shift.start)} to {_clock(shift.end)}"
            yield _finding("FX060", METADATA, ("agents", "shifts", index), sentence)
    yield from _uncovered(subject, {name: day for name, day in days.items() if day is not None})


def _uncovered(subject: Subject, days: dict[str, WorkingDay]) -> Iterator[Finding]:
    arrivals = subject.configuration.domain.arrivals
    if arrivals is None:
        return
    busy = [
        moment
        for moment in (MONDAY + quarter for quarter in range(0, _WEEK, _QUARTER))
        if rate_at(arrivals, moment) > 0
    ]
    distinct = list({id(day.shift): day for day in days.values()}.values())
    there = {id(day.shift): {moment for moment in busy if duty_at(day, moment).present} for day in distinct}
    zone = ZoneInfo(arrivals.timezone)
    alone = [moment for moment in busy if not any(moment in each for each in there.values())]
    if alone:
        sentence = f"customers come and nobody is on shift {_when(alone, zone)}"
        yield _finding("FX061", METADATA, ("agents", "shifts"), sentence)
    yield from _paused(distinct, arrivals)
    for queue in dict.fromkeys(name for name, _ in arriving(subject)):
        members = subject.queues[queue].members
        shifts = {id(days[each.name].shift) for each in members if each.name in days}
        left = [moment for moment in busy if not any(moment in there[shift] for shift in shifts)]
        left = [moment for moment in left if moment not in alone]
        if left and members:
            sentence = f"none of queue {queue!r} ({len(members)} workers) is on shift {_when(left, zone)}"
            yield _finding("FX062", METADATA, ("agents", "shifts"), sentence)


def _paused(days: Sequence[WorkingDay], arrivals: Arrivals) -> Iterator[Finding]:
    """Breaks that all who are there have together, while customers come."""
    pauses: list[tuple[float, float]] = []
    moment = MONDAY
    while moment < MONDAY + _WEEK:
        duties = [duty_at(day, moment) for day in days]
        until = min(each.until for each in duties)
        there = [each for each in duties if each.present]
        if there and not any(each.working for each in there) and rate_at(arrivals, moment) > 0:
            pauses.append((moment, until))
        moment = until
    if pauses:
        first, last = (datetime.fromtimestamp(each, UTC).astimezone(ZoneInfo(arrivals.timezone)) for each in pauses[0])
        hours = sum(end - begin for begin, end in pauses) / 3600
        sentence = (
            f"customers come and everybody on shift is on break on {first:%A} from {first:%H:%M} to {last:%H:%M};"
            f" {hours:g} hours a week in all"
        )
        yield _finding("FX066", METADATA, ("agents", "shifts"), sentence)


def _when(moments: Sequence[float], zone: ZoneInfo) -> str:
    """The first stretch of quarters of an hour in a row, and how long all of them are."""
    end = moments[0]
    while end in moments:
        end += _QUARTER
    first, last = (datetime.fromtimestamp(each, UTC).astimezone(zone) for each in (moments[0], end))
    hours = len(moments) * _QUARTER / 3600
    return f"on {first:%A} from {first:%H:%M} to {last:%H:%M}; {hours:g} hours a week in all"


def _activities(subject: Subject) -> Iterator[Finding]:
    for index, option in enumerate(subject.configuration.domain.dimensions["activity"].all_options()):
        if option.portion == 0:
            place = ("dimensions", "activity", "options", "all", index)
            yield _finding("FX063", METADATA, place, f"activity {option.value!r} has the portion 0")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def _finding(code: str, file: str, place: Place, sentence: str) -> Finding:
    return Finding(kind=KINDS[code], file=file, place=place, sentence=sentence)
