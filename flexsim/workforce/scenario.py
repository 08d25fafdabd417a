"""What a scenario is about, read from its text: themes, the clause that each was found in, and the number that goes with it. Pure.

A reading of words, not an understanding: what is not in ``THEMES`` is not seen, and ``Scenario.themes`` says what was. A clause
that asks (``should we``, ``whether``, ``what if``) names something to talk about; one that tells is something that happened.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flexsim.errors import ConfigurationError

LONGEST: Final = 20_000  # characters

THEMES: Final[Mapping[str, str]] = {
    "outage": r"outages?|down ?time|incidents?|breach|(?:is|are|was|were|went|goes|go) down|crash\w*",
    "release": r"releas\w+|launch\w*|roadmap|deadline|ship(?:s|ped|ping)?\b|milestone|version",
    "slip": r"slip\w*|delay\w*|late|behind schedule|postpon\w+|overdue",
    "price": r"pric\w+|discounts?|fees?\b|subscription",
    "growth": r"grow\w*|surge\w*|doubl\w+|tripl\w+|demand|peak|black friday|season\w*|expan\w+|viral",
    "costs": r"cost[s-]?|costs|budgets?|savings?|runway|cash|spend\w*|afford\w*|cut(?:s|ting)? (?:back|spending|jobs)|lay-?offs?",
    "churn": r"churn\w*|cancel\w*|leav(?:e|es|ing)|retention|losing customers",
    "competitor": r"competit\w+|rivals?|market share",
    "quality": r"quality|bugs?\b|defects?|regressions?|technical debt|tech debt",
    "morale": r"morale|burn-?out|burn(?:ed|t) out|tired|attrition|resign\w*|quit\w*|overwork\w*",
    "service": r"service levels?|waiting|wait times?|queues?|call ?cent(?:er|re)|support|tickets?|contacts?|complaints?",
    "hiring": r"hir(?:e|es|ed|ing)|recruit\w*|headcount|head count|staffing|new people|more (?:people|agents|engineers)",
}
_COMPILED: Final = {name: re.compile(rf"\b(?:{words})", re.IGNORECASE) for name, words in THEMES.items()}
_BETWEEN: Final = re.compile(r"(?<=[.;!?])\s+|,\s+(?:(?:and|or|but|so|while)\s+)?|\s+but\s+")
_ASKS: Final = re.compile(
    r"\b(?:should|consider\w*|whether|could|what if|might|would|option|propos\w+|discuss\w*|how (?:do|can|should))\b|\?\s*$",
    re.IGNORECASE,
)
_DOWN: Final = re.compile(r"\b(?:cut|cuts|lower\w*|reduc\w+|drop\w*|fall\w*|fell|down|decreas\w+|discount\w*|less)\b", re.IGNORECASE)  # fmt: skip
_NUMBERS: Final = {word: number for number, word in enumerate(
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"])} | {"a": 1, "an": 1, "half": 50}  # fmt: skip
_NUMBER: Final = r"(?P<number>\d+(?:[.,]\d+)?|" + "|".join(_NUMBERS) + ")"
_AMOUNTS: Final = tuple(
    (unit, re.compile(rf"\b{_NUMBER}\s*(?:{words})", re.IGNORECASE))
    for unit, words in (
        ("percent", r"%|per ?cent\b"),
        ("weeks", r"(?:more |extra )?weeks?\b"),
        ("months", r"(?:more |extra )?months?\b"),
        (
            "people",
            r"(?:more |new |extra |additional )*(?:people|persons?|agents?|engineers?|developers?|reps?|hires?|staff)\b",
        ),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Something that the scenario is about; ``happened`` unless the clause only asks. ``amounts`` by unit, as in the clause."""

    name: str
    clause: str
    happened: bool
    down: bool
    amounts: Mapping[str, float]

    def amount(self, unit: str, otherwise: float) -> float:
        """The number that the clause gives in this unit."""
        return self.amounts.get(unit, otherwise)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A scenario's text and what was read in it, in the order of the text, a theme at most once."""

    text: str
    themes: tuple[Theme, ...]

    def about(self, name: str) -> Theme | None:
        """The theme of this name, where the scenario is about it."""
        return next((each for each in self.themes if each.name == name), None)


def read_scenario(text: str) -> Scenario:
    """What the text is about; raises ConfigurationError where there is nothing to read, or too much."""
    text = " ".join(text.split())
    if not text:
        raise ConfigurationError("the scenario is empty: say in a sentence or two what the company faces")
    if len(text) > LONGEST:
        raise ConfigurationError(f"the scenario has {len(text):,} characters; {LONGEST:,} are read")
    found: dict[str, Theme] = {}
    for clause in _clauses(text):
        for theme in _themes(clause):
            found.setdefault(theme.name, theme)
    return Scenario(text=text, themes=tuple(found.values()))


def _clauses(text: str) -> Iterator[str]:
    """Sentences and their parts between commas."""
    return (each for each in _BETWEEN.split(text) if each.strip(" .;!?"))


def _themes(clause: str) -> Iterator[Theme]:
    asks, down, amounts = _ASKS.search(clause) is not None, _DOWN.search(clause) is not None, _amounts(clause)
    said = clause.rstrip(" .;!?")
    places = [(found.start(), name) for name, words in _COMPILED.items() if (found := words.search(clause))]
    of_others = _COMPILED["competitor"].search(clause) is not None  # whose prices are not ours
    for _, name in sorted(places):
        happened = not asks and not (of_others and name == "price")
        yield Theme(name=name, clause=said, happened=happened, down=down, amounts=amounts)


def _amounts(clause: str) -> dict[str, float]:
    found = {}
    for unit, form in _AMOUNTS:
        match = form.search(clause)
        if match is not None:
            word = match["number"].lower()
            found[unit] = float(_NUMBERS[word]) if word in _NUMBERS else float(word.replace(",", "."))
    if "months" in found:
        found.setdefault("weeks", found.pop("months") * 4)
    return found
