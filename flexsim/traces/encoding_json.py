"""OTLP's JSON: the protobuf's JSON mapping, with ids in hexadecimal and enumerations as numbers.

Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from flexsim.traces.declared import Attributes, Emitted, Value, attributes_of
from flexsim.traces.spans import Event, Link

_SCOPE: Final = "flexsim.traces"
_NOT_IN_JSON: Final = {math.inf: "Infinity", -math.inf: "-Infinity"}


def any_value(value: Value) -> dict[str, Any]:
    """An ``AnyValue``; whole numbers are strings, as the mapping has 64-bit ones."""
    if isinstance(value, str):
        return {"stringValue": value.encode("utf-8", "replace").decode()}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"doubleValue": "NaN" if math.isnan(value) else _NOT_IN_JSON.get(value, value)}


def _attributes(attributes: Attributes) -> list[dict[str, Any]]:
    return [{"key": key, "value": any_value(value)} for key, value in attributes.items()]


def _event(event: Event) -> dict[str, Any]:
    attributes: Any = event.attributes
    found: dict[str, Any] = {"timeUnixNano": str(event.time), "name": event.name}
    return found | ({"attributes": _attributes(attributes)} if attributes else {})


def _link(link: Link) -> dict[str, Any]:
    attributes: Any = link.attributes
    found: dict[str, Any] = {"traceId": link.trace_id.hex(), "spanId": link.span_id.hex()}
    return found | ({"attributes": _attributes(attributes)} if attributes else {})


def span_object(span: Emitted) -> dict[str, Any]:
    """A ``Span``; what is empty is left out."""
    kind, trace_id, span_id, parent, start, end, _, extras = span
    found: dict[str, Any] = {"traceId": trace_id.hex(), "spanId": span_id.hex()}
    if parent:
        found["parentSpanId"] = parent.hex()
    found |= {"name": kind.name, "kind": int(kind.kind), "startTimeUnixNano": str(start), "endTimeUnixNano": str(end)}
    found["attributes"] = _attributes(attributes_of(span))
    if extras is None:
        return found
    if extras.events:
        found["events"] = [_event(each) for each in extras.events]
    if extras.links:
        found["links"] = [_link(each) for each in extras.links]
    status = ({"message": extras.message} if extras.message else {}) | (
        {"code": int(extras.status)} if extras.status else {}
    )
    return found | ({"status": status} if status else {})


class JsonEncoder:
    """Batches of spans of one resource as ``ExportTraceServiceRequest``."""

    content_type: Final = "application/json"

    def __init__(self, resource: Mapping[str, Value]) -> None:
        self._resource = {"attributes": _attributes(resource)}

    def encode(self, spans: Sequence[Emitted]) -> bytes:
        """One request with these spans, in one line."""
        scope = {"scope": {"name": _SCOPE}, "spans": [span_object(each) for each in spans]}
        return orjson.dumps({"resourceSpans": [{"resource": self._resource, "scopeSpans": [scope]}]})
