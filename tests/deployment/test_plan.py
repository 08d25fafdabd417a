"""What has to change follows from what is there and what is wanted, and from nothing else."""

from dataclasses import replace

import pytest

from flexsim.configuration.records import QueuePlan
from flexsim.configuration.references import replace_queues
from flexsim.deployment.changes import Action, Difference, Kind
from flexsim.deployment.ledger import Ledger, read_ledger, with_ledger
from flexsim.deployment.plan import Missing, Present, find_missing, make_plan
from flexsim.errors import ConfigurationError
from flexsim.taskrouter.port import Activity, TaskChannel, TaskQueue, Worker, Workflow

URL = "http://127.0.0.1:3000/reservation"
EVERYONE = TaskQueue(sid="WQ0", name="Everyone", target_workers="1==1")


@pytest.fixture
def empty():
    """A workspace as Flex makes it."""
    names = ["Offline", "Available", "Unavailable", "Break"]
    return Present(
        activities=tuple(Activity(sid=f"WA{n}", name=n, available=n == "Available") for n in names),
        task_channels=tuple(
            TaskChannel(sid=f"TC{n}", unique_name=n, name=n) for n in ("default", "voice", "chat", "sms")
        ),
        task_queues=(EVERYONE,),
    )


def deployed(empty, configuration):
    """The workspace after deploying ``configuration``."""
    queues = [
        TaskQueue(sid=f"WQ{queue.name}", name=queue.name, target_workers=queue.target_workers)
        for queue in configuration.queues
    ]
    sids = {queue.name: queue.sid for queue in [*queues, EVERYONE]}
    workers = [
        Worker(sid=f"WK{w.name}", name=w.name, attributes=w.attributes, activity_sid="WAOffline", available=False)
        for w in configuration.workers
    ]
    workflow = Workflow(
        sid="WW1",
        name=configuration.workflow.name,
        configuration=replace_queues(configuration.workflow.configuration, sids),
        assignment_url=URL,
        reservation_timeout=configuration.workflow.reservation_timeout,
    )
    return replace(
        empty,
        task_queues=(EVERYONE, *queues),
        workflows=(workflow,),
        workers=tuple(workers),
        capacities={f"WK{worker.name}": dict(worker.capacities) for worker in configuration.workers},
    )


def actions(plan):
    return {(change.action.value, change.kind.value, change.name) for change in plan.todo}


def without_queue(configuration, name):
    """The configuration as if the option ``name`` had never been in the domain."""
    routing = configuration.workflow.configuration["task_routing"]
    filters = [each for each in routing["filters"] if each["targets"][0]["queue"] != name]
    workflow = replace(configuration.workflow, configuration={"task_routing": {**routing, "filters": filters}})
    queues = tuple(queue for queue in configuration.queues if queue.name != name)
    return replace(configuration, queues=queues, workflow=workflow)


def test_into_an_empty_workspace_everything_is_created_and_noted_first(empty, configuration):
    plan = make_plan(empty, configuration, URL)
    created = {("create", "task queue", name) for name in ("Sales", "Service", "Support")}
    created |= {("create", "worker", f"Agent_00{n}") for n in range(3)}
    assert actions(plan) == created | {("create", "workflow", "Tidewater Workflow")}
    assert read_ledger(plan.stages.begin).queues == {"Sales", "Service", "Support"}
    assert plan.stages.end == configuration.workflow.configuration


def test_what_is_deployed_needs_nothing(empty, configuration):
    plan = make_plan(deployed(empty, configuration), configuration, URL)
    assert plan.in_sync
    assert plan.stages.begin is None
    assert {change.action for change in plan.changes} == {Action.LEAVE}


def test_the_assignment_address_is_left_when_none_is_said(empty, configuration):
    assert make_plan(deployed(empty, configuration), configuration, None).in_sync


def test_a_drifted_workflow_is_updated_and_says_how(empty, configuration):
    present = deployed(empty, configuration)
    (workflow,) = present.workflows
    drifted = replace(workflow, assignment_url="http://old.example/", reservation_timeout=5)
    plan = make_plan(replace(present, workflows=(drifted,)), configuration, URL)
    (change,) = plan.todo
    assert (change.action, change.sid) == (Action.UPDATE, "WW1")
    assert [str(each) for each in change.differences] == [
        f"assignment callback http://old.example/ → {URL}",
        f"reservation timeout 5 → {configuration.workflow.reservation_timeout}",
    ]


