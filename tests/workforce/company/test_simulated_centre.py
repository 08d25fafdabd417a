"""The contact centre itself behind the company's port."""

import pytest

from flexsim.workforce.company.centre import ErlangCentre
from flexsim.workforce.company.simulated_centre import SimulatedCentre


def test_where_there_is_nothing_to_simulate_it_says_what_the_formula_says():
    for agents, load in ((3, 0.0), (0, 5.0)):
        assert SimulatedCentre().week(agents, load) == ErlangCentre().week(agents, load)


def test_it_is_near_the_theory_and_gains_by_agents():
    simulated, theory = SimulatedCentre(), ErlangCentre()
    for agents, load in ((8, 7.0), (12, 10.0), (20, 18.0)):
        expected = theory.week(agents, load).service_level
        assert simulated.week(agents, load).service_level == pytest.approx(expected, abs=0.1)
    levels = [simulated.week(agents, 8.0).service_level for agents in (6, 8, 10, 12)]
    assert levels == sorted(levels)
    assert levels[-1] - levels[0] > 0.4


def test_what_was_asked_before_makes_no_difference():
    once = SimulatedCentre().week(9, 6.93)
    SimulatedCentre().week(9, 7.4)
    assert SimulatedCentre().week(9, 6.93) == once
