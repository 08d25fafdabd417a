"""Workflows: filters, targets, timeouts, skipping, known agents, and the order of queues."""

import pytest


def test_the_first_filter_that_matches_is_used_and_the_default_if_none_does(office):
    """Page *Workflows Overview* (twilio.com/docs/taskrouter/workflow-configuration)."""
    sales, support, other = (office.queue(name) for name in ("Sales", "Support", "Other"))
    flow = office.workflow(
        {"filter_friendly_name": "Sales", "expression": "type == 'sales'", "targets": [{"queue": sales}]},
        {"friendly_name": "Both", "expression": "type IN ['sales', 'support']", "targets": [{"queue": support}]},
        default=other,
    )
    assert [office.queue_of(office.task(flow, type=each)) for each in ("sales", "support", "spam")] == [
        "Sales", "Support", "Other",
    ]  # fmt: skip


def test_without_a_match_and_a_default_there_is_no_task(office, site):
    """Page *Workflows Overview*: the task cannot be created (debugger code 14222; over REST 400 is our reading)."""
    flow = office.workflow({"expression": "a == 1", "targets": [{"queue": office.queue()}]})
    assert site.post("/Tasks", WorkflowSid=flow, Attributes='{"a": 2}').status == 400
    assert site.post("/Tasks", WorkflowSid=flow, Attributes='{"a": 1}').status == 201


def test_two_targets_of_ten_seconds_end_at_ages_of_ten_and_twenty(office):
    """Page *Lifecycle of a Task: Timeout evaluation*: timeouts add up against the age of the task.

    The page's task comes to its second target at an age of 8 and has 12 seconds there. It contradicts the Workflows
    page on how it came there so early; both agree that the second target ends at an age of 20.
    """
    one, two = office.queue("One"), office.queue("Two")
    flow = office.workflow(
        [{"queue": one, "timeout": 10}, {"queue": two, "timeout": "10"}], default=office.queue("Def")
    )
    task = office.task(flow)
    seen = []
    for seconds in (8, 1.9, 0.1, 9.9):
        office.pass_time(seconds)
        seen.append((office.queue_of(task), office.status(task)))
    assert seen == [("One", "pending"), ("One", "pending"), ("Two", "pending"), ("Two", "pending")]
    office.pass_time(0.1)
    assert office.status(task) == "canceled"
    assert office.seen(task)["reason"] == "Task canceled on Workflow timeout"


def test_a_task_that_comes_late_to_its_second_target_has_only_the_rest(office, site):
    """Page *Lifecycle of a Task: Timeout evaluation*: an offer until an age of 12 leaves 8 of the second 10 seconds."""
    one, two = office.queue("One"), office.queue("Two", "1==2")
    flow = office.workflow([{"queue": one, "timeout": 10}, {"queue": two, "timeout": 10}])
    office.worker("ann")
    task = office.task(flow)
    office.pass_time(12)
    assert (office.queue_of(task), office.status(task)) == ("One", "reserved")
    office.decide(task, "rejected", WorkerActivitySid=site.activity("Break"))
    assert (office.queue_of(task), office.status(task)) == ("Two", "pending")
    office.pass_time(7.9)
    assert office.status(task) == "pending"
    office.pass_time(0.1)
    assert office.status(task) == "canceled"


def test_a_task_that_times_out_goes_to_the_next_filter_that_matches_and_never_to_the_default(office):
    """Page *Workflows Overview*: after the last target of a filter, the next subsequent filter that matches."""
    one, two, rest = (office.queue(name) for name in ("One", "Two", "Rest"))
    flow = office.workflow(
        [{"queue": one, "timeout": 5}],
        {"expression": "other == 1", "targets": [{"queue": rest, "timeout": 5}]},
        [{"queue": two, "timeout": 5}],
        default=rest,
    )
    task = office.task(flow)
    office.pass_time(5)
    assert office.queue_of(task) == "Two"
    office.pass_time(5)
    assert office.status(task) == "canceled"


def test_a_target_without_a_timeout_and_the_default_wait_until_the_task_is_too_old(office, site):
    """Page *Workflows Overview* and Task resource: default 86,400 seconds, then ``Task TTL Exceeded``."""
    queue = office.queue()
    for flow in (office.workflow([{"queue": queue}]), office.workflow(default=queue)):
        task = office.task(flow)
        office.pass_time(86_399)
        assert office.status(task) == "pending"
        office.pass_time(1)
        assert (office.status(task), office.seen(task)["reason"]) == ("canceled", "Task TTL Exceeded")
    brief = site.made("/Tasks", WorkflowSid=flow, Timeout=60)["sid"]
    office.pass_time(60)
    assert office.status(brief) == "canceled"


