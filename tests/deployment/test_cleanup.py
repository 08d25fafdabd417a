"""Cleaning takes what is ours and nothing else, as deep as asked, and can be finished later."""

import pytest

from flexsim.deployment.changes import Action, Kind
from flexsim.deployment.cleanup import Depth, apply_cleaning, our_tasks, plan_cleaning
from flexsim.errors import TargetError, TargetRefused
from flexsim.taskrouter.port import NewTask, WorkerChanges

BRAND = "Tidewater"


async def task_for(router, workflow_name, **attributes):
    workflow = next(each for each in await router.workflows() if each.name == workflow_name)
    return await router.create_task(NewTask(workflow_sid=workflow.sid, channel="chat", attributes=attributes))


async def make_available(router):
    available = next(each for each in await router.activities() if each.name == "Available")
    for worker in await router.workers():
        await router.update_worker(worker.sid, WorkerChanges(activity_sid=available.sid))


async def busy_centre(router, workshop, configuration):
    """Ours in every state that matters, and something of somebody else's of each kind."""
    await router.create_task_queue("Their queue", target_workers="team == 'theirs'")
    await router.create_worker("Ann", attributes={"flexsim": "Another Brand"})
    theirs = await task_for(router, "Assign to Anyone", flexsim="Another Brand")
    before = await workshop.snapshot(router)
    await workshop.deploy(router, configuration)
    for name in ("Sales", "Support", "nobody"):
        await task_for(router, "Tidewater Workflow", flexsim=BRAND, product=name)
    return before, theirs


def test_our_tasks_go_and_our_workers_are_logged_out(locally, workshop, configuration):
    async def scenario(router):
        _, theirs = await busy_centre(router, workshop, configuration)
        deployed = await workshop.snapshot(router)
        await make_available(router)
        cleaning = await workshop.clean(router, configuration, Depth.TASKS)
        return theirs, deployed, cleaning, await workshop.snapshot(router)

    theirs, deployed, cleaning, after = locally(scenario)
    assert len(cleaning.of(Kind.TASK)) == 3
    assert {change.action for change in cleaning.of(Kind.WORKER)} == {Action.UPDATE}
    assert set(after["tasks"]) == {theirs.sid}
    working = {worker.name for worker in after["workers"].values() if worker.available}
    assert working == {"Ann"}
    for kind in ("task_queues", "workflows", "capacities"):
        assert after[kind] == deployed[kind]


def test_the_workers_go_too_when_asked_and_the_rest_stays(locally, workshop, configuration):
    async def scenario(router):
        await busy_centre(router, workshop, configuration)
        await make_available(router)
        await workshop.clean(router, configuration, Depth.WORKERS)
        return await workshop.snapshot(router)

    after = locally(scenario)
    assert {worker.name for worker in after["workers"].values()} == {"Ann"}
    assert "Tidewater Workflow" in {workflow.name for workflow in after["workflows"].values()}


def test_after_all_the_workspace_is_as_it_was_before_deploying(locally, workshop, configuration):
    async def scenario(router):
        before, _ = await busy_centre(router, workshop, configuration)
        await workshop.clean(router, configuration)
        return before, await workshop.snapshot(router)

    before, after = locally(scenario)
    assert {**before, "tasks": set(before["tasks"])} == {**after, "tasks": set(after["tasks"])}


@pytest.mark.parametrize("depth", list(Depth))
def test_a_second_cleaning_finds_nothing(locally, workshop, configuration, depth):
    async def scenario(router):
        await busy_centre(router, workshop, configuration)
        await workshop.clean(router, configuration, depth)
        return await workshop.clean(workshop.Interrupting(router, 0), configuration, depth)

    assert locally(scenario).changes == ()


