"""Workers over REST."""

import pytest


def names(rows):
    return [each["friendly_name"] for each in rows]


def test_a_worker_starts_in_the_default_activity_without_attributes(site):
    made = site.made("/Workers", FriendlyName="bob")
    assert (made["attributes"], made["activity_name"], made["available"]) == ("{}", "Offline", False)


def test_a_worker_is_changed_in_part_and_shows_when_its_activity_changed(site):
    worker = site.worker(attributes='{"a": 1}')
    site.clock.advance(5)
    changed = site.post(f"/Workers/{worker['sid']}", Attributes='{"a": 2}', FriendlyName="Bob")
    assert (changed["attributes"], changed["friendly_name"]) == ('{"a": 2}', "Bob")
    assert changed["date_status_changed"] == worker["date_status_changed"]
    moved = site.post(f"/Workers/{worker['sid']}", ActivitySid=site.activity("Break"))
    assert (moved["activity_name"], moved["available"]) == ("Break", False)
    assert moved["date_status_changed"] > worker["date_status_changed"]


def test_a_name_is_unique_whatever_its_case(site):
    site.worker("bob")
    answer = site.post("/Workers", FriendlyName="BOB")
    assert (answer.status, answer["code"]) == (400, 20001)
    assert answer["message"] == "Worker with the same friendly name already exists"


def test_workers_are_found_by_activity_name_availability_and_expression(site):
    site.worker("ann", attributes='{"skills": ["sales"], "level": 7}')
    site.worker("bob", "Break", attributes='{"skills": ["sales"], "level": 2}')
    site.worker("cyd", attributes="{}")
    assert names(site.listed("/Workers", ActivityName="Break")) == ["bob"]
    assert names(site.listed("/Workers", ActivitySid=site.activity("Break"))) == ["bob"]
    assert names(site.listed("/Workers", Available="true")) == ["ann", "cyd"]
    assert names(site.listed("/Workers", FriendlyName="cyd")) == ["cyd"]
    assert names(site.listed("/Workers", TargetWorkersExpression="skills HAS 'sales' AND level > 5")) == ["ann"]
    assert names(site.listed("/Workers", TargetWorkersExpression="skills HAS 'sales'", Available="0")) == ["bob"]
    assert names(
        site.listed("/Workers", TargetWorkersExpression="activity_name == 'Break' OR friendly_name == 'cyd'")
    ) == ["bob", "cyd"]


def test_workers_are_found_by_queue(site):
    site.worker("ann", attributes='{"level": 7}')
    site.worker("bob")
    queue = site.made("/TaskQueues", FriendlyName="Senior", TargetWorkers="level > 5")
    assert names(site.listed("/Workers", TaskQueueSid=queue["sid"])) == ["ann"]
    assert names(site.listed("/Workers", TaskQueueName="Senior")) == ["ann"]
    assert names(site.listed("/Workers", TaskQueueName="Nothing")) == []
    assert site.get("/Workers", TaskQueueSid="WQ0").status == 400


def test_an_expression_that_does_not_parse_is_refused_with_its_position(site):
    answer = site.get("/Workers", TargetWorkersExpression="skill-level > 3")
    assert (answer.status, answer["code"]) == (400, 20001)
    assert "character 6" in answer["message"]


def test_if_match_guards_an_update_and_a_delete(site):
    worker = site.worker()
    address = f"/Workers/{worker['sid']}"
    etag = site.get(address).headers["etag"]
    assert site.call("POST", address, {"Attributes": "{}"}, if_match=etag).status == 200
    stale = site.call("POST", address, {"Attributes": "{}"}, if_match=etag)
    assert (stale.status, stale["code"]) == (412, 20412)
    assert site.call("DELETE", address, if_match=etag).status == 412
    bare = site.get(address).headers["etag"].strip('"')
    assert site.call("DELETE", address, if_match=bare).status == 204


def test_pending_reservations_are_rejected_when_asked_for_with_an_unavailable_activity(site):
    worker, task, reservation = site.reserved()
    address = f"/Workers/{worker['sid']}"
    refused = site.post(address, ActivitySid=site.activity("Available"), RejectPendingReservations="true")
    assert refused.status == 400
    site.post(address, ActivitySid=site.activity("Break"), RejectPendingReservations="true")
    assert site.get(reservation["url"])["reservation_status"] == "rejected"
    assert site.get(f"/Tasks/{task['sid']}")["assignment_status"] == "pending"


def test_a_deleted_worker_is_gone(site):
    worker = site.worker()
    assert site.delete(f"/Workers/{worker['sid']}").status == 204
    assert site.get(f"/Workers/{worker['sid']}").status == 404


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"FriendlyName": "x" * 65},
        {"FriendlyName": "x", "Attributes": "[]"},
        {"FriendlyName": "x", "ActivitySid": "WA1"},
    ],
)
def test_a_worker_that_cannot_be_is_refused(site, form):
    answer = site.post("/Workers", **form)
    assert (answer.status, answer["code"]) == (400, 20001)
    assert site.listed("/Workers") == []