def test_later_targets_inherit_the_queue_and_a_priority_stays_until_another_is_given(office):
    """Page *Workflows Overview*: queue is inherited, priority overwrites the task's own where it is given."""
    flow = office.workflow(
        [{"queue": office.queue(), "timeout": 10}, {"timeout": 10, "priority": "10"}, {"timeout": 10}]
    )
    task = office.task(flow, priority=3)
    seen = []
    for _ in range(3):
        seen.append((office.queue_of(task), office.seen(task)["priority"]))
        office.pass_time(10)
    assert seen == [("Queue", 3), ("Queue", 10), ("Queue", 10)]


def skipping(office, skip_if, default=None):
    one, two = office.queue("One", "team == 'one'"), office.queue("Two", "team == 'two'")
    targets = [{"queue": one, "skip_if": skip_if, "timeout": 60}, {"queue": two, "timeout": 60}]
    return office.workflow(targets, default=default)


def test_a_target_is_skipped_while_nobody_there_is_available(office):
    """Page *Skipping based on Worker availability*: ``workers.available == 0``."""
    flow = skipping(office, "workers.available == 0")
    worker = office.worker("ann", "Break", team="one")
    assert office.queue_of(office.task(flow)) == "Two"
    office.move(worker, "Available")
    assert office.queue_of(office.task(flow)) == "One"
    assert office.queue_of(office.task(flow)) == "One", "available, if busy: the activity counts, not the capacity"


def test_a_target_is_skipped_whenever_nobody_can_be_reserved_at_once(office):
    """Page *Skipping based on Worker availability*: ``1==1`` is the form for capacity; it is asked only if no offer is made."""
    flow = skipping(office, "1==1")
    office.worker("ann", team="one")
    assert office.queue_of(office.task(flow)) == "One"
    assert office.queue_of(office.task(flow)) == "Two"


def test_a_count_of_one_activity_decides(office, site):
    """Page *Skipping based on Worker availability*: ``workers.WA…`` counts the queue's workers in that activity."""
    flow = skipping(office, f"workers.{site.activity('Break')} < 1 AND workers.unavailable == 0")
    assert office.queue_of(office.task(flow)) == "Two"
    office.worker("ann", "Break", team="one")
    assert office.queue_of(office.task(flow)) == "One"


def test_a_task_that_skips_out_of_everything_comes_to_the_default(office):
    """Page *Workflows Overview*: skipped everywhere, default_filter applies; without one the task is canceled."""
    one, rest = office.queue("One"), office.queue("Rest")
    flow = office.workflow([{"queue": one, "skip_if": "1==1"}], default=rest)
    assert office.queue_of(office.task(flow)) == "Rest"
    strict = office.workflow([{"queue": one, "skip_if": "1==1"}])
    assert office.status(office.task(strict)) == "canceled"


def test_a_known_agent_is_the_only_candidate(office):
    """Page *Known Agent Routing* (…/workflow-configuration/known-agent-routing): ``known_worker_sid`` names a task attribute."""
    queue = office.queue(target_workers="team == 'one'")
    known = {"queue": queue, "known_worker_sid": "task.agent", "timeout": 30}
    flow = office.workflow([known, {"queue": queue, "timeout": 30}])
    ann, bob = office.worker("ann", team="one"), office.worker("bob", team="one")
    assert office.holders(office.task(flow, agent=bob)) == ["bob"]
    waiting = office.task(flow, agent=bob)
    assert office.status(waiting) == "pending", "bob has no room, and nobody else will do"
    office.pass_time(30)
    assert office.holders(waiting) == ["ann"]
    assert ann != bob


@pytest.mark.parametrize("agent", ["WK" + "0" * 32, None, 5, "stranger"])
def test_a_known_agent_who_will_not_do_leaves_the_task_in_the_target(office, agent):
    """Page *Known Agent Routing*: not in the queue, no such worker, null: the task stays until timeout, skip_if or TTL."""
    one, two = office.queue("One", "team == 'one'"), office.queue("Two")
    flow = office.workflow([{"queue": one, "known_worker_sid": "task.agent", "timeout": 30}, {"queue": two}])
    stranger = office.worker("stranger", team="two")
    office.worker("ann", team="one")
    task = office.task(flow, agent=stranger if agent == "stranger" else agent)
    assert (office.queue_of(task), office.holders(task)) == ("One", [])
    office.pass_time(30)
    assert office.queue_of(task) == "Two"


