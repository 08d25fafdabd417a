"""A suite of conversations, from YAML or JSON: cases multiplied by callers, scenarios and agents, filtered, and repeated.

The schema is published beside this module (``suite.schema.json``).
"""

import fnmatch
import functools
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any, Final

from flexsim.domain.problems import hint, path_text
from flexsim.domain.schema import problems_under
from flexsim.domain.yaml_text import read_yaml
from flexsim.errors import ConfigurationError
from flexsim.voice.conversation.casting import Plan
from flexsim.voice.conversation.choosing import agent_of, caller_of, scenario_of, text_of
from flexsim.voice.conversation.rules import Rules, TurnTaking
from flexsim.voice.sound.impairments import Impairments

_ENDINGS: Final = (".yaml", ".yml", ".json")
_KEYS: Final = ("name", "caller", "scenario", "agent", "tag")
_MOST: Final = 100_000  # conversations of a suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One conversation of a suite, which may be repeated; ``plan`` is that of the first time."""

    name: str
    tags: tuple[str, ...]
    plan: Plan

    def repeats(self, count: int) -> Iterator[Plan]:
        """The plans of all times: the seeds follow each other."""
        return (replace(self.plan, seed=self.plan.seed + number) for number in range(count))

    def fits(self, wish: "Filter") -> bool:
        """Whether the filter lets it through."""
        values = {"name": [self.name], "tag": self.tags} | {
            what: [getattr(self.plan, what).name] for what in ("caller", "scenario", "agent")
        }
        return any(fnmatch.fnmatchcase(value.casefold(), wish.pattern.casefold()) for value in values[wish.key])


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Lets through what matches, with ``*`` and ``?`` as in names of files."""

    key: str
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Cases in their order, each to take place ``repeat`` times."""

    name: str
    seed: int | None = None
    repeat: int = 1
    cases: Sequence[Case] = field(default_factory=tuple)

    def plans(self) -> list[Plan]:
        """All conversations, in the order in which they take place; raises ConfigurationError where they are too many."""
        if len(self.cases) * self.repeat > _MOST:
            raise ConfigurationError(
                f"{len(self.cases)} cases, {self.repeat} times, are more than {_MOST:,} conversations"
            )
        return [plan for case in self.cases for plan in case.repeats(self.repeat)]


def schema_text() -> str:
    """The published schema of a suite (draft 2020-12)."""
    return resources.files("flexsim.voice.conversation").joinpath("suite.schema.json").read_text(encoding="utf-8")


@functools.cache
def _schema() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(schema_text())
    return found


def parse_filter(text: str) -> Filter:
    """``caller=frustrated``, ``tag=smoke``, ``name=lost*``, or a pattern for names; raises ConfigurationError."""
    key, equals, pattern = text.partition("=")
    if not equals:
        return Filter(key="name", pattern=text)
    if key not in _KEYS:
        raise ConfigurationError(f"a filter is about {', '.join(_KEYS)}, not {key!r}{hint(key, _KEYS)}, in: {text}")
    return Filter(key=key, pattern=pattern)


def read_suite(file: Path, seed: int) -> Suite:
    """The suite in this file; ``seed`` is used where it has none. Raises ConfigurationError naming each line that is wrong."""
    document = read_yaml(text_of(file), str(file))
    problems = problems_under(_schema(), document.value)
    if problems:
        lines = "".join(
            f"\n  line {document.line(each.path)}, {path_text(each.path)}: {each.message}" for each in problems
        )
        raise ConfigurationError(f"{file} is not a suite of conversations:{lines}")
    found = document.value
    own = found.get("seed", seed)
    cases = [
        case
        for number, each in enumerate(found["cases"])
        for case in _cases({**found.get("defaults", {}), **each}, own, file, document.line(("cases", number)))
    ]
    return Suite(name=found.get("name", file.stem), seed=found.get("seed"), repeat=found.get("repeat", 1), cases=cases)


def _cases(found: Mapping[str, Any], seed: int, file: Path, line: int) -> Iterator[Case]:
    """One case for each caller with each scenario at each agent."""
    missing = [each for each in ("caller", "scenario") if each not in found]
    if missing:
        raise ConfigurationError(
            f"line {line} of {file}: the case has no {' and no '.join(missing)}, nor have the defaults"
        )
    whos = itertools.product(_list(found["caller"]), _list(found["scenario"]), _list(found.get("agent")))
    several = any(isinstance(found.get(each), list) for each in ("caller", "scenario", "agent"))
    for caller, scenario, agent in whos:
        try:
            plan = _plan(found, seed, file, (caller, scenario, agent))
        except ConfigurationError as error:
            raise ConfigurationError(f"line {line} of {file}: {error}") from error
        who = "-".join((plan.caller.name, plan.scenario.name, *((plan.agent.name,) if agent else ())))
        name = found.get("name")
        full = who if name is None else f"{name}-{who}" if several else name
        yield Case(name=full, tags=tuple(found.get("tags", ())), plan=plan)


def _plan(found: Mapping[str, Any], seed: int, file: Path, who: tuple[Any, Any, Any]) -> Plan:
    caller, scenario, agent = who
    chosen = scenario_of(scenario, _own(scenario, file))
    return Plan(
        caller=caller_of(caller, _own(caller, file)),
        scenario=chosen,
        agent=agent_of(agent, chosen, _own(agent, file)),
        seed=seed,
        rules=_rules(found),
        impairments=Impairments(
            noise_db=found.get("noise"),
            mulaw=found.get("mulaw", False),
            loss=found.get("loss", 0.0),
            delay_ms=found.get("delay", 0),
        ),
    )


def _rules(found: Mapping[str, Any]) -> Rules:
    usual = Rules()
    return Rules(
        turns=TurnTaking(found.get("turns", usual.turns)),
        max_duration=found.get("duration", usual.max_duration),
        max_turns=found.get("max_turns", usual.max_turns),
        silence_timeout=found.get("silence_timeout", usual.silence_timeout),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _own(name: str | None, suite: Path) -> Path | None:
    """The file that the name is, beside the suite; None where it is a name of ours."""
    return suite.parent / name if name is not None and name.endswith(_ENDINGS) else None
