"""Values as they are said: figures one by one, days and amounts in words, options by their name. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flexsim.voice.dialogue.language import Language, digits

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIGURES: Final = re.compile(r"\d{4,}")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_MONEY: Final = ("amount", "balance", "limit")


def say(name: str, value: Any, language: Language) -> str:
    """The value of the argument or property ``name``, as it is said."""
    if isinstance(value, bool):
        return language.words["true" if value else "false"]
    if name in _MONEY and _NUMBER.fullmatch(str(value)):
        return language.numbers.say_amount(float(value), language.currency)
    if isinstance(value, Mapping):
        return said_together(value, language)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return language.listed([say(name, each, language) for each in value]) if value else language.words["nothing"]
    text = str(value)
    if _DAY.fullmatch(text):
        return language.numbers.say_date(text)
    if _FIGURES.fullmatch(text):
        return digits(text)
    return language.spoken(text) if " " not in text else text


def said_together(values: Mapping[str, Any], language: Language) -> str:
    """``city Paris, temperature 21``."""
    return ", ".join(f"{language.spoken(name)} {say(name, value, language)}" for name, value in values.items())


def transactions(rows: Sequence[Mapping[str, Any]], language: Language) -> str:
    """``38 dollars and 20 cents to Corner Market on November 24th, 2026, and ...``."""
    if not rows:
        return language.words["nothing"]
    told = [
        language.words["transaction"].format(
            amount=say("amount", row["amount"], language), payee=row["payee"], date=say("date", row["date"], language)
        )
        for row in rows
    ]
    return language.listed(told)
