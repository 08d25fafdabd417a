"""Tasks over REST."""

import pytest

NOWHERE = {"WorkflowSid": "WW" + "0" * 32}


def texts(rows):
    return [each["attributes"] for each in rows]


def test_a_task_without_more_waits_in_the_only_workflow_on_the_default_channel(site):
    made = site.made("/Tasks")
    assert made["assignment_status"] == "pending"
    assert (made["attributes"], made["addons"], made["age"], made["priority"]) == ("{}", "{}", 0, 0)
    assert (made["timeout"], made["task_channel_unique_name"]) == (86_400, "default")
    assert (made["workflow_friendly_name"], made["task_queue_friendly_name"]) == ("Assign to Anyone", "Everyone")
    assert (made["reason"], made["routing_target"], made["ignore_capacity"]) == (None, None, False)
    assert made["task_queue_entered_date"] == made["virtual_start_time"] == made["date_created"]


def test_a_channel_is_named_by_sid_or_by_unique_name(site):
    chat = site.get("/TaskChannels/chat")["sid"]
    assert site.task(TaskChannel=chat)["task_channel_unique_name"] == "chat"
    assert site.task(TaskChannel="chat")["task_channel_sid"] == chat


def test_the_workflow_must_be_named_where_there_are_several(site):
    one = site.listed("/Workflows")[0]
    site.made("/Workflows", FriendlyName="Second", Configuration=one["configuration"])
    answer = site.post("/Tasks")
    assert answer.status == 400
    assert "WorkflowSid field is required" in answer["message"]
    assert site.made("/Tasks", WorkflowSid=one["sid"])["workflow_sid"] == one["sid"]


def test_a_whole_life_from_waiting_to_completed(site):
    worker, task, reservation = site.reserved()
    address = f"/Tasks/{task['sid']}"
    assert site.get(address)["assignment_status"] == "reserved"
    site.post(reservation["url"], ReservationStatus="accepted")
    assert site.get(address)["assignment_status"] == "assigned"
    assert site.post(address, AssignmentStatus="wrapping", Reason="hung up")["assignment_status"] == "wrapping"
    assert site.get(reservation["url"])["reservation_status"] == "wrapping"
    done = site.post(address, AssignmentStatus="completed", Reason="resolved", Attributes='{"csat": 5}')
    assert (done["assignment_status"], done["reason"], done["attributes"]) == ("completed", "resolved", '{"csat": 5}')
    assert site.get(reservation["url"])["reservation_status"] == "completed"
    assert site.get(f"/Workers/{worker['sid']}")["available"] is True


def test_a_completed_task_takes_new_attributes_until_it_is_purged(site):
    _, task, reservation = site.reserved()
    address = f"/Tasks/{task['sid']}"
    site.post(reservation["url"], ReservationStatus="accepted")
    site.post(address, AssignmentStatus="completed")
    assert site.post(address, Attributes='{"late": true}')["attributes"] == '{"late": true}'
    site.clock.advance(299)
    assert site.get(address).status == 200
    site.clock.advance(1)
    assert site.get(address).status == 404


def test_completing_a_task_that_is_not_assigned_is_refused_in_twilios_words(site):
    task = site.task()
    answer = site.post(f"/Tasks/{task['sid']}", AssignmentStatus="completed")
    assert (answer.status, answer["code"]) == (400, 20001)
    assert answer["message"] == (
        f"Cannot complete task {task['sid']} in workspace {site.workspace.sid} for account {site.account.sid}"
        " because it is not currently assigned."
    )


@pytest.mark.parametrize("status", ["wrapping", "pending", "reserved", "assigned", "lost"])
def test_a_status_that_cannot_follow_is_refused(site, status):
    task = site.task()
    answer = site.post(f"/Tasks/{task['sid']}", AssignmentStatus=status)
    assert (answer.status, answer["code"]) == (400, 20001)


def test_a_waiting_task_is_canceled_with_its_reason(site):
    task = site.task()
    answer = site.post(f"/Tasks/{task['sid']}", AssignmentStatus="canceled", Reason="gave up")
    assert (answer["assignment_status"], answer["reason"]) == ("canceled", "gave up")


