"""Twilio's figures: small days worked out by hand, and random ones recounted from the whole log."""

import json
import random
from collections import Counter

import pytest

from flexsim.measure.history import window
from flexsim.measure.taskrouter_statistics import COUNTS, RESERVATION_COUNTS, STATUSES, Scope, TaskRouterStatistics
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import NAMES
from flexsim.taskrouter.inputs import NewTask, TaskChanges, TaskQueueChanges
from tests.measure.conftest import START
from tests.measure.conftest import Centre as LoggedCentre
from tests.taskrouter.centre import Operations, add_worker, furnish, new_engine

EVERYTHING = Scope()


class Centre(LoggedCentre):
    """The small workspace, with Twilio's statistics beside it."""

    def __init__(self):
        super().__init__()
        self.twilio = TaskRouterStatistics()
        (self.queue,) = [each.id for each in self.engine.queues.values() if "best" in each.name]

    def take(self, events):
        self.twilio.hear(events, self.engine)
        return super().take(events)

    def tell(self, *events):
        """What the small workspace would not do by itself."""
        self.twilio.hear(events, self.engine)

    def within(self, first, last, scope=EVERYTHING):
        return self.twilio.cumulative(scope, window(START + 10_000, START + first, START + last))


@pytest.fixture
def centre():
    return Centre()


def spread(found):
    return found.count, found.total, found.least, found.most


# --- days worked out by hand; the definitions are those of "REST API: TaskQueue Statistics" --------------------------


def test_a_wait_runs_from_creation_to_acceptance(centre):
    centre.hire(0, "Ann")
    for at, accepted in ((10, 13), (20, 27)):
        task = centre.arrive(at)
        centre.accept(accepted, task)
        centre.end(accepted + 1, task)
    found = centre.within(0, 100, Scope(queue=centre.queue))
    assert spread(found.until_accepted) == (2, 10_000, 3000, 7000)
    assert found.counts["reservations_accepted"] == found.counts["tasks_completed"] == 2


def test_a_wait_in_the_queue_runs_from_entry_into_it(centre):
    """A task's wait in the queue begins anew when it moves; its wait does not."""
    task = centre.arrive(10)
    centre.tell((START + 40, ev.TASK_QUEUE_MOVED, task, None, None, (centre.queue, 99)))
    centre.tell((START + 40, ev.TASK_QUEUE_ENTERED, task, None, None, 99))
    centre.tell((START + 45, ev.RESERVATION_CREATED, task, 0, 0, None))
    centre.tell((START + 50, ev.RESERVATION_ACCEPTED, task, 0, 0, None))
    found = centre.within(0, 100, Scope(queue=99))
    assert spread(found.until_accepted) == (1, 40_000, 40_000, 40_000)
    assert spread(found.in_queue_until_accepted) == (1, 10_000, 10_000, 10_000)


def test_a_move_counts_in_the_queue_that_was_left_and_the_entry_in_the_other(centre):
    task = centre.arrive(10)
    centre.tell((START + 40, ev.TASK_QUEUE_MOVED, task, None, None, (centre.queue, 99)))
    centre.tell((START + 40, ev.TASK_QUEUE_ENTERED, task, None, None, 99))
    left, entered = (centre.within(0, 100, Scope(queue=queue)).counts for queue in (centre.queue, 99))
    assert (left["tasks_entered"], left["tasks_moved"]) == (1, 1)
    assert (entered["tasks_entered"], entered["tasks_moved"]) == (1, 0)
    assert centre.within(0, 100).counts["tasks_moved"] == 1


def test_a_canceled_task_waited_until_then(centre):
    centre.end(25, centre.arrive(10), "canceled")
    found = centre.within(0, 100, Scope(queue=centre.queue))
    assert spread(found.until_canceled) == (1, 15_000, 15_000, 15_000)
    assert spread(found.until_accepted) == (0, 0, 0, 0)


