"""A file of routing tests as records, and what is wrong with one. Pure but for the schema, which comes with the package."""

import functools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, TypeAlias

from flexsim.domain.problems import Problem, hint, path_text, shown
from flexsim.domain.schema import problems_under
from flexsim.domain.yaml_text import Document, Place, read_yaml
from flexsim.errors import ConfigurationError
from flexsim.taskrouter.resources import DAY

ACTIONS: Final = ("accept", "reject", "complete", "cancel")
LONGEST: Final = 1_000_000  # characters of a file; thousands of cases
_WHOLE: Final = ("all", "nobody")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}
_DURATION: Final = re.compile(r"([0-9.]+) *([smh])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Workers who are there: the one of this ``name``, or ``count`` of ``queue`` (of all, without one)."""

    place: Place
    name: str | None
    queue: str | None
    count: int
    activity: str | None
    attributes: Mapping[str, Any]
    capacity: Mapping[str, int]
    busy: bool | Mapping[str, int] | None
    idle: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A task to create; ``channel`` None is the usual one."""

    place: Place
    channel: str | None
    priority: int
    timeout: int
    attributes: Mapping[str, Any]
    count: int = 1


Action: TypeAlias = str | Presence


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """``after`` that many seconds since the task came, ``actions`` happen and ``expect`` must be true."""

    place: Place
    after: float
    actions: tuple[Action, ...]
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test. ``workers`` None is everybody; the first of ``steps`` is the moment at which the task comes."""

    place: Place
    name: str
    workers: tuple[Presence, ...] | None
    waiting: tuple[Ask, ...]
    task: Ask
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A file's cases, and the document they came from, which knows the lines."""

    document: Document
    cases: tuple[Case, ...]

    def line(self, place: Place) -> int:
        return self.document.line(place)


def schema_text() -> str:
    """The schema of a file of routing tests, as published (draft 2020-12)."""
    return resources.files("flexsim.routecheck").joinpath("routing.schema.json").read_text(encoding="utf-8")


@functools.cache
def _schema() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(schema_text())
    return found


def read_suite(text: str, where: str) -> Suite:
    """The tests in ``text``; raises ConfigurationError that names ``where``, and the line of all that is wrong."""
    if len(text) > LONGEST:
        raise ConfigurationError(f"{where} is longer than {LONGEST:,} characters; make several files of it")
    document = read_yaml(text, where)
    problems = problems_under(_schema(), document.value)
    if not problems:
        problems = list(_problems(document.value))
    refuse(document, problems)
    usual = _workers(document.value.get("workers", "all"), ("workers",))
    cases = tuple(_case(each, ("cases", index), usual) for index, each in enumerate(document.value["cases"]))
    return Suite(document=document, cases=cases)


def refuse(document: Document, problems: Sequence[Problem]) -> None:
    """Raise ConfigurationError with all ``problems``, each with its line, if there are any."""
    if problems:
        ordered = sorted(problems, key=lambda each: document.line(each.path))
        lines = "".join(
            f"\n  line {document.line(each.path)}, {path_text(each.path)}: {each.message}" for each in ordered
        )
        raise ConfigurationError(f"{document.where} is not a file of routing tests as they should be:{lines}")


def seconds(value: float | str) -> float:
    """A duration as the file writes it: ``90``, ``'30 s'``, ``'1.5 min'``."""
    if isinstance(value, int | float):
        return float(value)
    match = _DURATION.match(value)
    assert match is not None, "the schema has let through what is no duration"
    return float(match[1]) * _UNITS[match[2]]


# --- what the schema cannot say ------------------------------------------------------------------------------------------


def _problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _of_workers(document.get("workers", "all"), ("workers",))
    seen: set[str] = set()
    for index, case in enumerate(document["cases"]):
        place: Place = ("cases", index)
        if case["name"] in seen:
            yield Problem(path=(*place, "name"), message=f"there is a case of this name before: {case['name']!r}")
        seen.add(case["name"])
        if not case.get("expect") and not any(each.get("expect") for each in case.get("then", ())):
            yield Problem(path=place, message="the case expects nothing")
        yield from _of_workers(case.get("workers", "all"), (*place, "workers"))
        yield from _of_steps(case.get("then", ()), (*place, "then"))


def _of_workers(workers: Any, place: Place) -> Iterator[Problem]:
    if isinstance(workers, str):
        if workers not in _WHOLE:
            message = f"{shown(workers)} is neither 'all' nor 'nobody' nor a list{hint(workers, _WHOLE)}"
            yield Problem(path=place, message=message)
        return
    for index, each in enumerate(workers):
        if "name" in each and ("queue" in each or "count" in each):
            yield Problem(path=(*place, index), message="a worker by name is one: leave out queue and count")
        elif not {"name", "queue", "count"} & each.keys():
            yield Problem(path=(*place, index), message="say who: a name, a queue, or a count")


def _of_steps(steps: Sequence[Mapping[str, Any]], place: Place) -> Iterator[Problem]:
    last = 0.0
    for index, step in enumerate(steps):
        after = seconds(step["after"])
        if after < last:
            yield Problem(path=(*place, index, "after"), message=f"{after:g} s is before the step above, at {last:g} s")
        last = after
        for number, action in enumerate(step.get("do", ())):
            here = (*place, index, "do", number)
            if isinstance(action, str):
                if action not in ACTIONS:
                    message = f"{shown(action)} is not one of {', '.join(ACTIONS)}{hint(action, ACTIONS)}"
                    yield Problem(path=here, message=message)
            elif "name" not in action:
                yield Problem(path=here, message="say whose change it is: name")
            elif "idle" in action:
                yield Problem(path=(*here, "idle"), message="how long a worker has been idle is said under workers")


# --- records ---------------------------------------------------------------------------------------------------------------


def _case(document: Mapping[str, Any], place: Place, usual: tuple[Presence, ...] | None) -> Case:
    workers = _workers(document["workers"], (*place, "workers")) if "workers" in document else usual
    first = Step(place=(*place, "expect"), after=0.0, actions=(), expect=document.get("expect", {}))
    waiting = enumerate(document.get("waiting", ()))
    return Case(
        place=place,
        name=document["name"],
        workers=workers,
        waiting=tuple(_ask(each, (*place, "waiting", index)) for index, each in waiting),
        task=_ask(document.get("task", {}), (*place, "task")),
        steps=(first, *(_step(each, (*place, "then", index)) for index, each in enumerate(document.get("then", ())))),
    )


def _workers(document: Any, place: Place) -> tuple[Presence, ...] | None:
    if isinstance(document, str):
        return None if document == "all" else ()
    return tuple(_presence(each, (*place, index)) for index, each in enumerate(document))


def _presence(document: Mapping[str, Any], place: Place) -> Presence:
    return Presence(
        place=place,
        name=document.get("name"),
        queue=document.get("queue"),
        count=document.get("count", 1),
        activity=document.get("activity"),
        attributes=document.get("attributes", {}),
        capacity=document.get("capacity", {}),
        busy=document.get("busy"),
        idle=seconds(document["idle"]) if "idle" in document else None,
    )


def _ask(document: Mapping[str, Any], place: Place) -> Ask:
    return Ask(
        place=place,
        channel=document.get("channel"),
        priority=document.get("priority", 0),
        timeout=round(seconds(document.get("timeout", DAY))),
        attributes=document.get("attributes", {}),
        count=document.get("count", 1),
    )


def _step(document: Mapping[str, Any], place: Place) -> Step:
    actions = enumerate(document.get("do", ()))
    return Step(
        place=place,
        after=seconds(document["after"]),
        actions=tuple(
            each if isinstance(each, str) else _presence(each, (*place, "do", index)) for index, each in actions
        ),
        expect=document.get("expect", {}),
    )
