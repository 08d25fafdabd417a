"""Names are learnt from the engine and outlive what they name."""

from flexsim.measure.names import Names, opening
from flexsim.taskrouter.events import KIND, NAMES
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
