"""``flexsim cleansim`` as a user runs it."""

import pytest

from flexsim.taskrouter.port import NewTask, WorkerChanges


async def working_day(router):
    """Our workers available, one of our tasks and one of somebody else's."""
    available = next(each for each in await router.activities() if each.name == "Available")
    for worker in await router.workers():
        await router.update_worker(worker.sid, WorkerChanges(activity_sid=available.sid))
    for workflow in await router.workflows():
        ours = {"flexsim": "Tidewater"} if workflow.name == "Tidewater Workflow" else {}
        await router.create_task(NewTask(workflow_sid=workflow.sid, channel="chat", attributes=ours))


async def holdings(router):
    return {
        "tasks": len(await router.tasks()),
        "available": sum(worker.available for worker in await router.workers()),
        "workers": len(await router.workers()),
        "queues": [queue.name for queue in await router.task_queues()],
    }


@pytest.fixture
def deployed(bench):
    assert bench.run("deploy").exit_code == 0
    bench.ask(working_day)
    return bench


def test_tasks_go_and_workers_are_logged_out(deployed):
    done = deployed.run("cleansim")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "activity Available → Offline" in done.stdout
    held = deployed.ask(holdings)
    assert (held["tasks"], held["available"], held["workers"], len(held["queues"])) == (1, 0, 5, 4)


@pytest.mark.parametrize("flag", ["--delete-workers", "--dletWorkers"])
def test_workers_go_when_asked(deployed, flag):
    assert deployed.run("cleansim", flag).exit_code == 0
    held = deployed.ask(holdings)
    assert (held["tasks"], held["workers"], len(held["queues"])) == (1, 0, 4)


def test_everything_goes_when_asked_and_nothing_else(deployed):
    assert deployed.run("cleansim", "--all").exit_code == 0
    assert deployed.ask(holdings) == {"tasks": 1, "available": 0, "workers": 0, "queues": ["Everyone"]}


def test_a_dry_run_shows_and_does_nothing(deployed):
    before = deployed.ask(holdings)
    done = deployed.run("cleansim", "--all", "--dry-run")
    assert done.exit_code == 0
    assert "remove │ worker" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("none of them made")
    assert deployed.ask(holdings) == before


def test_cleaning_again_is_fine_and_says_so(deployed):
    deployed.run("cleansim", "--all")
    done = deployed.run("cleansim", "--all")
    assert (done.exit_code, done.stdout) == (0, f"workspace {deployed.server.workspace_sid} is clean\n")


def test_as_json_the_changes_can_be_read_by_programs(deployed):
    first, second = deployed.json("cleansim"), deployed.json("cleansim")
    assert sorted(change["kind"] for change in first["changes"]) == ["task"] + ["worker"] * 5
    assert (first["clean"], second["clean"]) == (False, True)
