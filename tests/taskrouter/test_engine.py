"""The life of tasks and reservations, example by example, as Twilio documents it (reference sections in brackets)."""

import json

import pytest

from flexsim.errors import InvalidInput, ReservationRescinded, UnknownResource, VersionMismatch
from flexsim.taskrouter.events import EXTRA, KIND, NAMES, RESERVATION, TASK, TIME
from flexsim.taskrouter.inputs import (
    NewTask,
    NewTaskQueue,
    NewWorkflow,
    TaskChanges,
    TaskQueueChanges,
    WorkerChanges,
    WorkflowChanges,
)
from tests.taskrouter.centre import START, activity, add_worker, new_engine


@pytest.fixture
def engine():
    return new_engine()


def told(happened):
    return [NAMES[event[KIND]] for event in happened]


def arrive(engine, at=0.0, workflow=0, channel="voice", **more):
    attributes = more.pop("attributes", {})
    new = NewTask(workflow=workflow, channel=engine.channel_by_name[channel], attributes=attributes, **more)
    return engine.create_task(START + at, new)


def offered(happened):
    """(task, worker) of each reservation made."""
    return [(event[2], event[3]) for event in happened if NAMES[event[KIND]] == "reservation.created"]


def set_up(engine, filters, **queues):
    """A workflow over named queues; returns its id. ``filters`` may name a queue where Twilio wants its SID."""
    for name, options in queues.items():
        engine.create_task_queue(START, NewTaskQueue(name=name, **options))
    text = json.dumps({"task_routing": {"filters": filters}})
    for queue in engine.queues.values():
        text = text.replace(f'"queue": "{queue.name}"', f'"queue": "{engine.sids.sid("WQ", queue.id)}"')
    return engine.create_workflow(START, NewWorkflow(name="Test", configuration=text))[0][EXTRA]


def test_a_whole_life_tells_every_event_in_order(engine):
    add_worker(engine, "Ann")
    assert told(arrive(engine)) == [
        "task.created",
        "workflow.entered",
        "workflow.target-matched",
        "task-queue.entered",
        "reservation.created",
    ]
    assert told(engine.accept(START + 1, 0)) == ["reservation.accepted"]
    assert told(engine.wrap_up(START + 2, 0)) == ["task.wrapup", "reservation.wrapup"]
    done = engine.update_task(START + 3, 0, TaskChanges(status="completed", reason="handled"))
    assert told(done) == ["task.completed", "reservation.completed"]
    assert (engine.tasks[0].status, engine.tasks[0].reason) == ("completed", "handled")


def test_the_worker_who_has_been_idle_longest_is_offered_the_task(engine):
    """[6.2] Idle since the last reservation; never reserved comes first; then the first created."""
    ann, bob = add_worker(engine, "Ann"), add_worker(engine, "Bob")
    assert offered(arrive(engine, 0)) == [(0, ann)]
    assert offered(arrive(engine, 1)) == [(1, bob)]
    engine.accept(START + 2, 0)
    engine.accept(START + 2, 1)
    engine.complete(START + 3, 1)
    engine.complete(START + 4, 0)
    assert offered(arrive(engine, 5)) == [(2, ann)], "reserved first, hence idle longest, though free last"


def test_an_optimized_channel_counts_its_own_idle_time(engine):
    """[6.2] channel_optimized_routing."""
    ann, bob = add_worker(engine, "Ann"), add_worker(engine, "Bob")
    engine.update_task_channel(START, engine.channel_by_name["chat"], optimized=True)
    assert offered(arrive(engine, 0)) == [(0, ann)]
    assert offered(arrive(engine, 1)) == [(1, bob)]
    assert offered(arrive(engine, 2, channel="chat")) == [(2, ann)]
    assert offered(arrive(engine, 3, channel="sms")) == [(3, bob)], "ann's chat was the later reservation"


