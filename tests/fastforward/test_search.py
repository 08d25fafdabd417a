"""The least staffing: against Erlang where there is one skill, against trying everything where there are few."""

import dataclasses
import itertools
import math

import pytest

from flexsim.cluster.processes import over_processes
from flexsim.errors import ConfigurationError
from flexsim.fastforward.groups import Period
from flexsim.fastforward.search import TOTAL, Case, Effort, Goal, estimate_staffing, find_staffing

from .markov import markov_centre, skilled

START = 1_767_571_200.0  # 2026-01-05T00:00Z
HOUR = 3600.0


def erlang_c_level(agents, calls_per_hour, handle_time, threshold):
    """By its recursion through Erlang B (Cooper, *Introduction to Queueing Theory*, 3.4)."""
    load, blocked = calls_per_hour * handle_time / 3600, 1.0
    for count in range(1, agents + 1):
        blocked = load * blocked / (count + load * blocked)
    waits = blocked / (1 - load / agents * (1 - blocked))
    return 1 - waits * math.exp(-(agents - load) * threshold / handle_time)


def test_a_single_skill_gets_the_seats_that_erlang_c_gives_it():
    """Goals between the levels of neighbouring numbers of agents, so that nothing hangs on the last contact."""
    centre = markov_centre(90, 240, {"Sales": 1})
    case = Case.of(centre, Period(start=START, length=6 * HOUR, count=1), seed=2, warmup=HOUR)
    for agents in (8, 9):
        below, above = (erlang_c_level(n, 90, 240, 20) for n in (agents - 1, agents))
        goal = Goal(share=(below + above) / 2, precision=0.02)
        assert find_staffing(case, goal, Effort(around=0)).estimate.staffing == ((agents,),)


@pytest.fixture(scope="module")
def two_skills():
    """One agent for sales, one for support, one for both; more work in sales."""
    made = markov_centre(40, 150, {"Sales": 0.7, "Support": 0.3}, agents=3, patience=120)
    centre = skilled(made, ["Sales"], ["Support"], ["Sales", "Support"])
    return Case.of(centre, Period(start=START, length=HOUR, count=1), seed=4)


def test_no_staffing_of_fewer_agents_meets_the_goal(two_skills):
    goal, effort = Goal(share=0.75), Effort(first=4, most=4, around=1)
    found = find_staffing(two_skills, goal, effort)
    total = sum(found.estimate.staffing[0])

    def met(heads):
        return all(goal.met(each) for each in estimate_staffing(two_skills, goal, (heads,), 4).levels.values())

    assert met(found.estimate.staffing[0])
    fewer = [heads for heads in itertools.product(range(total), repeat=3) if sum(heads) == total - 1]
    assert len(fewer) > 5
    assert [heads for heads in fewer if met(heads)] == []
    assert all(not each.met for each in found.neighbours if each.change < 0)


def test_the_same_customers_come_whatever_the_staffing(two_skills):
    few, many = (
        estimate_staffing(two_skills, Goal(share=0.8, each_queue=False), (heads,), 3)
        for heads in ((5, 5, 5), (9, 9, 9))
    )
    assert few.levels[0, TOTAL].judged == many.levels[0, TOTAL].judged > 0
    assert few.levels[0, TOTAL].share <= many.levels[0, TOTAL].share == 1.0


def test_several_processes_find_the_same(two_skills):
    goal = Goal(share=0.75)
    alone = find_staffing(two_skills, goal, Effort(first=2, most=2))
    assert find_staffing(two_skills, goal, Effort(first=2, most=2, spread=over_processes(2))) == alone


def test_each_interval_gets_what_it_needs():
    """Three times as many calls in the second and third of four half hours."""
    centre = markov_centre(60, 120, {"Sales": 1}, patience=300)
    arrivals = dataclasses.replace(centre.domain.arrivals, profile=(1.0, 3.0, 3.0, 1.0) + (1.0,) * 44)
    centre = dataclasses.replace(centre, domain=dataclasses.replace(centre.domain, arrivals=arrivals))
    case = Case.of(centre, Period(start=START, length=HOUR / 2, count=4), seed=3)
    goal = Goal(share=0.8, precision=0.05)
    found = find_staffing(case, goal, Effort(first=8, most=16, around=0)).estimate
    heads = [each[0] for each in found.staffing]
    assert min(heads[1], heads[2]) >= max(heads[0], heads[3]) + 2
    assert all(goal.met(level) for level in found.levels.values())
    assert found.binding in found.levels


def test_a_queue_that_no_number_of_agents_helps_is_named():
    centre = markov_centre(30, 60, {"Sales": 0.5, "Support": 0.5}, agents=4)
    centre = skilled(centre, ["Sales"])
    case = Case.of(centre, Period(start=START, length=HOUR, count=1), seed=1)
    with pytest.raises(ConfigurationError, match=r"^queue Support stays at 0\.0% however many agents"):
        find_staffing(case, Goal(share=0.8), Effort(first=2, most=2))


def test_a_configuration_in_which_nobody_serves_anything_is_refused():
    centre = markov_centre(30, 60, {"Sales": 1})
    idle = tuple(dataclasses.replace(each, attributes={}) for each in centre.workers)
    with pytest.raises(ConfigurationError, match="no worker of the configuration serves"):
        Case.of(dataclasses.replace(centre, workers=idle), Period(start=START, length=HOUR, count=1), seed=1)
