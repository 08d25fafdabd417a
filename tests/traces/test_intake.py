import gzip
import json

import pytest
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from flexsim.traces.intake import JSON, PROTOBUF, Intake
from flexsim.traces.reception import Reception
from tests.traces.conftest import TRACE, request
from tests.traces.test_json_in import as_otlp_json

MESSAGE = request((1, None, 0, 5))
BODY = MESSAGE.SerializeToString()


@pytest.fixture
def intake():
    return Intake(Reception(), largest=10_000)


def test_a_whole_request_is_taken_without_a_partial_success(intake):
    answer = intake.take(BODY, PROTOBUF, "", 0.0)
    assert (answer.status, answer.content_type, answer.body) == (200, PROTOBUF, b"")
    assert len(intake.reception.spans(TRACE)) == 1


def test_json_is_answered_in_json_and_kept_alike(intake):
    answer = intake.take(as_otlp_json(MESSAGE), "application/json; charset=utf-8", "", 0.0)
    assert (answer.status, answer.content_type, answer.body) == (200, JSON, b"{}")
    before = intake.reception.spans(TRACE)
    assert intake.take(gzip.compress(BODY), PROTOBUF, "gzip", 0.0).status == 200
    assert intake.reception.spans(TRACE) == before * 2


def test_nothing_is_taken_as_well(intake):
    assert intake.take(b"", PROTOBUF, "", 0.0).status == 200
    assert intake.take(b"{}", JSON, "", 0.0).status == 200
    assert len(intake.reception) == 0


def test_single_spans_are_refused_in_a_partial_success(intake):
    bad = request((1, None, 0, 5), (2, None, 0, 5))
    bad.resource_spans[0].scope_spans[0].spans[0].span_id = b""
    answer = intake.take(bad.SerializeToString(), PROTOBUF, "", 0.0)
    told = ExportTraceServiceResponse.FromString(answer.body).partial_success
    assert (answer.status, told.rejected_spans) == (200, 1)
    body = b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"no ids"}]}]}]}'
    assert json.loads(intake.take(body, JSON, "", 0.0).body) == {
        "partialSuccess": {"rejectedSpans": "1", "errorMessage": told.error_message}
    }


@pytest.mark.parametrize(
    ("body", "kind", "encoding", "status", "code"),
    [
        (BODY[:-1], PROTOBUF, "", 400, 3),
        (b"{", JSON, "", 400, 3),
        (BODY, PROTOBUF, "gzip", 400, 3),
        (bytes(10_001), PROTOBUF, "", 413, 8),
        (BODY, PROTOBUF, "br", 415, 3),
        (BODY, "text/plain", "", 415, 3),
        (BODY, "", "", 415, 3),
    ],
)
def test_a_request_that_cannot_be_read_is_refused_as_a_whole_with_a_status_message(
    intake, body, kind, encoding, status, code
):
    answer = intake.take(body, kind, encoding, 0.0)
    assert answer.status == status
    told = json.loads(answer.body) if kind == JSON else Status.FromString(answer.body)
    assert (told["code"] if kind == JSON else told.code) == code
    assert told["message"] if kind == JSON else told.message
    assert (intake.refused, intake.reception.received) == (1, 0)


def test_a_long_message_is_still_a_status(intake):
    told = Status.FromString(intake.refuse(400, "x" * 500).body)
    assert told.message == "x" * 500


def test_what_is_taken_is_stored_before_it_is_answered():
    stored = []
    intake = Intake(Reception(), keep=lambda message, now: stored.append((message, now)))
    intake.take(BODY, PROTOBUF, "", 5.0)
    intake.take(BODY[:-1], PROTOBUF, "", 6.0)
    assert stored == [(MESSAGE, 5.0)]
