"""Workspaces over REST."""

import pytest


def channels(site, workspace):
    return [each["unique_name"] for each in site.listed(f"/v1/Workspaces/{workspace['sid']}/TaskChannels")]


def test_a_new_account_has_one_workspace_like_flexs(site):
    (workspace,) = site.listed("/v1/Workspaces")
    assert workspace["friendly_name"] == "Flex Task Assignment"
    assert workspace["default_activity_name"] == workspace["timeout_activity_name"] == "Offline"
    assert workspace["multi_task_enabled"] is True
    assert workspace["event_callback_url"] == ""
    assert workspace["events_filter"] is None
    assert [each["friendly_name"] for each in site.listed("/TaskQueues")] == ["Everyone"]
    assert [each["friendly_name"] for each in site.listed("/Workflows")] == ["Assign to Anyone"]


def test_a_plain_workspace_has_activities_and_five_channels_and_nothing_else(site):
    workspace = site.made("/v1/Workspaces", FriendlyName="plain")
    assert channels(site, workspace) == ["default", "voice", "chat", "sms", "video"]
    names = [each["friendly_name"] for each in site.listed(f"/v1/Workspaces/{workspace['sid']}/Activities")]
    assert names == ["Offline", "Available", "Unavailable"]
    assert site.listed(f"/v1/Workspaces/{workspace['sid']}/TaskQueues") == []
    assert site.listed(f"/v1/Workspaces/{workspace['sid']}/Workflows") == []


def test_the_fifo_template_adds_a_queue_and_a_workflow_that_route(site):
    workspace = site.made("/v1/Workspaces", FriendlyName="fifo", Template="FIFO")
    prefix = f"/v1/Workspaces/{workspace['sid']}"
    assert [each["friendly_name"] for each in site.listed(f"{prefix}/TaskQueues")] == ["Sample Queue"]
    assert [each["friendly_name"] for each in site.listed(f"{prefix}/Workflows")] == ["Default Fifo Workflow"]
    assert site.made(f"{prefix}/Tasks")["workflow_friendly_name"] == "Default Fifo Workflow"


def test_two_workspaces_share_nothing(site):
    site.worker()
    workspace = site.made("/v1/Workspaces", FriendlyName="other")
    assert site.listed(f"/v1/Workspaces/{workspace['sid']}/Workers") == []
    worker = site.listed("/Workers")[0]
    assert site.get(f"/v1/Workspaces/{workspace['sid']}/Workers/{worker['sid']}").status == 404


def test_workspaces_are_found_by_name_and_paged(site):
    for name in ("one", "two", "one"):
        site.made("/v1/Workspaces", FriendlyName=name)
    assert len(site.listed("/v1/Workspaces", FriendlyName="one")) == 2
    first = site.get("/v1/Workspaces?PageSize=3")
    assert first["meta"]["key"] == "workspaces"
    rest = site.get(first["meta"]["next_page_url"])
    assert [each["friendly_name"] for each in rest["workspaces"]] == ["one"]


def test_an_update_changes_what_it_names_and_keeps_the_rest(site):
    answer = site.post(
        site.workspace.path,
        EventCallbackUrl="https://example.com/events",
        EventsFilter="task.created, task.canceled",
        DefaultActivitySid=site.activity("Break"),
        PrioritizeQueueOrder="LIFO",
    )
    assert answer.status == 200
    assert answer["event_callback_url"] == "https://example.com/events"
    assert answer["events_filter"] == "task.created, task.canceled"
    assert (answer["default_activity_name"], answer["timeout_activity_name"]) == ("Break", "Offline")
    assert (answer["prioritize_queue_order"], answer["friendly_name"]) == ("LIFO", "Flex Task Assignment")


def test_a_deleted_workspace_is_gone_with_everything_in_it(site):
    site.worker()
    assert site.delete(site.workspace.path).status == 204
    assert site.get(site.workspace.path).status == 404
    assert site.get("/Workers").status == 404
    assert site.listed("/v1/Workspaces") == []


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"FriendlyName": "x" * 65},
        {"FriendlyName": "x", "Template": "LIFO"},
        {"FriendlyName": "x", "MultiTaskEnabled": "false"},
        {"FriendlyName": "x", "EventCallbackUrl": "nowhere"},
        {"FriendlyName": "x", "PrioritizeQueueOrder": "RANDOM"},
    ],
)
def test_a_workspace_that_cannot_be_is_refused_and_not_made(site, form):
    answer = site.post("/v1/Workspaces", **form)
    assert (answer.status, answer["code"]) == (400, 20001)
    assert len(site.listed("/v1/Workspaces")) == 1


def test_an_activity_of_elsewhere_is_no_default(site):
    other = site.made("/v1/Workspaces", FriendlyName="other")
    assert site.post(site.workspace.path, DefaultActivitySid=other["default_activity_sid"]).status == 400
