"""Deploying to a local TaskRouter over HTTP: as configured, in place, and to be finished after any interruption."""

import asyncio
from dataclasses import replace

import pytest

from flexsim.configuration.generate import generate
from flexsim.deployment.changes import Action, Kind
from flexsim.deployment.deploy import apply_plan, plan_deployment
from flexsim.deployment.ledger import Ledger, read_ledger, referenced_queues
from flexsim.errors import ConfigurationError, TargetError
from flexsim.randomness import Randomness
from flexsim.taskrouter.port import WorkerChanges, WorkflowChanges


def without_option(domain, name):
    """The domain without one of its queues: the option goes from every dimension that has it."""
    dimensions = {}
    for key, dimension in domain.dimensions.items():
        kept = {parent: tuple(o for o in options if o.value != name) for parent, options in dimension.options.items()}
        dimensions[key] = replace(dimension, options=kept)
    return replace(domain, dimensions=dimensions)


@pytest.fixture
def smaller(domain):
    """Two agents and two queues: what the configuration may become later."""
    return generate(replace(without_option(domain, "Service"), agent_count=2), Randomness(1))


def comparable(held):
    """A workspace's content without what a later activity change or order of creation would alter."""
    names = {queue.sid: queue.name for queue in held["task_queues"].values()}
    return {
        "queues": sorted((queue.name, queue.target_workers) for queue in held["task_queues"].values()),
        "channels": sorted(channel.unique_name for channel in held["task_channels"].values()),
        "activities": sorted((activity.name, activity.available) for activity in held["activities"].values()),
        "workflows": sorted(
            (workflow.name, workflow.assignment_url, sorted(names[sid] for sid in referenced_queues(workflow.configuration)),
             str(read_ledger(workflow.configuration)))
            for workflow in held["workflows"].values()
        ),
        "workers": sorted(
            (worker.name, str(worker.attributes), sorted((each.channel, each.capacity) for each in held["capacities"][sid]))
            for sid, worker in held["workers"].items()
        ),
    }  # fmt: skip


def test_deployed_workers_queues_and_workflow_are_the_configurations(locally, workshop, configuration):
    async def scenario(router):
        await workshop.deploy(router, configuration)
        return await workshop.snapshot(router)

    held = comparable(locally(scenario))
    assert {(queue.name, queue.target_workers) for queue in configuration.queues} <= set(held["queues"])
    ours = next(each for each in held["workflows"] if each[0] == "Tidewater Workflow")
    assert ours[1] == "http://127.0.0.1:3000/reservation"
    assert ours[2] == ["Everyone", "Sales", "Service", "Support"]
    assert ours[3] == str(Ledger())
    for plan, (name, attributes, capacities) in zip(configuration.workers, held["workers"], strict=True):
        assert (name, attributes) == (plan.name, str(plan.attributes))
        assert set(plan.capacities.items()) <= set(capacities)


def test_a_second_run_does_nothing(locally, workshop, configuration):
    async def scenario(router):
        await workshop.deploy(router, configuration)
        before = await workshop.snapshot(router)
        second = await workshop.deploy(workshop.Interrupting(router, 0), configuration)
        return second, before, await workshop.snapshot(router)

    second, before, after = locally(scenario)
    assert second.in_sync
    assert before == after


def test_what_is_there_already_keeps_its_sid(locally, workshop, configuration, smaller):
    async def scenario(router):
        await workshop.deploy(router, smaller)
        before = await workshop.snapshot(router)
        await workshop.deploy(router, configuration)
        return before, await workshop.snapshot(router)

    before, after = locally(scenario)
    for kind in ("workers", "task_queues", "workflows"):
        assert set(before[kind]) < set(after[kind]) or (kind == "workflows" and set(before[kind]) == set(after[kind]))


def test_drift_is_put_right_in_place(locally, workshop, configuration):
    async def scenario(router):
        await workshop.deploy(router, configuration)
        before = await workshop.snapshot(router)
        worker = next(iter(before["workers"].values()))
        await router.update_worker(worker.sid, WorkerChanges(attributes={**worker.attributes, "routing": {}}))
        await router.set_capacity(worker.sid, "chat", 7)
        ours = next(each for each in before["workflows"].values() if each.name == "Tidewater Workflow")
        await router.update_workflow(ours.sid, WorkflowChanges(reservation_timeout=9))
        plan = await workshop.deploy(router, configuration)
        return plan, before, await workshop.snapshot(router)

    plan, before, after = locally(scenario)
    assert {(change.action, change.kind) for change in plan.todo} == {
        (Action.UPDATE, Kind.WORKER),
        (Action.UPDATE, Kind.WORKFLOW),
    }
    assert before == after


def test_progress_hears_of_every_change_once(locally, configuration, workshop):
    heard = []

    async def scenario(router):
        plan = await plan_deployment(router, configuration, workshop.here)
        await apply_plan(router, plan, heard.append)
        return plan

    plan = locally(scenario)
    assert sorted(map(str, heard)) == sorted(map(str, plan.todo))


