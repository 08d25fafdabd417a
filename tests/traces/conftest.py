"""Spans and requests to make tests of, written with the protocol's own classes."""

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

TRACE = bytes(range(1, 17))
START = 1_767_600_000_000_000_000
MS = 1_000_000


def span_id(number):
    return number.to_bytes(8, "big")


def value(message, given):
    if isinstance(given, bool):
        message.bool_value = given
    elif isinstance(given, int):
        message.int_value = given
    elif isinstance(given, float):
        message.double_value = given
    elif isinstance(given, bytes):
        message.bytes_value = given
    elif isinstance(given, list):
        message.array_value.SetInParent()
        for each in given:
            value(message.array_value.values.add(), each)
    elif isinstance(given, dict):
        message.kvlist_value.SetInParent()
        attributes(message.kvlist_value.values, given)
    elif given is not None:
        message.string_value = given


def attributes(holder, given):
    for name, each in given.items():
        pair = holder.add()
        pair.key = name
        value(pair.value, each)


def request(*spans, service="app"):
    """Each span is (number, parent's number or None, start ms, end ms[, more fields])."""
    found = ExportTraceServiceRequest()
    resource_spans = found.resource_spans.add()
    attributes(resource_spans.resource.attributes, {"service.name": service})
    scope_spans = resource_spans.scope_spans.add()
    scope_spans.scope.name = "tests"
    for number, parent, start, end, *more in spans:
        add(scope_spans.spans.add(), number, parent, start, end, **(more[0] if more else {}))
    return found


def add(span, number, parent, start, end, /, *, trace=TRACE, name="work", error=False, **given):
    span.trace_id = trace
    span.span_id = span_id(number)
    if parent is not None:
        span.parent_span_id = span_id(parent)
    span.name = name
    span.start_time_unix_nano = START + round(start * MS)
    span.end_time_unix_nano = START + round(end * MS)
    if error:
        span.status.code = 2
        span.status.message = "it broke"
    attributes(span.attributes, given)
