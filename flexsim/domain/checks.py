"""What is wrong with a merged domain beyond the form that the schema checks: whether its parts fit each other. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flexsim.domain.checks_dimensions import dimension_problems, order_problems
from flexsim.domain.checks_schedules import schedule_problems
from flexsim.domain.model import STANDARD_DIMENSIONS, option_key
from flexsim.domain.naming import default_phase, option_value, resolve
from flexsim.domain.problems import Path, Problem, hint, quoted, shown

EVERYONE: Final = "Everyone"  # the queue that every Flex workspace has; it takes what no filter takes

_REQUIRED: Final = ("brand", "agentCnt", "queueFilterDim", "queueWorkerDims", "dimensions")
# What TaskRouter's expressions can name, and the words that mean something else there (Twilio: expression syntax).
_EXPRESSIBLE: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*)*")
_WORDS: Final = frozenset({"and", "or", "not", "has", "in", "contains", "true", "false", "null"})


def problems_of(document: Mapping[str, Any]) -> list[Problem]:
    """All that does not fit in a merged document of valid form; empty where it is ready to be made into records."""
    missing = [name for name in _REQUIRED if name not in document]
    if missing:
        return [Problem(path=(), message=f"lacks {quoted(missing)}")]
    dimensions = document["dimensions"]
    return [
        *_standard(dimensions),
        *(problem for name in dimensions for problem in dimension_problems(name, dimensions)),
        *order_problems(dimensions),
        *_queues(document),
        *schedule_problems(document),
    ]


# -- standard dimensions -------------------------------------------------------------------------------------------------

_ENTITY_AND_PHASE: Final = {
    "waitTime": ("tasks", "assign"),
    "talkTime": ("tasks", "assign"),
    "wrapTime": ("tasks", "assign"),
    "activity": ("workers", "activity"),
}
_CHOICES: Final = ("channel", "activity")


def _standard(dimensions: Mapping[str, Any]) -> Iterator[Problem]:
    for name in dimensions:
        near = [each for each in STANDARD_DIMENSIONS if _plain(each) == _plain(name) and each != name]
        if near:
            yield Problem(path=("dimensions", name), message=f"is a custom dimension; did you mean {near[0]!r}?")
    for name in STANDARD_DIMENSIONS:
        if name in dimensions:
            yield from _standard_problems(name, dimensions[name])
        else:
            yield Problem(path=("dimensions",), message=f"lacks the standard dimension {name!r}")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def _standard_problems(name: str, dimension: Mapping[str, Any]) -> Iterator[Problem]:
    path: Path = ("dimensions", name)
    entity, phase = _ENTITY_AND_PHASE.get(name, ("tasks", "arrive"))
    present = dimension.get("entity", "tasks")
    if (present, dimension.get("phase", default_phase(present))) != (entity, phase):
        yield Problem(path=path, message=f"is a standard dimension: its entity is {entity!r}, its phase {phase!r}")
    if dimension.get("valueCnt", 1) != 1:
        yield Problem(path=(*path, "valueCnt"), message="is a standard dimension: it has one value")
    is_enum = dimension.get("expr", "enum") == "enum"
    if name in _CHOICES:
        if not is_enum:
            yield Problem(path=(*path, "expr"), message=f"{name!r} is one of options: its expr is 'enum'")
    elif is_enum and dimension.get("dataType") not in {"integer", "number"}:
        yield Problem(
            path=path, message=f"{name!r} is a number of seconds: its expr is 'range', or its dataType 'number'"
        )
    elif not is_enum and dimension.get("min", 0) < 0:
        yield Problem(path=(*path, "min"), message=f"{dimension['min']} seconds is in the past; the least is 0")
    if name == "activity":
        yield from _activity(path, dimension)


def _activity(path: Path, dimension: Mapping[str, Any]) -> Iterator[Problem]:
    if "parent" in dimension:
        yield Problem(path=(*path, "parent"), message="what agents do next depends on no other dimension")
        return
    params = dimension.get("optionParams", {}).get("all", [])
    for index, option in enumerate(dimension.get("options", {}).get("all", [])):
        if index >= len(params) or "baseDur" not in params[index]:
            where: Path = (*path, "optionParams", "all", index)
            yield Problem(path=where, message=f"activity {option!r} lacks 'baseDur', its mean duration in seconds")


# -- queues and the workflow ----------------------------------------------------------------------------------------------


def _queues(document: Mapping[str, Any]) -> Iterator[Problem]:
    dimensions = document["dimensions"]
    workers = [resolve(name, "workers", dimensions) for name in document["queueWorkerDims"]]
    for index, (name, found) in enumerate(zip(document["queueWorkerDims"], workers, strict=True)):
        if found is None:
            yield _unknown(("queueWorkerDims", index), name, "workers", dimensions)
        else:
            yield from _routable(found, dimensions, "deploy")
    filtered = resolve(document["queueFilterDim"], "tasks", dimensions)
    if filtered is None:
        yield _unknown(("queueFilterDim",), document["queueFilterDim"], "tasks", dimensions)
    else:
        yield from _routable(filtered, dimensions, "arrive")
    if filtered is not None and workers[0] is not None:
        yield from _matching(filtered, workers[0], dimensions)


def _unknown(path: Path, name: str, entity: str, dimensions: Mapping[str, Any]) -> Problem:
    there = [
        key
        for key, each in dimensions.items()
        if each.get("entity", "tasks") == entity and key not in STANDARD_DIMENSIONS
    ]
    known = (
        f"; custom dimensions of {entity} are {quoted(there)}"
        if there
        else f"; there is no custom dimension of {entity}"
    )
    return Problem(path=path, message=f"no dimension of {entity} is named {name!r}{hint(name, there) or known}")


def _routable(name: str, dimensions: Mapping[str, Any], phase: str) -> Iterator[Problem]:
    dimension = dimensions[name]
    path: Path = ("dimensions", name)
    if dimension.get("expr", "enum") != "enum":
        yield Problem(path=(*path, "expr"), message="work is routed on it: its expr is 'enum'")
    if dimension.get("phase", phase) != phase:
        yield Problem(path=(*path, "phase"), message=f"work is routed on it: its phase is {phase!r}")
    if not dimension.get("isAttribute", True):
        yield Problem(path=(*path, "isAttribute"), message="work is routed on it: it must be an attribute")
    attribute = dimension.get("attrName", name)
    if not _EXPRESSIBLE.fullmatch(attribute) or not _WORDS.isdisjoint(attribute.lower().split(".")):
        message = (
            f"TaskRouter's expressions cannot name the attribute {attribute!r}: "
            f"letters, digits and _, and none of {quoted(sorted(_WORDS))}; give an attrName"
        )
        yield Problem(path=path, message=message)


def _matching(filtered: str, worker: str, dimensions: Mapping[str, Any]) -> Iterator[Problem]:
    queues = _option_names(dimensions[worker])
    for queue in queues:
        if queue.lower() == EVERYONE.lower():
            message = f"{queue!r} cannot be an option: the workspace has a queue of that name"
            yield Problem(path=("dimensions", worker, "options"), message=message)
    strangers = [option for option in _option_names(dimensions[filtered]) if option not in queues]
    if strangers:
        message = f"no queue for {quoted(strangers)}: the options of {worker!r} are {shown(queues)[1:-1]}"
        yield Problem(path=("dimensions", filtered, "options"), message=message)


def _option_names(dimension: Mapping[str, Any]) -> list[str]:
    lists = dimension.get("options", {})
    if "parent" not in dimension:
        lists = {"all": lists.get("all", [])}
    names: list[str] = []
    for option in (option for options in lists.values() for option in options):
        try:
            names.append(option_key(option_value(option, dimension.get("dataType", "string"))))
        except ValueError:
            continue  # reported where the dimension is checked
    return names
