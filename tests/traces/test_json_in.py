import contextlib
import json

import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import given
from hypothesis import strategies as st

from flexsim.errors import TracesError
from flexsim.traces.json_in import parse_json
from flexsim.traces.otlp import spans_of
from tests.traces.conftest import TRACE, request, span_id
from tests.traces.test_otlp import VALUES


def as_otlp_json(message):
    """As an exporter writes it: protobuf's JSON with hexadecimal ids and numbers for enums."""
    document = MessageToDict(message, use_integers_for_enums=True)
    for resource_spans in document["resourceSpans"]:
        for scope_spans in resource_spans["scopeSpans"]:
            for told in scope_spans["spans"]:
                told["traceId"] = TRACE.hex().upper()  # case does not matter
                told["spanId"] = span_id(1).hex()
                if "parentSpanId" in told:
                    told["parentSpanId"] = span_id(9).hex()
                if "links" in told:
                    told["links"][0] |= {"traceId": TRACE.hex(), "spanId": span_id(7).hex()}
    return json.dumps(document).encode()


def test_json_and_protobuf_say_the_same():
    message = request((1, 9, 0, 5, {"error": True, **VALUES}))
    link = message.resource_spans[0].scope_spans[0].spans[0].links.add()
    link.trace_id, link.span_id = TRACE, span_id(7)
    assert parse_json(as_otlp_json(message)) == message


def test_fields_that_nobody_knows_are_passed_over():
    body = b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a","later":{"x":1}}],"schemaUrl":"u"}],"y":2}]}'
    assert [each.name for each in spans_of(parse_json(body))] == ["a"]


def test_times_can_be_numbers_or_texts():
    body = b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":5,"endTimeUnixNano":"7","parentSpanId":""}]}]}]}'
    assert [(each.start, each.end) for each in spans_of(parse_json(body))] == [(5, 7)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "no JSON"),
        (b"[]", "is an object with resourceSpans"),
        (b'{"resourceSpans":5}', "resourceSpans is a list of objects"),
        (b'{"resourceSpans":[{"scopeSpans":[{"spans":[1]}]}]}', "spans is a list of objects"),
        (b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]}', "traceId is hexadecimal, not 'xyz'"),
        (b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":[1]}]}]}]}', "traceId is hexadecimal"),
        (b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":[]}]}]}]}', "no ExportTraceServiceRequest"),
        (b"[" * 5000, "no JSON"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(body, said):
    with pytest.raises(TracesError, match=said):
        parse_json(body)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["resourceSpans", "scopeSpans", "spans", "traceId", "links", "attributes", "value"]), inner
        )
    ),
)


@given(JSONS)
def test_whatever_comes_is_read_or_refused(document):
    with contextlib.suppress(TracesError):
        parse_json(json.dumps(document).encode())
