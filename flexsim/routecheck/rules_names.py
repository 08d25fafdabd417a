"""Lint's rules about names and lengths. Pure."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from flexsim.routecheck.findings import KINDS, Finding, Place
from flexsim.routecheck.subject import QUEUES, WORKERS, WORKFLOW, Subject

_NAME: Final = 64  # characters (Twilio: "TaskRouter resource limits")
_ATTRIBUTES: Final = 4_096  # characters of a worker's attributes, as text


def names(subject: Subject) -> Iterator[Finding]:
    """Names given twice, and what is longer than Twilio takes."""
    workers = [(each.name, each.place) for each in subject.staff]
    queues = [(each["friendlyName"], (index,)) for index, each in enumerate(subject.documents[QUEUES])]
    # Workers' names are unique whatever their case, queues' are not (reference of the REST API).
    yield from _twice("worker", WORKERS, ((name.lower(), name, place) for name, place in workers))
    yield from _twice("task queue", QUEUES, ((name, name, place) for name, place in queues))
    yield from _too_long(WORKERS, workers)
    yield from _too_long(QUEUES, queues)
    yield from _filters(subject)
    for worker in subject.staff:
        length = len(json.dumps(worker.attributes, ensure_ascii=False, separators=(",", ":")))
        if length > _ATTRIBUTES:
            sentence = f"the attributes of {worker.name} are {length} characters, {_ATTRIBUTES} at most are taken"
            yield Finding(kind=KINDS["FX006"], file=WORKERS, place=(*worker.place, "attributes"), sentence=sentence)
    yield from _capacities(subject)


def _twice(what: str, file: str, keyed: Iterable[tuple[str, str, Place]]) -> Iterator[Finding]:
    seen: dict[str, Place] = {}
    for key, name, place in keyed:
        if key in seen:
            sentence = f"{what} {name!r} is there already, as number {int(seen[key][0]) + 1} of the file"
            yield Finding(kind=KINDS["FX003"], file=file, place=(*place, "friendlyName"), sentence=sentence)
        seen.setdefault(key, place)


def _too_long(file: str, named: Iterable[tuple[str, Place]]) -> Iterator[Finding]:
    for name, place in named:
        if len(name) > _NAME:
            sentence = f"the name is {len(name)} characters, {_NAME} at most are taken: {name[:_NAME]}…"
            yield Finding(kind=KINDS["FX006"], file=file, place=(*place, "friendlyName"), sentence=sentence)


def _filters(subject: Subject) -> Iterator[Finding]:
    seen: dict[str, Any] = {}
    for each in subject.filters:
        if each.name and each.name in seen:
            sentence = f"filter number {int(seen[each.name][-1]) + 1} is named {each.name!r} too"
            yield Finding(kind=KINDS["FX022"], file=WORKFLOW, place=each.place, sentence=sentence)
        seen.setdefault(each.name, each.place)


def _capacities(subject: Subject) -> Iterator[Finding]:
    for index, document in enumerate(subject.documents[WORKERS]):
        seen: set[str] = set()
        for place, each in enumerate(document["channelCaps"]):
            if each["name"] in seen:
                where: Place = (index, "channelCaps", place)
                sentence = f"{document['friendlyName']} has a capacity on {each['name']!r} already"
                yield Finding(kind=KINDS["FX053"], file=WORKERS, place=where, sentence=sentence)
            seen.add(each["name"])
