"""Cases run in the engine that routes for real: what passes is so, and what is so passes."""

import json
from dataclasses import replace

import pytest

from flexsim.configuration.records import WorkflowPlan
from flexsim.errors import ConfigurationError
from flexsim.routecheck.cases import read_suite
from flexsim.routecheck.running import run_suite

# An escalation: those who sell and support for 20 seconds, then all who sell, more urgently, then everybody.
ESCALATION = {
    "task_routing": {
        "filters": [
            {
                "filter_friendly_name": "Orders",
                "expression": "topic == 'Sales' AND amount >= 100",
                "targets": [
                    {"queue": "Sales", "expression": "worker.routing.skills HAS 'Support'", "timeout": 20},
                    {"timeout": 40, "priority": 5},
                    {"queue": "Everyone", "timeout": 60},
                ],
            },
            {"filter_friendly_name": "Sales", "expression": "topic == 'Sales'", "targets": [{"queue": "Sales"}]},
            {
                "filter_friendly_name": "Theirs",
                "expression": "topic == 'Service'",
                "targets": [{"queue": "Service", "known_worker_friendly_name": "task.agent", "timeout": 10}],
            },
        ]
    }
}


@pytest.fixture(scope="module")
def escalating(configuration):
    workflow = WorkflowPlan(name="Tidewater Workflow", configuration=ESCALATION, reservation_timeout=30)
    return replace(configuration, workflow=workflow)


def run(configuration, **case):
    """Run one case, given as YAML's superset JSON."""
    case = {"name": "a", "task": {"attributes": {"topic": "Sales"}}, **case}
    (result,) = run_suite(read_suite(json.dumps({"cases": [case]}), "f"), configuration)
    return result


def differences(result):
    return [
        (each.after, each.difference.what, each.difference.expected, each.difference.got) for each in result.failures
    ]


BIG = {"attributes": {"topic": "Sales", "amount": 100}}


def test_an_escalation_is_followed_target_by_target(escalating):
    result = run(
        escalating,
        workers="nobody",
        task=BIG,
        expect={"filter": "Orders", "target": 1, "queue": "Sales", "waits": True, "priority": 0, "wait": 0},
        then=[
            {"after": 19.9, "expect": {"target": 1, "wait": 19.9}},
            {"after": "20 s", "expect": {"target": 2, "queue": "Sales", "priority": 5, "includes": ["Agent_001"]}},
            {"after": "1 min", "expect": {"target": 3, "queue": "Everyone", "filter": 1}},
            {"after": "2 min", "expect": {"filter": "Sales", "target": 1, "queue": "Sales", "status": "pending"}},
            {"after": "23 h", "expect": {"canceled": False}},
            {"after": "24 h", "expect": {"canceled": True, "reason": "Task TTL Exceeded", "wait": "24 h"}},
        ],
    )
    assert result.passed, differences(result)
    assert result.path[:3] == (
        "0 s: filter 'Orders' (number 1), target 1: queue Sales",
        "20 s: timed out of the target",
        "20 s: filter 'Orders' (number 1), target 2: queue Sales",
    )


def test_who_may_get_it_is_exactly_who_queue_and_target_select(escalating):
    both = [
        each.name for each in escalating.workers if {"Sales", "Support"} <= set(each.attributes["routing"]["skills"])
    ]
    assert run(escalating, workers="nobody", task=BIG, expect={"workers": both}).passed
    assert run(escalating, workers="all", task=BIG, expect={"workers": both}).passed  # whatever they are doing
    assert not run(escalating, task=BIG, expect={"workers": both[1:]}).passed
    assert not run(escalating, task=BIG, expect={"workers": [*both, "Agent_001"]}).passed


def test_a_worker_without_capacity_on_the_channel_may_not_get_it(escalating):
    none = {"name": "Agent_002", "capacity": {"voice": 0}}
    assert run(escalating, workers=[none], task=BIG, expect={"excludes": ["Agent_002"], "waits": True}).passed


