"""A snapshot holds everything that decides an engine's future, and nothing that JSON cannot say."""

import copy
import json
import random

import pytest

from flexsim.errors import ConfigurationError, RoutingError
from flexsim.taskrouter import snapshot
from flexsim.taskrouter.inputs import NewTask, NewTaskQueue, NewWorker, TaskChanges, WorkerChanges
from flexsim.taskrouter.resources import (
    Activity,
    Reservation,
    Task,
    TaskChannel,
    TaskQueue,
    Worker,
    WorkerChannel,
    Workflow,
)
from tests.taskrouter.centre import START, Operations, add_worker, furnish, new_engine
from tests.taskrouter.laws import check_laws

RECORDS = (Activity, TaskChannel, TaskQueue, Workflow, Worker, Task, Reservation)

# What an engine holds that a snapshot finds anew; all else must be in the document.
DERIVED = {
    "sids", "_happened", "_touched", "_matcher", "_timers", "_task_ages", "_assignment_ages", "_worker_by_name",
    "channel_by_name", "_ended", "default_activity", "timeout_activity",
    "activities", "channels", "queues", "workflows", "workers", "tasks", "reservations",
}  # fmt: skip

# The same for its records.
DERIVED_OF = {
    TaskQueue: {"expression", "members", "workers_in_activity"},
    Workflow: {"routing", "reservation_timers"},
    Worker: {"queues"},
    WorkerChannel: {"lanes"},
    Task: {"lane"},
    Reservation: {"on"},
}


def through_json(engine):
    document = json.loads(json.dumps(snapshot.dump(engine), allow_nan=False))
    return snapshot.load(document, engine.sids)


def written(engine):
    return json.dumps(snapshot.dump(engine))


class Direct(Operations):
    """Random operations, some tasks of which go past the workflow."""

    def arrive(self):
        number = self.rng.random()
        if number > 0.2 or not self.engine.workers:
            return super().arrive()
        new = NewTask(workflow=1, channel=self.engine.channel_by_name["voice"], attributes={"skill": "sales"})
        if number < 0.1:
            new.to_worker = self.rng.choice(list(self.engine.workers))
            new.ignore_capacity = self.rng.random() < 0.5
        else:
            new.to_queue = self.rng.choice(list(self.engine.queues))
        return self.engine.create_task(self.now, new)


def furnished(seed):
    rng = random.Random(seed)
    engine = new_engine()
    furnish(engine, rng)
    return engine, rng


@pytest.mark.parametrize("seed", range(60))
def test_an_engine_from_its_snapshot_goes_on_as_the_one_that_was_dumped(seed):
    engine, rng = furnished(seed)
    first = Direct(engine, rng)
    for _ in range(rng.choice([0, 5, 60, 250])):
        first.step()
    engine.advance(first.now)  # what was due before a refused input has yet to be told
    restored = through_json(engine)
    check_laws(restored)
    assert written(restored) == written(engine)
    second = Direct(restored, copy.deepcopy(rng))
    second.now, second.refused = first.now, first.refused
    for _ in range(120):
        assert second.step() == first.step()
        assert restored.next_deadline() == engine.next_deadline()
    assert first.refused == second.refused
    assert restored.advance(second.now) == engine.advance(first.now)
    check_laws(restored)
    assert written(restored) == written(engine)


@pytest.mark.parametrize("seed", range(5))
def test_a_centre_that_is_written_down_after_every_step_is_the_same_centre(seed):
    engine, rng = furnished(seed)
    kept = Direct(engine, rng)
    moved = Direct(through_json(engine), copy.deepcopy(rng))
    for _ in range(150):
        assert moved.step() == kept.step()
        assert moved.engine.advance(moved.now) == kept.engine.advance(kept.now)
        moved.engine = through_json(moved.engine)
    assert written(moved.engine) == written(kept.engine)


def test_nothing_is_due_later_or_earlier_than_it_was():
    engine, rng = furnished(3)
    operations = Direct(engine, rng)
    for _ in range(100):
        operations.step()
    engine.advance(operations.now)
    restored = through_json(engine)
    moment = operations.now
    while (deadline := engine.next_deadline()) < moment + 200_000:
        assert restored.next_deadline() == deadline
        assert restored.advance(deadline) == engine.advance(deadline)


@pytest.mark.interpreted
def test_every_attribute_of_an_engine_is_written_or_found_anew():
    engine, _ = furnished(1)
    written_down = set(snapshot.dump(engine)["engine"])
    attributes = {name for kind in type(engine).__mro__ for name in getattr(kind, "__slots__", ())}
    assert attributes == written_down | DERIVED
    assert not hasattr(engine, "__dict__")
    assert not written_down & DERIVED


