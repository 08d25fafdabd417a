"""A call that says whose it is becomes a span of that trace, however it ends; any other becomes none."""

import pytest

from flexsim.clock import ManualClock
from flexsim.randomness import Randomness
from flexsim.traces.declared import END, EXTRAS, KIND, PARENT_ID, START, TRACE_ID, attributes_of
from flexsim.traces.run import Ids
from flexsim.traces.spans import Code
from flexsim.traces.tool_service import ToolService
from flexsim.traces.tool_spans import ANSWERED, BROKEN_OFF, ToolSpans
from flexsim.traces.trace_context import write

TRACE, SPAN = bytes(range(1, 17)), bytes(range(1, 9))
ASKED = write(TRACE + SPAN, sampled=True).encode()


def called(query="delay_ms=1", header=ASKED, *, answered=True):
    """The spans of one call, which begins at second 5 and is over at 6."""
    spans, draws, clock = [], Randomness(1), ManualClock(5.0)
    service = ToolService(draws.generator("errors"), spans=ToolSpans(Ids(draws.generator("ids")), clock, spans.extend))
    answer = service.asked("/tool/search", query, header)
    assert spans == []
    clock.advance(1.0)
    answer.over(answered)
    return spans


@pytest.mark.parametrize(
    ("query", "status"), [("delay_ms=1", 200), ("delay_ms=1&stream=1", 200), ("delay_ms=1&error_rate=1", 500)]
)
def test_a_call_that_is_answered_is_a_span_with_its_status(query, status):
    [span] = called(query)
    assert (span[KIND], span[TRACE_ID], span[PARENT_ID]) == (ANSWERED, TRACE, SPAN)
    assert (span[START], span[END]) == (5_000_000_000, 6_000_000_000)
    found = attributes_of(span)
    assert (found["http.response.status_code"], found["ati.tool.name"], found["ati.tool.delay_ms"]) == (
        status,
        "search",
        1.0,
    )
    assert (span[EXTRAS] is not None) is (status == 500)


@pytest.mark.parametrize("query", ["delay_ms=60000", "delay_ms=60000&stream=1", "error_rate=1"])
def test_a_call_whose_caller_goes_is_a_span_that_says_so(query):
    [span] = called(query, answered=False)
    assert (span[KIND], span[EXTRAS].status) == (BROKEN_OFF, Code.ERROR)


@pytest.mark.parametrize("header", [b"", b"nonsense", write(TRACE + SPAN, sampled=False).encode()])
def test_a_call_that_does_not_say_whose_it_is_is_none(header):
    assert called(header=header) == []


def test_a_call_that_is_refused_is_none():
    assert called("colour=red") == []
