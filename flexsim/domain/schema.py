"""The published JSON Schema of ``domain.json``, and what it finds wrong with a document."""

import functools
import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from flexsim.domain.problems import Path, Problem, hint, quoted, shown

_KIND_NAMES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}
_LIMITS = {
    "minimum": "is less than {limit}",
    "maximum": "is greater than {limit}",
    "exclusiveMinimum": "must be greater than {limit}",
    "minLength": "must have at least {limit} character(s)",
    "maxLength": "must have at most {limit} character(s)",
    "minItems": "must have at least {limit} entry",
}


def schema_text() -> str:
    """The schema as published (draft 2020-12)."""
    return resources.files("flexsim.domain").joinpath("domain.schema.json").read_text(encoding="utf-8")


@functools.cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text()))


def schema_problems(document: Any) -> list[Problem]:
    """All that the published schema finds wrong with ``document``, in order of place; empty when it is valid."""
    return _found(_validator(), document)


def problems_under(schema: Mapping[str, Any], document: Any) -> list[Problem]:
    """The same for another schema."""
    return _found(Draft202012Validator(schema), document)


def _found(validator: Draft202012Validator, document: Any) -> list[Problem]:
    # The validator reports a missing property once for each; one line with all of them is enough.
    problems = dict.fromkeys(problem for error in validator.iter_errors(document) for problem in _problems(error))
    return sorted(problems, key=lambda problem: [(isinstance(key, str), key) for key in problem.path])


def unknown_properties(document: Any) -> list[Path]:
    """The places of properties that the schema does not know: harmless once they are left out."""
    errors = _validator().iter_errors(document)
    return [
        problem.path for error in errors if error.validator == "additionalProperties" for problem in _unknown(error)
    ]


def _problems(error: ValidationError) -> Iterator[Problem]:
    if error.validator == "additionalProperties":
        yield from _unknown(error)
    else:
        yield Problem(path=tuple(error.absolute_path), message=_message(error))


def _unknown(error: ValidationError) -> Iterator[Problem]:
    schema: Any = error.schema
    known = [name for name in schema["properties"] if not name.startswith("$")]
    instance: Any = error.instance
    for name in instance:
        if name not in schema["properties"]:
            advice = hint(name, known) or f"; known are {quoted(known)}"
            yield Problem(path=(*error.absolute_path, name), message=f"unknown property {name!r}{advice}")


def _message(error: ValidationError) -> str:
    value = shown(error.instance)
    schema: Any = error.schema
    rule: Any = error.validator_value
    if error.validator == "enum":
        return f"{value} is not one of {quoted(rule)}{hint(error.instance, rule)}"
    if error.validator == "type":
        kinds = [rule] if isinstance(rule, str) else rule
        return f"{value} is not {' or '.join(_KIND_NAMES[kind] for kind in kinds)}"
    if error.validator == "required":
        instance: Any = error.instance
        missing = [name for name in rule if name not in instance]
        return f"lacks {quoted(missing)}"
    if error.validator == "pattern":
        return f"{value} is not of the form asked for: {schema.get('description', rule)}"
    if limit := _LIMITS.get(str(error.validator)):
        return f"{value} {limit.format(limit=rule)}"
    return error.message
