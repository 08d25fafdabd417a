"""The figures are the field's: each test is a small day whose figures can be worked out by hand."""

import pytest

from flexsim.measure.reading import LogReader
from flexsim.measure.statistics import Statistics, Totals
from flexsim.measure.summary import summarize
from flexsim.taskrouter.events import TASK_CREATED, TASK_QUEUE_ENTERED, TASK_QUEUE_MOVED
from flexsim.taskrouter.routing import (
    CANCELED_BY_AGE,
    CANCELED_BY_ASSIGNMENTS,
    CANCELED_BY_SKIPPING,
    CANCELED_BY_WORKFLOW,
)

from .conftest import START, Centre

QUEUE = 'The "best"'


def tally(centre):
    overall, queue = centre.statistics.totals.overall, centre.statistics.totals.queues[QUEUE]
    for name in (
        "offered",
        "answered",
        "answered_in_time",
        "abandoned",
        "abandoned_late",
        "lost",
        "removed",
        "handled",
    ):
        assert getattr(overall, name) == getattr(queue, name), name  # one queue: the total is the queue's
    return overall


def test_a_handled_task_is_offered_answered_and_handled(centre):
    centre.hire(0, "Ann")
    task = centre.arrive(10)
    centre.accept(13, task)
    centre.end(73, task, "wrapping")
    centre.end(83, task)
    found = tally(centre)
    assert (found.offered, found.answered, found.handled, found.abandoned) == (1, 1, 1, 0)
    assert (found.wait.mean, found.talk.mean, found.wrap.mean, found.handle.mean) == (3.0, 60.0, 10.0, 70.0)


def test_a_task_completed_without_wrap_up_was_all_talk(centre):
    centre.hire(0, "Ann")
    task = centre.arrive(0)
    centre.accept(1, task)
    centre.end(31, task)
    found = tally(centre)
    assert (found.talk.mean, found.wrap.mean, found.handle.mean) == (30.0, 0.0, 30.0)


def test_a_customer_who_gives_up_is_abandoned(centre):
    task = centre.arrive(0)
    centre.end(5, task, "canceled", "hung up")
    found = tally(centre)
    assert (found.abandoned, found.abandoned_late, found.lost, found.answered) == (1, 0, 0, 0)


def test_a_customer_who_gives_up_while_a_reservation_is_pending_is_abandoned(centre):
    centre.hire(0, "Ann")
    task = centre.arrive(0)
    centre.end(2, task, "canceled", "hung up")
    assert tally(centre).abandoned == 1
    assert centre.statistics.tasks_by_state()["canceled"] == 1


def test_a_task_whose_time_runs_out_is_lost_not_abandoned(centre):
    centre.arrive(0, timeout=30)
    centre.advance(31)
    found = tally(centre)
    assert (found.lost, found.abandoned, found.abandoned_late) == (1, 0, 1)


@pytest.mark.parametrize(
    "reason", [CANCELED_BY_AGE, CANCELED_BY_ASSIGNMENTS, CANCELED_BY_SKIPPING, CANCELED_BY_WORKFLOW]
)
def test_whatever_the_routing_cancels_is_lost(centre, reason):
    centre.end(5, centre.arrive(0), "canceled", reason)
    found = tally(centre)
    assert (found.lost, found.abandoned) == (1, 0)


def test_a_task_deleted_in_the_middle_is_removed(centre):
    centre.delete(5, centre.arrive(0))
    assert tally(centre).removed == 1
    assert centre.statistics.waiting(START + 6)[None] == (0, 0.0)


def test_a_task_that_is_forgotten_after_its_end_ended_once(centre):
    centre.end(5, centre.arrive(0), "canceled")
    centre.advance(4000)
    states = centre.statistics.tasks_by_state()
    assert (states["canceled"], states["deleted"]) == (1, 0)


