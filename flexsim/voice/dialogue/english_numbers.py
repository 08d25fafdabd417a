"""Dates, amounts and figures in English: said so that a voice reads them well, and read as people say them. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from flexsim.voice.dialogue.calendar_days import days_in

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_UNITS: Final = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {"oh": 0}
_TENS: Final = {
    word: 10 * value
    for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_SCALES: Final = {"hundred": 100, "thousand": 1000}
_REPEATS: Final = {"double": 2, "triple": 3}
_CENTURIES: Final = (["nineteen"], ["twenty"])  # with which a year begins
_ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "twenty-first": 21, "twenty-second": 22,
    "twenty-third": 23, "twenty-fourth": 24, "twenty-fifth": 25, "twenty-sixth": 26, "twenty-seventh": 27,
    "twenty-eighth": 28, "twenty-ninth": 29, "thirtieth": 30, "thirty-first": 31,
}  # fmt: skip
_WORD: Final = "|".join(sorted((*_UNITS, *_TENS, *_SCALES), key=len, reverse=True))
_RUN: Final = re.compile(
    rf"\b(?:(?:double|triple)[ -]+)?(?:{_WORD})(?:(?:[ ,-]+|[ -]+and[ -]+)(?:{_WORD}|double|triple))*\b"
)
_ORDINAL: Final = re.compile(rf"\b({'|'.join(sorted(_ORDINALS, key=len, reverse=True))})\b")
_MONTH: Final = "|".join((*_MONTHS, *(each[:3] for each in _MONTHS)))
_DAY: Final = r"(\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(\d{4})"
_DATES: Final = (
    (re.compile(rf"\b({_MONTH})\.? (?:the )?{_DAY},? (?:of )?{_YEAR}\b"), "mdy"),
    (re.compile(rf"\b{_DAY}(?: of)? ({_MONTH})\.?,? {_YEAR}\b"), "dmy"),
    (re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b"), "ymd"),
    (re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b"), "mdy"),
)
_FIGURE: Final = r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?"
_AMOUNT: Final = re.compile(rf"\$ ?{_FIGURE}\b|\b{_FIGURE} ?(?:dollars?|bucks|usd)(?: and (\d{{1,2}}) cents?)?")


def say_date(iso: str) -> str:
    """``1984-03-12`` -> ``March 12th, 1984``."""
    day = date.fromisoformat(iso)
    ending = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return f"{_MONTHS[day.month - 1].capitalize()} {day.day}{ending}, {day.year}"


def say_month(iso: str) -> str:
    """``1984-03-12`` -> ``March 1984``."""
    day = date.fromisoformat(iso)
    return f"{_MONTHS[day.month - 1].capitalize()} {day.year}"


def say_amount(amount: float, currency: str) -> str:
    """``2341.5`` -> ``2341 dollars and 50 cents``."""
    cents = round(abs(amount) * 100)
    whole, rest = divmod(cents, 100)
    unit = currency if whole != 1 else currency.removesuffix("s")
    text = f"{'minus ' if amount < 0 else ''}{whole} {unit}"
    return f"{text} and {rest} cent{'s' if rest != 1 else ''}" if rest else text


def numerals(text: str) -> str:
    """Lower-case text with its number words as figures: ``four four one two`` -> ``4 4 1 2``, ``two hundred`` -> ``200``."""
    text = _ORDINAL.sub(lambda found: f"{_ORDINALS[found[1]]}th", text)
    return _RUN.sub(lambda found: " ".join(map(str, _numbers(re.findall(r"[a-z]+", found[0])))), text)


def _numbers(words: list[str]) -> Iterator[int]:
    """The numbers that a run of number words says, each as long as the words allow; ``nineteen eighty four`` is a year."""
    waiting: list[str] = []
    times = 1
    for word in words:
        if word in _REPEATS:
            yield from _flushed(waiting)
            times = _REPEATS[word]
        elif word != "and" and not _continues(waiting, word):
            yield from _flushed(waiting)
            yield from [_UNITS.get(word, 0)] * (times - 1)
            waiting, times = [word], 1
        elif word != "and":
            waiting.append(word)
    yield from _flushed(waiting)


def _flushed(words: list[str]) -> Iterator[int]:
    if words:
        yield _number(words)
        words.clear()


def _continues(words: list[str], word: str) -> bool:
    """Whether ``word`` goes on with the number that ``words`` began."""
    if not words:
        return False
    last = words[-1]
    if word in _SCALES:
        return "thousand" not in words or (word == "hundred" and last != "thousand")
    if last in _SCALES:
        return True
    if words in _CENTURIES and (word in _TENS or _UNITS.get(word, 0) > 9):
        return True
    return last in _TENS and 0 < _UNITS.get(word, 0) < 10


def _number(words: list[str]) -> int:
    if words[:1] in _CENTURIES and len(words) > 1 and words[1] not in _SCALES and _value(words[1]) > 9:
        return 100 * _value(words[0]) + sum(map(_value, words[1:]))
    total = part = 0
    for word in words:
        if word == "thousand":
            total, part = (part or 1) * 1000, 0
        elif word == "hundred":
            part = (part or 1) * 100
        else:
            part += _value(word)
    return total + part


def _value(word: str) -> int:
    return _UNITS[word] if word in _UNITS else _TENS[word]


def dates(text: str) -> tuple[str, ...]:
    """The whole dates in text that ``numerals`` made, in order of their form."""
    return days_in(text, _DATES, _MONTHS)


def amounts(text: str) -> tuple[float, ...]:
    """The amounts of money in text that ``numerals`` made."""
    found = []
    for match in _AMOUNT.finditer(text):
        whole = match[1] or match[3]
        cents = match[5] or (match[2] or match[4] or "0").ljust(2, "0")
        found.append((100 * int(whole.replace(",", "")) + int(cents)) / 100)
    return tuple(found)
