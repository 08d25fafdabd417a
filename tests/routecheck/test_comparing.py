"""Every expectation can fail, says what it got, and says why in terms of the configuration."""

import json

import pytest

from flexsim.routecheck.cases import read_suite
from flexsim.routecheck.comparing import _CHECKS
from flexsim.routecheck.running import run_suite

ONE = [{"name": "Agent_001"}]
# By what is expected of a Sales task: who is there, what was got instead, and a part of the reason (None: the path tells it).
FAILING = [
    ({"filter": "Service Filter"}, ONE, "'Sales Filter' (number 1)", "filter 'Service Filter' (number 2) does not match: topic == 'Service' is false: topic is \"Sales\""),
    ({"filter": "Service Filter"}, ONE, "'Sales Filter' (number 1)", "filter 'Sales Filter' (number 1) matches: topic == 'Sales' is true"),
    ({"filter": "Sale Filter"}, ONE, "'Sales Filter' (number 1)", "there is no filter 'Sale Filter'; did you mean 'Sales Filter'?"),
    ({"filter": 3}, ONE, "'Sales Filter' (number 1)", "filter 'Support Filter' (number 3) does not match"),
    ({"filter": 9}, ONE, "'Sales Filter' (number 1)", "there is no filter 9"),
    ({"filter": "default"}, ONE, "'Sales Filter' (number 1)", "matches: topic == 'Sales' is true"),
    ({"target": 2}, ONE, "1", "the filter has 1 target"),
    ({"queue": "Service"}, ONE, "Sales", "filter 'Sales Filter' (number 1) matches: topic == 'Sales' is true"),
    ({"queue": "Salt"}, ONE, "Sales", "there is no queue 'Salt'; did you mean 'Sales'?"),
    ({"workers": ["Agent_000"]}, ONE, "Agent_001, Agent_002", "Agent_000 is not in queue 'Sales': routing.skills HAS 'Sales' is false: routing.skills is [\"Service\"]"),
    ({"workers": []}, ONE, "Agent_001, Agent_002", "Agent_001 is in queue 'Sales': routing.skills HAS 'Sales' is true: routing.skills is [\"Sales\"]"),
    ({"workers": []}, ONE, "Agent_001, Agent_002", "and 8 more"),
    ({"includes": ["Agent_000"]}, ONE, "Agent_001, Agent_002", "Agent_000 is not in queue 'Sales'"),
    ({"includes": ["Agent_1"]}, ONE, "Agent_001, Agent_002", "there is no worker 'Agent_1'"),
    ({"includes": ["Agent_001"]}, [{"name": "Agent_001", "capacity": {"voice": 0}}], "Agent_002", "Agent_001 has no capacity on voice"),
    ({"excludes": ["Agent_001"]}, ONE, "Agent_001, Agent_002", "Agent_001 is in queue 'Sales'"),
    ({"excludes": ["Agent_9"]}, ONE, "Agent_001, Agent_002", "there is no worker 'Agent_9'"),
    ({"worker": "Agent_000"}, ONE, "Agent_001", "Agent_000 is not in queue 'Sales'"),
    ({"worker": "Agent_002"}, ONE, "Agent_001", "Agent_002 is in activity Offline"),
    ({"worker": "Agent_003"}, [*ONE, {"name": "Agent_003", "busy": True}], "Agent_001", "Agent_003 has 1 of 1 on voice in hand"),
    ({"worker": "Agent_003"}, [*ONE, {"name": "Agent_003", "idle": 9}], "Agent_001", "Agent_001 comes first: its last task came before that of Agent_003, or it never had one"),
    ({"worker": "Agent_003"}, [*ONE, {"name": "Agent_003"}], "Agent_001", "neither has had a task, and it was created first"),
    ({"worker": None}, ONE, "Agent_001", None),
    ({"worker": ["Agent_003", "Agent_004"]}, ONE, "Agent_001", "Agent_004 is in activity Offline"),
    ({"worker": "Agent_001"}, "nobody", "nobody (pending)", "Agent_001 is in activity Offline"),
    ({"waits": True}, ONE, "no (reserved)", "it is reserved, with Agent_001"),
    ({"waits": False}, "nobody", "yes (pending)", "Agent_001 is in activity Offline"),
    ({"status": "assigned"}, ONE, "reserved", None),
    ({"status": "assigned"}, "nobody", "pending", "Agent_001 is in activity Offline"),
    ({"canceled": True}, ONE, "reserved", None),
    ({"reason": "gone"}, ONE, "none", None),
    ({"priority": 3}, ONE, "0", None),
    ({"wait": 3}, ONE, "0 s", None),
    ({"wait": {"min": 3, "max": "2 min"}}, ONE, "0 s", None),
    ({"wait": {"min": 3}}, ONE, "0 s", None),
    ({"refused": True}, ONE, "no", None),
]  # fmt: skip


def run(configuration, workers, expect, **more):
    case = {"name": "a", "workers": workers, "task": {"attributes": {"topic": "Sales"}}, "expect": expect, **more}
    (result,) = run_suite(read_suite(json.dumps({"cases": [case]}), "f"), configuration)
    return result


@pytest.mark.parametrize(("expect", "workers", "got", "why"), FAILING, ids=lambda value: str(value)[:50])
def test_what_is_not_so_fails_with_what_is_and_why(configuration, expect, workers, got, why):
    (failure,) = run(configuration, workers, expect).failures
    found = failure.difference
    assert found.what == next(iter(expect))
    assert found.got.startswith(got)
    if why is None:
        assert found.why == ()
    else:
        assert [each for each in found.why if why in each], found.why


def test_every_expectation_is_seen_to_fail():
    assert {key for expect, _, _, _ in FAILING for key in expect} == set(_CHECKS)


def test_what_is_so_passes(configuration):
    expect = {
        "filter": "Sales Filter", "target": 1, "queue": "Sales", "includes": ["Agent_001"], "excludes": ["Agent_000"],
        "worker": ["Agent_009", "Agent_001"], "waits": False, "status": "reserved", "canceled": False, "priority": 0,
        "wait": {"max": 1}, "refused": False,
    }  # fmt: skip
    assert run(configuration, ONE, expect).passed
    assert run(configuration, ONE, {"filter": 1}).passed


def test_a_task_that_was_canceled_says_why(configuration):
    result = run(configuration, "nobody", {}, then=[{"after": 300, "expect": {"canceled": False, "reason": "x"}}])
    first, second = (each.difference for each in result.failures)
    assert (first.got, first.why) == ("canceled", ("Task canceled on Workflow timeout",))
    assert second.got == "Task canceled on Workflow timeout"


def test_a_queue_without_members_says_so(configuration):
    workers = [{"name": "Agent_001", "attributes": {"routing": {"skills": []}}}]
    (failure,) = run(configuration, workers, {"worker": "Agent_001"}).failures
    assert failure.difference.why == (
        "Agent_001 is not in queue 'Sales': routing.skills HAS 'Sales' is false: routing.skills is []",
    )
