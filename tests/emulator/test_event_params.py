"""Event forms: the parameters of Twilio's event reference, true of the moment of the event."""

import pytest

from flexsim.emulator.event_params import event_form


class Reporter:
    """Everything that happens from now on, as forms."""

    def __init__(self, site):
        self.forms = []

        def report(happening):
            self.forms += [event_form(happening.workspace, each) for each in site.history.moments(happening)]

        site.host.subscribe(report)

    def one(self, event_type):
        (form,) = [form for form in self.forms if form["EventType"] == event_type]
        return form


@pytest.fixture
def reporter(site):
    return Reporter(site)


def test_every_event_has_the_common_parameters_and_a_sid_of_its_own(site, reporter):
    _, task, reservation = site.reserved()
    site.post(reservation["url"], ReservationStatus="accepted")
    site.delete(f"/Tasks/{task['sid']}")
    site.delete(site.workspace.path)
    for form in reporter.forms:
        assert form["AccountSid"] == site.account.sid
        assert form["WorkspaceSid"] == site.workspace.sid
        assert form["WorkspaceName"] == "Flex Task Assignment"
        assert form["TimestampMs"] == f"{form['Timestamp']}000"
        assert form["Sid"].startswith("EV")
        assert form["ResourceSid"]
        assert form["EventDescription"]
        assert all(isinstance(value, str) for value in form.values())
    assert len({form["Sid"] for form in reporter.forms}) == len(reporter.forms) >= 9


def test_a_tasks_status_is_that_of_the_event_even_where_the_task_has_moved_on(site, reporter):
    site.worker()
    site.task()
    status = {form["EventType"]: form.get("TaskAssignmentStatus") for form in reporter.forms}
    assert status["task.created"] == status["task-queue.entered"] == status["workflow.target-matched"] == "pending"
    assert status["reservation.created"] == "reserved"


def test_a_reservations_events_carry_task_worker_queue_and_workflow(site, reporter):
    worker, task, reservation = site.reserved()
    site.post(reservation["url"], ReservationStatus="accepted")
    form = reporter.one("reservation.accepted")
    assert (form["ResourceType"], form["ResourceSid"]) == ("reservation", reservation["sid"])
    assert form["ReservationSid"] == reservation["sid"]
    assert (form["WorkerSid"], form["WorkerName"], form["WorkerActivityName"]) == (worker["sid"], "bob", "Available")
    assert (form["TaskSid"], form["TaskAssignmentStatus"]) == (task["sid"], "assigned")
    assert (form["TaskQueueName"], form["WorkflowName"]) == ("Everyone", "Assign to Anyone")
    assert (
        form["EventDescription"] == f"Task {task['sid']} assigned to Worker bob with Reservation {reservation['sid']}"
    )


def test_a_change_of_activity_says_how_long_the_previous_one_lasted(site, reporter):
    worker = site.worker()
    site.clock.advance(26.123)
    site.post(f"/Workers/{worker['sid']}", ActivitySid=site.activity("Break"))
    form = reporter.one("worker.activity.update")
    assert form["EventDescription"] == "Worker bob updated to Break Activity"
    assert (form["WorkerTimeInPreviousActivity"], form["WorkerTimeInPreviousActivityMs"][:4]) == ("26", "2612")
    assert form["WorkerPreviousActivitySid"] == site.activity("Available")
    assert (form["WorkerPreviousActivityName"], form["WorkerActivityName"]) == ("Available", "Break")


def test_reasons_stand_where_they_belong(site, reporter):
    task = site.task()
    site.post(f"/Tasks/{task['sid']}", AssignmentStatus="canceled", Reason="gave up")
    form = reporter.one("task.canceled")
    assert (form["TaskCanceledReason"], form["TaskCompletedReason"]) == ("gave up", "")
    _, task, reservation = site.reserved()
    site.post(reservation["url"], ReservationStatus="accepted")
    site.post(f"/Tasks/{task['sid']}", AssignmentStatus="completed", Reason="solved")
    form = reporter.one("task.completed")
    assert (form["TaskCanceledReason"], form["TaskCompletedReason"]) == ("", "solved")


def test_what_has_been_deleted_is_still_described(site, reporter):
    worker = site.worker("bob")
    site.delete(f"/Workers/{worker['sid']}")
    assert reporter.one("worker.deleted")["WorkerName"] == "bob"
    task = site.task('{"a": 1}')
    site.delete(f"/Tasks/{task['sid']}")
    assert reporter.one("task.deleted")["TaskAttributes"] == '{"a": 1}'
    queue = site.made("/TaskQueues", FriendlyName="Sales", TargetWorkers="a == 1")
    site.delete(f"/TaskQueues/{queue['sid']}")
    form = reporter.one("task-queue.deleted")
    assert (form["TaskQueueName"], form["TaskQueueTargetExpression"]) == ("Sales", "a == 1")


def test_a_task_that_ends_and_is_purged_in_one_long_step_is_still_described(site, reporter):
    site.task('{"a": 1}', Timeout=10)
    site.host.sleep()
    site.clock.advance(10_000)
    site.listed("/Tasks")
    assert reporter.one("task.canceled")["TaskAttributes"] == '{"a": 1}'
    assert reporter.one("task.canceled")["TaskAge"] == "10"


def test_a_change_of_capacity_says_what_it_was(site, reporter):
    worker = site.worker()
    site.post(f"/Workers/{worker['sid']}/Channels/chat", Capacity="4")
    form = reporter.one("worker.capacity.update")
    assert (form["WorkerChannelPreviousCapacity"], form["WorkerChannelCapacity"]) == ("1", "4")
    assert (form["TaskChannelUniqueName"], form["WorkerChannelAvailable"]) == ("chat", "true")


def test_the_workspaces_own_things_carry_their_names(site, reporter):
    site.made("/Activities", FriendlyName="Lunch", Available="true")
    assert reporter.one("activity.created")["ActivityAvailable"] == "true"
    site.made("/TaskChannels", FriendlyName="Letters", UniqueName="letters")
    assert reporter.one("task-channel.created")["TaskChannelUniqueName"] == "letters"
    queue = site.made("/TaskQueues", FriendlyName="Sales")
    site.post(f"/TaskQueues/{queue['sid']}", TargetWorkers="a == 1")
    form = reporter.one("task-queue.expression.updated")
    assert form["EventDescription"] == f"TaskQueue {queue['sid']} expression updated to 'a == 1'"
    site.post(site.workspace.path, EventsFilter="")
    assert reporter.one("workspace.updated")["ResourceSid"] == site.workspace.sid
