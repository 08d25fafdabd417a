"""Figures are counted again to the last digit, from the part of the log that the summary counts."""

import json

import pytest

from flexsim.measure.audit.figures import _differences
from flexsim.measure.reading import LogReader
from flexsim.measure.statistics import Statistics
from flexsim.measure.summary import summarize
from flexsim.taskrouter.inputs import NewTask

from .runs import THRESHOLD, audited, random_run, story


@pytest.mark.parametrize("seed", range(5))
def test_they_are_those_that_a_reader_of_the_log_counts(seed):
    run = random_run(seed, steps=300)
    reader = LogReader()
    statistics = Statistics(reader.names, THRESHOLD)
    for event in reader.events(run.lines):
        statistics.add(event)
    theirs = json.loads(json.dumps(summarize(statistics, run.now)))
    if not any('"from":' in line and ("activity.updated" in line or "expression" in line) for line in run.lines):
        assert audited(run.lines, theirs).passed
    assert audited(run.lines, run.summary()).passed


def test_what_happens_after_the_summary_is_not_in_it():
    early, late = story(), story()
    summary = early.summary()
    late.take(late.recorder._engine.create_task(late.now + 5, _task(late)))
    assert audited(late.lines, summary).passed
    assert not audited(late.lines[:-30], summary).passed


def _task(run):
    channel = run.recorder._engine.channel_by_name["voice"]
    return NewTask(workflow=1, channel=channel, attributes={})


@pytest.mark.parametrize(
    "summary", [{}, {"events": "all", "at": 1.0, "threshold": 20.0}, {"events": True, "at": 1, "threshold": 2}]
)
def test_a_summary_that_does_not_say_what_it_counts_is_none(summary):
    found = audited(story().lines, summary)
    assert [each.name for each in found.broken()] == ["figures"]
    assert "the summary has no " in found.violations[0].message


def test_a_summary_of_more_than_there_is_is_named():
    run = story()
    found = audited(run.lines, {**run.summary(), "events": 1000})
    assert [each.message for each in found.violations] == ["the summary counts 1000 events, the log has 92"]


def test_differences_are_named_by_their_path():
    counted, told = {"a": 1, "b": {"c": None, "d": 2}}, {"a": 1, "b": {"c": 3, "e": 4}}
    assert list(_differences("", counted, told)) == [
        "b.c: the summary says 3, the events say nothing", "b.d: the summary says nothing, the events say 2",
        "b.e: the summary says 4, the events know of no such thing",
    ]  # fmt: skip