def test_tasks_are_served_by_priority_and_then_by_age(engine):
    """[6.1] FIFO."""
    for number, priority in enumerate([0, 5, 0, 5]):
        arrive(engine, number, priority=priority)
    ann = add_worker(engine, "Ann")
    served = []
    for number in range(4):
        reservation = engine.reservations[number]
        assert reservation.worker.id == ann
        served.append(reservation.task.id)
        engine.accept(START + 10 + number, number)
        engine.complete(START + 10 + number, number)
    assert served == [1, 3, 0, 2]


def test_a_virtual_start_time_puts_a_task_before_those_that_came_earlier(engine):
    arrive(engine, 0)
    arrive(engine, 1, virtual_start=START - 100)
    assert offered(engine.update_worker(START + 2, add_worker(engine, "Ann"), WorkerChanges(attributes={}))) == []
    assert engine.reservations[0].task.id == 1


def test_a_lifo_queue_serves_the_newest_and_ignores_priority(engine):
    """[6.1]"""
    engine.update_task_queue(START, 0, TaskQueueChanges(lifo=True))
    arrive(engine, 0, priority=9)
    arrive(engine, 1)
    add_worker(engine, "Ann")
    assert engine.reservations[0].task.id == 1


def test_capacity_is_counted_for_each_channel(engine):
    """[3.4] A pending reservation blocks a channel of capacity one; other channels are independent."""
    ann = add_worker(engine, "Ann")
    chat = engine.channel_by_name["chat"]
    engine.update_worker_channel(START, ann, chat, capacity=2)
    assert offered(arrive(engine, 0)) == [(0, ann)]
    assert offered(arrive(engine, 1)) == []
    assert offered(arrive(engine, 2, channel="chat")) == [(2, ann)]
    assert offered(arrive(engine, 3, channel="chat")) == [(3, ann)]
    assert offered(arrive(engine, 4, channel="chat")) == []
    assert engine.workers[ann].channels[chat].available_percentage == 0
    assert offered(engine.update_worker_channel(START + 5, ann, chat, capacity=3)) == [(4, ann)]


def test_a_rejected_task_goes_to_the_others_first_and_back_when_all_have_declined(engine):
    ann, bob = add_worker(engine, "Ann"), add_worker(engine, "Bob")
    arrive(engine)
    assert offered(engine.reject(START + 1, 0)) == [(0, bob)]
    assert offered(engine.reject(START + 2, 1)) == [(0, ann)]


def test_a_task_waits_for_a_busy_worker_rather_than_go_back_to_who_declined_it(engine):
    ann, bob = add_worker(engine, "Ann"), add_worker(engine, "Bob")
    arrive(engine, 0)
    arrive(engine, 0.5)
    engine.accept(START + 1, 1)
    assert offered(engine.reject(START + 2, 0)) == []
    assert offered(engine.complete(START + 3, 1)) == [(0, bob)]
    assert offered(arrive(engine, 4)) == [(2, ann)]


def test_a_task_goes_back_to_who_declined_it_when_the_others_leave(engine):
    ann, bob = add_worker(engine, "Ann"), add_worker(engine, "Bob")
    arrive(engine, 0)
    arrive(engine, 0.5)
    engine.accept(START + 1, 1)
    engine.reject(START + 2, 0)
    left = engine.update_worker(START + 3, bob, WorkerChanges(activity=activity(engine, "Break")))
    assert offered(left) == [(0, ann)]


def test_those_who_declined_may_be_asked_again_in_the_next_target(engine):
    steps = [{"queue": "First", "timeout": 10}, {"queue": "Second"}]
    workflow = set_up(engine, [{"expression": "1==1", "targets": steps}], First={}, Second={})
    ann, _ = add_worker(engine, "Ann"), add_worker(engine, "Bob")
    arrive(engine, 0, workflow=workflow)
    arrive(engine, 1, workflow=workflow)
    engine.accept(START + 2, 1)
    assert offered(engine.reject(START + 3, 0)) == [], "bob is at work"
    assert offered(engine.advance(START + 10)) == [(0, ann)]


