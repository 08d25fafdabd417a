"""What was so at each event: against the engine caught in the act, and against statuses that the events alone imply."""

import random

import orjson
import pytest

from flexsim.measure.past import Past
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import EXTRA, KIND, RESERVATION, TASK, TIME, WORKER
from flexsim.taskrouter.inputs import NewTask, NewTaskQueue, NewWorkflow, TaskChanges, WorkerChanges
from tests.taskrouter.centre import START, Operations, activity, add_worker, furnish, new_engine
from tests.taskrouter.laws import Witness

# Where the engine writes the event down before it has made the whole change.
EARLY_FOR_TASKS = {ev.TASK_QUEUE_MOVED, ev.RESERVATION_CANCELED}
EARLY_FOR_WORKERS = {ev.WORKER_ATTRIBUTES_UPDATE, ev.WORKER_CAPACITY_UPDATE, ev.WORKER_CHANNEL_AVAILABILITY_UPDATE}


class Eyewitness:
    """Looks at the engine at the very moment in which each event is written down."""

    def __init__(self, engine):
        self.engine, self.seen = engine, []
        eyewitness = self

        class Watched(list):
            def append(self, event):
                super().append(event)
                eyewitness.seen.append((eyewitness.task(event), eyewitness.worker(event)))

        class WatchedEngine(Engine):
            __slots__ = ()

            def _finish(self):
                happened = super()._finish()
                self._happened = Watched()
                return happened

        engine.__class__, engine._happened = WatchedEngine, Watched()

    def task(self, event):
        task = self.engine.tasks.get(event[TASK])
        if task is None or event[KIND] in EARLY_FOR_TASKS:
            return None
        queue = task.queue and task.queue.id
        if event[KIND] == ev.TASK_CREATED:
            queue = None
        return (
            task.status, task.priority, task.version, task.reason, queue, task.queue_entered, task.ended,
            task.attributes_text or task.attributes, task.virtual_start, task.channel.id,
        )  # fmt: skip

    def worker(self, event):
        worker = self.engine.workers.get(event[WORKER])
        if worker is None or event[KIND] in EARLY_FOR_WORKERS:
            return None
        return (worker.activity.id, worker.version, worker.updated, worker.status_changed, worker.name)

    def take(self):
        seen, self.seen = self.seen, []
        return seen


def task_of(moment):
    facts = moment.task
    return (
        facts.status, facts.priority, facts.version, facts.reason, facts.queue, facts.queue_entered, facts.ended,
        orjson.loads(facts.attributes), facts.virtual_start, facts.channel.id,
    )  # fmt: skip


def worker_of(moment, worker):
    facts = moment.worker
    updated = worker[2] if facts.updated is None else facts.updated  # None: it does not say
    return (facts.activity.id, facts.version, updated, facts.status_changed, facts.name)


@pytest.mark.interpreted
@pytest.mark.parametrize("seed", range(25))
def test_every_fact_is_what_the_engine_held_when_the_event_was_written(seed):
    rng = random.Random(seed)
    engine = new_engine()
    furnish(engine, rng)
    past, eyes, operations = Past(engine), Eyewitness(engine), Operations(engine, rng)
    first, compared = engine.sequence, 0
    for _ in range(150):
        operations.pass_time()
        # As the emulator's host does: what is due happens in an input of its own.
        for do in (lambda: engine.advance(operations.now), operations.act):
            happened = do()
            moments = past.hear(first, happened)
            first += len(happened)
            for moment, (task, worker) in zip(moments, eyes.take(), strict=True):
                if task is not None:
                    assert task_of(moment) == task, ev.NAMES[moment.event[KIND]]
                if worker is not None:
                    assert worker_of(moment, worker) == worker, ev.NAMES[moment.event[KIND]]
                compared += 1
    assert compared > 150
    assert first == engine.sequence


