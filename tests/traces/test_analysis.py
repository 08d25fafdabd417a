"""What the analysis finds in the spans is what the scenarios know of them: each of the eight, many times."""

import json
from dataclasses import asdict

import pytest

from flexsim.traces.analysis import analyze
from flexsim.traces.encoding_protobuf import ProtobufEncoder
from flexsim.traces.otlp import parse, spans_of
from flexsim.traces.parameters import SCENARIOS, read
from flexsim.traces.spans import Event, Link, Status
from flexsim.traces.virtual import VirtualTraces
from tests.traces.conftest import TRACE, span_id
from tests.traces.making import START_NS
from tests.traces.test_tree import span

ENCODER = ProtobufEncoder({"service.name": "synthetic-agent-app"})
EACH = 12
MORE = {
    "retry": {"error_rate": "0.5", "max_retries": "2"}, "react": {"slow_rate": "0.3"}, "stream": {"error_rate": "0.2", "duration_s": "2"},
    "fanout": {"fanout": "30", "straggler_factor": "1"}, "rag": {"rag_chunks": "40"},
}  # fmt: skip


def made(scenario, given, count=EACH, seed=11):
    """Truth and spans of traces; the spans have been through OTLP's bytes."""
    traces = VirtualTraces(seed)
    for _ in range(count):
        trace = traces.make(scenario, read(scenario, given), START_NS)
        yield trace.answers(), list(spans_of(parse(ENCODER.encode(trace.spans))))


@pytest.mark.parametrize("given", [{}, MORE], ids=["as they are", "with more going wrong"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_everything_that_is_true_of_a_trace_is_found_in_its_spans(scenario, given):
    for truth, spans in made(scenario, given.get(scenario, {})):
        true, found = (json.loads(json.dumps(each)) for each in (asdict(truth), analyze(spans).answers()))
        for name in ("duration_ms", "amplification", "idle_ms", "busy_ms", "time_to_first_token_ms"):
            assert found.pop(name) == pytest.approx(true.pop(name)), name
        pauses = [each.pop("backoffs_ms") for each in found["retries"]]
        wanted = [each.pop("backoffs_ms") for each in true["retries"]]
        assert sorted(pauses) == [pytest.approx(each, abs=1e-5) for each in sorted(wanted)]
        if "straggler_factor" in given.get(scenario, {}):
            assert true["defects"] == found["defects"] == []
        for name in ("retries", "defects"):
            found[name].sort(key=str)
            true[name].sort(key=str)
        if scenario == "react" and len(found["defects"]) != len(true["defects"]):
            assert (
                2 * len(true["defects"]) >= true["tool_calls"] or true["tool_calls"] < 3
            )  # then slow is what is usual
            continue
        assert found == true


def test_a_straggler_that_was_not_tried_again_is_not_to_blame_where_others_were():
    traces = list(made("retry", {"error_rate": "0.02"}, 30))
    assert [analyze(spans).root_cause for _, spans in traces] == [truth.root_cause for truth, _ in traces]
    assert any(truth.retries and truth.root_cause is None for truth, _ in traces)


def test_spans_that_came_twice_or_not_at_all_are_no_matter():
    ((_, spans),) = made("retry", {}, 1)
    whole = analyze(spans)
    assert analyze(spans * 2) == whole
    for missing in range(0, len(spans), 17):
        assert analyze(spans[:missing] + spans[missing + 1 :]).spans == whole.spans - 1


def test_the_straggler_is_told_with_what_makes_it_one():
    branches = [span(number, 1, 0, 10, name="work") for number in range(2, 6)]
    found = analyze([span(1, None, 0, 50), *branches, span(9, 1, 5, 45, name="work")])
    assert (found.straggler.span_id, found.straggler.branches) == (span_id(9).hex(), 5)
    assert (found.straggler.times_median, found.straggler.ahead_of_next_ms) == (4.0, 35 / 1e6)
    assert found.root_cause == span_id(9).hex()


def test_work_after_each_other_has_no_straggler():
    found = analyze(
        [span(1, None, 0, 50), *(span(number, 1, 10 * number, 10 * number + 10, name="work") for number in range(2, 5))]
    )
    assert (found.straggler, found.root_cause) == (None, None)


def test_size_and_latency_are_set_against_each_other():
    chunks = [span(n, 1, 100 * n, 100 * n + 20 * n, attributes={"ati.payload.size_kb": n}) for n in range(2, 6)]
    payload = analyze([span(1, None, 0, 900), *chunks]).payload
    assert (payload.spans, payload.total_kb, payload.largest) == (4, 14, span_id(5).hex())
    assert (payload.ms_per_kb, payload.correlation) == (pytest.approx(20 / 1e6), pytest.approx(1.0))


def test_equal_sizes_say_nothing_of_latency():
    chunks = [span(n, 1, n, 2 * n, attributes={"ati.payload.size_kb": 3}) for n in range(2, 6)]
    payload = analyze([span(1, None, 0, 900), *chunks]).payload
    assert (payload.ms_per_kb, payload.correlation) == (None, None)


def test_waiting_for_two_people_at_once_is_idle_once():
    people = [
        span(2, 1, 10, 50, attributes={"ati.span.kind": "human"}),
        span(3, 1, 30, 70, attributes={"ati.span.kind": "human"}),
    ]
    found = analyze([span(1, None, 0, 100), *people])
    assert (found.idle_ms, found.busy_ms) == (60 / 1e6, 40 / 1e6)


def test_the_first_token_is_told_by_an_event_or_by_the_convention():
    stream = {"ati.span.kind": "token_stream"}
    event = span(2, 1, 10, 90, attributes=stream, events=[Event(time=35, name="gen_ai.first_token")])
    told = span(2, 1, 10, 90, attributes={**stream, "gen_ai.response.time_to_first_chunk": 0.25})
    root = span(1, None, 0, 100)
    assert analyze([root, event]).time_to_first_token_ms == 25 / 1e6
    assert analyze([root, told]).time_to_first_token_ms == 250.0
    assert analyze([root]).time_to_first_token_ms is None


def test_retries_in_a_circle_come_to_an_end():
    def call(number, before):
        link = Link(trace_id=TRACE, span_id=span_id(before), attributes={"ati.link.kind": "retry_of"})
        return span(number, 1, 0, 5, links=[link], status=Status(code=2))

    found = analyze([span(1, None, 0, 100), call(2, 3), call(3, 2), call(4, 4)])
    assert found.retries == ()