def test_a_target_that_selects_by_load_is_asked_again_whenever_a_load_changes(engine):
    steps = [{"queue": "Everyone", "expression": "worker.channel.voice.assigned_tasks == 0"}]
    workflow = set_up(engine, [{"expression": "1==1", "targets": steps}])
    ann = add_worker(engine, "Ann")
    arrive(engine, 0)
    engine.accept(START + 1, 0)
    assert offered(arrive(engine, 2, workflow=workflow, channel="chat")) == []
    assert offered(engine.wrap_up(START + 3, 0)) == [(1, ann)], "wrapping up no longer counts as assigned"


def test_a_worker_who_comes_free_chooses_and_is_not_chosen(engine):
    """The task she lets go moves on to a target where nobody has been looked for yet; one of higher priority waits."""
    steps = [{"queue": "First", "timeout": 10}, {"queue": "Second"}]
    workflow = set_up(engine, [{"expression": "1==1", "targets": steps}], First={}, Second={})
    ann = add_worker(engine, "Ann")
    arrive(engine, 0, workflow=workflow)
    arrive(engine, 1, priority=5)
    happened = engine.reject(START + 11, 0)
    assert engine.tasks[0].queue.name == "Second"
    assert offered(happened) == [(1, ann)]


def test_tasks_that_go_back_to_who_declined_them_go_in_the_order_of_service(engine):
    """Ann has declined both; Bob, whom they wait for, leaves."""
    ann, bob = add_worker(engine, "Ann"), add_worker(engine, "Bob")
    arrive(engine, 0)
    arrive(engine, 0.5)
    engine.accept(START + 1, 1)
    engine.reject(START + 2, 0)
    arrive(engine, 3, priority=5)
    engine.reject(START + 4, 2)
    left = engine.update_worker(START + 5, bob, WorkerChanges(activity=activity(engine, "Break")))
    assert offered(left) == [(2, ann)]


def test_a_reservation_that_times_out_sends_the_worker_to_the_timeout_activity(engine):
    """[7.5] In multitasking workspaces too."""
    ann = add_worker(engine, "Ann")
    arrive(engine)
    assert engine.next_deadline() == START + 120
    happened = engine.advance(START + 500)
    assert told(happened) == ["reservation.timeout", "worker.activity.update"]
    assert happened[0][TIME] == START + 120, "at its own moment, however late it is noticed"
    assert engine.workers[ann].activity.name == "Offline"
    assert engine.tasks[0].status == "pending"
    back = engine.update_worker(START + 501, ann, WorkerChanges(activity=activity(engine, "Available")))
    assert offered(back) == [(0, ann)]


def test_the_first_to_accept_wins_and_the_others_are_rescinded(engine):
    """[6.3]"""
    engine.update_task_queue(START, 0, TaskQueueChanges(max_reserved_workers=2))
    ann, bob, _ = (add_worker(engine, name) for name in ("Ann", "Bob", "Cid"))
    assert offered(arrive(engine)) == [(0, ann), (0, bob)]
    assert told(engine.accept(START + 1, 1)) == ["reservation.accepted", "reservation.rescinded"]
    with pytest.raises(ReservationRescinded) as caught:
        engine.accept(START + 2, 0)
    assert (caught.value.status, caught.value.code) == (410, 20410)
    assert offered(arrive(engine, 3))[0] == (1, 2), "cid was never reserved"


def test_a_task_climbs_through_its_targets_by_its_age(engine):
    """[5.4] Timeouts are cumulative; the worked example of Twilio's "Timeout evaluation"."""
    workflow = set_up(
        engine,
        [
            {
                "expression": "1==1",
                "targets": [{"queue": "First", "timeout": 10}, {"queue": "Second", "timeout": 10, "priority": 7}],
            }
        ],
        First={},
        Second={},
    )
    arrive(engine, workflow=workflow)
    assert engine.next_deadline() == START + 10
    moved = engine.advance(START + 10)
    assert told(moved) == ["task-queue.timeout", "workflow.target-matched", "task-queue.moved", "task-queue.entered"]
    assert (engine.tasks[0].queue.name, engine.tasks[0].priority) == ("Second", 7)
    assert told(engine.advance(START + 20)) == ["task-queue.timeout", "workflow.timeout", "task.canceled"]
    assert engine.tasks[0].reason == "Task canceled on Workflow timeout"


