"""Dates, amounts and figures in German: said so that a voice reads them well, and read as they are said and written. Pure."""

import re
from datetime import date
from typing import Final

from flexsim.voice.dialogue.calendar_days import days_in

_MONTHS: Final = (
    "januar", "februar", "märz", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "dezember",
)  # fmt: skip
_FIGURES: Final = {
    word: str(value)
    for value, word in enumerate(["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"])
} | {"zwo": "2"}
_FIGURE: Final = re.compile(rf"\b({'|'.join(_FIGURES)})\b")
_DATES: Final = (
    (re.compile(rf"\b(\d{{1,2}})\.? ({'|'.join(_MONTHS)}) (\d{{4}})\b"), "dmy"),
    (re.compile(r"\b(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})\b"), "dmy"),
    (re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b"), "ymd"),
)
_AMOUNT: Final = re.compile(r"\b(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{2}))? ?(?:dollar|euro|\$)(?: und (\d{1,2}) cent)?")


def say_date(iso: str) -> str:
    """``1984-03-12`` -> ``12. März 1984``."""
    day = date.fromisoformat(iso)
    return f"{day.day}. {_MONTHS[day.month - 1].capitalize()} {day.year}"


def say_month(iso: str) -> str:
    """``1984-03-12`` -> ``März 1984``."""
    return say_date(iso).partition(" ")[2]


def say_amount(amount: float, currency: str) -> str:
    """``2341.5`` -> ``2341 Dollar und 50 Cent``."""
    whole, rest = divmod(round(abs(amount) * 100), 100)
    text = f"{'minus ' if amount < 0 else ''}{whole} {currency}"
    return f"{text} und {rest} Cent" if rest else text


def numerals(text: str) -> str:
    """Lower-case text with the words for single figures as figures: ``vier vier eins zwei`` -> ``4 4 1 2``."""
    return _FIGURE.sub(lambda found: _FIGURES[found[1]], text)


def dates(text: str) -> tuple[str, ...]:
    """The whole dates in text that ``numerals`` made."""
    return days_in(text, _DATES, _MONTHS)


def amounts(text: str) -> tuple[float, ...]:
    """The amounts of money in text that ``numerals`` made."""
    return tuple(
        (100 * int(match[1].replace(".", "")) + int(match[3] or match[2] or 0)) / 100
        for match in _AMOUNT.finditer(text)
    )