@pytest.mark.parametrize(("wait", "in_time"), [(19, 1), (20, 1), (21, 0)])
def test_answered_within_the_threshold_includes_the_threshold(centre, wait, in_time):
    centre.hire(0, "Ann")
    task = centre.arrive(0)
    centre.accept(wait, task)
    assert tally(centre).answered_in_time == in_time


def test_the_service_level_leaves_out_who_gave_up_early_and_counts_who_gave_up_late(centre):
    centre.hire(0, "Ann")
    quick = centre.arrive(0)
    early, late = centre.arrive(1), centre.arrive(1)
    centre.accept(2, quick)
    centre.end(10, early, "canceled")
    assert tally(centre).service_level == 1.0
    centre.end(60, late, "canceled")
    assert tally(centre).service_level == 0.5


def test_without_anything_to_judge_there_is_no_service_level(centre):
    assert centre.statistics.totals.overall.service_level is None
    assert centre.statistics.totals.occupancy is None


def test_waiting_counts_everybody_whom_nobody_accepted_and_the_longest_wait(centre):
    centre.arrive(0)
    centre.arrive(10)
    assert centre.statistics.waiting(START + 25) == {None: (2, 25.0), QUEUE: (2, 25.0)}
    centre.hire(30, "Ann")
    assert centre.statistics.waiting(START + 31)[QUEUE] == (2, 31.0)  # reserved is still waiting
    centre.accept(32, 0)
    assert centre.statistics.waiting(START + 33)[QUEUE] == (1, 23.0)


def test_tasks_are_counted_by_state(centre):
    centre.hire(0, "Ann")
    first, _ = centre.arrive(1), centre.arrive(2)
    states = centre.statistics.tasks_by_state
    assert (states()["reserved"], states()["pending"]) == (1, 1)
    centre.accept(3, first)
    assert states()["assigned"] == 1
    centre.end(4, first, "wrapping")
    assert states()["wrapping"] == 1
    centre.end(5, first)
    assert (states()["completed"], states()["reserved"], states()["pending"]) == (1, 1, 0)


def test_a_rejected_task_waits_again(centre):
    centre.hire(0, "Ann")
    task = centre.arrive(1)
    centre.go(2, 0, "Break")
    centre.reject(3, task)
    assert centre.statistics.tasks_by_state()["pending"] == 1
    assert tally(centre).answered == 0


def test_agents_are_counted_by_activity(centre):
    ann = centre.hire(0, "Ann")
    centre.hire(0, "Bob", "Break")
    assert centre.statistics.workers_by_activity() == {"Offline": 0, "Available": 1, "Unavailable": 0, "Break": 1}
    centre.go(1, ann, "Offline")
    assert centre.statistics.workers_by_activity()["Offline"] == 1


def test_occupancy_is_busy_time_over_busy_and_idle_time(centre):
    ann = centre.hire(0, "Ann")
    centre.hire(0, "Bob", "Break")  # neither busy nor idle
    task = centre.arrive(25)
    centre.accept(25, task)
    assert centre.statistics.workers_busy() == 1
    centre.end(100, task)
    assert centre.statistics.workers_busy() == 0
    assert centre.statistics.totals_at(START + 100).occupancy == 0.75
    assert centre.statistics.totals_at(START + 200).occupancy == pytest.approx(75 / 200)
    centre.go(200, ann, "Break")
    assert centre.statistics.totals_at(START + 1000).occupancy == pytest.approx(75 / 200)


def test_two_tasks_at_once_are_busy_time_once(centre):
    centre.hire(0, "Ann")
    call, chat = centre.arrive(0), centre.arrive(0, channel="chat")
    centre.accept(0, call)
    centre.accept(50, chat)
    centre.end(60, call)
    centre.end(100, chat)
    totals = centre.statistics.totals_at(START + 100)
    assert (totals.busy, totals.idle) == (100.0, 0.0)


def test_looking_at_the_totals_does_not_change_them(centre):
    centre.hire(0, "Ann")
    assert centre.statistics.totals_at(START + 10).idle == 10.0
    assert centre.statistics.totals_at(START + 10).idle == 10.0


