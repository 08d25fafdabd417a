import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.errors import TracesError
from flexsim.traces.otlp import parse, spans_of
from flexsim.traces.spans import Code
from tests.traces.conftest import MS, START, TRACE, attributes, request, span_id

VALUES = {
    "text": "ü", "yes": True, "number": -5, "share": 0.5, "bytes": b"\x00\xff", "none": None,
    "list": ["a", 1, [2.5]], "mapping": {"inner": {"deep": False}}, "empty": [],
}  # fmt: skip


def test_a_span_is_read_with_all_that_it_has():
    message = request((1, None, 0, 5), (2, 1, 1, 2, {"error": True, "name": "tool", **VALUES}))
    told = message.resource_spans[0].scope_spans[0].spans[1]
    told.kind = 3
    event = told.events.add()
    event.name, event.time_unix_nano = "exception", START + MS
    attributes(event.attributes, {"exception.type": "Timeout"})
    link = told.links.add()
    link.trace_id, link.span_id = TRACE, span_id(1)
    attributes(link.attributes, {"why": "retry"})
    root, tool = spans_of(parse(message.SerializeToString()))
    assert (root.parent_id, root.duration, root.service, root.scope.name) == (b"", 5 * MS, "app", "tests")
    assert (tool.trace_id, tool.span_id, tool.parent_id, tool.name, tool.kind) == (
        TRACE,
        span_id(2),
        span_id(1),
        "tool",
        3,
    )
    assert tool.attributes == VALUES
    assert (tool.status.code, tool.status.message) == (Code.ERROR, "it broke")
    assert [(each.name, each.time, each.attributes) for each in tool.events] == [
        ("exception", START + MS, {"exception.type": "Timeout"})
    ]
    assert [(each.span_id, each.attributes) for each in tool.links] == [(span_id(1), {"why": "retry"})]


def test_a_parent_of_zeros_is_none():
    message = request((1, 0, 0, 1))
    assert [each.parent_id for each in spans_of(message)] == [b""]


def test_only_the_spans_of_the_trace_that_is_asked_for_are_read():
    message = request((1, None, 0, 1), (2, None, 0, 1, {"trace": b"x" * 16}))
    assert [each.span_id for each in spans_of(message, TRACE)] == [span_id(1)]


def test_what_is_cut_short_is_refused():
    body = request((1, None, 0, 5)).SerializeToString()
    with pytest.raises(TracesError, match=r"cut short \(\d+ bytes\)"):
        parse(body[:-3])


def test_an_attribute_that_is_no_utf_8_is_refused_at_once():
    body = request((1, None, 0, 5, {"name": "zzzz"})).SerializeToString()
    with pytest.raises(TracesError):
        parse(body.replace(b"zzzz", b"\xff\xff\xff\xff"))


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(body):
    with contextlib.suppress(TracesError):
        list(spans_of(parse(body)))


def test_values_within_values_end_somewhere():
    deep = "end"
    for _ in range(40):
        deep = [deep]
    (found,) = spans_of(request((1, None, 0, 5, {"deep": deep})))
    assert "end" not in str(found.attributes)