def test_both_edges_of_a_window_belong_to_it(centre):
    for at in (9.99, 10, 20.5, 21):
        centre.arrive(at)
    assert centre.twilio.cumulative(EVERYTHING, window(START + 30, START + 10, START + 20)).counts["tasks_created"] == 2


def test_waits_are_split_at_a_threshold_which_itself_is_below(centre):
    centre.hire(0, "Ann")
    for at, wait in ((10, 5), (30, 5.001), (50, 2)):
        task = centre.arrive(at)
        centre.accept(at + wait, task)
        centre.end(at + wait + 1, task)
    centre.go(70, 0, "Break")
    centre.end(78, centre.arrive(70), "canceled")
    above, below = centre.twilio.split(EVERYTHING, window(START + 100, START, START + 100), [5])[5]
    assert (above.reservations_accepted, below.reservations_accepted) == (1, 2)
    assert (above.tasks_canceled, below.tasks_canceled) == (1, 0)


def test_an_ended_task_is_there_until_it_is_forgotten(centre):
    centre.hire(0, "Ann")
    task = centre.arrive(10)
    centre.accept(11, task)
    centre.end(20, task)
    assert centre.twilio.present(EVERYTHING, START + 319).by_status["completed"] == 1
    found = centre.twilio.present(EVERYTHING, START + 320)
    assert sum(found.by_status.values()) == 0
    assert found.by_priority == {}


def test_the_longest_waiting_task_is_the_oldest_that_nobody_has_accepted(centre):
    first, second = centre.arrive(10), centre.arrive(20)
    scope = Scope(queue=centre.queue)
    assert centre.twilio.present(scope, START + 60).waiting == (START + 10, first)
    centre.hire(70, "Ann")
    assert centre.twilio.present(scope, START + 70).waiting == (START + 10, first)  # reserved is not answered
    centre.accept(71, first)
    assert centre.twilio.present(scope, START + 72).waiting == (START + 20, second)


def test_in_a_queue_the_longest_there_need_not_be_the_oldest(centre):
    old, young = centre.arrive(10), centre.arrive(20)
    for at, task in ((30, young), (40, old)):
        centre.tell((START + at, ev.TASK_QUEUE_MOVED, task, None, None, (centre.queue, 99)))
        centre.tell((START + at, ev.TASK_QUEUE_ENTERED, task, None, None, 99))
    found = centre.twilio.present(Scope(queue=99), START + 50)
    assert found.waiting == (START + 10, old)
    assert found.in_queue == (START + 30, young)


def test_of_a_queue_where_nothing_has_happened_there_is_nothing_to_say(centre):
    found = centre.twilio.present(Scope(queue=77), START)
    assert (found.waiting, found.in_queue, sum(found.by_status.values())) == (None, None, 0)
    assert not any(centre.within(0, 10, Scope(queue=77)).counts.values())


def test_a_deleted_task_with_an_undecided_reservation_leaves_nothing_behind(centre):
    centre.hire(0, "Ann")
    centre.delete(5, centre.arrive(0))
    found = centre.within(0, 10)
    assert (found.counts["tasks_deleted"], found.counts["reservations_canceled"]) == (1, 1)
    assert centre.twilio._tasks == {}


def test_a_task_is_reserved_until_the_last_of_its_reservations_is_declined():
    """Three workers at once: one who rejects leaves two to decide; the deletion of the task cancels theirs."""
    engine, fold = new_engine(), TaskRouterStatistics()
    fold.hear(engine.update_task_queue(START, 0, TaskQueueChanges(max_reserved_workers=3)), engine)
    for name in ("Ann", "Bob", "Eve"):
        add_worker(engine, name)
    fold.hear(engine.create_task(START, NewTask(workflow=0, channel=0, attributes={})), engine)
    fold.hear(engine.reject(START + 1, 0), engine)
    assert fold.present(EVERYTHING, START + 1).by_status["reserved"] == 1
    fold.hear(engine.delete_task(START + 2, 0), engine)
    counts = fold.cumulative(EVERYTHING, window(START + 2, START, START + 2)).counts
    assert (counts["reservations_created"], counts["reservations_rejected"], counts["reservations_canceled"]) == (
        3,
        1,
        2,
    )
    assert fold._tasks == {}


