"""OTLP's JSON: protobuf's own mapping to JSON, but trace and span ids are hexadecimal and enums are numbers.

It is turned into the protobuf message and from there on is treated alike. Source: OTLP specification 1.x, "JSON Protobuf
Encoding".
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from typing import Any, Final, cast

import orjson
from google.protobuf.json_format import ParseDict, ParseError

from flexsim.errors import TracesError
from flexsim.traces.otlp import Request

_IDS: Final = ("traceId", "spanId", "parentSpanId")


def parse_json(body: bytes) -> Request:
    """The export request in this JSON; fields that are not known are passed over. Raises TracesError that says where."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise TracesError(f"this is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise TracesError("an export request in JSON is an object with resourceSpans")
    for each in _holders_of_ids(document):
        _translate(each)
    try:
        return cast("Request", ParseDict(document, Request(), ignore_unknown_fields=True))
    except (ParseError, ValueError, TypeError, RecursionError) as error:
        raise TracesError(f"this JSON is no ExportTraceServiceRequest: {str(error)[:300]}") from error


def _holders_of_ids(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for resource_spans in _objects(document, "resourceSpans"):
        for scope_spans in _objects(resource_spans, "scopeSpans"):
            for span in _objects(scope_spans, "spans"):
                yield span
                yield from _objects(span, "links")


def _objects(document: dict[str, Any], name: str) -> Sequence[dict[str, Any]]:
    found = document.get(name) or ()
    if not isinstance(found, list | tuple) or not all(isinstance(each, dict) for each in found):
        raise TracesError(f"{name} is a list of objects")
    return found


def _translate(document: dict[str, Any]) -> None:
    for name in _IDS:
        text = document.get(name)
        if not text:
            continue
        try:
            document[name] = base64.b64encode(binascii.unhexlify(text)).decode()
        except (binascii.Error, ValueError, TypeError) as error:
            found = repr(text[:64]) if isinstance(text, str) else f"a value of the type {type(text).__name__}"
            raise TracesError(f"{name} is hexadecimal, not {found}") from error