@pytest.mark.parametrize("lost", [False, True], ids=["before the change", "after it"])
def test_an_interruption_anywhere_is_completed_by_the_next_cleaning(locally, workshop, configuration, lost):
    async def scenario(router):
        pristine = await workshop.snapshot(router)
        interruptions = 0
        for survives in range(100):
            await workshop.deploy(router, configuration)
            try:
                await workshop.clean(workshop.Interrupting(router, survives, lost=lost), configuration)
                break
            except TargetError:
                interruptions += 1
            await workshop.clean(router, configuration)
            assert await workshop.snapshot(router) == pristine, f"after {survives} changes"
        return interruptions

    assert locally(scenario) == 3 + 1 + 3 + 1  # workers, the routing reduced, queues, workflow


def test_an_interrupted_cleaning_can_be_deployed_over(locally, workshop, configuration):
    async def scenario(router):
        pristine = await workshop.snapshot(router)
        for survives in range(100):
            await workshop.deploy(router, configuration)
            try:
                await workshop.clean(workshop.Interrupting(router, survives), configuration)
                break
            except TargetError:
                await workshop.deploy(router, configuration)
                assert (await workshop.deploy(router, configuration)).in_sync, f"after {survives} changes"
            await workshop.clean(router, configuration)
            assert await workshop.snapshot(router) == pristine, f"after {survives} changes"

    locally(scenario)


def test_what_somebody_has_removed_meanwhile_counts_as_done(locally, workshop, configuration):
    async def scenario(router):
        await workshop.deploy(router, configuration)
        cleaning = await plan_cleaning(router, configuration, Depth.ALL)
        for worker in await router.workers():
            await router.delete_worker(worker.sid)
        heard = []
        await apply_cleaning(router, cleaning, heard.append)
        return cleaning, heard

    cleaning, heard = locally(scenario)
    assert {change.sid for change in heard} == {change.sid for change in cleaning.changes}
    assert len(heard) == len(cleaning.changes)


def test_only_tasks_that_say_so_are_ours_whatever_the_brands_quotes(locally):
    async def scenario(router):
        mine = await task_for(router, "Assign to Anyone", flexsim="O'Neil")
        await task_for(router, "Assign to Anyone", flexsim="Other")
        await task_for(router, "Assign to Anyone")
        return mine, await our_tasks(router, "O'Neil")

    mine, found = locally(scenario)
    assert [task.sid for task in found] == [mine.sid]


def test_a_refusal_is_not_taken_for_done(locally, workshop, configuration):
    async def scenario(router):
        await workshop.deploy(router, configuration)
        await task_for(router, "Tidewater Workflow", product="Sales")
        with pytest.raises(TargetRefused):
            await workshop.clean(router, configuration)
        for task in await router.tasks():
            await router.delete_task(task.sid)
        await workshop.clean(router, configuration)
        return await router.workflows()

    assert [workflow.name for workflow in locally(scenario)] == ["Assign to Anyone"]


class Forgetful:
    """A TaskRouter that lists all tasks, whatever it was asked for."""

    def __init__(self, router):
        self._router = router

    async def tasks(self, **_):
        return await self._router.tasks()


def test_a_task_is_not_ours_because_the_target_says_so(locally):
    async def scenario(router):
        mine = await task_for(router, "Assign to Anyone", flexsim=BRAND)
        await task_for(router, "Assign to Anyone", flexsim="Other")
        return mine, await our_tasks(Forgetful(router), BRAND)

    mine, found = locally(scenario)
    assert [task.sid for task in found] == [mine.sid]


class Recording:
    """A TaskRouter that remembers in which order it was asked for what."""

    def __init__(self, router):
        self._router = router
        self.asked = []

    def __getattr__(self, name):
        self.asked.append(name)
        return getattr(self._router, name)


def test_tasks_go_before_workers_so_that_none_is_handed_on(locally, workshop, configuration):
    async def scenario(router):
        await busy_centre(router, workshop, configuration)
        await make_available(router)
        cleaning = await plan_cleaning(router, configuration, Depth.TASKS)
        recording = Recording(router)
        await apply_cleaning(recording, cleaning, lambda change: None)
        return recording.asked

    asked = [name for name in locally(scenario) if name in {"delete_task", "update_worker"}]
    assert asked == sorted(asked)
    assert len(set(asked)) == 2
