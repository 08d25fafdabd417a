"""Names are learnt from the engine and outlive what they name."""

from flexsim.measure.names import NEW_CAPACITY, Names, opening
from flexsim.taskrouter.events import (
    KIND,
    NAMES,
    WORKER_CAPACITY_UPDATE,
    WORKER_CHANNEL_AVAILABILITY_UPDATE,
    WORKER_CREATED,
)
from flexsim.taskrouter.inputs import WorkerChanges

from .conftest import START


def test_the_opening_tells_the_workspace_in_an_order_in_which_it_could_have_been_made(centre):
    centre.hire(0, "Ann")
    kinds = [NAMES[event[KIND]] for event in opening(centre.engine, START)]
    assert list(dict.fromkeys(kinds)) == [
        "workspace.created", "activity.created", "task-channel.created", "task-queue.created", "workflow.created",
        "worker.created",
    ]  # fmt: skip


def test_what_the_opening_tells_can_all_be_named(centre):
    worker = centre.hire(0, "Ann", "Break")
    names = Names()
    for event in opening(centre.engine, START):
        names.learn(centre.engine, event)
    assert names.workers == {worker: "Ann"}
    assert names.activities[names.worker_activity[worker]] == "Break"
    assert [names.available[each] for each in names.activities] == [False, True, False, False]
    assert names.queues == {each.id: each.name for each in centre.engine.queues.values()}
    assert names.channels == {each.id: each.unique_name for each in centre.engine.channels.values()}


def test_the_opening_tells_what_workers_can_take_where_it_is_not_what_new_ones_can(centre):
    ann, bob = centre.hire(0, "Ann"), centre.hire(0, "Bob")
    chat, voice = (centre.engine.channel_by_name[name] for name in ("chat", "voice"))
    assert {on.capacity for on in centre.engine.workers[bob].channels.values()} == {NEW_CAPACITY}
    centre.engine.update_worker_channel(START, ann, chat, capacity=3)
    centre.engine.update_worker_channel(START, ann, voice, available=False)
    told = [event[1:] for event in opening(centre.engine, START)][-4:]
    assert told == [
        (WORKER_CREATED, None, ann, None, None),
        (WORKER_CHANNEL_AVAILABILITY_UPDATE, None, ann, None, (voice, True)),
        (WORKER_CAPACITY_UPDATE, None, ann, None, (chat, NEW_CAPACITY)),
        (WORKER_CREATED, None, bob, None, None),
    ]


def test_what_had_another_name_is_told_by_it(centre):
    names = Names()
    for event in opening(centre.engine, START):
        assert names.learn(centre.engine, event) is None
    (renamed,) = centre.engine.rename_activity(START + 1, centre.activities["Break"], "Lunch")
    assert names.learn(centre.engine, renamed) == "Break"
    assert names.learn(centre.engine, renamed) is None


def test_a_renamed_activity_is_learnt_and_a_deleted_one_keeps_its_name(centre):
    break_ = centre.activities["Break"]
    centre.take(centre.engine.rename_activity(START + 1, break_, "Lunch"))
    assert centre.recorder.names.activities[break_] == "Lunch"
    centre.take(centre.engine.delete_activity(START + 2, break_))
    assert centre.recorder.names.activities[break_] == "Lunch"


def test_a_workers_first_activity_stays_the_first(centre):
    worker = centre.hire(0, "Ann", "Break")
    centre.take(centre.engine.update_worker(START + 1, worker, WorkerChanges(activity=centre.activities["Available"])))
    assert centre.recorder.names.worker_activity[worker] == centre.activities["Break"]
