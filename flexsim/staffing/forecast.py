"""Expected calls by interval: from a table that people have, or from a domain's arrivals on a day.

A table is CSV with a heading or without: ``start,calls`` and perhaps ``aht``; commas, semicolons or tabs. Starts are times
of day (``09:30``) or moments (``2026-01-05 09:30``, ``2026-01-05T09:30``), in order; after midnight the times begin anew.
"""

import csv
import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from flexsim.domain.arrivals import expected_arrivals
from flexsim.domain.model import Arrivals
from flexsim.errors import ConfigurationError
from flexsim.staffing.quantities import span
from flexsim.staffing.requirements import Interval

MOST_INTERVALS: Final = 10_000  # a year of hours
_MIDNIGHT: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 -- of no particular day or zone
_COLUMNS: Final = ("start", "calls", "aht")


def read_forecast(text: str, where: str, *, aht: float | None, seconds: float | None) -> list[Interval]:
    """The intervals of a table. ``aht`` holds where the table has none; ``seconds``, the length, unless the starts tell.

    The length of all intervals is the shortest time between two starts, so a gap is a time when the centre is closed.
    Raises ConfigurationError that names the line, as ``where:line``.
    """
    rows = _rows(text, where)
    starts = _moments([(line, row[0]) for line, row in rows], where)
    length = seconds if seconds is not None else _shortest(starts, where)
    for (line, _), (one, other) in zip(rows[1:], itertools.pairwise(starts), strict=True):
        if (other - one).total_seconds() < length:
            raise ConfigurationError(f"{where}:{line}: starts before the {length:g} s of the interval before are over")
    return [
        Interval(
            start=row[0],
            seconds=length,
            calls=_number(row[1], "calls", f"{where}:{line}"),
            service=_aht(row, aht, where, line),
        )
        for line, row in rows
    ]


def domain_forecast(arrivals: Arrivals, day: dt.date, *, aht: float, seconds: float) -> list[Interval]:
    """The day of a domain's arrivals in its own time zone, cut in intervals; starts are given in local time."""
    zone = ZoneInfo(arrivals.timezone)
    midnight = dt.datetime.combine(day, dt.time(), zone)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone).timestamp()
    found, moment = [], midnight.timestamp()
    while moment < end:
        until = min(end, moment + seconds)
        local = dt.datetime.fromtimestamp(moment, zone)
        calls = expected_arrivals(arrivals, moment, until)
        found.append(Interval(start=local.strftime("%H:%M"), seconds=until - moment, calls=calls, service=aht))
        moment = until
    return found


def _rows(text: str, where: str) -> list[tuple[int, list[str]]]:
    lines = text.removeprefix("\ufeff").splitlines()
    heading = lines[0] if lines else ""
    delimiter = next((each for each in ("\t", ";") if each in heading), ",")
    try:
        parsed = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error as error:
        raise ConfigurationError(f"{where}: not a table: {error}") from error
    rows = [(line, row) for line, row in enumerate(parsed, 1) if any(row) and not row[0].startswith("#")]
    order: Sequence[int] = range(len(_COLUMNS))
    if rows and not rows[0][1][0][:1].isdigit():
        order = _order(rows.pop(0)[1], where)
    if not rows:
        raise ConfigurationError(f"{where}: no interval; a line holds start,calls or start,calls,aht")
    if len(rows) > MOST_INTERVALS:
        raise ConfigurationError(f"{where}: more than {MOST_INTERVALS:,} intervals")
    return [(line, _picked(row, order, f"{where}:{line}")) for line, row in rows]


def _order(heading: list[str], where: str) -> list[int]:
    names = [name.lower() for name in heading]
    missing = [name for name in _COLUMNS[:2] if name not in names]
    if missing:
        raise ConfigurationError(f"{where}: no column {missing[0]} in the heading: {', '.join(heading)}")
    return [names.index(name) for name in _COLUMNS if name in names]


def _picked(row: list[str], order: Sequence[int], place: str) -> list[str]:
    picked = [row[index] for index in order if index < len(row)]
    if len(picked) < 2:
        raise ConfigurationError(f"{place}: a line holds start,calls or start,calls,aht: {','.join(row)}")
    return picked


def _moments(starts: Sequence[tuple[int, str]], where: str) -> list[dt.datetime]:
    found: list[dt.datetime] = []
    for line, text in starts:
        moment, of_day = _moment(text, f"{where}:{line}")
        if of_day and found and moment <= found[-1]:
            days = (found[-1] - moment) // dt.timedelta(days=1) + 1
            moment += dt.timedelta(days=days)
        if found and moment <= found[-1]:
            raise ConfigurationError(f"{where}:{line}: not after the start of the line before: {text}")
        found.append(moment)
    return found


def _moment(text: str, place: str) -> tuple[dt.datetime, bool]:
    """The moment, and whether it is a time of day only."""
    try:
        if len(text) <= len("00:00:00"):
            time = dt.time.fromisoformat(text.zfill(5)).replace(tzinfo=None)
            return dt.datetime.combine(_MIDNIGHT, time), True
        return dt.datetime.fromisoformat(text).replace(tzinfo=None), False
    except ValueError:
        raise ConfigurationError(f"{place}: not a start such as 09:30 or 2026-01-05 09:30: {text}") from None


def _shortest(starts: Sequence[dt.datetime], where: str) -> float:
    gaps = [(other - one).total_seconds() for one, other in itertools.pairwise(starts)]
    if not gaps:
        raise ConfigurationError(f"{where}: one line does not tell how long an interval is; say so with --interval")
    return min(gaps)


def _number(text: str, what: str, place: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0.0 <= value < 1e9:
        raise ConfigurationError(f"{place}: {what} must be a number, 0 or more: {text}")
    return value


def _aht(row: Sequence[str], aht: float | None, where: str, line: int) -> float:
    if len(row) > 2 and row[2]:
        return span(row[2], f"{where}:{line}: aht")
    if aht is None:
        raise ConfigurationError(f"{where}:{line}: no handle time; add a column aht, or say --aht")
    return aht
