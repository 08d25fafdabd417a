"""A first file of routing tests, made of a configuration: what it does now, to be read, corrected and kept. Pure.

Nothing in it is supposed: every expectation is what the engine did with the same task.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from flexsim.configuration.records import Configuration
from flexsim.domain.yaml_text import CoreDumper
from flexsim.people.customer import Customers, NewContact
from flexsim.randomness import Randomness
from flexsim.routecheck.cases import Ask, Case
from flexsim.routecheck.observing import DEFAULT_FILTER, Observed, observe
from flexsim.routecheck.stage import START, Stage
from flexsim.taskrouter import states
from flexsim.taskrouter.events import TASK
from flexsim.taskrouter.expressions import lookup
from flexsim.taskrouter.workflow import DEFAULT, Position, Routing

_CONTACTS: Final = 1_000  # drawn, to find one for each filter
_HEADER: Final = """\
# Tests of the routing of {brand}: flexsim test {name} --cfgdir {cfgdir}
#
# Made by flexsim test --init of what the configuration does now; whether that is what it should do, you know.
# What can be said here: flexsim test --schema, and docs/routing-checks.md.
"""


def starting_text(configuration: Configuration, *, name: str = "routing.yaml", cfgdir: str = "config") -> str:
    """The file as text; ``name`` and ``cfgdir`` are what its first line says."""
    cases = list(_cases(configuration))
    header = _HEADER.format(brand=configuration.domain.brand, name=name, cfgdir=cfgdir)
    body = yaml.dump(cases, Dumper=CoreDumper, sort_keys=False, allow_unicode=True, width=110)
    # An empty line between the cases; the top level of the dump is the list of them.
    return header + "cases:\n" + body.replace("\n- name:", "\n\n- name:")


def _cases(configuration: Configuration) -> Iterator[dict[str, Any]]:
    routing = _routing(configuration)
    found: dict[int, NewContact] = {}
    customers = Customers(configuration.domain, Randomness(configuration.seed), START)
    for _ in range(_CONTACTS):
        contact = customers.next()[1]
        entry = routing.entry(contact.attributes)
        if entry is not None:
            found.setdefault(entry[0], contact)
    for index in [*range(len(routing.filters)), DEFAULT]:
        if index in found:
            contact = found[index]
            yield from _pair(configuration, routing, index, contact.channel, _read_of(routing, contact.attributes))
    if DEFAULT not in found and routing.default is not None and routing.entry({}) == (DEFAULT, 0):
        yield from _pair(configuration, routing, DEFAULT, next(iter(_channels(configuration))), {})


def _channels(configuration: Configuration) -> list[str]:
    return [str(each.value) for each in configuration.domain.dimensions["channel"].all_options()]


def _pair(
    configuration: Configuration, routing: Routing, index: int, channel: str, attributes: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """A task of this filter when everybody is there, and when nobody is."""
    ask = Ask(place=(), channel=channel, priority=0, timeout=86_400, attributes=attributes)
    task = {"channel": channel, **({"attributes": dict(attributes)} if attributes else {})}
    title = _title(routing, index)
    seen = _run(configuration, ask, [0.0], everybody=True)[0.0]
    yield {"name": f"{title}: when everybody is there", "task": task, "expect": _expected(configuration, routing, seen)}
    moments = [0.0, *_moments(routing, index, attributes)]
    later = _run(configuration, ask, moments, everybody=False)
    yield {
        "name": f"{title}: when nobody is there",
        "workers": "nobody",
        "task": task,
        "expect": {"queue": later[0.0].queue, "waits": later[0.0].status == states.PENDING},
        **({"then": [_step(routing, moment, later[moment]) for moment in moments[1:]]} if moments[1:] else {}),
    }


def _title(routing: Routing, index: int) -> str:
    if index == DEFAULT:
        return "default filter"
    return routing.filters[index].name or f"filter {index + 1}"


def _expected(configuration: Configuration, routing: Routing, seen: Observed) -> dict[str, Any]:
    """Filter, target, queue, and of the workers one who may get the task and one who may not, if there is one."""
    outsiders = [each.name for each in configuration.workers if each.name not in seen.candidates]
    return {
        **_where(routing, seen.position),
        "queue": seen.queue,
        "waits": seen.status == states.PENDING,
        **({"worker": seen.worker} if seen.worker else {}),
        **({"excludes": outsiders[:1]} if outsiders else {}),
    }


def _step(routing: Routing, moment: float, seen: Observed) -> dict[str, Any]:
    if seen.status == states.CANCELED:
        expect: dict[str, Any] = {"canceled": True, "reason": seen.reason}
    else:
        expect = {**_where(routing, seen.position), "queue": seen.queue, "priority": seen.priority}
    return {"after": f"{moment:g} s", "expect": expect}


def _where(routing: Routing, position: Position) -> dict[str, Any]:
    index, step = position
    if index == DEFAULT:
        return {"filter": DEFAULT_FILTER}
    name = routing.filters[index].name
    unique = name and [each.name for each in routing.filters].count(name) == 1 and name != DEFAULT_FILTER
    return {"filter": name if unique else index + 1, "target": step + 1}


def _moments(routing: Routing, index: int, attributes: Mapping[str, Any]) -> list[float]:
    """When a task that nobody takes leaves a target: seconds since it came."""
    moments: list[float] = []
    entered, at = 0.0, 0.0
    place: Position | None = (index, 0)
    while place is not None:
        deadline = routing.target(place).deadline
        if math.isinf(deadline):
            break
        at = max(at, entered + deadline)
        moments.append(at)
        following = routing.after_timeout(place, attributes)
        if following is not None and following[0] != place[0]:
            entered = at
        place = following
    return list(dict.fromkeys(moments))


def _run(configuration: Configuration, ask: Ask, moments: list[float], *, everybody: bool) -> dict[float, Observed]:
    """What has become of the task at each of the ``moments``."""
    case = Case(place=(), name="", workers=None if everybody else (), waiting=(), task=ask, steps=())
    stage = Stage(configuration, case)
    problems = stage.begin()
    assert not problems, "everybody or nobody is always there"
    number = stage.engine.create_task(START, stage.new_task(ask))[0][TASK]
    assert number is not None
    seen = {}
    for moment in moments:
        stage.engine.advance(START + moment)
        seen[moment] = observe(stage.engine, stage.engine.tasks[number])
    return seen


def _routing(configuration: Configuration) -> Routing:
    case = Case(place=(), name="", workers=(), waiting=(), task=_nothing(), steps=())
    stage = Stage(configuration, case)
    return stage.engine.workflows[stage.workflow].routing


def _nothing() -> Ask:
    return Ask(place=(), channel=None, priority=0, timeout=86_400, attributes={})


def _read_of(routing: Routing, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Of a contact's attributes, those that the workflow looks at."""
    steps = [step for each in routing.filters for step in each.targets]
    paths = [path for each in routing.filters for path in each.expression.paths]
    paths += [path for step in steps for path in step.reads]
    read: dict[str, Any] = {}
    for path in dict.fromkeys(paths):
        names = path[: next((at for at, step in enumerate(path) if isinstance(step, int)), len(path))]
        value = lookup(attributes, names)
        if value is not None:
            inner = read
            for step in names[:-1]:
                inner = inner.setdefault(str(step), {})
            inner[str(names[-1])] = value
    return read
