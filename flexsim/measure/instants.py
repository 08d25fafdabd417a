"""Whole milliseconds, those of the event log: sums of them are exact, and whatever tells a moment tells the same one."""

from datetime import UTC, datetime
from functools import lru_cache


def milliseconds(seconds: float) -> int:
    """Rounded to whole milliseconds, by the digits: a multiplication alone would now and then round a tie the other way."""
    return round(round(seconds, 3) * 1000)


def iso(moment: float) -> str:
    """``2026-01-05T08:00:00.000Z``, of UTC seconds."""
    seconds, thousandths = divmod(milliseconds(moment), 1000)
    return f"{_second(seconds)}.{thousandths:03d}Z"


@lru_cache(maxsize=4096)  # moments come nearly in order, many in a second
def _second(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"
