"""The Events resource, through Twilio's own client: each filter against what a look at all events says."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException

from flexsim.clock import ManualClock
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter


@pytest.fixture(scope="module")
def centre():
    """A server on which a little has happened, half an hour ago and just now; its workspace over the SDK, and its clock."""
    clock = ManualClock()
    with LocalTaskRouter(clock=clock) as router:
        workspace = router.workspace
        available = workspace.activities.list(friendly_name="Available")[0].sid
        for name in ("bob", "ann"):
            workspace.workers.create(name, activity_sid=available)
        first = workspace.tasks.create(attributes='{"n": 1}', task_channel="voice")
        (reservation,) = workspace.tasks(first.sid).reservations.list()
        reservation.update(reservation_status="accepted")
        router._on_its_loop(lambda: clock.advance(1800))
        workspace.tasks(first.sid).update(assignment_status="completed")
        workspace.tasks.create(attributes='{"n": 2}', task_channel="chat")
        yield workspace, clock


def everything(workspace):
    return workspace.events.list(start_date=datetime(2020, 1, 1, tzinfo=UTC))


def sids(events):
    return [event.sid for event in events]


def test_events_are_all_there_oldest_first_each_with_its_fields(centre):
    workspace, _ = centre
    events = everything(workspace)
    assert events[0].event_type == "workspace.created"
    assert [event.event_date_ms for event in events] == sorted(event.event_date_ms for event in events)
    assert Counter(event.event_type for event in events)["worker.created"] == 2
    created = next(event for event in events if event.event_type == "task.created")
    assert created.resource_type == "task"
    assert created.resource_url.endswith(f"/Tasks/{created.resource_sid}")
    assert (created.actor_type, created.actor_sid, created.source) == ("workspace", created.workspace_sid, "twilio")
    assert created.event_data["task_attributes"] == '{"n": 1}'
    assert created.event_data["task_assignment_status"] == "pending"
    assert all(isinstance(value, str) for event in events for value in event.event_data.values())


def test_one_event_is_fetched_by_its_sid(centre):
    workspace, _ = centre
    for event in everything(workspace):
        fetched = workspace.events(event.sid).fetch()
        assert (fetched.event_type, fetched.event_data) == (event.event_type, event.event_data)


def test_an_event_that_there_is_not_is_404(centre):
    workspace, _ = centre
    with pytest.raises(TwilioRestException) as refused:
        workspace.events("EV" + "0" * 32).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_without_dates_the_last_fifteen_minutes_are_listed(centre):
    workspace, _ = centre
    recent = workspace.events.list()
    assert recent
    assert sids(recent) == sids(workspace.events.list(minutes=15))
    assert "workspace.created" not in {event.event_type for event in recent}
    assert sids(workspace.events.list(minutes=60)) == sids(everything(workspace))


def test_dates_bound_the_events_and_are_included(centre):
    workspace, clock = centre
    start = datetime.fromtimestamp(clock.now() - 1800, UTC)
    end = start + timedelta(seconds=1)
    early = workspace.events.list(start_date=start, end_date=end)
    late = workspace.events.list(start_date=end)
    assert sids(early) == sids(workspace.events.list(end_date=start))
    assert sids(early + late) == sids(everything(workspace))
    assert early
    assert late


FILTERS = {
    "event_type": lambda event: event.event_type,
    "task_sid": lambda event: event.event_data.get("task_sid"),
    "worker_sid": lambda event: event.event_data.get("worker_sid"),
    "reservation_sid": lambda event: event.event_data.get("reservation_sid"),
    "task_queue_sid": lambda event: event.event_data.get("task_queue_sid"),
    "workflow_sid": lambda event: event.event_data.get("workflow_sid"),
    "task_channel": lambda event: event.event_data.get("task_channel_sid"),
    "sid": lambda event: event.sid,
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_lists_what_a_look_at_all_events_finds(centre, name):
    workspace, _ = centre
    events, value_of = everything(workspace), FILTERS[name]
    values = {value_of(event) for event in events} - {None}
    assert values
    for value in sorted(values):
        listed = workspace.events.list(**{name: value}, minutes=60)
        assert sids(listed) == [event.sid for event in events if value_of(event) == value]


def test_a_channel_goes_by_its_unique_name_as_well(centre):
    workspace, _ = centre
    (voice,) = [each.sid for each in workspace.task_channels.list() if each.unique_name == "voice"]
    by_sid = workspace.events.list(task_channel=voice, minutes=60)
    assert sids(by_sid) == sids(workspace.events.list(task_channel="voice", minutes=60)) != []


def test_filters_together_leave_what_both_leave(centre):
    workspace, _ = centre
    (ann,) = workspace.workers.list(friendly_name="ann")
    (accepted,) = workspace.events.list(event_type="reservation.accepted", minutes=60)
    bob = accepted.event_data["worker_sid"]
    both = workspace.events.list(worker_sid=bob, event_type="reservation.accepted", minutes=60)
    assert sids(both) == [accepted.sid]
    assert (
        workspace.events.list(task_sid=accepted.event_data["task_sid"], event_type="worker.created", minutes=60) == []
    )
    assert {event.event_data["worker_name"] for event in workspace.events.list(worker_sid=ann.sid, minutes=60)} == {
        "ann"
    }


@pytest.mark.parametrize("name", ["task_sid", "worker_sid", "reservation_sid", "task_queue_sid", "workflow_sid", "sid"])
def test_a_sid_of_nothing_finds_nothing(centre, name):
    workspace, _ = centre
    prefix = {"task_sid": "WT", "worker_sid": "WK", "reservation_sid": "WR", "task_queue_sid": "WQ", "sid": "EV"}
    assert workspace.events.list(**{name: prefix.get(name, "WW") + "0" * 32}, minutes=60) == []


def test_pages_follow_each_other_without_a_gap(centre):
    workspace, _ = centre
    small = workspace.events.list(minutes=60, page_size=3)
    assert sids(small) == sids(everything(workspace))


def test_what_malformed_filters_are_told(site):
    for name, value in (("TaskSid", "WKx"), ("Minutes", "0"), ("Minutes", "43201"), ("StartDate", "today")):
        answer = site.get("/Events", **{name: value})
        assert (answer.status, answer["code"]) == (400, 20001)
        assert name in answer["message"]


def test_what_is_gone_can_still_be_asked_for(site):
    worker = site.worker()
    site.delete(f"/Workers/{worker['sid']}")
    assert [each["event_type"] for each in site.listed("/Events", WorkerSid=worker["sid"])] == [
        "worker.created",
        "worker.deleted",
    ]


def test_a_server_told_to_keep_nothing_lists_nothing():
    with LocalTaskRouter(options=Options(history=0)) as router:
        router.workspace.tasks.create(attributes="{}")
        assert router.workspace.events.list() == []


def test_a_move_is_listed_with_both_queues(site):
    first, second = (site.made("/TaskQueues", FriendlyName=name, TargetWorkers="a == 1")["sid"] for name in "AB")
    targets = [{"queue": first, "timeout": 5}, {"queue": second}]
    routing = {"task_routing": {"filters": [{"expression": "1==1", "targets": targets}]}}
    flow = site.made("/Workflows", FriendlyName="Escalates", Configuration=json.dumps(routing))["sid"]
    site.task(WorkflowSid=flow)
    site.clock.advance(6)
    for queue in (first, second):
        (moved,) = site.listed("/Events", TaskQueueSid=queue, EventType="task-queue.moved")
        assert moved["event_data"]["previous_task_queue_sid"] == first
        assert moved["event_data"]["task_queue_sid"] == second
