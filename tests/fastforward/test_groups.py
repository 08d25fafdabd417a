"""Who can stand in for whom, and so many of each on duty."""

import dataclasses

import pytest

from flexsim.errors import ConfigurationError
from flexsim.fastforward.groups import Period, skill_groups, staffed
from flexsim.people.shifts import duty_at

from .markov import markov_centre, skilled

MIDNIGHT = 1_767_571_200.0  # 2026-01-05T00:00Z
HALF_HOURS = Period(start=MIDNIGHT + 9 * 3600, length=1800.0, count=4)


@pytest.fixture(scope="module")
def centre():
    """Four agents: two for sales, one for support, one for both."""
    made = markov_centre(60, 180, {"Sales": 0.5, "Support": 0.5}, agents=4)
    return skilled(made, ["Sales"], ["Sales"], ["Support"], ["Sales", "Support"])


def test_workers_of_the_same_queues_and_capacities_are_a_group_the_narrow_ones_first(centre):
    groups = skill_groups(centre)
    assert [(group.name, len(group.workers)) for group in groups] == [
        ("Sales", 2),
        ("Support", 1),
        ("Sales + Support", 1),
    ]


def test_groups_that_differ_in_capacity_alone_say_so(centre):
    first = dataclasses.replace(centre.workers[0], capacities={"voice": 2})
    names = [group.name for group in skill_groups(dataclasses.replace(centre, workers=(first, *centre.workers[1:])))]
    assert names[:2] == ["Sales (1 voice)", "Sales (2 voice)"]


def test_who_serves_no_queue_is_in_no_group(centre):
    idle = dataclasses.replace(centre.workers[0], attributes={})
    assert skill_groups(dataclasses.replace(centre, workers=(idle,))) == ()


def test_a_group_repeats_its_own_when_it_has_too_few(centre):
    made, duties = staffed(centre, skill_groups(centre), ((3, 1, 0),), Period(start=0.0, length=60.0, count=1))
    assert [worker.name for worker in made.workers] == ["0-0000", "0-0001", "0-0002", "1-0000"]
    assert made.workers[2].attributes == centre.workers[0].attributes
    assert made.domain.agent_count == 4
    assert set(duties.values()) == {None}


def test_each_interval_has_the_heads_that_it_shall_have(centre):
    staffing = ((1, 0, 0), (3, 0, 1), (0, 0, 1), (2, 0, 1))
    made, duties = staffed(centre, skill_groups(centre), staffing, HALF_HOURS)
    for interval, heads in enumerate(staffing):
        for when in (1.0, 900.0, 1799.0):
            moment = HALF_HOURS.start + interval * 1800 + when
            there = [name[0] for name, day in duties.items() if duty_at(day, moment).working]
            assert [there.count(group) for group in "012"] == list(heads)
    assert not any(duty_at(day, HALF_HOURS.end + 1).present for day in duties.values())
    assert len(made.workers) == 4


def test_who_somebody_is_does_not_depend_on_how_many_there_are(centre):
    groups, period = skill_groups(centre), Period(start=0.0, length=60.0, count=1)
    few, _ = staffed(centre, groups, ((1, 1, 1),), period)
    many, _ = staffed(centre, groups, ((9, 2, 5),), period)
    assert {worker.name: worker for worker in few.workers}.items() <= {
        worker.name: worker for worker in many.workers
    }.items()


def test_intervals_are_for_a_day_at_most(centre):
    with pytest.raises(ConfigurationError, match="a day at most"):
        staffed(centre, skill_groups(centre), ((1, 1, 1),) * 25, Period(start=0.0, length=3600.0, count=25))
