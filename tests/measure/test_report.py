"""The fold behind a report agrees with the statistics, whatever happens, and does not grow with the log."""

import random

import pytest

from flexsim.measure.periods import Limits
from flexsim.measure.reading import LogReader
from flexsim.measure.report import ReportFold
from flexsim.taskrouter.events import TASK_QUEUE_ENTERED, TASK_QUEUE_MOVED

from .conftest import START, Centre


def folded(log, now, threshold=20.0):
    reader = LogReader()
    fold = ReportFold(reader, Limits(threshold=threshold, short=5.0))
    for event in reader.events(log):
        fold.add(event)
    fold.close(now)
    return fold


def a_wild_day(seed, happenings=300):
    """Agents and customers do anything that they can, for hours."""
    rng, centre, now = random.Random(seed), Centre(), 0.0
    agents = [centre.hire(0, f"Agent {number}") for number in range(4)]
    open_tasks = []
    for _ in range(happenings):
        now = round(now + rng.expovariate(1 / 20), 3)
        centre.advance(now)
        open_tasks = [task for task in open_tasks if task in centre.engine.tasks]
        task = rng.choice(open_tasks) if open_tasks else None
        status = centre.engine.tasks[task].status if task is not None else None
        what = rng.random()
        if what < 0.35 or task is None:
            open_tasks.append(
                centre.arrive(now, timeout=rng.choice([30, 300, 9000]), channel=rng.choice(["voice", "chat"]))
            )
        elif status == "reserved" and what < 0.6:
            centre.accept(now, task)
        elif status == "reserved" and what < 0.7:
            centre.reject(now, task)
        elif status == "assigned":
            centre.end(now, task, rng.choice(["wrapping", "completed"]))
        elif status == "wrapping":
            centre.end(now, task)
        elif status in {"pending", "reserved"} and what > 0.85:
            centre.end(now, task, "canceled", "hung up")
        elif what > 0.97:
            centre.delete(now, task)
        else:
            centre.go(now, rng.choice(agents), rng.choice(["Available", "Break", "Offline"]))
    return centre, START + now + 7.5


@pytest.mark.parametrize("seed", range(6))
def test_all_intervals_together_are_the_statistics(seed):
    centre, now = a_wild_day(seed)
    fold, totals = folded(centre.log, now), centre.statistics.totals_at(now)
    pairs = [(fold.total, totals.overall)]
    pairs += [(period, totals.queues[fold.names.queues[queue]]) for queue, period in fold.periods.items()]
    assert len(pairs) > 1
    assert totals.overall.offered > 50
    for period, tally in pairs:
        whole = period.whole()
        for name in ("offered", "answered", "answered_in_time", "abandoned", "lost", "removed", "handled"):
            assert getattr(whole, name) == getattr(tally, name), name
        assert whole.gone_late == tally.abandoned_late
        assert whole.asa == pytest.approx(tally.wait.mean, abs=0.002)
        assert whole.aht == pytest.approx(tally.handle.mean, abs=0.002)
        assert whole.talk == pytest.approx(tally.talk.total, abs=0.1)
        rows = period.rows(3600, 1800)
        assert sum(row.offered for row in rows.values()) == tally.offered
        assert max(row.longest_wait for row in rows.values()) == whole.longest_wait


@pytest.mark.parametrize("seed", range(6))
def test_time_is_counted_once_and_all_of_it(seed):
    centre, now = a_wild_day(seed)
    fold, totals = folded(centre.log, now), centre.statistics.totals_at(now)
    assert sum(fold.busy_agents.areas.values()) == pytest.approx(totals.busy, abs=0.1)
    assert sum(fold.idle_agents.areas.values()) == pytest.approx(totals.idle, abs=0.1)
    everywhere = [fold.busy_agents, *fold.activities.values()]
    assert sum(sum(level.areas.values()) for level in everywhere) == pytest.approx(4 * (now - START), abs=0.1)
    waiting = centre.statistics.waiting(now)
    assert fold.total.waiting.level == waiting[None][0]
    for queue, period in fold.periods.items():
        assert period.waiting.level == waiting.get(fold.names.queues[queue], (0, 0))[0]


@pytest.mark.parametrize("seed", range(6))
def test_distributions_count_each_wait_and_each_completion_once(seed):
    centre, now = a_wild_day(seed)
    fold, tally = folded(centre.log, now), centre.statistics.totals.overall
    answered, gone = (sum(row[column] for row in fold.waits.rows.values()) for column in (0, 1))
    assert (answered, gone) == (tally.answered, tally.abandoned + tally.lost)
    assert sum(row[0] for row in fold.handling.rows.values()) == tally.handled
    assert sum(row[0] for row in fold.completions.rows.values()) == tally.handled


def test_a_task_that_moves_is_offered_to_each_queue_and_waits_in_one(centre):
    task = centre.arrive(0)
    queues = [each.id for each in centre.engine.queues.values()]
    moved = [
        (START + 30, TASK_QUEUE_MOVED, task, None, None, (queues[1], queues[0])),
        (START + 30, TASK_QUEUE_ENTERED, task, None, None, queues[0]),
    ]
    centre.take(moved)
    centre.end(50, task, "canceled", "hung up")
    fold = folded(centre.log, START + 60)
    rows = {fold.names.queues[queue]: period.whole() for queue, period in fold.periods.items()}
    assert {name: (row.offered, row.abandoned, row.longest_wait) for name, row in rows.items()} == {
        "Everyone": (1, 1, 20), 'The "best"': (1, 0, 0),
    }  # fmt: skip
    assert {fold.names.queues[queue]: sum(period.waiting.areas.values()) for queue, period in fold.periods.items()} == {
        "Everyone": 20, 'The "best"': 30,
    }  # fmt: skip
    assert [(figure, sid) for figure, _, sid, _ in fold.moved.all()] == [(1, centre.engine.sids.sid("WT", task))]


def test_the_longest_waits_are_the_longest_even_of_those_who_still_wait(centre):
    for number in range(1, 31):
        centre.end(200 * number + number, centre.arrive(200 * number), "canceled", "hung up")
    waiting = centre.arrive(7000, contact="CX9")
    fold = folded(centre.log, START + 7800)
    waits = list(fold.longest.all())
    assert [figure for figure, *_ in waits] == [800, *range(30, 21, -1)]
    assert waits[0][2:] == (centre.engine.sids.sid("WT", waiting), "CX9")


def test_a_story_goes_on_after_it_was_noted(centre):
    centre.hire(0, "Ann", "Offline")
    task = centre.arrive(0)
    centre.go(50, 0, "Available")
    centre.accept(51, task)
    centre.end(90, task)
    ((_, found, _, _),) = folded(centre.log, START + 100).longest.all()
    assert (found.state, len(found.story)) == ("completed", 5)


def test_what_is_kept_does_not_grow_with_the_log(centre):
    centre.hire(0, "Ann")
    for number in range(3000):
        task = centre.arrive(100 * number)
        centre.accept(100 * number + number % 37, task)
        centre.end(100 * number + 40 + number % 59, task)
        centre.delete(100 * number + 99, task)
    fold = folded(centre.log, START + 300_000)
    kept = [fold.total.flow, fold.completions, fold.waits, fold.handling]
    assert max(len(flow.rows) for flow in kept) <= 1500
    assert max(len(level.areas) for level in (fold.busy_agents, fold.idle_agents, fold.total.waiting)) <= 1501
    assert not fold.contacts.tasks
    assert fold.total.whole().handled == 3000
