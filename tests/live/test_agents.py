import asyncio
import dataclasses
import urllib.parse
import urllib.request

import pytest

from flexsim.errors import ConfigurationError
from flexsim.taskrouter.port import WorkerChanges, WorkflowChanges

LONG = 900.0  # seconds: longer than any talk and wrap time of the default domain


def test_agents_are_available_while_it_runs_and_logged_out_afterwards(run):
    async def scenario(centre):
        async with centre.agents():
            during = await centre.activities()
        return during, await centre.activities()

    during, after = run(scenario)
    assert set(during.values()) == {"Available"}
    assert set(after.values()) == {"Offline"}


def test_a_task_is_accepted_wrapped_up_and_completed_with_attributes(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            task = await centre.new_task()
            await centre.quiet()
            accepted = await centre.status(task)
            seen = []
            while agents.in_hand:
                await centre.pass_time(5)
                seen.append(await centre.status(task))
            return accepted, seen, await centre.port.task(task.sid), agents.summary()

    accepted, seen, task, summary = run(scenario)
    assert accepted == "assigned"
    assert list(dict.fromkeys(seen)) in (["assigned", "wrapping", "completed"], ["wrapping", "completed"])
    assert (task.status, task.reason) == ("completed", "handled")
    assert task.attributes["customers"]["name"]
    assert task.attributes["conversations"]["conversation_measure_2"] > 0
    assert (summary["offered"], summary["completed"], summary["lost"]) == (1, 1, 0)


def test_callbacks_of_the_taskrouter_carry_a_signature_that_is_checked_and_right(run):
    async def scenario(centre):
        async with centre.agents(validate=True) as agents:
            await centre.new_task()
            await centre.quiet()
            return agents.counts

    counts = run(scenario)
    assert (counts.accepted, counts.bad_signature) == (1, 0)


def test_without_the_auth_token_signatures_cannot_be_asked_for(run):
    async def scenario(centre):
        async with centre.agents(validate=True, auth_token=None):
            pass

    with pytest.raises(ConfigurationError, match="no-validate-signature"):
        run(scenario)


@pytest.mark.parametrize("stranger", ["task", "worker"])
def test_an_offer_that_is_not_for_us_is_answered_with_nothing_and_counted(run, stranger):
    async def scenario(centre):
        async with centre.agents(validate=False) as agents:
            worker = (await centre.port.workers())[0].sid if stranger == "task" else "WK" + "0" * 32
            brand = "Tidewater" if stranger == "worker" else "Elsewhere"
            form = {
                "ReservationSid": "WR" + "1" * 32,
                "TaskSid": "WT" + "1" * 32,
                "WorkerSid": worker,
                "TaskAttributes": f'{{"flexsim": "{brand}"}}',
                "TaskAge": "3",
            }
            answer = await asyncio.to_thread(post, agents.address, form)
            return answer, agents.counts

    answer, counts = run(scenario)
    assert answer == b"{}\n"
    assert (counts.not_ours, counts.offered) == (1, 0)


def post(address, form):
    with urllib.request.urlopen(f"{address}/reservation", urllib.parse.urlencode(form).encode()) as response:
        return response.read()


def test_a_new_public_address_is_told_to_the_workflow(run):
    async def scenario(centre):
        async with centre.agents(public_url="https://tunnel.example/reservation"):
            return (await centre.workflow()).assignment_url, centre.said

    url, said = run(scenario)
    assert url == "https://tunnel.example/reservation"
    assert said == ["Tidewater Workflow calls https://tunnel.example/reservation from now on"]


def test_a_workflow_that_calls_nobody_is_pointed_out(run):
    async def scenario(centre):
        await centre.port.update_workflow((await centre.workflow()).sid, WorkflowChanges(assignment_url=""))
        async with centre.agents(announce=False):
            return centre.said

    (said,) = run(scenario)
    assert "--public-url" in said


def test_a_killed_simulators_task_is_finished_by_the_next_when_the_first_would_have(run):
    async def completed_after(centre, *, kill_after):
        agents = centre.agents()
        await agents.start()
        task = await centre.new_task()
        await centre.quiet()
        passed = 0.0
        if kill_after is not None:
            passed = kill_after
            await centre.pass_time(kill_after, step=1)
            centre.kill(agents)
            await centre.pass_time(3, step=1)
            passed += 3
            agents = centre.agents()
            await agents.start()
            assert agents.counts.found_under_way == 1
        while await centre.status(task) != "completed":
            await centre.pass_time(1)
            passed += 1
            assert passed < LONG
        done = await centre.port.task(task.sid)
        await agents.stop()
        return passed, done.attributes

    whole, attributes = run(lambda centre: completed_after(centre, kill_after=None))
    for kill_after in (5.0, whole - 6.0):  # while talking; while wrapping up
        resumed, same = run(lambda centre, after=kill_after: completed_after(centre, kill_after=after))
        assert resumed == pytest.approx(whole, abs=2)  # TaskRouter tells times to the second
        measures = [each["conversations"]["conversation_measure_2"] for each in (attributes, same)]
        assert measures[0] == pytest.approx(measures[1], abs=2)


def test_what_was_due_while_nobody_ran_is_done_at_once(run):
    async def scenario(centre):
        first = centre.agents()
        await first.start()
        task = await centre.new_task()
        await centre.quiet()
        centre.kill(first)
        await centre.pass_time(LONG, step=LONG)
        async with centre.agents():
            await centre.quiet()
            return await centre.status(task)

    assert run(scenario) == "completed"


def test_an_offer_that_never_reached_us_is_found_by_the_sweep(run):
    async def scenario(centre):
        # The offer is good for 30 seconds.
        async with centre.agents(sweep_every=15) as agents:
            workflow = await centre.workflow()
            nobody = WorkflowChanges(assignment_url="http://127.0.0.1:9/reservation")
            await centre.port.update_workflow(workflow.sid, nobody)
            task = await centre.new_task()
            await centre.quiet()
            offered = await centre.status(task)
            await centre.pass_time(31)
            return offered, await centre.status(task), agents.counts

    offered, later, counts = run(scenario)
    assert offered == "reserved"
    assert later in {"assigned", "wrapping", "completed"}
    assert (counts.found_under_way, counts.accepted) == (1, 1)


def test_a_completion_that_was_lost_is_counted_said_and_made_up_for(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            task = await centre.new_task()
            await centre.quiet()
            centre.port.down = {"update_task"}
            while agents.in_hand:
                await centre.pass_time(5)
            lost = agents.losses.count, await centre.status(task)
            centre.port.down = set()
            await centre.pass_time(65)
            return lost, await centre.status(task), centre.said[1:]

    (lost, status), later, said = run(scenario)
    assert lost == 2  # wrapping up and completing
    assert status == "assigned"
    assert later == "completed"
    assert "cannot reach the test's TaskRouter; carrying on" in said[0]
    assert said[1].startswith("the TaskRouter answers again; lost in the meantime: ")


def test_a_worker_that_was_moved_to_the_timeout_activity_comes_back(run):
    async def scenario(centre):
        async with centre.agents():
            worker = (await centre.port.workers())[0]
            offline = next(each for each in await centre.port.activities() if each.name == "Offline")
            await centre.port.update_worker(worker.sid, WorkerChanges(activity_sid=offline.sid))
            moved = (await centre.activities())[worker.name]
            await centre.pass_time(95)
            return moved, (await centre.activities())[worker.name]

    assert run(scenario) == ("Offline", "Available")


def test_workers_that_are_deployed_or_deleted_meanwhile_are_noticed(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            first = (await centre.port.workers())[0]
            await centre.port.create_worker("Agent_900", attributes=first.attributes)
            await centre.port.delete_worker(first.sid)
            await centre.pass_time(65)
            return await centre.activities(), first.name, agents.health(), agents.losses.count

    activities, deleted, health, lost = run(scenario)
    assert activities["Agent_900"] == "Available"
    assert deleted not in activities
    assert health == {"status": "ok", "agents": 3, "in_hand": 0}
    assert lost == 0


def test_a_task_whose_attributes_have_no_room_left_is_completed_without_more(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            task = await centre.new_task(full=True)
            await centre.quiet()
            while agents.in_hand:
                await centre.pass_time(5)
            return await centre.port.task(task.sid), agents.summary()

    task, summary = run(scenario)
    assert task.status == "completed"
    assert (summary["completed"], summary["lost"]) == (1, 1)


def test_a_task_that_somebody_else_has_ended_is_let_go(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            task = await centre.new_task()
            await centre.quiet()
            await centre.port.delete_task(task.sid)
            await centre.pass_time(12)
            await agents.sweep()
            return agents.in_hand, agents.counts.already_over

    assert run(scenario) == (0, 1)


def test_waiting_for_idleness_ends_with_the_last_task_or_with_the_time(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            idle_already = await agents.until_idle(1)
            await centre.new_task()
            await centre.quiet()
            waiting = asyncio.create_task(agents.until_idle(2))
            await centre.pass_time(4, step=1)
            given_up = await waiting
            waiting = asyncio.create_task(agents.until_idle(LONG))
            while not waiting.done():
                await centre.pass_time(5, step=1)
            return idle_already, given_up, await waiting

    assert run(scenario) == (True, False, True)


def test_agents_by_activity_counts_everybody(run):
    async def scenario(centre):
        async with centre.agents(warm=True) as agents:
            return agents.agents_by_activity(), await centre.activities()

    meant, shown = run(scenario)
    assert sum(meant.values()) == 3
    assert sorted(shown.values()) == sorted(name for name, count in meant.items() for _ in range(count))


def test_metrics_tell_the_counts_by_prometheus_name(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            await centre.new_task()
            await centre.quiet()
            return agents.metrics()

    metrics = run(scenario)
    assert metrics["flexsim_agentsim_accepted_total"] == 1
    assert metrics["flexsim_agentsim_in_hand"] == 1
    assert metrics["flexsim_agentsim_agents"] == 3


def test_a_workspace_without_our_workers_is_an_error_that_says_what_to_do(run):
    async def scenario(centre):
        async with centre.agents():
            pass

    with pytest.raises(ConfigurationError, match=r"no workers of Tidewater .* flexsim deploy"):
        run(scenario, deployed=False)


def test_a_missing_activity_is_named_before_anything_is_changed(run, configuration):
    activity = configuration.domain.dimensions["activity"]
    options = tuple(
        dataclasses.replace(option, value="Siesta") if option.value == "Break" else option
        for option in activity.all_options()
    )
    dimensions = {**configuration.domain.dimensions, "activity": dataclasses.replace(activity, options={None: options})}
    domain = dataclasses.replace(configuration.domain, dimensions=dimensions)

    async def scenario(centre):
        centre.configuration = dataclasses.replace(configuration, domain=domain)
        with pytest.raises(ConfigurationError, match="Siesta"):
            await centre.agents().start()
        return await centre.activities()

    assert set(run(scenario).values()) == {"Offline"}
