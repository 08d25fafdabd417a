"""A configuration put in force in an engine."""

import json
from dataclasses import replace

import pytest

from flexsim.configuration.records import QueuePlan
from flexsim.configuration.workspace import build_workspace, workflow_of
from flexsim.errors import ConfigurationError
from flexsim.ids import Sids
from flexsim.taskrouter.inputs import NewTask

NOW = 1_767_600_000.0


@pytest.fixture
def engine(configuration):
    return build_workspace(configuration, Sids(1, "test"), NOW)


def test_it_holds_the_workers_with_their_attributes_and_capacities_all_offline(engine, configuration):
    assert [worker.name for worker in engine.workers.values()] == [each.name for each in configuration.workers]
    for worker, plan in zip(engine.workers.values(), configuration.workers, strict=True):
        assert worker.attributes == plan.attributes
        assert worker.activity.name == "Offline"
        for channel, capacity in plan.capacities.items():
            assert worker.channels[engine.channel_by_name[channel]].capacity == capacity


def test_its_workflow_sends_tasks_where_the_configuration_says(engine, configuration):
    workflow = workflow_of(engine, configuration)
    assert engine.workflows[workflow].reservation_timeout == configuration.workflow.reservation_timeout
    voice = engine.channel_by_name["voice"]
    for topic in ("Sales", "Support"):
        engine.create_task(NOW, NewTask(workflow=workflow, channel=voice, attributes={"topic": topic}))
    assert [task.queue.name for task in engine.tasks.values()] == ["Sales", "Support"]
    engine.create_task(NOW, NewTask(workflow=workflow, channel=voice, attributes={}))
    assert [task.queue.name for task in engine.tasks.values()][-1] == "Everyone"


def test_the_queue_that_flex_has_already_is_used_and_not_made_twice(configuration):
    everyone = QueuePlan(name="Everyone", target_workers="routing.skills HAS 'Sales'")
    engine = build_workspace(replace(configuration, queues=(*configuration.queues, everyone)), Sids(1, "test"), NOW)
    named = [queue for queue in engine.queues.values() if queue.name == "Everyone"]
    assert [queue.target_workers for queue in named] == ["routing.skills HAS 'Sales'"]


def test_channels_and_activities_that_flex_lacks_are_made(configuration):
    first = replace(configuration.workers[0], capacities={"fax": 3})
    engine = build_workspace(replace(configuration, workers=(first,)), Sids(1, "test"), NOW)
    assert engine.workers[0].channels[engine.channel_by_name["fax"]].capacity == 3


def test_what_taskrouter_refuses_is_named(configuration):
    bad = QueuePlan(name="Sales", target_workers="routing.skills HAS")
    with pytest.raises(ConfigurationError, match=r"^task queue Sales: TargetWorkers: "):
        build_workspace(replace(configuration, queues=(bad,)), Sids(1, "test"), NOW)
    nowhere = {"task_routing": {"filters": [], "default_filter": {"queue": "Nowhere"}}}
    workflow = replace(configuration.workflow, configuration=nowhere)
    with pytest.raises(ConfigurationError, match=r"^workflow .*default_filter\.queue .*Nowhere"):
        build_workspace(replace(configuration, workflow=workflow), Sids(1, "test"), NOW)


def test_the_workflow_refers_to_the_queues_by_their_sids(engine, configuration):
    document = json.loads(engine.workflows[workflow_of(engine, configuration)].configuration)
    sids = {engine.sids.sid("WQ", number) for number in engine.queues}
    assert {each["targets"][0]["queue"] for each in document["task_routing"]["filters"]} <= sids
