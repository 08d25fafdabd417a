"""Workflows over REST."""

import json

import pytest


def configuration(site):
    queue = site.listed("/TaskQueues")[0]["sid"]
    return json.dumps({"task_routing": {"default_filter": {"queue": queue}}}, indent=1)


def test_a_workflow_is_made_read_changed_and_deleted(site):
    text = configuration(site)
    made = site.made(
        "/Workflows", FriendlyName="Main", Configuration=text, AssignmentCallbackUrl="http://127.0.0.1:3000/reservation"
    )
    assert made["configuration"] == text
    assert made["assignment_callback_url"] == "http://127.0.0.1:3000/reservation"
    assert made["fallback_assignment_callback_url"] is None
    assert made["task_reservation_timeout"] == 120
    assert made["document_content_type"] == "application/json"
    changed = site.post(f"/Workflows/{made['sid']}", TaskReservationTimeout="30", AssignmentCallbackUrl="")
    assert (changed["task_reservation_timeout"], changed["assignment_callback_url"]) == (30, None)
    assert (changed["friendly_name"], changed["configuration"]) == ("Main", text)
    assert site.delete(f"/Workflows/{made['sid']}").status == 204
    assert site.get(f"/Workflows/{made['sid']}").status == 404


def test_workflows_are_found_by_name(site):
    site.made("/Workflows", FriendlyName="Main", Configuration=configuration(site))
    assert [each["friendly_name"] for each in site.listed("/Workflows", FriendlyName="Main")] == ["Main"]


def test_waiting_tasks_go_through_a_new_configuration_when_that_is_asked_for(site):
    task = site.task()
    queue = site.made("/TaskQueues", FriendlyName="Other")["sid"]
    workflow = site.listed("/Workflows")[0]["sid"]
    text = json.dumps({"task_routing": {"default_filter": {"queue": queue}}})
    site.post(f"/Workflows/{workflow}", Configuration=text, ReEvaluateTasks="true")
    assert site.get(f"/Tasks/{task['sid']}")["task_queue_friendly_name"] == "Other"


@pytest.mark.parametrize(
    "form",
    [
        {"FriendlyName": "x"},
        {"FriendlyName": "x", "Configuration": ""},
        {"FriendlyName": "x", "Configuration": "{"},
        {"FriendlyName": "x", "Configuration": "{}"},
        {"FriendlyName": "x", "Configuration": '{"task_routing": {"default_filter": {"queue": "WQ0"}}}'},
        {"Configuration": '{"task_routing": {}}'},
        {"FriendlyName": "x", "Configuration": '{"task_routing": {}}', "TaskReservationTimeout": "86401"},
        {"FriendlyName": "x", "Configuration": '{"task_routing": {}}', "AssignmentCallbackUrl": "x"},
    ],
)
def test_a_workflow_that_cannot_be_is_refused(site, form):
    answer = site.post("/Workflows", **form)
    assert (answer.status, answer["code"]) == (400, 20001)


def test_a_workflow_with_open_tasks_is_not_deleted(site):
    site.task()
    assert site.delete(f"/Workflows/{site.listed('/Workflows')[0]['sid']}").status == 400