@pytest.mark.interpreted
@pytest.mark.parametrize("kind", [*RECORDS, WorkerChannel])
def test_every_attribute_of_a_record_is_written_or_found_anew(kind):
    columns, derived = set(snapshot._COLUMNS[kind]), DERIVED_OF.get(kind, set())
    assert set(kind.__slots__) == columns | derived
    assert not columns & derived


@pytest.mark.parametrize("kind", RECORDS)
def test_every_attribute_of_a_record_is_restored(kind):
    engine, rng = furnished(2)
    operations = Direct(engine, rng)
    for _ in range(80):
        operations.step()
    engine.advance(operations.now)
    restored = through_json(engine)
    for holder in ("activities", "channels", "queues", "workflows", "workers", "tasks", "reservations"):
        for before, after in zip(getattr(engine, holder).values(), getattr(restored, holder).values(), strict=True):
            if isinstance(before, kind):
                for name in {*snapshot._COLUMNS[kind], *DERIVED_OF.get(kind, ())} - {
                    "lane"
                }:  # who waits where is compared above
                    value, found = getattr(before, name), getattr(after, name)
                    if isinstance(value, (int, float, str, set, type(None))) or name in {"attributes", "reservations"}:
                        assert found == value, name
                    assert type(found) is type(value), name


def test_what_is_gone_and_still_spoken_of_is_kept():
    engine = new_engine()
    worker = add_worker(engine, "bob")
    engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}))
    engine.accept(START, 0)
    engine.complete(START, 0)
    engine.create_activity(START, "Training")
    engine.update_worker(START, worker, WorkerChanges(activity=max(engine.activities)))
    engine.delete_worker(START, worker)
    engine.delete_activity(START, max(engine.activities))
    engine.delete_workflow(START, 0)
    engine.delete_task_queue(START, 0)
    restored = through_json(engine)
    task, reservation = restored.tasks[0], restored.reservations[0]
    assert (reservation.worker.name, reservation.worker.activity.name) == ("bob", "Training")
    assert (task.workflow.name, task.queue.name) == ("Assign to Anyone", "Everyone")
    assert (restored.workers, restored.workflows, restored.queues) == ({}, {}, {})
    assert "Training" not in {each.name for each in restored.activities.values()}
    restored.advance(START + 301)
    assert snapshot.dump(restored)["workers"]["rows"] == []


def test_a_task_sent_to_a_worker_who_is_gone_can_still_be_restored_and_changed():
    engine = new_engine()
    worker = engine.create_worker(START, NewWorker(name="bob", attributes={}))[0][3]  # offline
    engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}, to_worker=worker, ignore_capacity=False))
    engine.delete_worker(START, worker)
    restored = through_json(engine)
    for each in (engine, restored):
        each.update_task(START, 0, TaskChanges(channel=1))
        assert each.tasks[0].status == "pending"


def test_text_and_numbers_come_back_to_the_letter():
    engine = new_engine()
    attributes = {"name": "Zoë \ud83d ☎", "big": 1 << 80, "small": 0.1, "none": None, "nested": [{"a": [True]}]}
    engine.create_task(
        START + 0.1, NewTask(workflow=0, channel=0, attributes=attributes, attributes_text='{"as":  "sent"}')
    )
    task = through_json(engine).tasks[0]
    assert (task.attributes, task.attributes_text, task.created) == (attributes, '{"as":  "sent"}', START + 0.1)


def test_refused_inputs_are_refused_alike():
    engine, _ = furnished(4)
    restored = through_json(engine)
    for each in (engine, restored):
        with pytest.raises(RoutingError, match="already exists"):
            each.create_worker(START, NewWorker(name="AGENT_0", attributes={}))


def test_a_snapshot_of_another_format_is_refused():
    engine, _ = furnished(1)
    document = snapshot.dump(engine) | {"format": 99}
    with pytest.raises(ConfigurationError, match="format 99"):
        snapshot.load(document, engine.sids)


def test_tasks_that_were_declined_are_tried_anew_in_the_order_of_service():
    engine = new_engine()
    other = add_worker(engine, "other")
    engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}))
    engine.accept(START, 0)
    worker = add_worker(engine, "bob")
    engine.update_worker_channel(START, worker, 0, capacity=2)
    for _ in range(2):
        engine.create_task(START, NewTask(workflow=0, channel=0, attributes={}))
    engine.reject(START, 2)
    engine.reject(START, 1)
    for each in (engine, through_json(engine)):
        each.update_worker(START, other, WorkerChanges(activity=each.default_activity.id))
        offered = [reservation.task.id for reservation in each.reservations.values() if reservation.id > 2]
        assert offered == [1, 2]


def test_activities_of_a_queue_are_in_the_snapshot():
    engine = new_engine()
    number = engine.create_task_queue(START, NewTaskQueue(name="q", reservation_activity=1, assignment_activity=2))[0][
        5
    ]
    queue = through_json(engine).queues[number]
    assert (queue.reservation_activity, queue.assignment_activity) == (1, 2)