def test_attributes_laid_over_a_workers_own_make_it_another(escalating):
    """Agent_000 does Service alone; with other skills it is the one who gets the task."""
    other = {"name": "Agent_000", "attributes": {"routing": {"skills": ["Sales", "Support"]}}}
    assert run(escalating, workers=[other], task=BIG, expect={"worker": "Agent_000"}).passed
    assert run(escalating, workers=[{"name": "Agent_000"}], task=BIG, expect={"worker": None, "waits": True}).passed


def test_only_who_is_there_and_free_gets_it(escalating):
    there = [{"name": "Agent_001", "activity": "Break"}, {"name": "Agent_003", "busy": True}, {"name": "Agent_006"}]
    assert run(escalating, workers=there, expect={"worker": "Agent_006", "status": "reserved"}).passed
    assert run(escalating, workers=there[:2], expect={"waits": True, "worker": None}).passed


def test_busy_on_one_channel_is_free_on_another(escalating):
    there = [{"name": "Agent_001", "busy": {"voice": 1}}]
    chat = {"channel": "chat", "attributes": {"topic": "Sales"}}
    assert run(escalating, workers=there, expect={"waits": True}).passed
    assert run(escalating, workers=there, task=chat, expect={"worker": "Agent_001"}).passed


def test_who_has_been_idle_longest_gets_it(escalating):
    there = [
        {"name": "Agent_001", "idle": "1 min"},
        {"name": "Agent_003", "idle": "1 h"},
        {"name": "Agent_006", "idle": 5},
    ]
    assert run(escalating, workers=there, expect={"worker": "Agent_003"}).passed
    assert run(
        escalating, workers=[*there, {"name": "Agent_008"}], expect={"worker": "Agent_008"}
    ).passed  # never had one


def test_so_many_of_a_queue_are_the_first_who_are_not_named(escalating):
    there = [{"queue": "Sales", "count": 2, "busy": True}, {"name": "Agent_001"}]
    result = run(escalating, workers=there, expect={"worker": "Agent_001", "wait": 0})
    assert result.passed, differences(result)
    result = run(
        escalating,
        workers=there[:1],
        expect={"waits": True},
        then=[{"after": 7, "do": [{"name": "Agent_002", "busy": False}], "expect": {"worker": "Agent_002", "wait": 7}}],
    )
    assert result.passed, differences(result)


def test_accepting_rejecting_completing_and_hanging_up(escalating):
    there = [{"name": "Agent_001"}, {"name": "Agent_003"}]
    result = run(
        escalating,
        workers=there,
        expect={"worker": "Agent_001"},
        then=[
            {"after": 2, "do": ["reject"], "expect": {"worker": "Agent_003", "status": "reserved"}},
            {"after": 4, "do": ["accept"], "expect": {"status": "assigned", "waits": False}},
            {"after": 64, "do": ["complete"], "expect": {"status": "completed", "worker": "Agent_003", "wait": 0}},
        ],
    )
    assert result.passed, differences(result)
    result = run(
        escalating,
        workers="nobody",
        expect={},
        then=[{"after": 9, "do": ["cancel"], "expect": {"canceled": True, "waits": False, "wait": 9}}],
    )
    assert result.passed, differences(result)


def test_an_offer_that_nobody_answers_goes_on_and_moves_the_worker_away(escalating):
    result = run(
        escalating,
        workers=[{"name": "Agent_001"}],
        expect={"worker": "Agent_001"},
        then=[{"after": 30, "expect": {"waits": True, "worker": None}}],
    )
    assert result.passed, differences(result)
    assert "30 s: Agent_001 did not answer" in result.path


