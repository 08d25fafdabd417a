import pytest

from flexsim.traces.signs import failed, kind_of, number, payload_kb, retried_by
from flexsim.traces.spans import Link, Status
from flexsim.traces.tree import Tree
from tests.traces.conftest import TRACE, span_id
from tests.traces.test_tree import span

ERROR = Status(code=2)


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        ({"ati.span.kind": "human"}, "human"),
        ({"gen_ai.operation.name": "execute_tool"}, "tool_call"),
        ({"gen_ai.operation.name": "retrieval"}, "retrieval"),
        ({"ati.span.kind": "checkpoint", "gen_ai.operation.name": "chat"}, "checkpoint"),
        ({"ati.span.kind": 5}, ""),
        ({}, ""),
    ],
)
def test_a_span_is_what_its_attributes_say(attributes, kind):
    assert kind_of(span(1, None, 0, 1, attributes=attributes)) == kind


def test_numbers_are_numbers_and_nothing_else():
    told = span(1, None, 0, 1, attributes={"n": 5, "x": 0.5, "yes": True, "text": "5", "ati.payload.size_kb": 3})
    assert [number(told, name) for name in ("n", "x", "yes", "text", "none")] == [5.0, 0.5, None, None, None]
    assert payload_kb(told) == 3.0


def retry_of(first, second):
    """The number of the span that the second of these is said to try again."""
    spans = [span(1, None, 0, 100), first, second]
    found = retried_by(second, Tree(spans))
    return None if found is None else found.span_id[-1]


def linked(to, **attributes):
    return [Link(trace_id=TRACE, span_id=span_id(to), attributes=attributes)]


def test_a_link_that_says_so_is_a_retry_whatever_the_names():
    first = span(2, 1, 0, 5)
    assert retry_of(first, span(3, 1, 6, 9, links=linked(2, **{"ati.link.kind": "retry_of"}))) == 2


def test_any_link_to_a_failed_sibling_of_the_same_name_is_one():
    again = span(3, 1, 6, 9, name="call", links=linked(2))
    assert retry_of(span(2, 1, 0, 5, name="call", status=ERROR), again) == 2
    assert retry_of(span(2, 1, 0, 5, name="call"), again) is None
    assert retry_of(span(2, 1, 0, 5, name="other", status=ERROR), again) is None


@pytest.mark.parametrize("name", ["ati.retry.attempt", "http.request.resend_count"])
def test_a_count_of_attempts_leads_to_the_sibling_before(name):
    first = span(2, 1, 0, 5, name="call")
    assert retry_of(first, span(3, 1, 6, 9, name="call", attributes={name: 1})) == 2
    assert retry_of(first, span(3, 1, 6, 9, name="call", attributes={name: 0})) is None
    assert retry_of(first, span(3, 1, 4, 9, name="call", attributes={name: 1})) is None


@pytest.mark.parametrize("to", [3, 9])
def test_a_link_to_itself_or_to_nowhere_is_none(to):
    assert retry_of(span(2, 1, 0, 5), span(3, 1, 6, 9, links=linked(to, **{"ati.link.kind": "retry_of"}))) is None


def test_what_ended_with_an_error_failed():
    assert failed(span(1, None, 0, 1, status=ERROR))
    assert not failed(span(1, None, 0, 1))