def test_tasks_are_found_by_what_the_reference_lists(site):
    site.task('{"n": 1}', Priority=5)
    site.task('{"n": 2}')
    canceled = site.task('{"n": 3}')
    site.post(f"/Tasks/{canceled['sid']}", AssignmentStatus="canceled")
    everyone, anyone = site.listed("/TaskQueues")[0], site.listed("/Workflows")[0]
    assert texts(site.listed("/Tasks", AssignmentStatus="canceled")) == ['{"n": 3}']
    assert len(site.listed("/Tasks", AssignmentStatus=["pending", "canceled"])) == 3
    assert len(site.listed("/Tasks", AssignmentStatus="pending,canceled")) == 3
    assert texts(site.listed("/Tasks", Priority="5")) == ['{"n": 1}']
    assert texts(site.listed("/Tasks", EvaluateTaskAttributes="n > 1")) == ['{"n": 2}', '{"n": 3}']
    assert len(site.listed("/Tasks", TaskQueueSid=everyone["sid"], WorkflowSid=anyone["sid"])) == 3
    assert len(site.listed("/Tasks", TaskQueueName="Everyone", WorkflowName="Assign to Anyone")) == 3
    assert site.listed("/Tasks", TaskQueueName="Nobody") == []
    assert site.listed("/Tasks", WorkflowName="Nothing") == []
    assert site.listed("/Tasks", HasAddons="true") == []
    assert site.listed("/Tasks", RoutingTarget="WK1") == []
    assert len(site.listed("/Tasks", HasAddons="false")) == 3


def test_an_attribute_that_no_task_has_matches_nothing_without_an_error(site):
    site.task()
    assert site.listed("/Tasks", EvaluateTaskAttributes="nothing HAS 'x'") == []
    assert site.get("/Tasks", EvaluateTaskAttributes="== 1").status == 400


def test_tasks_are_ordered_by_pairs_of_which_the_first_counts_most(site):
    for number, priority in enumerate((1, 2, 1, 2)):
        site.clock.advance(1)
        site.task(f"{number:d}".join(('{"n": ', "}")), Priority=priority)
    order = [text[6] for text in texts(site.listed("/Tasks", Ordering="Priority:desc,DateCreated:desc"))]
    assert order == ["3", "1", "2", "0"]
    order = [text[6] for text in texts(site.listed("/Tasks", Ordering="DateCreated:desc"))]
    assert order == ["3", "2", "1", "0"]
    for refused in ("Age:asc", "Priority:up", "DateCreated:asc,VirtualStartTime:asc"):
        assert site.get("/Tasks", Ordering=refused).status == 400


def test_if_match_guards_an_update_and_a_delete(site):
    task = site.task()
    address = f"/Tasks/{task['sid']}"
    assert site.get(address).headers["etag"] == '"0"'
    assert site.call("POST", address, {"Attributes": '{"a": 1}'}, if_match="0").status == 200
    stale = site.call("POST", address, {"AssignmentStatus": "completed"}, if_match='"0"')
    assert (stale.status, stale["code"]) == (412, 20412)
    assert site.call("DELETE", address, if_match="nonsense").status == 412
    assert site.call("DELETE", address, if_match='"1"').status == 204


def test_if_match_with_a_star_asks_for_any_version(site):
    task = site.task()
    assert site.call("POST", f"/Tasks/{task['sid']}", {"Priority": "1"}, if_match="*").status == 200


def test_a_virtual_start_in_the_past_is_kept_and_one_in_the_future_refused(site):
    assert site.task(VirtualStartTime="2020-01-01T00:00:00Z")["virtual_start_time"] == "2020-01-01T00:00:00Z"
    answer = site.post("/Tasks", VirtualStartTime="2099-01-01T00:00:00Z")
    assert answer.status == 400
    assert "future" in answer["message"]


@pytest.mark.parametrize(
    "form",
    [
        {"Attributes": "[]"},
        {"Attributes": "{"},
        {"Priority": "-1"},
        {"Priority": "2147483648"},
        {"Timeout": "0"},
        {"Timeout": "1209601"},
        {"TaskChannel": "letters"},
        NOWHERE,
        {"RoutingTarget": "WK" + "0" * 32},
    ],
)
def test_a_task_that_cannot_be_is_refused(site, form):
    answer = site.post("/Tasks", **form)
    assert (answer.status, answer["code"]) == (400, 20001)
    assert site.listed("/Tasks") == []