def test_tasks_that_came_before_are_served_before_unless_it_is_more_urgent(escalating):
    waiting = [{"attributes": {"topic": "Sales"}, "count": 2}]
    free = [{"after": 5, "do": [{"name": "Agent_001", "busy": False}], "expect": {}}]
    there = [{"name": "Agent_001", "busy": True}]
    later = [{**free[0], "expect": {"waits": True}}]
    assert run(escalating, workers=there, waiting=waiting, then=later).passed
    urgent = {"attributes": {"topic": "Sales"}, "priority": 1}
    now = [{**free[0], "expect": {"worker": "Agent_001"}}]
    assert run(escalating, workers=there, waiting=waiting, task=urgent, then=now).passed


def test_a_known_worker_is_the_only_one(escalating):
    task = {"attributes": {"topic": "Service", "agent": "Agent_005"}}
    assert run(escalating, task=task, expect={"workers": ["Agent_005"], "worker": "Agent_005"}).passed


def test_a_task_that_no_filter_takes_is_refused(escalating):
    task = {"attributes": {"topic": "Cooking"}}
    assert run(escalating, task=task, expect={"refused": True}).passed
    result = run(escalating, task=task, expect={"queue": "Sales"})
    (failure,) = result.failures
    assert failure.difference.got == "refused"
    assert "filter 'Sales' does not match: topic == 'Sales' is false: topic is \"Cooking\"" in failure.difference.why
    result = run(escalating, expect={"refused": True})
    assert differences(result) == [(0.0, "refused", "yes", "no")]


def test_what_cannot_be_done_is_a_failure_and_no_crash(escalating):
    result = run(escalating, workers="nobody", then=[{"after": 1, "do": ["accept"], "expect": {"waits": True}}])
    assert differences(result) == [(1.0, "do accept", "done", "refused")]
    assert result.failures[0].difference.why == ("no worker holds the task: it is pending",)


def test_each_case_has_a_workspace_of_its_own(escalating):
    case = {
        "workers": [{"name": "Agent_001"}],
        "task": {"attributes": {"topic": "Sales"}},
        "expect": {"worker": "Agent_001"},
    }
    suite = read_suite(json.dumps({"cases": [{**case, "name": str(number)} for number in range(3)]}), "f")
    assert [each.passed for each in run_suite(suite, escalating)] == [True] * 3


def test_a_failure_knows_its_line(escalating):
    text = "cases:\n  - name: a\n    task:\n      attributes: {topic: Sales}\n    expect:\n      waits: false\n      queue: Support\n"
    (result,) = run_suite(read_suite(text, "f"), escalating)
    assert [(each.line, each.difference.what) for each in result.failures] == [(7, "queue")]
    assert result.line == 2


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ({"workers": [{"name": "Agent_01"}]}, "the configuration has no worker 'Agent_01'"),
        ({"workers": [{"queue": "Sails"}]}, "no queue 'Sails'; did you mean 'Sales'?"),
        ({"workers": [{"count": 1, "activity": "Lunch"}]}, "no activity 'Lunch'"),
        ({"workers": [{"count": 1, "busy": {"fax": 1}}]}, "no channel 'fax'"),
        ({"workers": [{"count": 1, "capacity": {"fax": 1}}]}, "no channel 'fax'"),
        ({"task": {"channel": "fax"}}, "no channel 'fax'"),
        ({"waiting": [{"channel": "fax"}]}, "no channel 'fax'"),
        ({"then": [{"after": 1, "do": [{"name": "x"}]}]}, "no worker 'x'"),
        (
            {"workers": [{"queue": "Sales", "count": 99}]},
            "queue 'Sales' has not 99 workers who are not named elsewhere: 13",
        ),
        ({"workers": [{"name": "Agent_001"}, {"name": "Agent_001"}]}, "worker 'Agent_001' is there twice"),
    ],
)
def test_what_a_case_takes_for_granted_must_be_there(escalating, case, message):
    with pytest.raises(ConfigurationError) as caught:
        run(escalating, expect={"waits": True}, **case)
    assert message in str(caught.value)
    assert "line 1" in str(caught.value)