def test_a_worker_who_comes_free_takes_the_escalated_task_first(engine):
    steps = [{"queue": "Skilled", "timeout": 10}, {"queue": "Everyone", "priority": 5}]
    workflow = set_up(engine, [{"expression": "1==1", "targets": steps}], Skilled={"target_workers": "skilled == true"})
    arrive(engine, 0)
    arrive(engine, 1, workflow=workflow)
    engine.advance(START + 11)
    ann = add_worker(engine, "Ann")
    assert engine.workers[ann].open_reservations
    assert engine.reservations[0].task.id == 1


def test_a_target_is_skipped_when_nobody_is_there(engine):
    """[4.5] Evaluated only if the task could not be reserved on entering."""
    steps = [{"queue": "Sales", "skip_if": "workers.available == 0"}, {"queue": "Everyone"}]
    workflow = set_up(engine, [{"expression": "1==1", "targets": steps}], Sales={"target_workers": "sales == true"})
    ann = add_worker(engine, "Ann")
    assert offered(arrive(engine, workflow=workflow)) == [(0, ann)]
    bob = add_worker(engine, "Bob", sales=True)
    assert offered(arrive(engine, 1, workflow=workflow)) == [(1, bob)]
    assert offered(arrive(engine, 2, workflow=workflow)) == []
    assert engine.tasks[2].queue.name == "Sales", "bob is there, though busy"


def test_a_task_that_is_skipped_out_of_everything_is_canceled(engine):
    steps = [{"queue": "Sales", "skip_if": "1==1"}]
    workflow = set_up(engine, [{"expression": "1==1", "targets": steps}], Sales={})
    assert told(arrive(engine, workflow=workflow))[-2:] == ["workflow.skipped", "task.canceled"]


def test_workers_are_ordered_as_the_target_says(engine):
    """[4.4] Those without the attribute come last; ties go to the longest idle."""
    steps = [{"queue": "Everyone", "order_by": "worker.level DESC"}]
    workflow = set_up(engine, [{"expression": "1==1", "targets": steps}])
    names = [add_worker(engine, "None"), add_worker(engine, "Low", level=1), add_worker(engine, "High", level=9)]
    order = [offered(arrive(engine, number, workflow=workflow))[0][1] for number in range(3)]
    assert order == names[::-1]


def test_a_known_worker_is_the_only_candidate(engine):
    """[4.6] By SID or by name; the task stays in the target while the worker is busy."""
    steps = [{"queue": "Everyone", "known_worker_friendly_name": "task.agent", "timeout": 30}, {"queue": "Everyone"}]
    workflow = set_up(engine, [{"expression": "1==1", "targets": steps}])
    ann, bob = add_worker(engine, "Ann"), add_worker(engine, "Bob")
    assert offered(arrive(engine, 0, workflow=workflow, attributes={"agent": "bob"})) == [(0, bob)]
    assert offered(arrive(engine, 1, workflow=workflow, attributes={"agent": "bob"})) == []
    assert offered(engine.advance(START + 31)) == [(1, ann)]


def test_a_target_may_compare_the_task_with_the_worker(engine):
    steps = [{"queue": "Everyone", "expression": "task.language IN worker.languages"}]
    workflow = set_up(engine, [{"expression": "1==1", "targets": steps}])
    add_worker(engine, "Ann", languages=["en"])
    bob = add_worker(engine, "Bob", languages=["de"])
    assert offered(arrive(engine, workflow=workflow, attributes={"language": "de"})) == [(0, bob)]


