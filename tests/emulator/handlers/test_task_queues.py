"""Task queues over REST."""

import pytest


def names(rows):
    return [each["friendly_name"] for each in rows]


def test_a_queue_without_more_takes_everybody_in_first_come_order(site):
    made = site.made("/TaskQueues", FriendlyName="All")
    assert (made["target_workers"], made["task_order"], made["max_reserved_workers"]) == ("1==1", "FIFO", 1)


def test_a_queue_is_made_read_changed_and_deleted(site):
    made = site.made(
        "/TaskQueues", FriendlyName="Sales", TargetWorkers="skill == 'sales'", TaskOrder="LIFO", MaxReservedWorkers=5
    )
    assert (made["task_order"], made["max_reserved_workers"]) == ("LIFO", 5)
    changed = site.post(f"/TaskQueues/{made['sid']}", TargetWorkers="skill == 'service'", TaskOrder="FIFO")
    assert (changed["target_workers"], changed["task_order"], changed["friendly_name"]) == (
        "skill == 'service'",
        "FIFO",
        "Sales",
    )
    assert site.delete(f"/TaskQueues/{made['sid']}").status == 204
    assert site.get(f"/TaskQueues/{made['sid']}").status == 404


def test_activities_of_a_queue_are_shown_by_sid_name_and_address(site):
    busy, away = site.activity("Break"), site.activity("Unavailable")
    made = site.made("/TaskQueues", FriendlyName="q", ReservationActivitySid=busy)
    assert (made["reservation_activity_sid"], made["reservation_activity_name"]) == (busy, "Break")
    assert (made["assignment_activity_sid"], made["links"]["assignment_activity"]) == (None, None)
    changed = site.post(f"/TaskQueues/{made['sid']}", AssignmentActivitySid=away)
    assert (changed["reservation_activity_name"], changed["assignment_activity_name"]) == ("Break", "Unavailable")
    assert site.get(changed["links"]["assignment_activity"])["sid"] == away
    assert site.delete(f"/Activities/{away}").status == 400


def test_an_empty_target_matches_nobody_and_an_absent_one_everybody(site):
    site.worker()
    nobody = site.made("/TaskQueues", FriendlyName="Nobody", TargetWorkers="")
    assert nobody["target_workers"] == ""
    assert names(site.listed("/TaskQueues", WorkerSid=site.listed("/Workers")[0]["sid"])) == ["Everyone"]


def test_queues_are_found_by_name_by_member_and_by_hypothetical_attributes(site):
    worker = site.worker(attributes='{"level": 3}')
    site.made("/TaskQueues", FriendlyName="Senior", TargetWorkers="level > 5")
    site.made("/TaskQueues", FriendlyName="Junior", TargetWorkers="level <= 5")
    assert names(site.listed("/TaskQueues", FriendlyName="Senior")) == ["Senior"]
    assert names(site.listed("/TaskQueues", WorkerSid=worker["sid"])) == ["Everyone", "Junior"]
    # Twilio's own example has a number as text here.
    assert names(site.listed("/TaskQueues", EvaluateWorkerAttributes='{"level": "6"}')) == ["Everyone", "Senior"]


def test_queues_can_be_ordered_by_their_last_change(site):
    for name in ("a", "b"):
        site.clock.advance(1)
        site.made("/TaskQueues", FriendlyName=name)
    assert names(site.listed("/TaskQueues", Ordering="DateUpdated:desc")) == ["b", "a", "Everyone"]
    assert site.get("/TaskQueues?Ordering=Name:asc").status == 400


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"FriendlyName": "x", "TargetWorkers": "skill-level > 3"},
        {"FriendlyName": "x", "TaskOrder": "RANDOM"},
        {"FriendlyName": "x", "MaxReservedWorkers": "51"},
        {"FriendlyName": "x", "ReservationActivitySid": "WA" + "0" * 32},
        {"FriendlyName": "Everyone"},
    ],
)
def test_a_queue_that_cannot_be_is_refused(site, form):
    answer = site.post("/TaskQueues", **form)
    assert (answer.status, answer["code"]) == (400, 20001)


def test_a_queue_that_a_workflow_uses_is_not_deleted(site):
    everyone = site.listed("/TaskQueues")[0]
    answer = site.delete(f"/TaskQueues/{everyone['sid']}")
    assert (answer.status, answer["code"]) == (400, 20001)