def test_a_known_agent_is_named_by_friendly_name_too(office):
    """Page *Known Agent Routing*: ``known_worker_friendly_name``."""
    flow = office.workflow([{"queue": office.queue(), "known_worker_friendly_name": "task.agent"}])
    office.worker("ann")
    office.worker("bob")
    assert office.holders(office.task(flow, agent="bob")) == ["bob"]


def test_a_target_expression_joins_task_and_worker(office):
    """Page *Workflows Overview*: ``task.language IN worker.languages`` among the queue's workers."""
    flow = office.workflow([{"queue": office.queue(), "expression": "task.language IN worker.languages"}])
    office.worker("ann", languages=["en"])
    office.worker("bob", languages=["es", "fr"])
    assert office.holders(office.task(flow, language="fr")) == ["bob"]


def test_first_in_first_out_by_priority_then_by_age(office):
    """Page *Queue Ordering*: FIFO is by priority, then by virtual start time."""
    flow = office.workflow(default=office.queue())
    tasks = {}
    for name, priority in (("early", 0), ("late", 0), ("urgent", 5)):
        tasks[name] = office.task(flow, priority=priority)
        office.pass_time(1)
    assert order_of(office, tasks) == ["urgent", "early", "late"]


def test_last_in_first_out_ignores_priority(office):
    """Page *Queue Ordering*: the newest first, whatever its priority."""
    flow = office.workflow(default=office.queue(TaskOrder="LIFO"))
    tasks = {}
    for name, priority in (("early", 9), ("middle", 5), ("late", 0)):
        tasks[name] = office.task(flow, priority=priority)
        office.pass_time(1)
    assert order_of(office, tasks) == ["late", "middle", "early"]


@pytest.mark.parametrize(("order", "expected"), [("FIFO", ["first", "last"]), ("LIFO", ["last", "first"])])
def test_of_two_kinds_of_queue_the_workspace_says_which_is_served_first(office, site, order, expected):
    """Page *Queue Ordering*: ``PrioritizeQueueOrder`` of the Workspace resource."""
    site.post(site.workspace.path, PrioritizeQueueOrder=order)
    fifo, lifo = office.queue("Fifo"), office.queue("Lifo", TaskOrder="LIFO")
    tasks = {"first": office.task(office.workflow(default=fifo)), "last": office.task(office.workflow(default=lifo))}
    assert order_of(office, tasks) == expected


def test_a_virtual_start_time_counts_as_the_age(office, site):
    """Task resource, ``VirtualStartTime``: the new task has this start time in the order of the queue."""
    flow = office.workflow(default=office.queue())
    tasks = {"present": office.task(flow)}
    form = {"WorkflowSid": flow, "VirtualStartTime": "2020-01-01T00:00:00Z"}
    tasks["backdated"] = site.made("/Tasks", **form)["sid"]
    assert order_of(office, tasks) == ["backdated", "present"]


def order_of(office, tasks):
    """The order in which one worker is offered these tasks."""
    office.worker("ann")
    names = {sid: name for name, sid in tasks.items()}
    order = []
    for _ in tasks:
        (sid,) = [sid for sid in names if office.status(sid) == "reserved"]
        order.append(names[sid])
        office.decide(sid, "accepted")
        office.decide(sid, "completed")
    return order


def test_waiting_tasks_go_through_a_new_configuration_only_if_asked(office, site):
    """Workflow resource, ``ReEvaluateTasks``: true sends the waiting tasks through; the default is false."""
    one, two = office.queue("One"), office.queue("Two")
    flow = office.workflow({"expression": "1==1", "targets": [{"queue": one}]})
    task = office.task(flow)
    changed = f'{{"task_routing": {{"filters": [{{"expression": "a == 1", "targets": [{{"queue": "{two}"}}]}}, {{"expression": "1==1", "targets": [{{"queue": "{two}"}}]}}]}}}}'
    kept = f'{{"task_routing": {{"filters": [{{"expression": "1==1", "targets": [{{"queue": "{one}"}}, {{"queue": "{two}"}}]}}]}}}}'
    site.post(f"/Workflows/{flow}", Configuration=kept)
    assert office.queue_of(task) == "One"
    site.post(f"/Workflows/{flow}", Configuration=changed, ReEvaluateTasks="true")
    assert office.queue_of(task) == "Two"
