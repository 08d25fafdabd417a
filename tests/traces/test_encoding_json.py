"""JSON and protobuf say the same."""

import base64
import math

import orjson
import pytest
from google.protobuf.json_format import Parse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from flexsim.traces.declared import attributes_of
from flexsim.traces.encoding_json import JsonEncoder, any_value
from flexsim.traces.encoding_protobuf import ProtobufEncoder
from flexsim.traces.parameters import SCENARIOS
from tests.traces.making import make

RESOURCE = {"service.name": "agent-app"}
IDS = {"traceId": 16, "spanId": 8, "parentSpanId": 8}


def as_protobuf_has_it(document):
    """OTLP's JSON has ids in hexadecimal, where the protobuf mapping has base64."""
    if isinstance(document, list):
        return [as_protobuf_has_it(each) for each in document]
    if not isinstance(document, dict):
        return document
    return {
        key: base64.b64encode(bytes.fromhex(value)).decode() if key in IDS else as_protobuf_has_it(value)
        for key, value in document.items()
    }


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_json_read_by_the_official_classes_equals_the_protobuf(scenario):
    spans = make(scenario).spans
    document = orjson.loads(JsonEncoder(RESOURCE).encode(spans))
    parsed = Parse(orjson.dumps(as_protobuf_has_it(document)), ExportTraceServiceRequest())
    assert parsed == ExportTraceServiceRequest.FromString(ProtobufEncoder(RESOURCE).encode(spans))


def test_ids_are_hexadecimal_and_long_numbers_are_text():
    spans = make("chain", depth=1).spans
    found = orjson.loads(JsonEncoder(RESOURCE).encode(spans))["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert [each["spanId"] for each in found] == [span[2].hex() for span in spans]
    assert [each["startTimeUnixNano"] for each in found] == [str(span[4]) for span in spans]
    assert "parentSpanId" not in found[-1]
    assert [each["key"] for each in found[0]["attributes"]] == list(attributes_of(spans[0]))


@pytest.mark.parametrize(
    ("value", "said"), [(math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity"), (0.5, 0.5)]
)
def test_numbers_that_json_has_not_are_said_in_words(value, said):
    assert any_value(value) == {"doubleValue": said}
