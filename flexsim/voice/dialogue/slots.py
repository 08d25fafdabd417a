"""What a function still needs, found in what somebody said: by the kind of each of its arguments. Pure.

The kind is read from the argument's JSON Schema: options (``enum``), a day (``format: date``), so many figures
(``pattern``), a number, yes or no, a name, or any words. What was asked for is taken more freely than what comes by itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flexsim.voice.dialogue.language import Language, digits
from flexsim.voice.dialogue.meaning import Meaning, name_in

_COUNT: Final = re.compile(r"\{(\d+)\}")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A value; where it is not ``whole``, only a part of it was said, and ``value`` is that part in words, or nothing."""

    value: Any
    whole: bool = True


_HALF: Final = Found(value="", whole=False)


def find(name: str, schema: Mapping[str, Any], meaning: Meaning, language: Language, *, asked: bool) -> Found | None:
    """The argument ``name`` in what was said; None where it is not in there."""
    if "unknown" in meaning.shows and asked:
        return None
    if "enum" in schema:
        return _option(name, schema["enum"], meaning, language, asked=asked)
    kind = schema.get("type", "string")
    if kind == "boolean":
        return _truth(meaning, asked=asked)
    if kind in {"number", "integer"}:
        return _number(meaning, asked=asked, whole=kind == "integer")
    if schema.get("format") == "date":
        return _date(name, meaning, asked=asked)
    if figures := figures_wanted(schema):
        return _figures(name, figures, meaning, asked=asked)
    if name == "name" or name.endswith("_name"):
        return _name(meaning, language, asked=asked)
    return _words(meaning, language) if asked else None


def figures_wanted(schema: Mapping[str, Any]) -> int:
    """How many figures an argument is made of; 0 where it is something else."""
    pattern = schema.get("pattern", "")
    count = _COUNT.search(pattern)
    return int(count[1]) if count and "-" not in pattern.replace("0-9", "") else 0


def _option(name: str, options: list[str], meaning: Meaning, language: Language, *, asked: bool) -> Found | None:
    lead = next((each for each in ("from", "to") if name.startswith(f"{each}_")), "")
    if lead:
        for match in re.finditer(language.cues[lead], meaning.plain):
            for option in options:
                if _mentions(option, match[0], language):
                    return Found(value=option)
        if not asked:
            return None
    mentioned = [option for option in options if _mentions(option, meaning.plain, language)]
    return Found(value=mentioned[0]) if len(mentioned) == 1 else None


def _mentions(option: str, text: str, language: Language) -> bool:
    cue = language.cues.get(f"value.{option}") or rf"\b{re.escape(str(option).lower().replace('_', ' '))}\b"
    return re.search(cue, text) is not None


def _truth(meaning: Meaning, *, asked: bool) -> Found | None:
    if "nobody_hurt" in meaning.shows:
        return Found(value=False)
    if "somebody_hurt" in meaning.shows:
        return Found(value=True)
    if asked and meaning.shows & {"yes", "no"}:
        return Found(value="yes" in meaning.shows)
    return None


def _number(meaning: Meaning, *, asked: bool, whole: bool) -> Found | None:
    numbers = list(meaning.amounts) or ([float(each) for each in _NUMBER.findall(meaning.counted)] if asked else [])
    if not numbers:
        return None
    return Found(value=int(numbers[0]) if whole or numbers[0].is_integer() else numbers[0])


def _date(name: str, meaning: Meaning, *, asked: bool) -> Found | None:
    of_birth = "born" in meaning.shows
    if meaning.dates and (asked or of_birth is (name == "date_of_birth")):
        return Found(value=meaning.dates[0])
    return _HALF if asked and meaning.shows & {"month", "unsure"} else None


def _figures(name: str, wanted: int, meaning: Meaning, *, asked: bool) -> Found | None:
    led = asked or f"slot.{name}" in meaning.shows or (name.endswith("last_four") and "ends_in" in meaning.shows)
    if not led:
        return None
    for run in meaning.figures:
        if len(run) == wanted:
            return Found(value=run)
    longer = [run for run in meaning.figures if len(run) > wanted and "last" in name]
    if longer:
        return Found(value=longer[0][-wanted:])
    if asked and meaning.figures:
        longest: str = max(meaning.figures, key=len)
        return Found(value=digits(longest), whole=False)
    return None


def _name(meaning: Meaning, language: Language, *, asked: bool) -> Found | None:
    name = name_in(meaning, language, asked=asked)
    if not name:
        return None
    return Found(value=name, whole=" " in name)


def _words(meaning: Meaning, language: Language) -> Found | None:
    if meaning.shows & {"unsure", "repeat", "human", "explain", "impatient", "back_channel"}:
        return None
    text = re.sub(language.cues["lead_in"], "", meaning.text, count=1, flags=re.IGNORECASE).strip().rstrip(".!?")
    return Found(value=text) if text else None