def test_a_waiting_task_lives_as_long_as_its_timeout(engine):
    arrive(engine, timeout=60)
    assert told(engine.advance(START + 60)) == ["task.canceled"]
    assert engine.tasks[0].reason == "Task TTL Exceeded"


def test_an_assigned_task_is_deleted_after_a_day(engine):
    """[6.6]"""
    add_worker(engine, "Ann")
    arrive(engine)
    engine.accept(START + 1, 0)
    assert told(engine.advance(START + 86_401)) == ["task.system-deleted", "reservation.completed"]
    assert engine.tasks == {}


def test_an_ended_task_can_be_read_for_five_minutes(engine):
    """[6.6] And its attributes can be changed until then."""
    arrive(engine)
    engine.update_task(START + 1, 0, TaskChanges(status="canceled"))
    engine.update_task(START + 2, 0, TaskChanges(attributes={"late": True}))
    assert engine.tasks[0].attributes == {"late": True}
    engine.advance(START + 301)
    with pytest.raises(UnknownResource):
        engine.update_task(START + 302, 0, TaskChanges(attributes={}))
    assert engine.reservations == {}


def test_what_the_state_does_not_allow_is_refused_in_twilios_words_and_changes_nothing(engine):
    """[1.8]"""
    ann = add_worker(engine, "Ann")
    arrive(engine)
    sid = engine.sids.sid("WT", 0)
    with pytest.raises(InvalidInput, match=f"Cannot complete task {sid} .*because it is not currently assigned"):
        engine.update_task(START, 0, TaskChanges(status="completed", attributes={"lost": True}))
    assert engine.tasks[0].attributes == {}
    engine.accept(START, 0)
    with pytest.raises(InvalidInput, match=r"is already in state \[accepted\] and cannot be updated to \[accepted\]"):
        engine.accept(START, 0)
    with pytest.raises(InvalidInput, match="Cannot cancel task"):
        engine.update_task(START, 0, TaskChanges(status="canceled"))
    with pytest.raises(InvalidInput, match="assigned tasks"):
        engine.delete_worker(START, ann)
    with pytest.raises(VersionMismatch):
        engine.update_task(START, 0, TaskChanges(version=99))


@pytest.mark.parametrize("status", ["pending", "reserved", "assigned", "nonsense"])
def test_a_status_that_only_the_engine_brings_about_cannot_be_asked_for(engine, status):
    arrive(engine, 0)
    add_worker(engine, "Ann")
    arrive(engine, 1)
    for task in (0, 1):
        with pytest.raises(InvalidInput, match="AssignmentStatus must be"):
            engine.update_task(START + 2, task, TaskChanges(status=status))


def test_canceling_frees_the_worker_for_the_next_task(engine):
    ann = add_worker(engine, "Ann")
    arrive(engine, 0)
    arrive(engine, 1)
    happened = engine.update_task(START + 2, 0, TaskChanges(status="canceled", reason="hung up"))
    assert told(happened) == ["task.canceled", "reservation.canceled", "reservation.created"]
    assert offered(happened) == [(1, ann)]


def test_leaving_with_rejection_gives_pending_work_to_others_at_once(engine):
    """[3.2]"""
    ann, bob = add_worker(engine, "Ann"), add_worker(engine, "Bob")
    arrive(engine)
    away = WorkerChanges(activity=activity(engine, "Break"), reject_pending=True)
    happened = engine.update_worker(START + 1, ann, away)
    assert told(happened) == ["worker.activity.update", "reservation.rejected", "reservation.created"]
    assert offered(happened) == [(0, bob)]


def test_leaving_without_rejection_keeps_what_was_offered(engine):
    ann = add_worker(engine, "Ann")
    arrive(engine)
    engine.update_worker(START + 1, ann, WorkerChanges(activity=activity(engine, "Break")))
    assert told(engine.accept(START + 2, 0)) == ["reservation.accepted"]