def filters_of(present):
    return present.workflows[0].configuration["task_routing"]["filters"]


def with_filters(present, filters):
    (workflow,) = present.workflows
    routing = {**workflow.configuration["task_routing"], "filters": filters}
    return replace(present, workflows=(replace(workflow, configuration={"task_routing": routing}),))


def test_filters_that_differ_are_named(empty, configuration):
    present = deployed(empty, configuration)
    first, second, third = filters_of(present)
    other = with_filters(present, [{**first, "expression": "1==1"}, third, {**second, "filter_friendly_name": "Odd"}])
    plan = make_plan(other, configuration, URL)
    differences = [str(each) for each in plan.of(Kind.WORKFLOW, Action.UPDATE)[0].differences]
    assert differences == [
        "filter Odd → gone",
        f"new filter {second['filter_friendly_name']}",
        f"filter {first['filter_friendly_name']} as it was → changed",
    ]


def test_the_order_of_filters_counts(empty, configuration):
    present = deployed(empty, configuration)
    plan = make_plan(with_filters(present, filters_of(present)[::-1]), configuration, URL)
    assert [str(each) for each in plan.todo[0].differences] == ["filters as they were → in another order"]


def test_another_spelling_of_the_same_filter_is_no_difference(empty, configuration):
    present = deployed(empty, configuration)
    respelt = [
        {
            "friendly_name": entry["filter_friendly_name"],
            "expression": entry["expression"],
            "targets": [{**target, "timeout": str(target["timeout"]), "skip_if": None} for target in entry["targets"]],
        }
        for entry in filters_of(present)
    ]
    assert make_plan(with_filters(present, respelt), configuration, URL).in_sync


def test_capacities_and_attributes_of_workers_are_part_of_the_difference(empty, configuration):
    present = deployed(empty, configuration)
    first = present.workers[0]
    changed = replace(first, attributes={**first.attributes, "full_name": "Somebody Else", "stray": 1})
    capacities = {**present.capacities, present.workers[1].sid: {"voice": 1, "chat": 1, "sms": 2}}
    plan = make_plan(
        replace(present, workers=(changed, *present.workers[1:]), capacities=capacities), configuration, URL
    )
    renamed, recapacitated = plan.todo
    name = configuration.workers[0].attributes["full_name"]
    assert renamed.differences == (
        Difference(what="attribute full_name", before="Somebody Else", after=name),
        Difference(what="attribute stray", before=1, after=None),
    )
    assert [str(each) for each in recapacitated.differences] == ["capacity chat 1 → 2"]


def test_workers_of_ours_that_are_not_wanted_are_removed_and_others_are_not_looked_at(empty, configuration):
    present = deployed(empty, configuration)
    extra = replace(present.workers[0], sid="WKx", name="Agent_099")
    theirs = replace(extra, sid="WKy", name="Ann", attributes={"flexsim": "Another Brand"})
    plan = make_plan(replace(present, workers=(*present.workers, extra, theirs)), configuration, URL)
    assert actions(plan) == {("remove", "worker", "Agent_099")}


@pytest.mark.parametrize("attributes", [{}, {"flexsim": "Another Brand"}])
def test_a_worker_of_our_name_that_is_not_ours_is_in_the_way(empty, configuration, attributes):
    theirs = Worker(sid="WKz", name="agent_001", attributes=attributes, activity_sid="WA", available=False)
    with pytest.raises(ConfigurationError, match=r"the worker agent_001 \(WKz\) is .*rename or remove it"):
        make_plan(replace(empty, workers=(theirs,)), configuration, URL)


def test_a_queue_that_was_there_before_and_picks_the_same_workers_is_borrowed(empty, configuration):
    sales = TaskQueue(sid="WQ7", name="Sales", target_workers="routing.skills HAS 'Sales'")
    plan = make_plan(replace(empty, task_queues=(EVERYONE, sales)), configuration, URL)
    assert ("create", "task queue", "Sales") not in actions(plan)
    assert read_ledger(plan.stages.end) == Ledger(borrowed=frozenset({"Sales"}))
    assert plan.queue_sids["Sales"] == "WQ7"


