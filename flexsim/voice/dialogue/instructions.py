"""Roles as instructions: text that a language model follows, and that our own mind reads back exactly. Pure.

A session of the Realtime protocol knows its role by its instructions alone. Ours are sections of lines, ``- label: value``,
with sentences between them that only a model needs; values are single lines. What is not of this form is foreign: ``read``
gives None for it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from flexsim.voice.dialogue.personas import Agent, Answering, Caller, Criterion, Goal, Persona, Scenario

Sections: TypeAlias = dict[str, list[tuple[str, str]]]

_LINE: Final = re.compile(r"- ([^:\n]+): (.*)")
_ANSWERING: Final = re.compile(r"median (\S+) seconds, spread (\S+)")
_WHO: Final = "## Who you are"
_HOW: Final = "## How you behave"
_WANT: Final = "## What you want"
_KNOW: Final = "## What you know"
_TELL: Final = "## What you may tell"
_IDENTIFY: Final = {True: "verify the caller before you do anything else", False: "not needed"}

_CALLER_TEXT: Final = """\
You are calling a customer-service line. You are the caller, a human being; never say that you are anything else, and
never do the agent's work. Speak as people do on the telephone: one or two short sentences at a time, one thing at a time.
Wait for the agent's question before you give particulars.
"""
_CALLER_HOW: Final = """\
Patience says how much may go wrong before you ask for a human or hang up. Comfort with technology says out of ten how often
you know a technical word; else ask what it means. Tendency to interrupt is the chance, at each turn of the agent's, that
you speak into it. Clarity is the chance that an answer of yours is whole at first; else be vague, or give half of it.
"""
_CALLER_END: Final = """\
Say numbers figure by figure, dates with the month in words. Say only what stands here; what you do not know, you do not know.
Ask for what you also want after the first thing is done. When all is done, say goodbye and call hang_up with the reason
finished. If it leads nowhere, say so, and call hang_up with gave_up; after the given number of turns of your own, with out_of_turns.
"""
_AGENT_TEXT: Final = """\
You answer the telephone for a company's customers. Be short: one or two sentences at a time, one question at a time.
Greet with the company's name and your own, and ask what you can do.
"""
_AGENT_HOW: Final = """\
Use your functions; never invent what they would say. Ask for what a function needs, read back what it will change and get a
yes before you call it. If a function fails, say so and try once more. What you did not understand, ask again. If you cannot
help, or the caller asks for it, offer a human. When nothing else is wanted, say goodbye and call hang_up.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerRole:
    """What a caller's mind knows: itself, its goal (in words alone), and facts."""

    persona: Persona
    goal: Goal
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRole:
    """What an agent's mind knows. The one without a company is an assistant of nobody's."""

    speaks_as: str = ""
    company: str = ""
    style: str = ""
    answering: Answering = field(default_factory=Answering)
    back_channels: float = 0.0
    identify: bool = False
    language: str = "en"
    knowledge: Mapping[str, str] = field(default_factory=dict)


def callers_role(caller: Caller, scenario: Scenario) -> CallerRole:
    """The caller in the scenario: its own goal, if it has one, else the scenario's."""
    goal = caller.goal or scenario.goal
    words = replace(goal, success=_bare(goal.success), failure=_bare(goal.failure))
    facts = {**scenario.facts, **scenario.translations.get(caller.persona.language, {})}
    return CallerRole(persona=caller.persona, goal=words, facts=facts)


def agents_role(agent: Agent, language: str = "en") -> AgentRole:
    """The agent, speaking this language."""
    return AgentRole(
        speaks_as=agent.speaks_as,
        company=agent.company,
        style=agent.style,
        answering=agent.answering,
        back_channels=agent.back_channels,
        identify=agent.identify,
        language=language,
        knowledge=agent.knowledge.get(language, {}),
    )


def for_caller(caller: Caller, scenario: Scenario) -> str:
    """The instructions of this caller in this scenario."""
    return callers_text(callers_role(caller, scenario))


def for_agent(agent: Agent, language: str = "en") -> str:
    """The instructions of this agent, speaking with callers of this language."""
    return agents_text(agents_role(agent, language))