def test_a_changed_workflow_moves_waiting_tasks_only_when_asked_to(engine):
    """[2.7] ReEvaluateTasks."""
    workflow = set_up(engine, [{"expression": "1==1", "targets": [{"queue": "First"}]}], First={}, Second={})
    arrive(engine, 0, workflow=workflow)
    second = engine.sids.sid("WQ", 2)
    first = engine.sids.sid("WQ", 1)
    filters = [
        {"expression": "1==1", "targets": [{"queue": first}]},
        {"expression": "1==1", "targets": [{"queue": second}]},
    ]
    more = json.dumps({"task_routing": {"filters": filters}})
    assert told(engine.update_workflow(START + 1, workflow, WorkflowChanges(configuration=more))) == [
        "workflow.updated"
    ]
    less = json.dumps({"task_routing": {"filters": filters[1:]}})
    happened = engine.update_workflow(START + 2, workflow, WorkflowChanges(configuration=less))
    assert "task-queue.moved" in told(happened), "its place is gone"
    again = engine.update_workflow(START + 3, workflow, WorkflowChanges(configuration=more, reevaluate=True))
    assert engine.tasks[0].queue.name == "First"
    assert told(again)[0] == "workflow.updated"


def test_a_task_that_no_filter_wants_cannot_be_created(engine):
    workflow = set_up(engine, [{"expression": "type == 'x'", "targets": [{"queue": "Everyone"}]}])
    with pytest.raises(InvalidInput, match="no filter of workflow Test matches"):
        arrive(engine, workflow=workflow)
    assert engine.tasks == {}
    assert arrive(engine, 1, workflow=workflow, attributes={"type": "x"})[0][TASK] == 0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"priority": -1}, "Priority"),
        ({"timeout": 0}, "Timeout"),
        ({"timeout": 1_209_601}, "Timeout"),
        ({"virtual_start": START + 9}, "future"),
        ({"virtual_start": -3e9}, "1900"),
    ],
)
def test_a_task_out_of_range_is_refused(engine, wrong, message):
    with pytest.raises(InvalidInput, match=message):
        arrive(engine, **wrong)


def test_a_task_for_a_worker_is_offered_whatever_the_worker_is_doing(engine):
    """[5.6] IgnoreCapacity is true by default."""
    ann = add_worker(engine, "Ann")
    engine.update_worker(START, ann, WorkerChanges(activity=activity(engine, "Offline")))
    assert offered(arrive(engine, 0, to_worker=ann)) == [(0, ann)]
    assert told(arrive(engine, 1, to_worker=ann, queue=0)) == [
        "task.created",
        "task-queue.entered",
        "reservation.created",
    ]
    assert engine.workers[ann].channels[engine.channel_by_name["voice"]].load == 2
    assert offered(engine.reject(START + 2, 0)) == [(0, ann)], "nobody else may have it"


def test_a_task_for_a_worker_can_wait_until_the_worker_has_room(engine):
    ann, bob = add_worker(engine, "Ann"), add_worker(engine, "Bob")
    arrive(engine, 0)
    assert offered(arrive(engine, 1, to_worker=ann, ignore_capacity=False)) == []
    assert offered(arrive(engine, 2)) == [(2, bob)]
    engine.accept(START + 3, 0)
    assert offered(engine.complete(START + 4, 0)) == [(1, ann)]


def test_a_task_for_a_queue_goes_past_the_workflow(engine):
    workflow = set_up(engine, [{"expression": "1==2", "targets": [{"queue": "Everyone"}]}], Sales={})
    happened = arrive(engine, 0, workflow=workflow, to_queue=1)
    assert told(happened) == ["task.created", "task-queue.entered"]
    assert engine.tasks[0].queue.name == "Sales"
    engine.update_workflow(START + 1, workflow, WorkflowChanges(reevaluate=True))
    assert engine.tasks[0].queue.name == "Sales"
    ann = add_worker(engine, "Ann")
    assert engine.reservations[0].worker.id == ann
    with pytest.raises(InvalidInput, match="has tasks"):
        engine.delete_task_queue(START + 2, 1)


