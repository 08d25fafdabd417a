"""Dates, amounts and figures in French: said so that a voice reads them well, and read as they are said and written. Pure."""

import re
from datetime import date
from typing import Final

from flexsim.voice.dialogue.calendar_days import days_in

_MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_FIGURES: Final = {
    word: str(value)
    for value, word in enumerate(["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"])
}
_WORD: Final = re.compile(rf"\b(?:{'|'.join(_FIGURES)})\b")
# Runs only: "un" alone is an article, "neuf" alone is new.
_RUN: Final = re.compile(rf"{_WORD.pattern}(?:[ ,-]+{_WORD.pattern})+")
_DATES: Final = (
    (re.compile(rf"\b(\d{{1,2}})(?:er)? ({'|'.join(_MONTHS)}) (\d{{4}})\b"), "dmy"),
    (re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b"), "dmy"),
    (re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b"), "ymd"),
)
_AMOUNT: Final = re.compile(
    r"\b(\d{1,3}(?:[\u202f ]\d{3})+|\d+)(?:,(\d{2}))? ?(?:dollars?|euros?|\$)(?: et (\d{1,2}) cents?)?"
)


def say_date(iso: str) -> str:
    """``1984-03-12`` -> ``12 mars 1984``; the first of a month is ``1er``."""
    day = date.fromisoformat(iso)
    return f"{day.day}{'er' if day.day == 1 else ''} {_MONTHS[day.month - 1]} {day.year}"


def say_month(iso: str) -> str:
    """``1984-03-12`` -> ``mars 1984``."""
    return say_date(iso).partition(" ")[2]


def say_amount(amount: float, currency: str) -> str:
    """``2341.5`` -> ``2341 dollars et 50 cents``."""
    whole, rest = divmod(round(abs(amount) * 100), 100)
    unit = currency if whole > 1 else currency.removesuffix("s")
    text = f"{'moins ' if amount < 0 else ''}{whole} {unit}"
    return f"{text} et {rest} cent{'s' if rest > 1 else ''}" if rest else text


def numerals(text: str) -> str:
    """Lower-case text with runs of words for single figures as figures: ``quatre quatre un deux`` -> ``4 4 1 2``."""
    return _RUN.sub(lambda run: _WORD.sub(lambda word: _FIGURES[word[0]], run[0]), text)


def dates(text: str) -> tuple[str, ...]:
    """The whole dates in text that ``numerals`` made."""
    return days_in(text, _DATES, _MONTHS)


def amounts(text: str) -> tuple[float, ...]:
    """The amounts of money in text that ``numerals`` made."""
    return tuple(
        (100 * int(re.sub(r"\D", "", match[1])) + int(match[3] or match[2] or 0)) / 100
        for match in _AMOUNT.finditer(text)
    )
