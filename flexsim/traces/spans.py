"""What a span is, decoded: the record that generators, the collector and the analysis hand each other.

It holds what OTLP's ``Span`` message holds (opentelemetry-proto 1.x, ``trace/v1/trace.proto``), with the resource and the
scope it came under, in plain Python values. Ids are bytes as on the wire, times are nanoseconds since 1970, UTC. The
collector's hot path does not make these records: it keeps bytes, and makes a record when somebody looks at a trace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, TypeAlias

# AnyValue: a list is a sequence, a kvlist a mapping, an empty one None.
Value: TypeAlias = "str | bool | int | float | bytes | Sequence[Value] | Mapping[str, Value] | None"
Attributes: TypeAlias = Mapping[str, Value]

TRACE_ID_BYTES: Final = 16
SPAN_ID_BYTES: Final = 8
NO_PARENT: Final = b""


class Kind(IntEnum):
    """Span.SpanKind."""

    UNSPECIFIED = 0
    INTERNAL = 1
    SERVER = 2
    CLIENT = 3
    PRODUCER = 4
    CONSUMER = 5


class Code(IntEnum):
    """Status.StatusCode."""

    UNSET = 0
    OK = 1
    ERROR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the work ended."""

    code: int = Code.UNSET
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Who made the spans; ``service.name`` is among the attributes."""

    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which library made the spans."""

    name: str = ""
    version: str = ""
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at one moment of a span; ``time`` is in nanoseconds since 1970."""

    time: int
    name: str
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Another span that this one has to do with: what a retry retries, say."""

    trace_id: bytes
    span_id: bytes
    attributes: Attributes = field(default_factory=dict)


UNSET: Final = Status()
NO_RESOURCE: Final = Resource()
NO_SCOPE: Final = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One piece of work. ``start`` and ``end`` are nanoseconds since 1970; a root's ``parent_id`` is empty."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes = NO_PARENT
    name: str
    kind: int = Kind.INTERNAL  # Kind, or a number that a later protocol knows
    start: int
    end: int
    attributes: Attributes = field(default_factory=dict)
    events: Sequence[Event] = ()
    links: Sequence[Link] = ()
    status: Status = UNSET
    resource: Resource = NO_RESOURCE
    scope: Scope = NO_SCOPE

    @property
    def duration(self) -> int:
        """Nanoseconds from start to end; negative where a clock went back."""
        return self.end - self.start

    @property
    def service(self) -> str:
        """The resource's ``service.name``, or nothing."""
        return str(self.resource.attributes.get("service.name", ""))