def test_a_waiting_task_changes_its_channel_and_a_reserved_one_does_not(site):
    task = site.task()
    assert site.post(f"/Tasks/{task['sid']}", TaskChannel="voice")["task_channel_unique_name"] == "voice"
    site.worker()
    assert site.post(f"/Tasks/{task['sid']}", TaskChannel="default").status == 400
    assert site.get(f"/Tasks/{task['sid']}")["task_channel_unique_name"] == "voice"


def test_a_task_goes_directly_to_a_worker_whatever_that_is_doing(site):
    worker = site.worker("ann", "Offline")
    task = site.task(RoutingTarget=worker["sid"])
    assert (task["routing_target"], task["ignore_capacity"]) == (worker["sid"], True)
    assert (task["assignment_status"], task["task_queue_sid"]) == ("reserved", None)
    (reservation,) = site.listed(f"/Tasks/{task['sid']}/Reservations")
    assert reservation["worker_sid"] == worker["sid"]
    assert [each["sid"] for each in site.listed("/Tasks", RoutingTarget=worker["sid"])] == [task["sid"]]


@pytest.mark.parametrize("value", ["false", "0", "respect it"])
def test_a_task_for_a_worker_waits_for_it_where_capacity_counts(site, value):
    worker = site.worker("ann", "Offline")
    task = site.task(RoutingTarget=worker["sid"], IgnoreCapacity=value)
    assert (task["assignment_status"], task["ignore_capacity"]) == ("pending", False)
    site.post(f"/Workers/{worker['sid']}", ActivitySid=site.activity("Available"))
    assert site.get(f"/Tasks/{task['sid']}")["assignment_status"] == "reserved"


def test_a_task_goes_directly_to_a_queue_past_the_workflow(site):
    queue = site.made("/TaskQueues", FriendlyName="Direct")
    task = site.task(RoutingTarget=queue["sid"])
    assert (task["task_queue_sid"], task["routing_target"], task["ignore_capacity"]) == (
        queue["sid"], queue["sid"], False,
    )  # fmt: skip


def test_a_task_goes_to_the_workflow_that_it_names_as_its_target(site):
    first = site.listed("/Workflows")[0]
    second = site.made("/Workflows", FriendlyName="Second", Configuration=first["configuration"])
    assert site.task(RoutingTarget=second["sid"])["workflow_sid"] == second["sid"]


def test_a_direct_task_is_counted_in_the_queue_that_it_names(site):
    queue = site.made("/TaskQueues", FriendlyName="Outbound", TargetWorkers="1==2")
    task = site.task(RoutingTarget=site.worker()["sid"], TaskQueueSid=queue["sid"])
    assert (task["task_queue_friendly_name"], task["assignment_status"]) == ("Outbound", "reserved")


def test_a_direct_task_needs_no_workflow_named_where_there_are_several(site):
    first = site.listed("/Workflows")[0]
    site.made("/Workflows", FriendlyName="Second", Configuration=first["configuration"])
    assert site.task(RoutingTarget=site.worker()["sid"])["workflow_sid"] == first["sid"]


@pytest.mark.parametrize(
    "form",
    [
        {"RoutingTarget": "WT" + "0" * 32},
        {"RoutingTarget": "anybody"},
        {"IgnoreCapacity": "true"},
        {"TaskQueueSid": "WQ" + "0" * 32},
    ],
)
def test_a_way_that_leads_nowhere_is_refused_by_name(site, form):
    answer = site.post("/Tasks", **form)
    assert (answer.status, answer["code"]) == (400, 20001)
    assert next(iter(form)) in answer["message"]


def test_a_queue_to_be_counted_in_goes_with_a_target(site):
    queue = site.listed("/TaskQueues")[0]["sid"]
    answer = site.post("/Tasks", TaskQueueSid=queue)
    assert answer.status == 400
    assert "RoutingTarget" in answer["message"]


def test_a_deleted_task_is_gone_and_its_worker_is_free(site):
    worker, task, _ = site.reserved()
    assert site.delete(f"/Tasks/{task['sid']}").status == 204
    assert site.get(f"/Tasks/{task['sid']}").status == 404
    channel = site.get(f"/Workers/{worker['sid']}/Channels/default")
    assert channel["available_capacity_percentage"] == 100
