"""The sanity check finds what is not as it must be."""

import pytest

from flexsim.traces.parameters import SCENARIOS, read
from flexsim.traces.sanity import QUICK, problems
from flexsim.traces.virtual import VirtualTraces


def answers(scenario, **changed):
    given = {name: str(int(value) if value == int(value) else value) for name, value in QUICK[scenario].items()}
    made = VirtualTraces(1).make(scenario, read(scenario, given), 0).answers()
    found = {name: getattr(made, name) for name in made.__dataclass_fields__}
    return found | {"tokens_read": made.tokens} | changed


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_sound_trace_has_no_problem(scenario):
    assert problems(scenario, QUICK[scenario], answers(scenario)) == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_span_too_few_no_time_and_no_path_are_problems(scenario):
    sound = answers(scenario)
    assert problems(scenario, QUICK[scenario], sound | {"spans": sound["spans"] - 1})
    assert problems(scenario, QUICK[scenario], sound | {"duration_ms": 0.0})
    assert problems(scenario, QUICK[scenario], sound | {"critical_path": []}) == ["no critical path"]


def test_tokens_that_were_not_read_and_time_that_was_not_idle_are_problems():
    assert problems("stream", QUICK["stream"], answers("stream", tokens_read=3))[0].startswith("3 tokens read of")
    assert problems("human", QUICK["human"], answers("human", idle_ms=1.0)) == ["idle for 1 ms only"]
