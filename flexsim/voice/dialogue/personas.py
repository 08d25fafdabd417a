"""Who calls, how they behave, and what they want: records, and the laws by which a trait shows.

Each number declares something that can be counted over many calls, and tests count it:

- ``tendency_to_interrupt``: the chance, at each turn of the other's, to speak into it.
- ``clarity``: the chance that an answer, or the first word on the problem, is whole; else it is vague or half.
- ``tech_comfort``: out of ten; the chance to let a technical word pass without asking what it means.
- ``patience``: how much goes wrong (see ``minds``) before the caller asks for a human or hangs up.
- ``answering``: how long it takes to answer, log-normal, in seconds.
- ``rate``: words a minute; each call draws its own around it, normally, with the deviation ``rate_spread``.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flexsim.randomness import Generator
from flexsim.voice.ports import Voice

SLOWEST: Final = 80  # words a minute that a voice can speak
FASTEST: Final = 450
_PASSES: Final = 4.0  # standard deviations: what lies beyond is drawn anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Seconds from the end of the other's words to the first of one's own: log-normal, half of them below ``median``."""

    median: float = 0.6
    spread: float = 0.35  # the standard deviation of the logarithm

    def draw(self, generator: Generator) -> float:
        return generator.lognormvariate(math.log(self.median), self.spread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """How somebody behaves; the module says what each number means."""

    traits: tuple[str, ...] = ()
    style: str = "friendly and cooperative"
    patience: int = 8
    tech_comfort: int = 7
    tendency_to_interrupt: float = 0.2
    clarity: float = 0.9
    answering: Answering = field(default_factory=Answering)
    voice: str = "alloy"
    pitch: int = 50
    rate: int = 170
    rate_spread: float = 8.0
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What must, or must not, be true at the end: in words, as an expression, and what the agent must have said.

    ``check`` is an expression of TaskRouter's language over the end state (see ``judge``); ``told`` is the place of a value
    in it that the caller must have been told. Either may be empty.
    """

    says: str
    check: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a caller wants of the call, and after how many turns of its own it gives up."""

    primary: str
    secondary: tuple[str, ...] = ()
    success: tuple[Criterion, ...] = ()
    failure: tuple[Criterion, ...] = ()
    max_turns: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A kind of caller; ``goal`` is its own, where it has one whatever the scenario."""

    name: str
    description: str
    persona: Persona
    goal: Goal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Why somebody calls: the goal, what the caller knows (``facts``, by label) and how things stand at the desk.

    ``translations`` are facts that other languages have other words for, by language.
    """

    name: str
    title: str
    domain: str
    goal: Goal
    facts: Mapping[str, str]
    state: Mapping[str, Any]
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How well a function does: the share of calls that fail, and how long one takes, log-normal, in seconds."""

    error_rate: float = 0.0
    delay: Answering = field(default_factory=lambda: Answering(median=0.8, spread=0.3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A customer-service agent: for whom it speaks, what it may tell (by language and topic), how its functions do."""

    name: str
    title: str
    company: str
    speaks_as: str  # the name it gives
    domain: str
    style: str
    answering: Answering
    back_channels: float
    identify: bool
    voice: str
    pitch: int
    rate: int
    knowledge: Mapping[str, Mapping[str, str]]
    functions: Mapping[str, Faults]  # by function; "*" for all others


def voice_of(persona: Persona, generator: Generator) -> Voice:
    """The voice of one call: the persona's, at a rate drawn for this call."""
    while True:
        away = generator.gauss(0.0, 1.0)
        if abs(away) <= _PASSES:
            break
    rate = round(persona.rate + persona.rate_spread * away)
    return Voice(
        name=persona.voice,
        rate=min(max(rate, SLOWEST), FASTEST),
        pitch=persona.pitch,
        language=_LANGUAGES.get(persona.language, persona.language),
    )


def agents_voice(agent: Agent, language: str = "en") -> Voice:
    """The agent's voice: the same in every call."""
    return Voice(name=agent.voice, rate=agent.rate, pitch=agent.pitch, language=_LANGUAGES.get(language, language))


# What the engine's voices call the languages that the minds speak.
_LANGUAGES: Final = {"en": "en-us", "de": "de", "fr": "fr"}