@pytest.mark.parametrize("lost", [False, True], ids=["before the change", "after it"])
def test_an_interruption_anywhere_is_completed_by_the_next_run(locally, workshop, configuration, lost):
    async def scenario(router):
        pristine = await workshop.snapshot(router)
        await workshop.deploy(router, configuration)
        whole = comparable(await workshop.snapshot(router))
        await workshop.clean(router, configuration)
        interruptions = 0
        for survives in range(100):
            try:
                await workshop.deploy(workshop.Interrupting(router, survives, lost=lost), configuration)
                break
            except TargetError:
                interruptions += 1
            await workshop.deploy(router, configuration)
            assert comparable(await workshop.snapshot(router)) == whole, f"after {survives} changes"
            await workshop.clean(router, configuration)
            assert await workshop.snapshot(router) == pristine, f"after {survives} changes"
        return interruptions

    assert locally(scenario) > 8


@pytest.mark.parametrize("lost", [False, True], ids=["before the change", "after it"])
def test_an_interruption_of_a_change_is_completed_by_the_next_run(locally, workshop, configuration, smaller, lost):
    async def scenario(router):
        await workshop.deploy(router, smaller)
        whole = comparable(await workshop.snapshot(router))
        interruptions = 0
        for survives in range(100):
            await workshop.deploy(router, configuration)
            try:
                await workshop.deploy(workshop.Interrupting(router, survives, lost=lost), smaller)
                break
            except TargetError:
                interruptions += 1
            await workshop.deploy(router, smaller)
            assert comparable(await workshop.snapshot(router)) == whole, f"after {survives} changes"
        return interruptions

    assert locally(scenario) >= 4


def test_an_interrupted_first_deployment_can_be_cleaned_without_finishing_it(locally, workshop, configuration):
    async def scenario(router):
        pristine = await workshop.snapshot(router)
        for survives in range(100):
            try:
                await workshop.deploy(workshop.Interrupting(router, survives), configuration)
                break
            except TargetError:
                await workshop.clean(router, configuration)
            assert await workshop.snapshot(router) == pristine, f"after {survives} changes"
        return survives

    assert locally(scenario) > 8


def test_missing_things_are_named_before_anything_is_changed(locally, workshop, configuration):
    async def scenario(router):
        for channel in await router.task_channels():
            if channel.unique_name in {"chat", "sms"}:
                await router.delete_task_channel(channel.sid)
        before = await workshop.snapshot(router)
        with pytest.raises(ConfigurationError, match="lacks task channel chat, task channel sms; nothing was changed"):
            await plan_deployment(router, configuration, workshop.here)
        return before, await workshop.snapshot(router)

    before, after = locally(scenario)
    assert before == after


def test_missing_things_are_created_on_request_and_go_with_the_rest(locally, workshop, configuration):
    async def scenario(router):
        for channel in await router.task_channels():
            if channel.unique_name == "chat":
                await router.delete_task_channel(channel.sid)
        before = await workshop.snapshot(router)
        await workshop.deploy(router, configuration, create_missing=True)
        between = await workshop.snapshot(router)
        assert (await workshop.deploy(router, configuration)).in_sync
        await workshop.clean(router, configuration)
        return before, between, await workshop.snapshot(router)

    before, between, after = locally(scenario)
    assert "chat" in {channel.unique_name for channel in between["task_channels"].values()}
    chat = [[each.capacity for each in found if each.channel == "chat"] for found in between["capacities"].values()]
    assert chat == [[2], [2], [2]]
    assert before == after


def test_a_borrowed_queue_is_routed_to_and_survives_the_cleaning(locally, workshop, configuration):
    async def scenario(router):
        mine = await router.create_task_queue("Sales", target_workers="routing.skills HAS 'Sales'")
        before = await workshop.snapshot(router)
        await workshop.deploy(router, configuration)
        workflow = next(each for each in await router.workflows() if each.name == "Tidewater Workflow")
        assert mine.sid in referenced_queues(workflow.configuration)
        assert (await workshop.deploy(router, configuration)).in_sync
        await workshop.clean(router, configuration)
        return before, await workshop.snapshot(router)

    before, after = locally(scenario)
    assert before == after


def test_a_refusal_says_what_could_not_be_done(locally, workshop, configuration):
    async def scenario(router):
        plan = await plan_deployment(router, configuration, workshop.here)
        await router.create_worker("Agent_001", attributes={})
        with pytest.raises(TargetError, match="could not create the worker Agent_001: "):
            await apply_plan(router, plan)

    locally(scenario)


def test_reading_is_concurrent_and_costs_one_request_for_each_kind_and_worker(locally, workshop, configuration):
    async def scenario(router):
        await workshop.deploy(router, configuration)
        before = router.counts.requests
        await asyncio.gather(plan_deployment(router, configuration, workshop.here))
        return router.counts.requests - before

    assert locally(scenario) == 5 + len(configuration.workers)
