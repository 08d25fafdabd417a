"""A contact's trace says what its log says: who waited how long, was offered to whom, and talked and was wrapped up by whom."""

import json
from collections import Counter

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.traces.contact_spans import RESERVED, ROOT, TALK, WAIT, WRAP, contact_traces, trace_id
from flexsim.traces.declared import END, EXTRAS, KIND, PARENT_ID, SPAN_ID, START, TRACE_ID, VALUES
from flexsim.traces.spans import Code


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    result = CliRunner().invoke(
        app,
        [
            "simulate",
            "--hours",
            "2",
            "--start",
            "2026-01-05T09:00",
            "--agents",
            "12",
            "--seed",
            "3",
            "--out",
            str(folder),
            "--json",
        ],
    )
    assert result.exit_code == 0, result.stderr
    (path,) = folder.glob("*/events.jsonl")
    return path.read_text().splitlines()


@pytest.fixture(scope="module")
def events(log):
    return [json.loads(line) for line in log]


@pytest.fixture(scope="module")
def traces(log):
    return list(contact_traces(log))


def of(kind, trace):
    return [span for span in trace if span[KIND] is kind]


def at(event):
    return round(event["t"] * 1000) * 1_000_000


def test_every_contact_that_ended_has_one_trace_under_its_own_id(events, traces):
    contacts = {each["task"]: each["contact"] for each in events if each["type"] == "task.created"}
    ended = [each["task"] for each in events if each["type"] in {"task.completed", "task.canceled"}]
    assert [trace[0][TRACE_ID].hex() for trace in traces] == [contacts[task][2:] for task in ended]
    assert len(traces) > 50


def test_spans_lie_within_their_parents_and_the_root_is_last(traces):
    for trace in traces:
        by_id = {span[SPAN_ID]: span for span in trace}
        assert len(by_id) == len(trace)
        assert trace[-1][KIND] is ROOT
        for span in trace[:-1]:
            parent = by_id[span[PARENT_ID]]
            assert parent[START] <= span[START] <= span[END] <= parent[END]


def test_the_times_are_those_of_the_log(events, traces):
    times = {}
    for each in events:
        if "task" in each:
            times.setdefault((each["task"], each["type"]), at(each))
    for trace in traces:
        task = trace[-1][VALUES][1]
        (wait,) = of(WAIT, trace)
        assert wait[START] == trace[-1][START] == times[task, "task.created"]
        accepted = times.get((task, "reservation.accepted"))
        assert wait[END] == (accepted or trace[-1][END])
        assert len(of(TALK, trace)) == (accepted is not None)
        if accepted is not None:
            (talk,) = of(TALK, trace)
            assert talk[START] == accepted
            assert talk[END] == times.get((task, "task.wrapup"), trace[-1][END])


def test_wait_talk_and_wrap_are_the_whole_contact(traces):
    for trace in traces:
        parts = [span for kind in (WAIT, TALK, WRAP) for span in of(kind, trace)]
        assert sum(span[END] - span[START] for span in parts) == trace[-1][END] - trace[-1][START]


def test_every_offer_is_a_span_with_its_end(events, traces):
    ended = {trace[-1][VALUES][1] for trace in traces}
    told = Counter(span[VALUES][1] for trace in traces for span in of(RESERVED, trace))
    kinds = {"reservation.accepted", "reservation.rejected", "reservation.timeout", "reservation.rescinded"}
    found = Counter(
        each["type"].partition(".")[2] for each in events if each["type"] in kinds and each["task"] in ended
    )
    assert {kind: told[kind] for kind in found} == dict(found)
    assert sum(told.values()) == sum(
        1 for each in events if each["type"] == "reservation.created" and each["task"] in ended
    )
    assert all(span[VALUES][0] for trace in traces for span in of(RESERVED, trace))


def test_a_contact_that_gave_up_is_an_error_with_its_reason(traces):
    canceled = [trace[-1] for trace in traces if trace[-1][VALUES][4] == "canceled"]
    assert canceled
    for root in canceled:
        assert root[EXTRAS].status == Code.ERROR
        assert root[EXTRAS].message == root[VALUES][5]
    completed = [trace[-1] for trace in traces if trace[-1][VALUES][4] == "completed"]
    assert all(root[EXTRAS].status == Code.UNSET for root in completed)


def test_the_same_log_makes_the_same_spans(log, traces):
    assert list(contact_traces(log)) == traces


def test_a_task_without_a_contact_has_an_id_of_its_own():
    assert trace_id("CX" + "ab" * 16, "WT1") == b"\xab" * 16
    assert (
        len({trace_id(None, "WT1"), trace_id(None, "WT2"), trace_id("mine", "WT1"), trace_id("CX" + "zz" * 16, "WT1")})
        == 4
    )