def test_a_task_that_moves_on_is_offered_to_both_queues_and_waits_anew(centre):
    queues = {name: number for number, name in centre.recorder.names.queues.items()}
    everyone, best = queues["Everyone"], queues[QUEUE]
    statistics = Statistics(centre.recorder.names, 20.0)
    for event in (
        (START, TASK_CREATED, 7, None, None, None),
        (START, TASK_QUEUE_ENTERED, 7, None, None, best),
        (START + 300, TASK_QUEUE_MOVED, 7, None, None, (best, everyone)),
        (START + 300, TASK_QUEUE_ENTERED, 7, None, None, everyone),  # Twilio tells it twice
    ):
        statistics.add(event)
    assert {name: each.offered for name, each in statistics.totals.queues.items()} == {QUEUE: 1, "Everyone": 1}
    assert statistics.waiting(START + 310) == {None: (1, 310.0), "Everyone": (1, 10.0)}


def test_what_was_there_before_the_log_is_passed_over(centre):
    centre.hire(0, "Ann")
    old = centre.arrive(1)
    late = Statistics(centre.recorder.names, 20.0)
    centre.take, take = lambda events: [late.add(event) for event in events] and take(events), centre.take
    centre.accept(2, old)
    centre.end(3, old, "wrapping")
    centre.end(4, old)
    assert late.totals.overall.offered == 0
    assert sum(late.tasks_by_state().values()) == 0


def test_merged_totals_are_the_sums():
    days = Centre(), Centre()
    for day in days:
        day.one_busy_hour()
    merged = Totals()
    for day in days:
        merged.merge(day.statistics.totals_at(START + 300))
    single = days[0].statistics.totals_at(START + 300)
    assert merged.overall.offered == 2 * single.overall.offered == 12
    assert merged.queues[QUEUE].wait.count == 2 * single.queues[QUEUE].wait.count
    assert merged.ended == {"completed": 2, "canceled": 4, "deleted": 2}
    assert merged.occupancy == pytest.approx(single.occupancy)
    assert merged.overall.service_level == single.overall.service_level


def test_every_offered_task_is_accounted_for(centre):
    centre.one_busy_hour()
    found = tally(centre)
    waiting, _ = centre.statistics.waiting(START + 300)[None]
    in_hand = sum(centre.statistics.tasks_by_state()[state] for state in ("assigned", "wrapping"))
    assert found.offered == found.handled + found.abandoned + found.lost + found.removed + waiting + in_hand


def test_from_the_end_of_a_warm_up_only_what_begins_then_counts(centre):
    centre.hire(0, "Ann")
    early, waiting = centre.arrive(10), centre.arrive(20)
    centre.accept(13 + 10, early)
    centre.statistics.begin(START + 100)
    centre.end(150, early)
    centre.accept(160, waiting)
    late = centre.arrive(200)
    centre.end(210, waiting)
    centre.accept(215, late)
    centre.end(275, late)
    found = tally(centre)
    assert (found.offered, found.answered, found.handled) == (1, 1, 1)
    assert found.wait.mean == 15.0
    totals = centre.statistics.totals_at(START + 300)
    # Busy with the early one until 150, with the waiting one from 160 to 210, with the late one from 215 to 275.
    assert totals.busy == 50 + 50 + 60
    assert totals.busy + totals.idle == 200
    assert centre.statistics.tasks_by_state()["completed"] == 1


def test_many_events_at_once_are_what_they_are_one_by_one(centre):
    centre.one_busy_hour()
    reader = LogReader()
    events = list(reader.events(centre.log))
    one, all_at_once = (Statistics(reader.names, 20.0) for _ in range(2))
    for event in events:
        one.add(event)
    all_at_once.add_all(events)
    all_at_once.add_all([])
    assert summarize(one, START + 300) == summarize(all_at_once, START + 300)
    assert one.last == all_at_once.last
