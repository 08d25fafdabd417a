"""Callers, scenarios and agents from YAML or JSON; what is wrong with a file is told with its line. Pure.

The schemas are published (``caller.schema.json`` and so on, in this package); what they cannot say is checked here.
"""

import functools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import resources
from typing import Any, Final

from flexsim.domain.problems import Path, Problem, hint, path_text, shown
from flexsim.domain.schema import problems_under
from flexsim.domain.yaml_text import Document, read_yaml
from flexsim.errors import ConfigurationError, ExpressionError
from flexsim.taskrouter.expressions import parse
from flexsim.voice.dialogue.criteria import KNOWN, known
from flexsim.voice.dialogue.personas import (
    Agent,
    Answering,
    Caller,
    Criterion,
    Faults,
    Goal,
    Persona,
    Scenario,
)
from flexsim.voice.dialogue.tools import DOMAINS

LONGEST: Final = 200_000  # characters of a file
_SPACES: Final = re.compile(r"\s+")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def schema_text(kind: str) -> str:
    """The published schema of a ``caller``, a ``scenario`` or an ``agent`` (draft 2020-12)."""
    return resources.files("flexsim.voice.dialogue").joinpath(f"{kind}.schema.json").read_text(encoding="utf-8")


@functools.cache
def _schema(kind: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(schema_text(kind))
    return found


def read_caller(text: str, where: str, name: str) -> Caller:
    """The caller that ``text`` describes, called ``name`` unless it says otherwise.

    Raises ConfigurationError that names ``where`` and the line of everything that is wrong.
    """
    found = _read("caller", text, where, _goal_problems)
    voice = found.get("voice", {})
    persona = Persona(
        traits=tuple(map(_line, found.get("traits", ()))),
        style=_line(found.get("style", Persona().style)),
        answering=_answering(found.get("answering")),
        voice=voice.get("name", Persona().voice),
        **{key: found[key] for key in _PLAIN if key in found},
        **{key: voice[key] for key in ("pitch", "rate", "rate_spread") if key in voice},
    )
    return Caller(
        name=_line(found.get("name", name)),
        description=_line(found.get("description", "")),
        persona=persona,
        goal=_goal(found["goal"]) if "goal" in found else None,
    )


_PLAIN: Final = ("patience", "tech_comfort", "tendency_to_interrupt", "clarity", "language")


def read_scenario(text: str, where: str, name: str) -> Scenario:
    """The scenario that ``text`` describes; see ``read_caller``."""
    found = _read("scenario", text, where, _scenario_problems)
    facts = {**found["state"]["customer"], **found.get("facts", {})}
    return Scenario(
        name=_line(found.get("name", name)),
        title=_line(found.get("title", "")),
        domain=found["domain"],
        goal=_goal(found["goal"]),
        facts={_line(label): _line(value) for label, value in facts.items() if value is not None},
        state=found["state"],
        translations={
            language: {_line(label): _line(value) for label, value in facts.items()}
            for language, facts in found.get("translations", {}).items()
        },
    )


def read_agent(text: str, where: str, name: str) -> Agent:
    """The agent that ``text`` describes; see ``read_caller``."""
    found = _read("agent", text, where, _agent_problems)
    voice = found.get("voice", {})
    return Agent(
        name=_line(found.get("name", name)),
        title=_line(found.get("title", "")),
        company=_line(found["company"]),
        speaks_as=_line(found.get("speaks_as", "Ava")),
        domain=found["domain"],
        style=_line(found.get("style", "friendly and short")),
        answering=_answering(found.get("answering")),
        back_channels=found.get("back_channels", 0.15),
        identify=found.get("identify", True),
        voice=voice.get("name", "marin"),
        pitch=voice.get("pitch", 50),
        rate=voice.get("rate", 170),
        knowledge={
            language: {_line(topic): _line(answer) for topic, answer in topics.items()}
            for language, topics in found.get("knowledge", {}).items()
        },
        functions={function: _faults(each) for function, each in found.get("functions", {}).items()},
    )


def _read(kind: str, text: str, where: str, more: Any) -> Mapping[str, Any]:
    if len(text) > LONGEST:
        raise ConfigurationError(f"{where} is longer than {LONGEST:,} characters")
    document = read_yaml(text.removeprefix("\ufeff"), where)
    problems = problems_under(_schema(kind), document.value) or list(more(document.value))
    if problems:
        _refuse(kind, document, problems)
    found: Mapping[str, Any] = document.value
    return found


def _refuse(kind: str, document: Document, problems: Sequence[Problem]) -> None:
    ordered = sorted(problems, key=lambda each: document.line(each.path))
    lines = "".join(f"\n  line {document.line(each.path)}, {path_text(each.path)}: {each.message}" for each in ordered)
    article = "an" if kind == "agent" else "a"
    raise ConfigurationError(f"{document.where} does not describe {article} {kind} as it should:{lines}")


# --- what the schemas cannot say ------------------------------------------------------------------------------------------


def _goal_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    goal = document.get("goal", {})
    for part in ("success", "failure"):
        for index, criterion in enumerate(goal.get(part, ())):
            yield from _criterion_problems(criterion, ("goal", part, index))


def _criterion_problems(criterion: Any, path: Path) -> Iterator[Problem]:
    if isinstance(criterion, str):
        if known(criterion) is None:
            advice = hint(criterion, KNOWN) or ": say what it means, as {says: …, check: …}"
            yield Problem(path=path, message=f"nobody knows what {shown(criterion)} means{advice}")
        return
    if "check" not in criterion and "told" not in criterion:
        yield Problem(path=path, message="say what it means: check, told, or both")
    if "check" in criterion:
        try:
            parse(criterion["check"])
        except ExpressionError as error:
            yield Problem(path=(*path, "check"), message=str(error))


def _scenario_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _goal_problems(document)
    yield from _labels(document.get("facts", {}), ("facts",))
    yield from _labels(document["state"]["customer"], ("state", "customer"))
    for language, facts in document.get("translations", {}).items():
        yield from _labels(facts, ("translations", language))
    for path, day in _days(document["state"], ("state",)):
        try:
            date.fromisoformat(day)
        except ValueError:
            yield Problem(path=path, message=f"there is no such day: {day}")


def _labels(labels: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    """Instructions are lines of ``label: value``."""
    for label in labels:
        if ":" in label or not label.strip():
            yield Problem(path=(*path, label), message=f"{label!r} is no label: words without a colon")


def _days(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _days(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _days(each, (*path, index))
    elif isinstance(value, str) and _DATE.fullmatch(value):
        yield path, value


def _agent_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    for language, topics in document.get("knowledge", {}).items():
        yield from _labels(topics, ("knowledge", language))
    names = [each.name for each in DOMAINS[document["domain"]]]
    for function in document.get("functions", {}):
        if function != "*" and function not in names:
            message = f"{document['domain']} has no function {function!r}{hint(function, names)}"
            yield Problem(path=("functions", function), message=message)


# --- records ---------------------------------------------------------------------------------------------------------------


def _line(text: str) -> str:
    """One line: instructions are made of lines."""
    return _SPACES.sub(" ", text).strip()


def _answering(found: Mapping[str, float] | None) -> Answering:
    return Answering(**found) if found else Answering()


def _faults(found: Mapping[str, Any]) -> Faults:
    delay = {"delay": _answering(found["delay"])} if "delay" in found else {}
    return Faults(error_rate=found.get("error_rate", 0.0), **delay)


def _goal(found: Mapping[str, Any]) -> Goal:
    return Goal(
        primary=_line(found["primary"]),
        secondary=tuple(map(_line, found.get("secondary", ()))),
        success=tuple(map(_criterion, found["success"])),
        failure=tuple(map(_criterion, found.get("failure", ()))),
        max_turns=found.get("max_turns", Goal(primary="").max_turns),
    )


def _criterion(found: Any) -> Criterion:
    if isinstance(found, str):
        criterion = known(found)
        assert criterion is not None, "the checks have let through what nobody knows"
        return criterion
    return Criterion(says=_line(found["says"]), check=found.get("check", ""), told=found.get("told", ""))
