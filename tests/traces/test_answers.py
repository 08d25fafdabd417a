"""Answers are written a line each, and read back as they were."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.traces.answers import read_answers
from flexsim.traces.parameters import SCENARIOS
from tests.traces.making import make


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_is_written_is_read_back(scenario):
    answers = make(scenario).answers()
    assert "\n" not in answers.line()
    assert list(read_answers([answers.line() + "\n", "\n"], "answers.jsonl")) == [answers]


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"trace_id": "a"}', '{"critical_path": [], "more": 1}'])
def test_a_line_that_is_none_is_named(line):
    good = make("human").answers().line()
    with pytest.raises(ConfigurationError, match=r"line 2 of a\.jsonl is not a trace's answers"):
        list(read_answers([good, line], "a.jsonl"))