@pytest.mark.parametrize("seed", range(100, 110))
def test_statuses_are_those_that_the_events_alone_imply(seed):
    rng = random.Random(seed)
    engine = new_engine()
    furnish(engine, rng)
    past, witness, operations = Past(engine), Witness(), Operations(engine, rng)
    for _ in range(150):
        happened = operations.step()
        for moment in past.hear(0, happened):
            witness.hear([moment.event])
            number, reservation = moment.event[TASK], moment.event[RESERVATION]
            deleted = number in witness.deleted
            # A canceled task's and a canceled reservation's events come in the order of the engine's: the task first.
            if number is not None and not deleted:
                assert moment.task.status == witness.tasks[number]
            if reservation is not None:
                assert moment.reservation.status == witness.reservations[reservation]
                assert moment.reservation.version >= 1 + (moment.event[KIND] != ev.RESERVATION_CREATED)


@pytest.mark.parametrize("seed", range(200, 206))
def test_one_that_begins_in_the_middle_tells_the_same(seed):
    rng = random.Random(seed)
    engine = new_engine()
    furnish(engine, rng)
    old, operations = Past(engine), Operations(engine, rng)
    for _ in range(80):
        old.hear(0, operations.step())
    new = Past(engine, orjson.loads(orjson.dumps(old.dump())))
    for _ in range(80):
        happened = operations.step()
        assert new.hear(5, happened) == old.hear(5, happened)


def targeted(engine, *targets):
    """A workflow with one filter; its id."""
    (queue,) = [each.id for each in engine.queues.values() if each.name == "Everyone"]
    sid = engine.sids.sid("WQ", queue)
    steps = ",".join(f'{{"queue":"{sid}"{each}}}' for each in targets)
    text = (
        f'{{"task_routing":{{"filters":[{{"filter_friendly_name":"Gold","expression":"1==1","targets":[{steps}]}}]}}}}'
    )
    return engine.create_workflow(START, NewWorkflow(name="Priorities", configuration=text))[0][EXTRA]


def by_name(moments):
    return {ev.NAMES[moment.event[KIND]]: moment for moment in moments}


def test_a_target_that_raises_the_priority_does_so_after_the_task_came():
    engine = new_engine()
    workflow = targeted(engine, ',"priority":7,"expression":"worker.a == task.b","timeout":10', ',"priority":9')
    past = Past(engine)
    task = NewTask(workflow=workflow, channel=0, attributes={}, attributes_text="{ }", priority=3)
    moments = by_name(past.hear(0, engine.create_task(START, task)))
    assert moments["task.created"].task.priority == 3
    matched = moments["workflow.target-matched"]
    assert (matched.task.priority, matched.more.previous_priority) == (7, 3)
    assert matched.task.place == ("Gold", "1==1", "worker.a == task.b")
    assert moments["task.created"].task.attributes == "{ }"
    moments = by_name(past.hear(0, engine.advance(START + 20)))
    assert moments["task-queue.timeout"].task.priority == 7
    assert moments["workflow.target-matched"].task.priority == 9
    moments = by_name(past.hear(0, engine.update_task(START + 21, 0, TaskChanges(priority=1))))
    assert (moments["task.updated"].task.priority, moments["task.updated"].more.previous_priority) == (1, 9)


def test_a_reservation_that_times_out_shows_the_activity_before_the_move():
    engine = new_engine()
    worker = add_worker(engine, "bob")
    past = Past(engine)
    past.hear(0, engine.create_task(START, NewTask(workflow=0, channel=0, attributes={})))
    moments = by_name(past.hear(0, engine.advance(START + 200)))
    late, moved = moments["reservation.timeout"], moments["worker.activity.update"]
    assert late.worker.activity.name == "Available"
    assert (moved.more.name, moved.worker.activity.name) == ("Available", "Offline")
    assert moved.worker.version == late.worker.version + 1
    assert moved.worker.status_changed == START + 120
    assert late.worker.status_changed == START
    assert worker == moved.worker.id


