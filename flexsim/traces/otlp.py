"""OTLP's protobuf, read with the protocol's own classes: requests from bytes, and span records from requests.

Only what somebody looks at becomes a record. Source: opentelemetry-proto 1.x, and the OTLP specification 1.x.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias, cast

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from flexsim.errors import TracesError
from flexsim.traces.spans import NO_PARENT, SPAN_ID_BYTES, UNSET, Event, Link, Resource, Scope, Span, Status, Value

Request: TypeAlias = ExportTraceServiceRequest

_DEEPEST: Final = 32  # lists and mappings within each other, in an attribute
_NO_SPAN: Final = bytes(SPAN_ID_BYTES)


def parse(body: bytes) -> Request:
    """The export request in ``body``, checked to the last attribute; raises TracesError."""
    try:
        return cast("Request", Request.FromString(body))
    except DecodeError as error:
        raise TracesError(
            f"this is no ExportTraceServiceRequest, or one that was cut short ({len(body)} bytes)"
        ) from error


def spans_of(request: Request, trace_id: bytes | None = None, span_id: bytes | None = None) -> Iterator[Span]:
    """The request's spans in their order, as records; only those of one trace, or the one span in it, if these are given."""
    for resource_spans in request.resource_spans:
        resource = Resource(attributes=attributes_of(resource_spans.resource.attributes))
        for scope_spans in resource_spans.scope_spans:
            told = scope_spans.scope
            scope = Scope(name=told.name, version=told.version, attributes=attributes_of(told.attributes))
            for each in scope_spans.spans:
                if trace_id is not None and each.trace_id != trace_id:
                    continue
                if span_id is None or each.span_id == span_id:
                    yield _span(each, resource, scope)


def _span(message: Any, resource: Resource, scope: Scope) -> Span:
    parent = message.parent_span_id
    return Span(
        trace_id=message.trace_id,
        span_id=message.span_id,
        parent_id=NO_PARENT if parent == _NO_SPAN else parent,
        name=message.name,
        kind=message.kind,
        start=message.start_time_unix_nano,
        end=message.end_time_unix_nano,
        attributes=attributes_of(message.attributes),
        events=tuple(event_of(each) for each in message.events),
        links=tuple(link_of(each) for each in message.links),
        status=_status(message.status) if message.HasField("status") else UNSET,
        resource=resource,
        scope=scope,
    )


def event_of(message: Any) -> Event:
    """The event as a record."""
    return Event(time=message.time_unix_nano, name=message.name, attributes=attributes_of(message.attributes))


def link_of(message: Any) -> Link:
    """The link as a record."""
    return Link(
        trace_id=message.trace_id, span_id=message.span_id, attributes=attributes_of(message.attributes)
    )  # fmt: skip


def _status(message: Any) -> Status:
    return Status(code=message.code, message=message.message)


def attributes_of(pairs: Iterable[Any], depth: int = 0) -> dict[str, Value]:
    """Keys are unique by the specification; where they are not, the last one counts."""
    return {each.key: _value(each.value, depth) for each in pairs}


def _value(message: Any, depth: int) -> Value:
    which = message.WhichOneof("value")
    if which is None or depth > _DEEPEST:
        return None
    value = getattr(message, which)
    if which == "array_value":
        return [_value(each, depth + 1) for each in value.values]
    if which == "kvlist_value":
        return attributes_of(value.values, depth + 1)
    return cast("Value", value)