def test_a_queue_that_was_there_before_and_picks_others_is_in_the_way(empty, configuration):
    sales = TaskQueue(sid="WQ7", name="Sales", target_workers="team == 'Sales'")
    with pytest.raises(ConfigurationError, match=r"the task queue Sales \(WQ7\) picks other workers"):
        make_plan(replace(empty, task_queues=(EVERYONE, sales)), configuration, URL)


def test_everything_in_the_way_is_named_at_once(empty, configuration):
    sales = TaskQueue(sid="WQ7", name="Sales", target_workers="1==2")
    theirs = Worker(sid="WKz", name="Agent_001", attributes={}, activity_sid="WA", available=False)
    with pytest.raises(ConfigurationError) as raised:
        make_plan(replace(empty, task_queues=(sales,), workers=(theirs,)), configuration, URL)
    assert [name in str(raised.value) for name in ("Sales", "Everyone", "Agent_001")] == [True, True, True]


def test_our_queue_whose_expression_is_still_ours_is_updated_in_place(empty, configuration):
    present = deployed(empty, configuration)
    old = replace(present.task_queues[1], target_workers=f"skill == '{present.task_queues[1].name}'")
    plan = make_plan(replace(present, task_queues=(EVERYONE, old, *present.task_queues[2:])), configuration, URL)
    (change,) = plan.todo
    assert (change.action, change.kind, change.sid) == (Action.UPDATE, Kind.TASK_QUEUE, old.sid)


def test_our_queue_that_somebody_has_given_another_sense_is_in_the_way(empty, configuration):
    present = deployed(empty, configuration)
    theirs = replace(present.task_queues[1], target_workers="site == 'Berlin'")
    with pytest.raises(ConfigurationError, match="picks other workers"):
        make_plan(replace(present, task_queues=(EVERYONE, theirs, *present.task_queues[2:])), configuration, URL)


def test_a_queue_no_longer_wanted_is_removed_last_and_noted_until_then(empty, configuration):
    plan = make_plan(deployed(empty, configuration), without_queue(configuration, "Service"), URL)
    assert actions(plan) == {("remove", "task queue", "Service"), ("update", "workflow", "Tidewater Workflow")}
    assert plan.todo[-1].kind is Kind.TASK_QUEUE
    assert read_ledger(plan.stages.middle).queues == {"Service"}
    assert read_ledger(plan.stages.end) == Ledger()


def test_a_queue_with_an_expression_of_ones_own_is_noted_for_good(empty, configuration):
    own = QueuePlan(name="Sales", target_workers="routing.skills HAS 'Sales' AND level > 2")
    changed = replace(configuration, queues=(own, *[each for each in configuration.queues if each.name != "Sales"]))
    plan = make_plan(empty, changed, URL)
    assert read_ledger(plan.stages.end).queues == {"Sales"}


def test_a_queue_that_merely_shares_the_name_is_told_apart(empty, configuration):
    present = deployed(empty, configuration)
    twin = replace(present.task_queues[1], sid="WQtwin")
    assert make_plan(replace(present, task_queues=(twin, *present.task_queues)), configuration, URL).in_sync


def test_missing_channels_and_activities_are_named_and_can_be_created(empty, configuration):
    bare = replace(empty, task_channels=empty.task_channels[:2], activities=empty.activities[:3])
    missing = {Missing(kind=Kind.TASK_CHANNEL, name=name) for name in ("chat", "sms")}
    missing.add(Missing(kind=Kind.ACTIVITY, name="Break"))
    assert set(find_missing(bare, configuration)) == missing
    assert set(make_plan(bare, configuration, URL).missing) == missing
    plan = make_plan(bare, configuration, URL, create_missing=True)
    assert plan.missing == ()
    assert {change.name for change in plan.todo if change.note == "missing"} == {"chat", "sms", "Break"}
    noted = Ledger(channels=frozenset({"chat", "sms"}), activities=frozenset({"Break"}))
    assert read_ledger(plan.stages.end) == noted


def test_what_was_created_because_it_was_missing_stays_noted(empty, configuration):
    present = deployed(empty, configuration)
    (workflow,) = present.workflows
    noted = Ledger(channels=frozenset({"chat", "vanished"}))
    noting = replace(workflow, configuration=with_ledger(workflow.configuration, noted, "WQ0"))
    plan = make_plan(replace(present, workflows=(noting,)), configuration, URL)
    assert read_ledger(plan.stages.end) == Ledger(channels=frozenset({"chat"}))
