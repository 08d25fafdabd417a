"""Whether the times in a domain fit: arrivals over day and week, shifts and their breaks, time zones. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from flexsim.domain.parsing import seconds_of
from flexsim.domain.problems import Path, Problem, hint

TOLERANCE: Final = 0.01  # by which portions and shares may miss 1
_PROFILES: Final = (24, 48, 96)
_WEEK: Final = 7
_DAY: Final = 86_400


def schedule_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """All that does not fit in ``arrivals`` and ``agents``."""
    if "arrivals" in document:
        yield from _arrivals(document["arrivals"])
    if "agents" in document:
        yield from _agents(document["agents"])


def share_problems(path: Path, key: str, entries: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """What is wrong with shares that are to sum to 1: all entries have ``key``, or none has."""
    given = [entry[key] for entry in entries if key in entry]
    if not given:
        return
    if len(given) < len(entries):
        lacking = ", ".join(f"[{index}]" for index, entry in enumerate(entries) if key not in entry)
        yield Problem(
            path=path, message=f"there is no {key!r} at {lacking}; give one to each, or to none for equal ones"
        )
    elif abs(sum(given) - 1.0) > TOLERANCE + 1e-9:
        yield Problem(path=path, message=f"the {key}s sum to {sum(given):.4g}, not to 1 (within {TOLERANCE})")


def _arrivals(arrivals: Mapping[str, Any]) -> Iterator[Problem]:
    profile, weekday = arrivals.get("profile", [1]), arrivals.get("weekday", [1])
    if "profile" in arrivals and len(profile) not in _PROFILES:
        yield Problem(path=("arrivals", "profile"), message=f"has {len(profile)} multipliers; 24, 48 or 96 make a day")
    if "weekday" in arrivals and len(weekday) != _WEEK:
        yield Problem(
            path=("arrivals", "weekday"), message=f"has {len(weekday)} multipliers; 7 make a week, from Monday"
        )
    for name, multipliers in (("profile", profile), ("weekday", weekday)):
        if not any(multipliers):
            yield Problem(path=("arrivals", name), message="is 0 throughout: nobody would ever come")
    yield from _timezone(("arrivals",), arrivals)


def _timezone(path: Path, holder: Mapping[str, Any]) -> Iterator[Problem]:
    name = holder.get("timezone", "UTC")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # an absolute path, or the name of a folder of zones
        message = f"no such time zone: {name!r}{hint(name, sorted(available_timezones()))}"
        yield Problem(path=(*path, "timezone"), message=message)


def _agents(agents: Mapping[str, Any]) -> Iterator[Problem]:
    yield from share_problems(("agents", "shifts"), "share", agents["shifts"])
    for index, shift in enumerate(agents["shifts"]):
        yield from _shift(("agents", "shifts", index), shift)
    yield from _timezone(("agents",), agents)


def _shift(path: Path, shift: Mapping[str, Any]) -> Iterator[Problem]:
    start = seconds_of(shift["start"])
    length = (seconds_of(shift["end"]) - start) % _DAY or _DAY
    if shift["start"] == shift["end"]:
        yield Problem(
            path=(*path, "end"), message=f"the shift starts and ends at {shift['end']}; all day is 00:00 to 24:00"
        )
        return
    for index, pause in enumerate(shift.get("breaks", ())):
        after = (seconds_of(pause["at"]) - start) % _DAY
        if after + pause["minutes"] * 60 > length:
            message = f"{pause['minutes']} minutes from {pause['at']} are not within {shift['start']} to {shift['end']}"
            yield Problem(path=(*path, "breaks", index), message=message)