# --- random days, recounted ------------------------------------------------------------------------------------------

KIND_OF = {
    "reservation.created": "reservations_created",
    "reservation.accepted": "reservations_accepted",
    "reservation.rejected": "reservations_rejected",
    "reservation.timeout": "reservations_timed_out",
    "reservation.canceled": "reservations_canceled",
    "reservation.rescinded": "reservations_rescinded",
    "task.created": "tasks_created",
    "workflow.entered": "tasks_entered",
    "task-queue.entered": "tasks_entered",
    "task.completed": "tasks_completed",
    "task.canceled": "tasks_canceled",
    "task.deleted": "tasks_deleted",
    "task.system-deleted": "tasks_deleted",
    "task-queue.moved": "tasks_moved",
    "workflow.timeout": "tasks_timed_out_in_workflow",
}


class Log:
    """Every event with where its task was, and nothing else; counted anew for each question."""

    def __init__(self, engine):
        self.engine, self.rows = engine, []
        self.created, self.entered, self.queue, self.channel, self.workflow = {}, {}, {}, {}, {}

    def hear(self, happened):
        for moment, kind, task, worker, _, extra in happened:
            if task is None:
                continue
            if kind == ev.TASK_CREATED:
                found = self.engine.tasks[task]
                self.created[task], self.channel[task], self.workflow[task] = (
                    moment, found.channel.id, found.workflow.id,
                )  # fmt: skip
            if kind == ev.TASK_UPDATED and task in self.engine.tasks:
                self.channel[task] = self.engine.tasks[task].channel.id
            if kind == ev.TASK_QUEUE_ENTERED:
                self.queue[task], self.entered[task] = extra, moment
            where = (self.workflow[task], self.queue.get(task), self.channel[task])
            waits = (moment - self.created[task], moment - self.entered.get(task, moment))
            self.rows.append((moment, NAMES[kind], worker, where, waits))

    def of(self, scope, span):
        for moment, name, worker, (workflow, queue, channel), waits in self.rows:
            if (
                span.first <= int(moment) <= span.last
                and scope.queue in {None, queue}
                and scope.workflow in {None, workflow}
                and scope.channel in {None, channel}
            ):
                yield name, worker, waits

    def counts(self, scope, span):
        found = Counter()
        for name, _, _ in self.of(scope, span):
            if name in KIND_OF and not (name == "workflow.entered" and scope.queue is not None):
                found[KIND_OF[name]] += not (name == "task-queue.entered" and scope.queue is None)
        return {name: found[name] for name in COUNTS if not (scope.queue is not None and name == "tasks_created")}

    def waits(self, scope, span, name, which):
        return [round(waits[which] * 1000) for found, _, waits in self.of(scope, span) if found == name]

    def reservations(self, workers, channel, span):
        scope = Scope(channel=channel)
        found = Counter(KIND_OF.get(name) for name, worker, _ in self.of(scope, span) if worker in workers)
        return {name: found[name] for name in RESERVATION_COUNTS}


def scopes(engine, rng):
    for channel in (None, engine.channel_by_name["voice"], engine.channel_by_name["chat"]):
        yield Scope(channel=channel)
        yield Scope(queue=rng.choice(list(engine.queues)), channel=channel)
        yield Scope(workflow=rng.choice(list(engine.workflows)), channel=channel)


