"""The bare driver: what it counts is what happened, and what it adds to the engine is what it says."""

import math

import pytest

from flexsim.fastforward.queueing import START, Span, Stream, System, add_workers, new_engine, observe
from flexsim.measure.names import Names, opening
from flexsim.measure.statistics import Statistics
from flexsim.randomness import Randomness
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.inputs import NewTask


def task(priority=0):
    return NewTask(workflow=0, channel=0, attributes={}, priority=priority)


def system(agents=4, usage=0.8, *, service=100.0, **more):
    engine = new_engine()
    add_workers(engine, agents)
    patience = more.pop("patience", None)
    streams = [Stream(task=task(), rate=usage * agents / service, service=service, patience=patience)]
    return System(engine=engine, streams=more.pop("streams", streams), **more)


def run(made, *, customers=2000, warm_up=0, seed=1, watch=None):
    return observe(made, Span(warm_up=warm_up, customers=customers), Randomness(seed), "test", watch)


def test_the_same_seed_gives_the_same_run_and_another_scope_another():
    first, second = (run(system()).total.wait for _ in range(2))
    other = observe(system(), Span(warm_up=0, customers=2000), Randomness(1), "else").total.wait
    assert first == second != other


def test_every_counted_customer_is_served_or_gives_up():
    seen = run(system(usage=1.5, patience=60.0), warm_up=100).total
    assert seen.offered == seen.entered == seen.answered + seen.abandoned == 2000
    assert 0 < seen.abandoned_late <= seen.abandoned
    assert 0 < seen.answered_in_time < seen.answered


def test_who_finds_the_room_full_goes_away_at_once():
    crowd = []

    def watch(happened):
        change = {ev.TASK_CREATED: 1, ev.TASK_COMPLETED: -1}
        crowd.append((crowd[-1] if crowd else 0) + sum(change.get(event[ev.KIND], 0) for event in happened))

    seen = run(system(usage=2.0, room=6), watch=watch).total
    assert seen.balked > 100
    assert seen.offered == seen.balked + seen.answered
    assert max(crowd) == 6


def test_no_place_to_wait_means_that_nobody_waits():
    seen = run(system(usage=1.0, room=4)).total
    assert (seen.delayed, seen.wait) == (0, 0.0)


def test_who_goes_first_is_served_first():
    streams = [Stream(task=task(priority), rate=0.4 / 100, service=100.0) for priority in (1, 0)]
    first, second = run(system(agents=1, streams=streams), customers=4000).streams
    assert first.offered + second.offered == 4000
    assert first.wait / first.offered < second.wait / second.offered / 2


def test_services_are_as_much_longer_as_they_are_told_to_be():
    right, wrong = (run(system(usage=0.1, agents=40, service_scale=scale)).total for scale in (1.0, 1.02))
    assert wrong.handle_time / right.handle_time == pytest.approx(1.02, rel=1e-3)  # the same draws


def test_the_number_waiting_is_the_same_by_events_and_by_the_engines_own_tasks():
    made = system(usage=0.95, inspections=0.2)
    seen = run(made, customers=6000)
    assert seen.inspections > 10_000
    assert seen.inspected / seen.inspections == pytest.approx(seen.waiting / seen.seconds, rel=0.1)


def test_time_is_added_up_over_the_counted_arrivals_only():
    seen = run(system(usage=0.9), warm_up=500, customers=3000)
    assert seen.seconds == pytest.approx(3000 / (0.9 * 4 / 100), rel=0.1)
    assert 0.8 < seen.busy / seen.seconds / 4 < 1.0
    assert 0.0 < seen.all_busy < seen.seconds
    gap, talk = seen.luck
    assert abs(gap) < 5 / math.sqrt(3000)
    assert abs(talk) < 5 / math.sqrt(3000)


@pytest.mark.parametrize("patience", [None, 40.0])
def test_the_houses_statistics_count_the_same(patience):
    made = system(usage=1.2 if patience else 0.9, patience=patience)
    names, customers = Names(), 2000
    statistics = Statistics(names, 20.0)

    def watch(happened):
        for event in happened:
            if event[ev.TASK] is None or event[ev.TASK] < customers:  # those after the last one keep coming
                statistics.add(event)

    for event in opening(made.engine, START):
        names.learn(made.engine, event)
        statistics.add(event)
    seen = run(made, customers=customers, watch=watch).total
    tally = statistics.totals.overall
    assert (tally.offered, tally.answered, tally.abandoned) == (seen.offered, seen.answered, seen.abandoned)
    assert (tally.answered_in_time, tally.abandoned_late) == (seen.answered_in_time, seen.abandoned_late)
    assert tally.wait.total == pytest.approx(seen.wait_answered)
    assert tally.handle.total == pytest.approx(seen.handle_time)