def test_what_has_no_event_is_known_when_the_next_event_comes():
    engine = new_engine()
    worker = add_worker(engine, "bob")
    past = Past(engine)
    assert engine.update_worker(START, worker, WorkerChanges(name="rob")) == []
    moves = WorkerChanges(activity=activity(engine, "Break"))
    (moment,) = past.hear(0, engine.update_worker(START, worker, moves))
    assert (moment.worker.name, moment.worker.version) == ("rob", 2)


def test_capacity_and_availability_change_one_after_the_other():
    engine = new_engine()
    worker = add_worker(engine, "bob")
    past = Past(engine)
    for _ in range(3):
        past.hear(0, engine.create_task(START, NewTask(workflow=0, channel=0, attributes={})))
    changed = engine.update_worker_channel(START + 5, worker, 0, capacity=4, available=False)
    capacity, available = past.hear(0, changed)
    assert (capacity.more.previous_capacity, capacity.more.capacity, capacity.more.available) == (1, 4, True)
    assert (available.more.capacity, available.more.available, available.more.load) == (4, False, 1)
    assert capacity.worker.version == available.worker.version
    opened = past.hear(0, engine.update_worker_channel(START + 9, worker, 0, available=True))
    assert [ev.NAMES[each.event[KIND]] for each in opened][1:] == ["reservation.created"] * 2
    assert (opened[0].more.load, opened[0].more.last_reserved) == (1, START)
    assert [each.worker.version for each in opened] == [3, 4, 5]


def test_what_was_deleted_is_described_to_its_last_event_and_then_forgotten():
    engine = new_engine()
    worker = add_worker(engine, "bob")
    past = Past(engine)
    past.hear(0, engine.create_task(START, NewTask(workflow=0, channel=0, attributes={"a": 1})))
    moments = by_name(past.hear(0, engine.delete_worker(START, worker)))
    assert moments["worker.deleted"].worker.name == "bob"
    assert moments["reservation.canceled"].task.status == "pending"
    assert moments["reservation.canceled"].worker == moments["worker.deleted"].worker
    queue = past.hear(0, engine.create_task_queue(START, NewTaskQueue(name="Sales")))[0].queue
    assert past.hear(0, engine.delete_task_queue(START, queue.id))[0].queue == queue
    (deleted,) = past.hear(0, engine.delete_task(START, 0))
    assert deleted.task.attributes == '{"a":1}'
    assert not past._tasks
    assert not past._workers


def test_tasks_are_forgotten_with_the_engine_so_that_memory_is_bounded():
    engine = new_engine()
    past = Past(engine)
    for number in range(500):
        now = START + 60 * number
        past.hear(0, engine.create_task(now, NewTask(workflow=0, channel=0, attributes={}, timeout=30)))
    past.hear(0, engine.advance(START + 60 * 500))
    assert len(past._tasks) == len(engine.tasks) < 10
    assert past._ended
    assert len(past._ended) < 10


def test_events_share_their_facts_as_long_as_nothing_changes():
    engine = new_engine()
    add_worker(engine, "bob")
    past = Past(engine)
    happened = past.hear(0, engine.create_task(START, NewTask(workflow=0, channel=0, attributes={})))
    assert happened[0].task is happened[1].task
    assert happened[0].workflow is happened[-1].workflow
    assert happened[0].event[TIME] == START


def test_attributes_and_activity_changed_together_are_one_version():
    engine = new_engine()
    worker = add_worker(engine, "bob")
    past = Past(engine)
    changes = WorkerChanges(attributes={"a": 1}, activity=activity(engine, "Break"))
    attributes, moved = past.hear(0, engine.update_worker(START + 1, worker, changes))
    assert (attributes.worker.version, moved.worker.version) == (1, 1)
    assert (attributes.worker.activity.name, moved.worker.activity.name) == ("Available", "Break")
    later = WorkerChanges(attributes={"a": 2})
    assert past.hear(0, engine.update_worker(START + 2, worker, later))[0].worker.version == 2
