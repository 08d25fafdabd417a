"""What a span can be: each kind of span is declared once, with its name, its constants and the attributes that vary.

A scenario gives only the values that vary, in the order declared; encoders are made from the declaration, so that what
never changes is encoded once. A span that is finished is a plain tuple, of which this module names the places: at a
million a second a record per span costs more than all the rest (the engine's events are the same exception).

The names are ``ati.*``, those of the agent telemetry that the scenarios were first described with, and beside them
OpenTelemetry's semantic conventions for generative AI (https://opentelemetry.io/docs/specs/semconv/gen-ai/), which a
test holds against the published package.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flexsim.traces.spans import Code, Event, Link

Value = str | bool | int | float
Attributes = Mapping[str, Value]  # what we make; what comes in may be richer (spans.py)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One value that each span gives; ``keys`` are all the attributes that get it."""

    keys: tuple[str, ...]
    type: type[str] | type[bool] | type[int] | type[float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpanKind:
    """A declared kind of span; compared by identity, so that it can be looked up at no cost."""

    name: str
    kind: int
    constants: tuple[tuple[str, Value], ...]
    variables: tuple[Variable, ...]

    def attributes(self, values: Sequence[Value]) -> dict[str, Value]:
        """All attributes of a span of this kind with these ``values``: constants first, then as declared."""
        found = dict(self.constants)
        for variable, value in zip(self.variables, values, strict=True):
            for key in variable.keys:
                found[key] = value
        return found


def declare(
    name: str, kind: int, constants: Mapping[str, Value], variables: Mapping[str, type[Any]] | None = None
) -> SpanKind:
    """A kind of span; a key of ``variables`` may name several attributes, with blanks between."""
    return SpanKind(
        name=name,
        kind=kind,
        constants=tuple(constants.items()),
        variables=tuple(
            Variable(keys=tuple(key.split()), type=each) for key, each in sorted_variables(variables or {})
        ),
    )


def sorted_variables(variables: Mapping[str, type[Any]]) -> list[tuple[str, type[Any]]]:
    """In the order given; raises ValueError unless floating-point numbers, which have a fixed length, come first."""
    found = list(variables.items())
    floats = [each is float for _, each in found]
    if floats != sorted(floats, reverse=True):
        raise ValueError(f"declare floating-point attributes before others: {', '.join(variables)}")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What few spans have: events, links, a status, and attributes that are not declared (oversized ones, say)."""

    events: tuple[Event, ...] = ()
    links: tuple[Link, ...] = ()
    status: int = Code.UNSET
    message: str = ""
    attributes: Attributes = field(default_factory=dict)


# kind, trace id (16 bytes), span id (8), parent's (8, or none for a root), start and end in UTC nanoseconds, the values
# of the kind's variables in their order, and what few spans have.
Emitted = tuple[SpanKind, bytes, bytes, bytes, int, int, tuple[Value, ...], Extras | None]
KIND: Final = 0
TRACE_ID: Final = 1
SPAN_ID: Final = 2
PARENT_ID: Final = 3
START: Final = 4
END: Final = 5
VALUES: Final = 6
EXTRAS: Final = 7

NO_EXTRAS: Final = Extras()


def attributes_of(span: Emitted) -> dict[str, Value]:
    """All attributes of a finished span, the undeclared ones last."""
    found = span[KIND].attributes(span[VALUES])
    extras = span[EXTRAS]
    if extras is not None:
        found.update(extras.attributes)
    return found