def check_cumulative(fold, log, scope, span):
    found = fold.cumulative(scope, span)
    expected = log.counts(scope, span)
    assert {name: found.counts[name] for name in expected} == expected
    for spread_found, name, which in (
        (found.until_accepted, "reservation.accepted", 0),
        (found.until_canceled, "task.canceled", 0),
        *([(found.in_queue_until_accepted, "reservation.accepted", 1)] if scope.queue is not None else []),
    ):
        waits = log.waits(scope, span, name, which)
        assert spread(spread_found) == (len(waits), sum(waits), min(waits, default=0), max(waits, default=0))
    for threshold, (above, below) in fold.split(scope, span, (0, 1, 7, 30)).items():
        for name, field in (("reservation.accepted", "reservations_accepted"), ("task.canceled", "tasks_canceled")):
            waits = log.waits(scope, span, name, 0)
            under = sum(wait <= threshold * 1000 for wait in waits)
            assert (getattr(above, field), getattr(below, field)) == (len(waits) - under, under)


def check_present(fold, engine, scope, now):
    """The real-time figures are those of the tasks that the engine holds."""
    tasks = [
        task
        for task in engine.tasks.values()
        if (scope.queue is None or (task.queue is not None and task.queue.id == scope.queue))
        and scope.workflow in {None, task.workflow.id}
        and scope.channel in {None, task.channel.id}
    ]
    found = fold.present(scope, now)
    by_status = Counter(task.status for task in tasks)
    assert found.by_status == {status: by_status[status] for status in STATUSES}
    assert found.by_priority == Counter(task.priority for task in tasks)
    waiting = [task for task in tasks if task.status in {"pending", "reserved"}]
    assert found.waiting == min(((task.created, task.id) for task in waiting), default=None)
    if scope.queue is not None:
        assert found.in_queue == min(((task.queue_entered, task.id) for task in waiting), default=None)


@pytest.mark.parametrize("seed", range(10))
def test_on_random_days_every_figure_is_what_a_recount_of_the_whole_log_gives(seed):
    rng = random.Random(seed)
    engine = new_engine()
    fold, log = TaskRouterStatistics(), Log(engine)
    furnish(engine, rng)
    for worker in engine.workers:
        fold.hear([(START, ev.WORKER_CREATED, None, worker, None, None)], engine)
    operations = Operations(engine, rng)
    for step in range(500):
        happened = operations.step()
        fold.hear(happened, engine)
        log.hear(happened)
        if rng.random() < 0.01:
            operations.now += rng.choice([1800, 8000, 100_000, 300_000])
        if rng.random() < 0.02:  # and on from what was kept
            kept = json.loads(json.dumps(fold.dump()))
            fold = TaskRouterStatistics()
            fold.load(kept)
        if step % 25 == 0:
            happened = engine.advance(operations.now)
            fold.hear(happened, engine)
            log.hear(happened)
            check(fold, log, engine, operations.now, rng)


def check(fold, log, engine, now, rng):
    for scope in scopes(engine, rng):
        check_present(fold, engine, scope, now)
        start = now - rng.choice([10, 900, 5000, 200_000, 3_000_000]) * rng.random()
        check_cumulative(fold, log, scope, window(now, start, rng.choice([now, rng.uniform(start, now)])))
        workers = set(rng.sample(list(engine.workers), min(3, len(engine.workers))))
        span = window(now, start, now)
        assert fold.reservations(workers, scope.channel, span) == log.reservations(workers, scope.channel, span)
    activities = Counter(worker.activity.id for worker in engine.workers.values())
    assert +fold.workers_in_activity() == activities


def test_a_task_that_changes_its_channel_counts_on_the_new_one_from_then_on():
    engine = new_engine()
    fold = TaskRouterStatistics()
    chat, voice = engine.channel_by_name["chat"], engine.channel_by_name["voice"]
    fold.hear(engine.create_task(START, NewTask(workflow=0, channel=chat, attributes={})), engine)
    fold.hear(engine.update_task(START + 5, 0, TaskChanges(channel=voice, priority=4)), engine)
    for channel, count in ((chat, 0), (voice, 1)):
        found = fold.present(Scope(channel=channel), START + 9)
        assert sum(found.by_status.values()) == count
        assert found.by_priority == ({4: 1} if count else {})
    span = window(START + 9, START, START + 9)
    assert fold.cumulative(Scope(channel=chat), span).counts["tasks_created"] == 1
