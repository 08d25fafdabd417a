"""The company's contact centre by Erlang A."""

import pytest

from flexsim.staffing.demand import Demand
from flexsim.staffing.erlang_a import ErlangA
from flexsim.workforce.company.centre import HANDLING, IN_TIME, PATIENCE, ErlangCentre


def test_nobody_to_call_is_answered_and_nobody_there_answers_nobody():
    centre = ErlangCentre()
    assert centre.week(3, 0.0).service_level == 1.0
    assert centre.week(0, 5.0) == centre.week(-1, 5.0)
    assert centre.week(0, 5.0).service_level == 0.0


def test_it_is_erlang_a_between_its_steps():
    for agents, load in ((5, 4.2), (9, 7.3), (30, 31.7)):
        theory = ErlangA(Demand(rate=load / HANDLING, service=HANDLING, patience=PATIENCE), agents)
        found = ErlangCentre().week(agents, load)
        assert found.service_level == pytest.approx(theory.service_level(IN_TIME), abs=0.002)
        assert found.occupancy == pytest.approx(theory.occupancy, abs=0.002)


def test_more_agents_never_answer_less_and_more_load_never_more():
    centre = ErlangCentre()
    levels = [centre.week(agents, 8.3).service_level for agents in range(1, 20)]
    assert levels == sorted(levels)
    levels = [centre.week(9, load / 10).service_level for load in range(10, 200, 7)]
    assert levels == sorted(levels, reverse=True)
