"""Who is there when a case's task comes, as the engine has it."""

import json

import pytest

from flexsim.routecheck.cases import read_suite
from flexsim.routecheck.stage import START, Stage, unknown_names


def staged(configuration, workers, **more):
    suite = read_suite(
        json.dumps({"cases": [{"name": "a", "workers": workers, "expect": {"waits": True}, **more}]}), "f"
    )
    stage = Stage(configuration, suite.cases[0])
    assert stage.begin() == []
    return stage


def test_everybody_is_at_work_where_nothing_is_said(configuration):
    stage = staged(configuration, "all")
    assert {each.activity.name for each in stage.engine.workers.values()} == {"Available"}
    assert {each.activity.name for each in staged(configuration, "nobody").engine.workers.values()} == {"Offline"}


def test_it_is_the_moment_of_the_task_and_idle_workers_had_theirs_before(configuration):
    stage = staged(configuration, [{"name": "Agent_001", "idle": 60}, {"name": "Agent_002", "idle": 10}])
    first, second = (stage.worker(name) for name in ("Agent_001", "Agent_002"))
    assert 0 < first.last_reserved < second.last_reserved
    assert not first.open_reservations
    assert stage.engine.now == START - 10
    ended = [task.ended for task in stage.engine.tasks.values()]
    assert ended == [START - 60, START - 10]


def test_busy_workers_have_real_tasks_in_hand(configuration):
    stage = staged(configuration, [{"name": "Agent_001", "busy": True}, {"name": "Agent_002", "busy": {"chat": 1}}])
    loads = {
        name: {stage.engine.channels[number].unique_name: on.assigned for number, on in stage.worker(name).channels.items() if on.assigned}
        for name in ("Agent_001", "Agent_002")
    }  # fmt: skip
    assert loads["Agent_001"] == {
        each: 1 if each not in {"chat", "sms"} else 2 for each in stage.engine.channel_by_name
    }
    assert loads["Agent_002"] == {"chat": 1}


@pytest.mark.parametrize("busy", [False, {"voice": 0}])
def test_a_change_ends_what_was_in_hand(configuration, busy):
    stage = staged(
        configuration,
        [{"name": "Agent_001", "busy": True}],
        then=[{"after": 1, "do": [{"name": "Agent_001", "busy": busy}]}],
    )
    change = stage._case.steps[1].actions[0]
    stage.change(START + 1, stage.worker("Agent_001"), change)
    voice = stage.engine.channel_by_name["voice"]
    assert stage.worker("Agent_001").channels[voice].load == 0


def test_names_are_told_once_for_each_place(configuration):
    text = json.dumps(
        {"workers": [{"name": "x"}], "cases": [{"name": each, "expect": {"waits": True}} for each in "ab"]}
    )
    (problem,) = unknown_names(read_suite(text, "f"), configuration)
    assert problem.path == ("workers", 0, "name")