def test_a_direct_task_for_nobody_is_refused(engine):
    for wrong in ({"to_worker": 9}, {"to_queue": 9}, {"to_queue": 0, "queue": 9}):
        with pytest.raises(UnknownResource):
            arrive(engine, 0, **wrong)
    assert engine.tasks == {}


def test_the_channel_of_a_task_can_change_while_it_waits(engine):
    ann = add_worker(engine, "Ann")
    arrive(engine, 0)
    arrive(engine, 1)
    chat = engine.channel_by_name["chat"]
    assert offered(engine.update_task(START + 2, 1, TaskChanges(channel=chat))) == [(1, ann)]
    with pytest.raises(InvalidInput, match="only while the task is pending"):
        engine.update_task(START + 3, 0, TaskChanges(channel=chat))
    engine.update_task(START + 4, 1, TaskChanges(channel=chat))


def test_after_a_thousand_rounds_a_task_is_given_up(engine):
    """[5.4] Max Assignment Count."""
    add_worker(engine, "Ann")
    happened = arrive(engine)
    while reservations := [event[RESERVATION] for event in happened if NAMES[event[KIND]] == "reservation.created"]:
        happened = engine.reject(START + 1, reservations[0])
    assert told(happened) == ["reservation.rejected", "task.canceled"]
    assert engine.tasks[0].reason == "Max Assignment Count"
    assert len(engine.tasks[0].reservations) == 1000


def test_what_has_ended_leaves_no_timers_behind(engine):
    """Timers are not called off one by one; a day's tasks must not wait in memory for the moment they would be too old."""
    for number in range(8_000):
        task = arrive(engine, at=float(number))[0][TASK]
        engine.update_task(START + number, task, TaskChanges(status="canceled"))
    assert sum(len(queue.entries) for queue in engine._timers._queues.values()) < 2_500
    assert len(engine.tasks) < 400


def test_candidates_are_those_who_may_get_a_task_at_a_place_whatever_they_are_doing(engine):
    """Queue, expression, known worker and capacity decide; nothing is changed by asking."""
    steps = [
        {"queue": "Speakers", "expression": "task.language IN worker.languages", "timeout": 30},
        {"queue": "Speakers", "known_worker_friendly_name": "task.agent"},
        {"queue": "Everyone", "expression": "worker.activity_name == 'Available'"},
    ]
    workflow = set_up(
        engine, [{"expression": "1==1", "targets": steps}], Speakers={"target_workers": "languages != null"}
    )
    ann, bob = add_worker(engine, "Ann", languages=["en"]), add_worker(engine, "Bob", languages=["en", "de"])
    cid, dan = add_worker(engine, "Cid"), add_worker(engine, "Dan", languages=["en"])
    voice = engine.channel_by_name["voice"]
    engine.update_worker_channel(START, dan, voice, capacity=0)
    engine.update_worker(START, ann, WorkerChanges(activity=activity(engine, "Break")))
    new = NewTask(workflow=workflow, channel=voice, attributes={"language": "en", "agent": "bob"})
    before = engine.sequence
    assert engine.candidates(new, (0, 0)) == [ann, bob]
    assert engine.candidates(new, (0, 1)) == [bob]
    assert engine.candidates(new, (0, 2)) == [bob, cid]
    assert (engine.sequence, engine.tasks) == (before, {})
    assert offered(arrive(engine, workflow=workflow, attributes=new.attributes)) == [(0, bob)]


def test_what_targets_are_told_of_a_worker_can_be_asked(engine):
    ann = add_worker(engine, "Ann", level=3)
    arrive(engine)
    values = engine.worker_values(ann)
    assert (values["level"], values["friendly_name"], values["activity_name"]) == (3, "Ann", "Available")
    assert values["channel"]["voice"]["available_capacity_percentage"] == 0
