"""Tasks and reservations from beginning to end: states, times, and what a workspace begins with."""

import pytest

from flexsim.taskrouter.events import NAMES


def test_a_reservation_nobody_answers_sends_the_worker_to_the_timeout_activity(office):
    """Workspace resource, ``TimeoutActivitySid``; seen live in a multitasking workspace: Available to Offline."""
    flow = office.workflow(default=office.queue(), TaskReservationTimeout=30)
    worker = office.worker("ann")
    task = office.task(flow)
    office.pass_time(30)
    assert [each["reservation_status"] for each in office.reservations(task)] == ["timeout"]
    assert office.status(task) == "pending"
    assert office.site.get(f"/Workers/{worker}")["activity_name"] == "Offline"
    office.pass_time(600)
    assert office.status(task) == "pending", "nothing moves the worker back by itself"
    office.move(worker, "Available")
    assert office.holders(task) == ["ann"]


def test_a_reservation_waits_two_minutes_unless_the_workflow_says_otherwise(office):
    """Workflow resource, ``TaskReservationTimeout``: default 120 seconds."""
    task = office.task(office.workflow(default=office.queue()))
    office.worker("ann")
    office.pass_time(119.9)
    assert office.status(task) == "reserved"
    office.pass_time(0.1)
    assert office.status(task) == "pending"


def test_a_whole_life_of_a_task_in_events(office, site):
    """Page *Lifecycle of a Task: Task state*; the events are those of a published live log (reference 9.1)."""
    flow = office.workflow(default=office.queue())
    office.worker("ann")
    before = len(site.kinds())
    task = office.task(flow)
    states = [office.status(task)]
    for status in ("accepted", "wrapping", "completed"):
        office.decide(task, status)
        states.append(office.status(task))
    assert states == ["reserved", "assigned", "wrapping", "completed"]
    names = [NAMES[kind] for kind in site.kinds()[before:]]
    assert set(names[:5]) == {
        "task.created", "workflow.entered", "workflow.target-matched", "task-queue.entered", "reservation.created",
    }  # fmt: skip
    assert names[5:] == [
        "reservation.accepted", "task.wrapup", "reservation.wrapup", "task.completed", "reservation.completed",
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["completed", "wrapping"])
def test_only_what_is_assigned_can_be_completed_or_wrapped(office, site, status):
    """Page *Lifecycle of a Task: Task state*; Flex's own code counts on 20001 (reference 1.8)."""
    task = office.task(office.workflow(default=office.queue()))
    answer = site.post(f"/Tasks/{task}", AssignmentStatus=status, Reason="x")
    assert (answer.status, answer["code"]) == (400, 20001)


def test_completing_what_is_not_assigned_is_refused_in_twilios_words(office, site):
    """Observed (reference 1.8)."""
    task = office.task(office.workflow(default=office.queue()))
    answer = site.post(f"/Tasks/{task}", AssignmentStatus="completed")
    assert answer["message"] == (
        f"Cannot complete task {task} in workspace {site.workspace.sid} for account {site.account.sid}"
        " because it is not currently assigned."
    )


def test_a_canceled_task_withdraws_its_offer(office, site):
    """Task resource: canceled from pending or reserved; open reservations become canceled (SDK's own tests)."""
    task = office.task(office.workflow(default=office.queue()))
    office.worker("ann")
    assert site.post(f"/Tasks/{task}", AssignmentStatus="canceled", Reason="hung up")["reason"] == "hung up"
    assert [each["reservation_status"] for each in office.reservations(task)] == ["canceled"]


def test_an_assigned_task_cannot_be_canceled(office, site):
    """Page *Lifecycle of a Task: Task state*: canceled is reached from pending and reserved only."""
    task = office.task(office.workflow(default=office.queue()))
    office.worker("ann")
    office.accepted(task)
    answer = site.post(f"/Tasks/{task}", AssignmentStatus="canceled", Reason="too late")
    assert (answer.status, answer["code"]) == (400, 20001)


def test_an_ended_task_is_there_for_five_minutes(office, site):
    """Task resource: completed and canceled tasks are purged after five minutes, then they are 404."""
    task = office.task(office.workflow(default=office.queue()))
    site.post(f"/Tasks/{task}", AssignmentStatus="canceled")
    office.pass_time(299)
    assert site.post(f"/Tasks/{task}", Attributes='{"late": 1}').status == 200
    office.pass_time(1)
    answer = site.get(f"/Tasks/{task}")
    assert (answer.status, answer["code"]) == (404, 20404)


def test_an_assigned_task_is_deleted_after_a_day(office, site):
    """Page *TaskRouter resource limits*: assigned for 86,400 seconds, then deleted by the system."""
    task = office.task(office.workflow(default=office.queue()))
    office.worker("ann")
    office.accepted(task)
    office.pass_time(86_400)
    assert site.get(f"/Tasks/{task}").status == 404
    assert NAMES[site.kinds()[-2]] == "task.system-deleted" or "task.system-deleted" in map(
        NAMES.__getitem__, site.kinds()
    )


def test_a_rejecting_worker_may_be_offered_the_task_again(office):
    """Task Reservation resource: TaskRouter may offer it to the same worker at once; moving the worker is recommended."""
    task = office.task(office.workflow(default=office.queue()))
    office.worker("ann")
    office.decide(task, "rejected")
    assert office.holders(task) == ["ann"]


@pytest.mark.parametrize(("template", "queues", "workflows"), [
    ("NONE", [], []), ("FIFO", [("Sample Queue", "1==1", "FIFO")], ["Default Fifo Workflow"]),
])  # fmt: skip
def test_what_a_new_workspace_holds(site, template, queues, workflows):
    """Workspace resource, ``Template``; activities and channels as in "Core concepts: Routing" and seen live."""
    made = site.made("/v1/Workspaces", FriendlyName="Demo", Template=template)
    assert (made["default_activity_name"], made["timeout_activity_name"]) == ("Offline", "Offline")
    assert (made["multi_task_enabled"], made["prioritize_queue_order"]) == (True, "FIFO")
    activities = site.listed(f"{made['url']}/Activities")
    assert {each["friendly_name"]: each["available"] for each in activities} == {
        "Offline": False, "Available": True, "Unavailable": False,
    }  # fmt: skip
    channels = [each["unique_name"] for each in site.listed(f"{made['url']}/TaskChannels")]
    assert channels == ["default", "voice", "chat", "sms", "video"]
    found = site.listed(f"{made['url']}/TaskQueues")
    assert [(each["friendly_name"], each["target_workers"], each["task_order"]) for each in found] == queues
    found = site.listed(f"{made['url']}/Workflows")
    assert [each["friendly_name"] for each in found] == workflows
    assert [each["task_reservation_timeout"] for each in found] == [120] * len(workflows)
