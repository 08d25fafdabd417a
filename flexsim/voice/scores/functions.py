"""Whether the functions were called rightly: one that there is, with arguments its schema allows, answered, and not again for nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import jsonschema
from jsonschema.exceptions import SchemaError
from jsonschema.validators import validator_for
from referencing.exceptions import Unresolvable

from flexsim.voice.scores.recording import FunctionCall, Side

_LONGEST: Final = 200  # characters of what a schema says


class Fault(StrEnum):
    """What was wrong with a call."""

    UNKNOWN = "unknown_function"
    ARGUMENTS = "invalid_arguments"
    ERROR = "error"
    REPEAT = "needless_repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCall:
    """A call, and what was wrong with it: the fault and, in words, why."""

    call: FunctionCall
    faults: Mapping[Fault, str]


def judged(calls: Sequence[FunctionCall], functions: Mapping[str, Any] | None) -> list[JudgedCall]:
    """Each call of the agent's with its faults, in order; without ``functions`` names and arguments are not judged."""
    own = [each for each in calls if each.side is Side.AGENT]
    return [JudgedCall(call=each, faults=_faults(each, own[:place], functions)) for place, each in enumerate(own)]


def _faults(
    call: FunctionCall, before: Sequence[FunctionCall], functions: Mapping[str, Any] | None
) -> dict[Fault, str]:
    found: dict[Fault, str] = {}
    if functions is not None and call.name not in functions:
        found[Fault.UNKNOWN] = f"there is no function {call.name}; there are {', '.join(functions) or 'none'}"
    elif functions is not None:
        why = _wrong(call.arguments, functions[call.name])
        if why is not None:
            found[Fault.ARGUMENTS] = why
    if call.error is not None:
        found[Fault.ERROR] = call.error
    if _needless(call, before):
        found[Fault.REPEAT] = f"{call.name} had answered the same question just before"
    return found


def _wrong(arguments: Any, schema: Any) -> str | None:
    """What the schema has against the arguments; None where it has nothing, or is no schema."""
    if not isinstance(arguments, Mapping):
        return "the arguments are no JSON object"
    if not isinstance(schema, Mapping):
        return None
    try:
        kind = validator_for(schema, default=jsonschema.Draft202012Validator)
        kind.check_schema(dict(schema))
        first = next(kind(schema).iter_errors(arguments), None)
    except (SchemaError, Unresolvable, RecursionError):
        return None
    if first is None:
        return None
    where = ".".join(str(each) for each in first.absolute_path)
    return f"{where + ': ' if where else ''}{first.message}"[:_LONGEST]


def _needless(call: FunctionCall, before: Sequence[FunctionCall]) -> bool:
    """The one before asked the same and was answered: whatever was called in between may have changed the answer."""
    last = before[-1] if before else None
    return last is not None and last.error is None and _question(last) == _question(call)


def _question(call: FunctionCall) -> tuple[str, str]:
    return call.name, json.dumps(call.arguments, sort_keys=True, default=str)
