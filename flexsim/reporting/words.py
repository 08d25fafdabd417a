"""Numbers as people read them, and what each figure means."""

from datetime import datetime
from typing import Final

_SPACE: Final = "\u00a0"  # a unit is not parted from its number
NOTHING: Final = "–"  # noqa: RUF001 -- a dash is meant, where there is nothing to say

DEFINITIONS: Final = {
    "offered": ("Offered", "Contacts that came: created, in the total; that entered the queue, for a queue."),
    "answered": ("Answered", "Offered contacts that an agent accepted; the first acceptance counts."),
    "handled": ("Handled", "Answered contacts that an agent completed."),
    "abandoned": ("Abandoned", "Contacts that the customer ended before an agent accepted."),
    "lost": (
        "Lost",
        "Contacts that the routing ended before an agent accepted: out of time, of targets or of attempts.",
    ),
    "removed": ("Removed", "Contacts that were deleted, or canceled after an agent had accepted."),
    "abandonment": ("Abandonment", "(Abandoned + lost) / (answered + abandoned + lost)."),
    "service_level": ("Service level", "Share of contacts that were answered within the threshold."),
    "asa": ("ASA", "Average speed of answer: mean wait of the answered contacts."),
    "aht": ("AHT", "Average handle time: mean of talk and wrap-up of the handled contacts."),
    "talk": ("Talk", "From the acceptance to the beginning of wrap-up; without wrap-up, to the end."),
    "wrap": ("Wrap-up", "From the beginning of wrap-up to completion."),
    "occupancy": (
        "Occupancy",
        "Agents' time with at least one accepted contact / (that time + their time available without one).",
    ),
    "longest_wait": ("Longest wait", "Of the contacts that were answered, abandoned or lost."),
    "waiting": ("Waiting", "Contacts that nobody has accepted yet; over time: their mean number, and the most at once."),
    "agents": ("Agents", "Mean number of agents with a contact or available for one."),
}  # fmt: skip


def duration(seconds: float | None) -> str:
    """``7.3 s``, ``4:05 min``, ``2:03:04 h``."""
    if seconds is None:
        return NOTHING
    if seconds < 60:
        return f"{seconds:.1f}{_SPACE}s" if seconds else f"0{_SPACE}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}{_SPACE}min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,}:{minutes:02d}:{rest:02d}{_SPACE}h"


def share(value: float | None) -> str:
    """``93.4 %``."""
    return NOTHING if value is None else f"{100 * value:.1f}{_SPACE}%"


def count(value: float | None) -> str:
    """``12,345``, or with decimals what is not whole."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def moment(at: datetime, *, seconds: bool = True) -> str:
    """``2026-01-05 08:00:00``."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if seconds else f"{at:%Y-%m-%d %H:%M}"


def span(seconds: float) -> str:
    """A width: ``30 s``, ``15 min``, ``2 h``, ``1 d``."""
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:g}{_SPACE}{unit}"
    return f"{seconds:g}{_SPACE}s"


_SHARES: Final = frozenset({"abandonment", "service_level", "occupancy"})
_COUNTS: Final = frozenset({"offered", "answered", "handled", "abandoned", "lost"})


def figure(name: str, value: float | None) -> str:
    """A figure by its name; counts with one decimal at most, as means over replications have."""
    if name in _SHARES:
        return share(value)
    if name in _COUNTS:
        return count(None if value is None else round(value, 1))
    return duration(value)


def size(name: str, value: float) -> str:
    """How large a difference of this figure is, without its sign; of shares in percentage points."""
    if name in _SHARES:
        return f"{100 * abs(value):.2f}{_SPACE}pp"
    if name in _COUNTS:
        return count(round(abs(value), 1))
    return f"{abs(value):.2f}{_SPACE}s"
