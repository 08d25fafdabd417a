"""Perfect answers are graded 1, answers by chance as chance has it."""

import json
import math
import random
from dataclasses import asdict

import pytest

from flexsim.errors import ConfigurationError
from flexsim.traces.analysis import analyze
from flexsim.traces.grading import grade
from flexsim.traces.parameters import SCENARIOS
from tests.traces.test_analysis import made


@pytest.fixture(scope="module")
def traces():
    """Truth and spans of traces of all scenarios."""
    return [
        (json.loads(json.dumps(asdict(truth))), spans)
        for seed, scenario in enumerate(SCENARIOS)
        for truth, spans in made(scenario, {}, 4, seed)
    ]


@pytest.fixture(scope="module")
def truth(traces):
    return [each for each, _ in traces]


def test_perfect_answers_are_graded_one_in_everything(truth):
    report = grade(truth, truth)
    assert (report.score, report.traces, report.unanswered, report.unknown) == (1.0, 32, 0, 0)
    assert {name: (each.precision, each.recall, each.f1) for name, each in report.grades.items()} == dict.fromkeys(
        report.grades, (1.0, 1.0, 1.0)
    )
    assert report.grades["critical_path"].overlap == 1.0
    assert len(report.grades) == 9


def test_our_own_analysis_knows_nearly_everything(traces, truth):
    assert grade([analyze(spans).answers() for _, spans in traces], truth).score > 0.99


def test_answers_that_were_shuffled_between_traces_are_worth_nothing(truth):
    others = [{**each, "trace_id": other["trace_id"]} for each, other in zip(truth, truth[1:] + truth[:1], strict=True)]
    report = grade(others, truth)
    for name in ("critical_path", "root_cause", "straggler", "retries", "defects"):
        assert (report.grades[name].precision, report.grades[name].recall) == (0.0, 0.0)


def test_spans_named_by_chance_are_right_as_often_as_chance_has_it(traces):
    """A straggler drawn from n spans is right with 1 / n; a path of m spans drawn from n has m / n of them right."""
    rng = random.Random(5)
    fanouts = [
        (true, [each.span_id.hex() for each in spans])
        for true, spans in traces
        if true["scenario"] in {"fanout", "rag"}
    ]
    times = 300
    right = answered = on_path = named = 0
    chance = expected = 0.0
    for _ in range(times):
        drawn = [
            {
                "trace_id": true["trace_id"],
                "root_cause": rng.choice(ids),
                "critical_path": rng.sample(ids, len(true["critical_path"])),
            }
            for true, ids in fanouts
        ]
        report = grade(drawn, [true for true, _ in fanouts])
        right += report.grades["root_cause"].right
        answered += report.grades["root_cause"].answered
        on_path += report.grades["critical_path"].right
        named += report.grades["critical_path"].answered
        chance += sum(1 / len(ids) for _, ids in fanouts)
        expected += sum(len(true["critical_path"]) ** 2 / len(ids) for true, ids in fanouts)
    assert abs(right - chance) < 4 * math.sqrt(chance)
    assert abs(on_path - expected) < 4 * math.sqrt(expected)
    assert (answered, named) == (times * len(fanouts), times * sum(len(true["critical_path"]) for true, _ in fanouts))


def test_precision_and_recall_are_what_they_are_called():
    true = [
        {"trace_id": "a", "critical_path": ["1", "2", "3", "4"], "root_cause": "1"},
        {"trace_id": "b", "critical_path": ["9"], "root_cause": None},
    ]
    given = [
        {"trace_id": "a", "critical_path": ["1", "2", "8"], "root_cause": None},
        {"trace_id": "b", "critical_path": ["9"], "root_cause": "5"},
    ]
    grades = grade(given, true).grades
    path, cause = grades["critical_path"], grades["root_cause"]
    assert (path.precision, path.recall, path.f1) == (3 / 4, 3 / 5, pytest.approx(2 * 3 / 9))
    assert path.overlap == (2 / 5 + 1) / 2
    assert (cause.precision, cause.recall, cause.right) == (0.0, 0.0, 0)


def test_what_no_answer_speaks_of_is_not_graded_and_what_one_leaves_out_is_missed():
    true = [{"trace_id": each, "root_cause": "1", "straggler": "1"} for each in "ab"]
    report = grade([{"trace_id": "a", "root_cause": "1"}, {"trace_id": "z", "root_cause": "1"}], true)
    assert (list(report.grades), report.unanswered, report.unknown) == (["root_cause"], 1, 1)
    assert (report.grades["root_cause"].precision, report.grades["root_cause"].recall) == (1.0, 0.5)


@pytest.mark.parametrize(("told", "right"), [(100.9, 1), (99.1, 1), (102, 0), (None, 0)])
def test_numbers_are_right_within_a_hundredth(told, right):
    found = grade([{"trace_id": "a", "busy_ms": told}], [{"trace_id": "a", "busy_ms": 100}]).grades["busy_ms"]
    assert (found.right, found.true) == (right, 1)


def test_nothing_graded_has_no_score():
    assert grade([], [{"trace_id": "a"}]).score is None
    assert grade([{"trace_id": "a", "root_cause": None}], [{"trace_id": "a", "root_cause": None}]).score is None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, "object with a trace_id"),
        ({"trace_id": 5}, "object with a trace_id"),
        ({"trace_id": "a", "critical_path": "x"}, "critical_path of trace a is a list"),
        ({"trace_id": "a", "critical_path": [5]}, "of the form that the truth has"),
        ({"trace_id": "a", "retries": [{}]}, "of the form"),
        ({"trace_id": "a", "defects": ["x"]}, "of the form"),
        ({"trace_id": "a", "root_cause": 5}, "root_cause of trace a is a span id, or null, not 5"),
        ({"trace_id": "a", "busy_ms": "5"}, "busy_ms of trace a is a number"),
    ],
)
def test_an_answer_that_has_another_form_is_refused(answer, said):
    with pytest.raises(ConfigurationError, match=said):
        grade([answer], [{"trace_id": "a"}])


def test_speaking_twice_of_a_trace_is_refused():
    with pytest.raises(ConfigurationError, match="the answers speak twice of trace 'a'"):
        grade([{"trace_id": "a"}, {"trace_id": "a"}], [])
