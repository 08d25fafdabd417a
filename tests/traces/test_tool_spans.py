"""A call that says whose it is becomes a span of that trace, however it ends; any other becomes none."""

import asyncio
from contextlib import suppress

import pytest

from flexsim.clock import ManualClock
from flexsim.randomness import Randomness
from flexsim.traces.declared import EXTRAS, KIND, PARENT_ID, START, TRACE_ID, attributes_of
from flexsim.traces.run import Ids
from flexsim.traces.spans import Code
from flexsim.traces.tool_service import ToolService
from flexsim.traces.tool_spans import ANSWERED, BROKEN_OFF, ToolSpans
from flexsim.traces.trace_context import write

TRACE, SPAN = bytes(range(1, 17)), bytes(range(1, 9))
ASKED = write(TRACE + SPAN, sampled=True).encode()


def called(query=b"delay_ms=1", header=ASKED, *, gone=False):
    """The spans of one call."""
    spans, said = [], []
    draws = Randomness(1)
    service = ToolService(
        draws.generator("errors"), spans=ToolSpans(Ids(draws.generator("ids")), ManualClock(5.0), spans.extend)
    )

    async def receive():
        if gone:
            return {"type": "http.disconnect"}
        return await asyncio.Event().wait()

    async def send(message):
        said.append(message)

    headers = [(b"host", b"x"), *([(b"traceparent", header)] if header else [])]
    scope = {"type": "http", "path": "/tool/search", "query_string": query, "headers": headers}
    with suppress(TimeoutError):
        asyncio.run(asyncio.wait_for(service(scope, receive, send), 5))
    return spans


@pytest.mark.parametrize(
    ("query", "status"), [(b"delay_ms=1", 200), (b"delay_ms=1&stream=1", 200), (b"delay_ms=1&error_rate=1", 500)]
)
def test_a_call_that_is_answered_is_a_span_with_its_status(query, status):
    [span] = called(query)
    assert (span[KIND], span[TRACE_ID], span[PARENT_ID], span[START]) == (ANSWERED, TRACE, SPAN, 5_000_000_000)
    found = attributes_of(span)
    assert (found["http.response.status_code"], found["ati.tool.name"], found["ati.tool.delay_ms"]) == (
        status,
        "search",
        1.0,
    )
    assert (span[EXTRAS] is not None) is (status == 500)


@pytest.mark.parametrize("query", [b"delay_ms=60000", b"delay_ms=60000&stream=1"])
def test_a_call_whose_caller_goes_is_a_span_that_says_so(query):
    [span] = called(query, gone=True)
    assert (span[KIND], span[EXTRAS].status) == (BROKEN_OFF, Code.ERROR)


@pytest.mark.parametrize("header", [b"", b"nonsense", write(TRACE + SPAN, sampled=False).encode()])
def test_a_call_that_does_not_say_whose_it_is_is_none(header):
    assert called(header=header) == []


def test_a_call_that_is_refused_is_none():
    assert called(b"colour=red") == []