def callers_text(role: CallerRole) -> str:
    """A caller's role as text."""
    persona, goal = role.persona, role.goal
    who = [("Language", persona.language), ("Style", persona.style), *(("Trait", each) for each in persona.traits)]
    voice = [("Voice", persona.voice), ("Pitch", persona.pitch), ("Words a minute", persona.rate)]
    how = [
        ("Patience", f"{persona.patience} of 10"),
        ("Comfort with technology", f"{persona.tech_comfort} of 10"),
        ("Tendency to interrupt", persona.tendency_to_interrupt),
        ("Clarity", persona.clarity),
        ("Answering", _answering_text(persona.answering)),
        ("Deviation of the words a minute", persona.rate_spread),
    ]
    want = [
        ("Goal", goal.primary),
        *(("Also", each) for each in goal.secondary),
        *(("Success", each.says) for each in goal.success),
        *(("Failure", each.says) for each in goal.failure),
        ("Turns", goal.max_turns),
    ]
    return "\n".join(
        (
            _CALLER_TEXT,
            *_section(_WHO, [*who, *voice]),
            *_section(_HOW, how, _CALLER_HOW),
            *_section(_WANT, want),
            *_section(_KNOW, list(role.facts.items()), _CALLER_END),
        )
    )


def agents_text(role: AgentRole) -> str:
    """An agent's role as text."""
    who = [("Name", role.speaks_as), ("Company", role.company), ("Style", role.style), ("Language", role.language)]
    how = [
        ("Identity", _IDENTIFY[role.identify]),
        ("Answering", _answering_text(role.answering)),
        ("Back-channels", role.back_channels),
    ]
    return "\n".join(
        (
            _AGENT_TEXT,
            *_section(_WHO, who),
            *_section(_HOW, how, _AGENT_HOW),
            *_section(_TELL, list(role.knowledge.items())),
        )
    )


def read(text: str) -> CallerRole | AgentRole | None:
    """The role that instructions of ours say; None where they are not ours."""
    sections = _sections(text)
    try:
        if _WANT in sections:
            return _caller(sections)
        if _TELL in sections:
            return _agent(sections)
    except (KeyError, ValueError):  # somebody has edited them into something else
        return None
    return None


def _caller(sections: Sections) -> CallerRole:
    who, how, want = dict(sections[_WHO]), dict(sections[_HOW]), sections[_WANT]
    persona = Persona(
        traits=_all(sections[_WHO], "Trait"),
        style=who["Style"],
        patience=_of_ten(how["Patience"]),
        tech_comfort=_of_ten(how["Comfort with technology"]),
        tendency_to_interrupt=float(how["Tendency to interrupt"]),
        clarity=float(how["Clarity"]),
        answering=_answering(how["Answering"]),
        voice=who["Voice"],
        pitch=int(who["Pitch"]),
        rate=int(who["Words a minute"]),
        rate_spread=float(how["Deviation of the words a minute"]),
        language=who["Language"],
    )
    goal = Goal(
        primary=dict(want)["Goal"],
        secondary=_all(want, "Also"),
        success=_criteria(_all(want, "Success")),
        failure=_criteria(_all(want, "Failure")),
        max_turns=int(dict(want)["Turns"]),
    )
    return CallerRole(persona=persona, goal=goal, facts=dict(sections.get(_KNOW, ())))


def _agent(sections: Sections) -> AgentRole:
    who, how = dict(sections[_WHO]), dict(sections[_HOW])
    return AgentRole(
        speaks_as=who["Name"],
        company=who["Company"],
        style=who["Style"],
        answering=_answering(how["Answering"]),
        back_channels=float(how["Back-channels"]),
        identify=how["Identity"] == _IDENTIFY[True],
        language=who["Language"],
        knowledge=dict(sections[_TELL]),
    )


# --- sections and lines ----------------------------------------------------------------------------------------------------


def _section(heading: str, rows: Sequence[tuple[str, Any]], sentences: str = "") -> Iterator[str]:
    yield heading
    yield from (f"- {label}: {value}" for label, value in rows)
    yield ""
    if sentences:
        yield sentences


def _sections(text: str) -> Sections:
    found: Sections = {}
    present: list[tuple[str, str]] = []
    for each in text.split("\n"):
        line = each.removesuffix("\r")
        if line.startswith("## "):
            present = found.setdefault(line.strip(), [])
        elif match := _LINE.fullmatch(line):
            present.append((match[1], match[2]))
    return found


def _all(rows: Sequence[tuple[str, str]], label: str) -> tuple[str, ...]:
    return tuple(value for name, value in rows if name == label)


def _answering_text(answering: Answering) -> str:
    return f"median {answering.median} seconds, spread {answering.spread}"


def _answering(text: str) -> Answering:
    match = _ANSWERING.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return Answering(median=float(match[1]), spread=float(match[2]))


def _of_ten(text: str) -> int:
    return int(text.removesuffix(" of 10"))


def _bare(criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    return tuple(replace(each, check="", told="") for each in criteria)


def _criteria(sentences: Sequence[str]) -> tuple[Criterion, ...]:
    return tuple(Criterion(says=each) for each in sentences)
