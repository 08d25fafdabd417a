"""A language as the minds use it: phrases by key, cues by what they show, and how values are said and read back. Pure.

A phrase is a template: ``[a|b]`` is one or the other, drawn; ``{name}`` is a value. A cue is a regular expression over
lower-case text; its key says what a match means: ``yes``, ``slot.date_of_birth`` (asked for), ``skill.transfer_funds``
(wanted), ``done.transfer_funds`` (reported), ``topic.fee`` (asked about), ``value.savings`` (mentioned).
"""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from flexsim.randomness import Generator

Values: TypeAlias = Mapping[str, str]

_CHOICE: Final = re.compile(r"\[([^\]]*)\]")
_SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How a language says and reads numbers; dates are ISO text, amounts of money plain numbers."""

    say_date: Callable[[str], str]
    say_month: Callable[[str], str]  # month and year of a date
    say_amount: Callable[[float, str], str]
    numerals: Callable[[str], str]  # lower-case text with its number words as figures
    dates: Callable[[str], tuple[str, ...]]  # read in such text
    amounts: Callable[[str], tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """All that a mind knows of a language."""

    code: str
    phrases: Mapping[str, Sequence[str]]
    cues: Mapping[str, str]
    words: Mapping[str, str]  # values of options, names of functions and of their parameters, as they are said
    terms: Mapping[str, str]  # technical words, and what they mean
    never_names: frozenset[str]  # words with a capital that are no names
    joined: str  # between the last two of a list
    either: str  # between the last two of a choice
    currency: str
    numbers: Numbers

    def spoken(self, word: str) -> str:
        """A value or a name as it is said: ``from_account`` -> ``account to take it from``."""
        return self.words.get(word, word.replace("_", " ").replace("-", " "))

    def listed(self, words: Sequence[str]) -> str:
        """``a, b and c``."""
        return _listed(words, self.joined)

    def listed_or(self, words: Sequence[str]) -> str:
        """``a, b or c``."""
        return _listed(words, self.either)


def by_side(**sides: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The phrases of both sides in one table: ``agent.greeting``, ``caller.done/cross``."""
    return {f"{side}.{key}": phrases for side, table in sides.items() for key, phrases in table.items()}


def _listed(words: Sequence[str], joint: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}" if words else ""


def digits(text: str) -> str:
    """The figures in ``text`` as they are said one by one: ``4 4 1 2``."""
    return " ".join(sign for sign in text if sign.isdigit())


@functools.cache
def alternatives(template: str) -> tuple[tuple[str, ...], ...]:
    """The parts of a template, each with its choices."""
    parts = _CHOICE.split(template)
    return tuple(tuple(part.split("|")) if index % 2 else (part,) for index, part in enumerate(parts))


def composed(template: str, generator: Generator, values: Values) -> str:
    """The template with a choice drawn for each of its alternatives and its values filled in."""
    chosen = "".join(
        choices[0] if len(choices) == 1 else choices[int(generator.random() * len(choices))]
        for choices in alternatives(template)
    )
    return tidy(chosen.format_map(values))


def tidy(text: str) -> str:
    """One space between words, none before a stop, a capital first."""
    text = _SPACES.sub(" ", text).strip()
    text = re.sub(r" ([,.?!])", r"\1", text)
    return text[:1].upper() + text[1:]


class Wording:
    """Says things in one language, in one tone, with a generator of its own; never the same template twice running."""

    __slots__ = ("_generator", "_last", "language", "tone")

    def __init__(self, language: Language, generator: Generator, tone: str = "") -> None:
        self.language = language
        self.tone = tone
        self._generator = generator
        self._last: dict[str, str] = {}

    def has(self, key: str) -> bool:
        return key in self.language.phrases

    def say(self, key: str, /, **values: str) -> str:
        """A phrase of this key; in the mind's tone, where the language has it in that tone."""
        phrases = self.language.phrases
        found = phrases.get(f"{key}/{self.tone}") or phrases[key]
        fresh = [each for each in found if each != self._last.get(key)] or list(found)
        template = fresh[int(self._generator.random() * len(fresh))]
        self._last[key] = template
        return composed(template, self._generator, values)

    def or_else(self, key: str, other: str, /, **values: str) -> str:
        """The phrase of this key where there is one, else of the other."""
        return self.say(key if self.has(key) else other, **values)
