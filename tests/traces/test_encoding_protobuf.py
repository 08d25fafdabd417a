"""What the encoders write is, byte for byte, what the official classes write."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from flexsim.traces.declared import Extras, attributes_of, declare
from flexsim.traces.encoding_protobuf import ProtobufEncoder, varint
from flexsim.traces.parameters import SCENARIOS
from flexsim.traces.spans import Event, Link
from tests.traces.making import make

RESOURCE = {"service.name": "agent-app", "service.instance.id": "1"}
KIND = declare(
    "wörk", 3, {"fixed": True, "n": -1, "x": 0.5}, {"f": float, "g h": float, "t u": str, "i": int, "b": bool}
)
BARE = declare("bare", 1, {}, {})


def decoded(spans):
    content = ProtobufEncoder(RESOURCE).encode(spans)
    message = ExportTraceServiceRequest.FromString(content)
    return content, message


def value_of(any_value):
    return getattr(any_value, any_value.WhichOneof("value"))


def read(attributes):
    return {each.key: value_of(each.value) for each in attributes}


def agrees(span, message):
    kind, trace, own, parent, start, end, _, extras = span
    extras = extras or Extras()
    assert (message.trace_id, message.span_id, message.parent_span_id) == (trace, own, parent)
    assert (message.name, message.kind) == (kind.name, kind.kind)
    assert (message.start_time_unix_nano, message.end_time_unix_nano) == (start, end)
    assert list(read(message.attributes).items()) == list(attributes_of(span).items())
    assert [(each.time_unix_nano, each.name, read(each.attributes)) for each in message.events] == [
        (each.time, each.name, each.attributes) for each in extras.events
    ]
    assert [(each.trace_id, each.span_id, read(each.attributes)) for each in message.links] == [
        (each.trace_id, each.span_id, each.attributes) for each in extras.links
    ]
    assert (message.status.code, message.status.message) == (extras.status, extras.message)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_is_read_by_the_official_classes_and_written_by_them_again_as_it_was(scenario):
    spans = make(scenario).spans
    content, message = decoded(spans)
    (resource,) = message.resource_spans
    (scope,) = resource.scope_spans
    assert read(resource.resource.attributes) == RESOURCE
    assert scope.scope.name == "flexsim.traces"
    for span, each in zip(spans, scope.spans, strict=True):
        agrees(span, each)
    assert message.SerializeToString() == content


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
whole = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False)
stamps = st.integers(0, 2**64 - 1)
attributes = st.dictionaries(texts, texts | whole | floats | st.booleans(), max_size=3)
extras = st.builds(
    Extras,
    events=st.tuples(st.builds(Event, time=stamps, name=texts, attributes=attributes)),
    links=st.tuples(
        st.builds(Link, trace_id=st.binary(min_size=16, max_size=16), span_id=st.binary(min_size=8, max_size=8),
                  attributes=attributes)
    ),
    status=st.integers(0, 2),
    message=texts,
)  # fmt: skip
span = st.tuples(
    st.just(KIND), st.binary(min_size=16, max_size=16), st.binary(min_size=8, max_size=8),
    st.just(b"") | st.binary(min_size=8, max_size=8), stamps, stamps,
    st.tuples(floats, floats, texts, whole, st.booleans()), st.none() | extras,
)  # fmt: skip


@given(spans=st.lists(span, max_size=4))
def test_whatever_the_values_are_the_official_classes_agree(spans):
    _content, message = decoded(spans)
    for each, other in zip(spans, message.resource_spans[0].scope_spans[0].spans, strict=True):
        agrees(each, other)


def test_a_kind_without_attributes_and_times_of_zero_are_read():
    _, message = decoded([(BARE, b"t" * 16, b"s" * 8, b"", 0, 0, (), None)])
    (found,) = message.resource_spans[0].scope_spans[0].spans
    assert (found.name, found.start_time_unix_nano, len(found.attributes)) == ("bare", 0, 0)


def test_numbers_that_are_none_are_written_as_they_are():
    _, message = decoded([(KIND, b"t" * 16, b"s" * 8, b"", 0, 0, (math.nan, math.inf, "", 0, False), None)])
    (found,) = message.resource_spans[0].scope_spans[0].spans
    assert math.isnan(read(found.attributes)["f"])
    assert read(found.attributes)["g"] == math.inf


def test_half_a_surrogate_pair_is_replaced_and_not_refused():
    _, message = decoded([(KIND, b"t" * 16, b"s" * 8, b"", 0, 0, (0.0, 0.0, "a\ud800", 0, False), None)])
    assert read(message.resource_spans[0].scope_spans[0].spans[0].attributes)["t"] == "a?"


def test_a_value_that_is_remembered_does_not_stand_in_for_another():
    rows = [(KIND, b"t" * 16, b"s" * 8, b"", 0, 0, (0.0, 0.0, str(at), at, at % 2 == 0), None) for at in range(50_000)]
    _, message = decoded(rows)
    found = message.resource_spans[0].scope_spans[0].spans
    assert [read(each.attributes)["i"] for each in found] == list(range(50_000))


@pytest.mark.parametrize(
    ("number", "content"), [(0, b"\0"), (127, b"\x7f"), (300, b"\xac\x02"), (-1, b"\xff" * 9 + b"\1")]
)
def test_whole_numbers_are_written_in_groups_of_seven_bits(number, content):
    assert varint(number) == content
