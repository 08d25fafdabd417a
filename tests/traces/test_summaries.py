import json

from flexsim.traces.defects import Defects
from flexsim.traces.otlp import spans_of
from flexsim.traces.summaries import plain, summary_of, trace_document
from tests.traces.conftest import MS, START, TRACE, request, span_id
from tests.traces.test_otlp import VALUES

SPANS = list(spans_of(request((2, 1, 1, 4, {"error": True, **VALUES}), (1, None, 0, 5, {"ati.scenario": "rag"}))))


def test_a_line_of_the_list_says_what_the_trace_is_about():
    assert summary_of(SPANS[1], 1, Defects(spans=2, late=3)) == {
        "trace_id": TRACE.hex(), "name": "work", "service": "app", "scenario": "rag", "start": START, "duration_ms": 5.0,
        "spans": 2, "errors": 1, "defects": {"late": 3},
    }  # fmt: skip


def test_a_trace_is_a_document_that_json_can_hold():
    found = json.loads(json.dumps(trace_document(SPANS)))
    root, child = found["spans"]
    assert (found["root"], root["parent_id"], child["parent_id"]) == (span_id(1).hex(), None, span_id(1).hex())
    assert child["attributes"] == VALUES | {"bytes": "00ff"}
    assert found["critical_path"] == [
        {"span_id": span_id(1).hex(), "begin": START, "end": START + MS},
        {"span_id": span_id(2).hex(), "begin": START + MS, "end": START + 4 * MS},
        {"span_id": span_id(1).hex(), "begin": START + 4 * MS, "end": START + 5 * MS},
    ]


def test_bytes_within_lists_and_mappings_are_hexadecimal():
    assert plain({"a": [b"\x01", {"b": b"\xff"}]}) == {"a": ["01", {"b": "ff"}]}
