"""Which traces come when: a weighted mix of scenarios, so many a second, more by day than by night.

A mix is YAML::

    rate: 2                  # traces a second, on average over a day
    timezone: Europe/Madrid  # whose hours the profile has; UTC unless said
    profile: [1, 1, 1, 1, 1, 2, 4, 8, 12, 12, 10, 9, 9, 10, 11, 11, 10, 8, 6, 4, 3, 2, 1, 1]
    traces:
      - scenario: fanout
        weight: 3
        set: {fanout: 50}
      - scenario: react
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flexsim.domain.problems import shown
from flexsim.domain.yaml_text import read_yaml
from flexsim.errors import ConfigurationError
from flexsim.randomness import Uniform
from flexsim.traces.parameters import Number, read

_HOURS: Final = 24
_LONGEST: Final = 100_000  # characters; a thousand sorts of traces
_MOST: Final = 1_000_000.0
_SECOND: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sort of trace, and its weight among the others."""

    scenario: str
    parameters: Mapping[str, Number]
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Sorts of traces, and how many of all come in a second; ``profile`` has 24 weights, one an hour."""

    entries: tuple[Entry, ...]
    rate: float = 1.0
    profile: tuple[float, ...] = ()
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A trace that begins at ``time``, in UTC nanoseconds."""

    time: int
    entry: Entry


def arrivals(mix: Mix, start: int, draws: Uniform, *, first_at_once: bool = True) -> Iterator[Arrival]:
    """Traces without end, from ``start`` on: a Poisson process whose rate follows the profile.

    It is made by thinning: candidates at the highest rate, kept with the share that the hour has of it. The first comes at
    ``start`` itself unless told otherwise, so that one trace alone begins when it was asked for.
    """
    weights = [each.weight for each in mix.entries]
    highest = max(mix.profile, default=1.0)
    mean = sum(mix.profile) / _HOURS if mix.profile else 1.0
    fastest = mix.rate * highest / mean
    zone = ZoneInfo(mix.timezone)
    moment = start
    if first_at_once:
        yield Arrival(time=start, entry=_pick(mix.entries, weights, draws.random()))
    while True:
        moment += int(-math.log(1.0 - draws.random()) / fastest * _SECOND)
        if mix.profile:
            hour = datetime.fromtimestamp(moment / _SECOND, UTC).astimezone(zone).hour
            if draws.random() * highest >= mix.profile[hour]:
                continue
        yield Arrival(time=moment, entry=_pick(mix.entries, weights, draws.random()))


def _pick(entries: Sequence[Entry], weights: Sequence[float], draw: float) -> Entry:
    wanted = draw * sum(weights)
    for each, weight in zip(entries, weights, strict=True):
        wanted -= weight
        if wanted < 0:
            return each
    return entries[-1]


def parse(text: str, where: str) -> Mix:
    """The mix that YAML says; raises ConfigurationError that names what is wrong and where."""
    if len(text) > _LONGEST:
        raise ConfigurationError(f"{where} is longer than {_LONGEST:,} characters, which no mix takes")
    found = _mapping(read_yaml(text, where).value, where, {"rate", "timezone", "profile", "traces"})
    rows = found.get("traces")
    if not isinstance(rows, list) or not rows:
        raise ConfigurationError(f"{where} has no traces: a list of scenarios, each with a weight if you like")
    entries = tuple(_entry(row, f"trace {number} of {where}") for number, row in enumerate(rows, 1))
    if not sum(each.weight for each in entries):
        raise ConfigurationError(f"all weights in {where} are zero")
    return Mix(
        entries=entries,
        rate=_positive(found.get("rate", 1.0), f"rate in {where}"),
        profile=_profile(found.get("profile", []), where),
        timezone=_zone(found.get("timezone", "UTC"), where),
    )


def _mapping(document: Any, where: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise ConfigurationError(f"{where} is not a mapping with {', '.join(sorted(known))}")
    strange = [str(each) for each in document if each not in known]
    if strange:
        raise ConfigurationError(f"{where} has {shown(strange[0])}; known are {', '.join(sorted(known))}")
    return cast("dict[str, Any]", document)


def _entry(row: Any, where: str) -> Entry:
    found = _mapping({"scenario": row} if isinstance(row, str) else row, where, {"scenario", "weight", "set"})
    given = found.get("set") or {}
    if not isinstance(given, dict) or not all(isinstance(each, int | float | str) for each in given.values()):
        raise ConfigurationError(f"set in {where} is not a mapping of parameters: {shown(given)}")
    try:
        parameters = read(_name(found.get("scenario")), {str(name): str(value) for name, value in given.items()})
    except ConfigurationError as error:
        raise ConfigurationError(f"{where}: {error}") from error
    weight = found.get("weight", 1)
    return Entry(
        scenario=str(found["scenario"]),
        parameters=parameters,
        weight=0.0 if weight == 0 else _positive(weight, f"weight of {where}"),
    )


def _name(value: Any) -> str:
    return value if isinstance(value, str) else shown(value)


def _positive(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _MOST:
        raise ConfigurationError(f"{what} is a number above 0, up to {_MOST:g}: {shown(value)}")
    return float(value)


def _profile(value: Any, where: str) -> tuple[float, ...]:
    fine = isinstance(value, list) and all(
        isinstance(each, int | float) and not isinstance(each, bool) and 0 <= each <= _MOST for each in value
    )
    if not fine or (value and (len(value) != _HOURS or not sum(value))):
        raise ConfigurationError(f"profile in {where} is {_HOURS} weights, one an hour, not all zero: {shown(value)}")
    return tuple(float(each) for each in value)


def _zone(value: Any, where: str) -> str:
    try:
        return ZoneInfo(str(value)).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigurationError(f"no such time zone in {where}: {shown(value)}") from error
