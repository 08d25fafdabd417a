"""A run's figures."""

import pytest

from flexsim.measure.thresholds import parse
from flexsim.workforce.figures import FIGURES, figures_of, judge, summary
from tests.workforce.making import played


def test_figures_are_what_happened():
    session, turns = played(6)
    found = figures_of(turns)
    assert set(found) == set(FIGURES.figures)
    assert found["turns"] == 6
    assert found["budget"] == turns[-1].state.budget
    assert found["proposals"] == sum(len(turn.decisions) for turn in turns)
    assert found["service_level"] == pytest.approx(sum(turn.state.service_level for turn in turns) / 6)
    document = summary(session, turns)
    assert (document["session"], document["end"]["turn"]) == (session.id, 6)


def test_thresholds_speak_of_them_in_the_grammar_of_all_thresholds():
    _, turns = played(2)
    found = figures_of(turns)
    held, failed = judge([parse("service_level < 1%", FIGURES), parse("budget > 1", FIGURES)], found)
    assert (held.failed, failed.failed, failed.measured) == (False, True, found["budget"])
