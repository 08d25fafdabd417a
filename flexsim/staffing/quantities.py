"""Shares, durations and service levels as people write them: ``0.8``, ``80 %``, ``4m``, ``4:00``, ``80/20``."""

import re
from typing import Final

from flexsim.errors import ConfigurationError

_NUMBER: Final = r"(\d+(?:[.,]\d+)?|[.,]\d+)"
_SHARE: Final = re.compile(rf"{_NUMBER}\s*(%)?")
_DURATION: Final = re.compile(rf"(?:{_NUMBER}\s*h)?\s*(?:{_NUMBER}\s*m(?:in)?)?\s*(?:{_NUMBER}\s*s(?:ec)?)?")
_CLOCK: Final = re.compile(r"(?:(\d+):)?(\d+):(\d\d)")
_PLAIN: Final = re.compile(_NUMBER)


def share(text: str, what: str) -> float:
    """A share from 0 to 1: ``0.8``, ``80%``, or ``80`` (a number above 1 is in per cent). ``what`` names it in errors.

    Raises ConfigurationError for anything else.
    """
    found = _SHARE.fullmatch(text.strip())
    if found is None:
        raise ConfigurationError(f"{what} is not a share, such as 0.8 or 80%: {text}")
    value = _number(found[1])
    value = value / 100.0 if found[2] or value > 1.0 else value
    if value > 1.0:
        raise ConfigurationError(f"{what} is more than all: {text}")
    return value


def duration(text: str, what: str) -> float:
    """Seconds: ``240``, ``240s``, ``4m``, ``1h30m``, ``4:00``, ``1:00:00``. Raises ConfigurationError for anything else."""
    stripped = text.strip().lower()
    if _PLAIN.fullmatch(stripped):
        return _number(stripped)
    if found := _CLOCK.fullmatch(stripped):
        return _seconds(*found.groups())
    found = _DURATION.fullmatch(stripped)
    if found is None or not any(found.groups()):
        raise ConfigurationError(f"{what} is not a duration, such as 240, 240s, 4m or 4:00: {text}")
    return _seconds(*found.groups())


def span(text: str, what: str) -> float:
    """A duration above 0; raises ConfigurationError for anything else."""
    seconds = duration(text, what)
    if seconds <= 0.0:
        raise ConfigurationError(f"{what} must be above 0 seconds: {text}")
    return seconds


def service_level(text: str, what: str) -> tuple[float, float]:
    """A share and a threshold in seconds: ``0.8/20``, ``80/20``, ``80%/20s``, ``80 in 20s``.

    Raises ConfigurationError for anything else.
    """
    parts = re.split(r"\s*/\s*|\s+in\s+", text.strip())
    if len(parts) != 2:
        raise ConfigurationError(f"{what} is not a share and seconds, such as 80/20: {text}")
    return share(parts[0], what), duration(parts[1], what)


def _seconds(hours: str | None, minutes: str | None, seconds: str | None) -> float:
    return 3600.0 * _number(hours or "0") + 60.0 * _number(minutes or "0") + _number(seconds or "0")


def _number(text: str) -> float:
    return float(text.replace(",", "."))
