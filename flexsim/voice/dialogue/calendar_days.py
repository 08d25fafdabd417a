"""Days that a text names, by the forms in which a language writes them. Pure."""

import re
from collections.abc import Sequence
from datetime import date

# A pattern with three groups, and what they are: ``dmy`` is day, month, year; a month is a number or a name.
Form = tuple[re.Pattern[str], str]


def days_in(text: str, forms: Sequence[Form], months: Sequence[str]) -> tuple[str, ...]:
    """The days in lower-case text, as ISO text, form by form; what is no day (February 30th) is none."""
    found = []
    for pattern, order in forms:
        for match in pattern.finditer(text):
            parts = dict(zip(order, match.groups(), strict=True))
            iso = f"{int(parts['y']):04d}-{_month(parts['m'], months):02d}-{int(parts['d']):02d}"
            if _is_day(iso):
                found.append(iso)
    return tuple(found)


def _month(text: str, months: Sequence[str]) -> int:
    """The month's number; 0, which no day has, for what is none."""
    if text.isdigit():
        return int(text)
    return next((number for number, name in enumerate(months, 1) if name.startswith(text)), 0)


def _is_day(iso: str) -> bool:
    try:
        date.fromisoformat(iso)
    except ValueError:
        return False
    return True
