import asyncio
import dataclasses

import pytest

from flexsim.domain.model import Arrivals
from flexsim.errors import ConfigurationError
from flexsim.ids import contact_id
from flexsim.live.customers import CustomerOptions, CustomerSimulator, run_customers
from flexsim.randomness import Randomness
from flexsim.taskrouter.port import TaskChanges

TERMINAL = {"completed", "canceled"}


def customers(centre, **options):
    options = CustomerOptions(**({"report": centre.said.append} | options))
    return CustomerSimulator(centre.port, centre.clock, centre.configuration, Randomness(5), options)


async def step(centre, simulator, count):
    """Let time pass until so many customers have arrived and their tasks are there."""
    while simulator.counts.created + simulator.counts.failed < count:
        await centre.pass_time(1, step=1)
        await centre.until(lambda: simulator.counts.created + simulator.counts.failed == simulator.counts.arrived)


async def finish(centre, running):
    while not running.done():
        await centre.pass_time(10)
    return await running


def test_every_customer_without_an_agent_gives_up_and_the_task_says_so(run):
    async def scenario(centre):
        simulator = customers(centre, max_tasks=8)
        await finish(centre, asyncio.create_task(simulator.run()))
        return simulator.counts, await centre.port.tasks()

    counts, tasks = run(scenario)
    assert (counts.arrived, counts.created, counts.abandoned, counts.undecided) == (8, 8, 8, 0)
    assert {(task.status, task.reason) for task in tasks} == {("canceled", "abandoned")}
    for task in tasks:
        assert task.attributes["conversations"]["abandoned"] == "Yes"
        assert task.attributes["conversations"]["abandoned_phase"] == "Queue"
        assert task.attributes["conversations"]["direction"] == "Inbound"  # what was there stays


def test_customers_give_up_when_their_patience_runs_out(run):
    async def scenario(centre):
        simulator = customers(centre, max_tasks=1)
        running = asyncio.create_task(simulator.run())
        await step(centre, simulator, 1)
        created = centre.clock.now()
        (task,) = await centre.port.tasks()
        patience = task.attributes["flexsim_values"]["abandonTime"]
        await centre.pass_time(patience - 2, step=1)
        before = await centre.status(task)
        await finish(centre, running)
        return before, patience, centre.clock.now() - created

    before, patience, passed = run(scenario)
    assert before == "pending"
    assert passed == pytest.approx(patience, abs=12)


def test_tasks_that_agents_have_are_not_canceled(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            simulator = customers(centre, max_tasks=3)
            running = asyncio.create_task(simulator.run())
            await finish(centre, running)
            waiting = asyncio.create_task(agents.until_idle(2000))
            while not waiting.done():
                await centre.pass_time(5)
            return simulator.counts, agents.counts

    counts, handled = run(scenario)
    assert (counts.created, counts.answered, counts.abandoned) == (3, 3, 0)
    assert handled.completed == 3


def test_a_customer_whom_an_agent_answers_at_the_last_moment_is_answered(run):
    async def scenario(centre):
        simulator = customers(centre, max_tasks=1)
        running = asyncio.create_task(simulator.run())
        await step(centre, simulator, 1)
        (task,) = await centre.port.tasks()
        stale = await centre.port.task(task.sid)

        async def look(_sid):
            return stale  # what was read before the agent came

        centre.port.task = look
        async with centre.agents():
            await centre.quiet()
            await finish(centre, running)
            return simulator.counts

    counts = run(scenario)
    assert (counts.answered, counts.abandoned) == (1, 0)


def test_arrivals_do_not_wait_for_the_taskrouter_to_answer(run, configuration):
    steady = dataclasses.replace(configuration.domain, arrivals=Arrivals(rate_per_hour=3600))

    async def scenario(centre):
        centre.configuration = dataclasses.replace(configuration, domain=steady)
        create, proceed = centre.port.create_task, asyncio.Event()

        async def slowly(task):
            await proceed.wait()
            return await create(task)

        centre.port.create_task = slowly
        simulator = customers(centre, time_limit=30.0)
        running = asyncio.create_task(simulator.run())
        await centre.pass_time(31, step=0.5)
        arrived, created = simulator.counts.arrived, simulator.counts.created
        proceed.set()
        await finish(centre, running)
        return arrived, created, simulator.counts

    arrived, created, counts = run(scenario)
    assert 12 < arrived < 55  # Poisson with mean 30: this fails once in ten thousand seeds
    assert created == 0
    assert counts.created == arrived
    assert counts.late == 0


def test_who_is_behind_catches_up_in_one_turn_of_the_loop(run):
    async def scenario(centre):
        simulator = customers(centre, max_tasks=30, max_outstanding=50)
        running = asyncio.create_task(simulator.run())
        await centre.until(lambda: simulator.begun)
        centre.clock.advance(3600)  # the loop was busy for an hour
        for _ in range(6):
            await asyncio.sleep(0)
        arrived = simulator.counts.arrived
        await finish(centre, running)
        return arrived

    assert run(scenario) == 30


def test_so_many_requests_are_outstanding_and_no_more(run):
    async def scenario(centre):
        proceed, outstanding, most = asyncio.Event(), 0, 0
        create = centre.port.create_task

        async def slowly(task):
            nonlocal outstanding, most
            outstanding += 1
            most = max(most, outstanding)
            await proceed.wait()
            outstanding -= 1
            return await create(task)

        centre.port.create_task = slowly
        simulator = customers(centre, max_tasks=10, max_outstanding=4, rate_per_hour=3600)
        running = asyncio.create_task(simulator.run())
        await centre.pass_time(60, step=1)
        proceed.set()
        await finish(centre, running)
        return most, simulator.counts

    most, counts = run(scenario)
    assert most == 4
    assert counts.created == 10
    assert counts.late > 0


def test_the_time_limit_ends_the_arrivals(run):
    async def scenario(centre):
        start = centre.clock.now()
        simulator = customers(centre, time_limit=60.0, rate_per_hour=1800)
        running = asyncio.create_task(simulator.run())
        await centre.pass_time(61, step=1)
        arrived = simulator.counts.arrived
        await finish(centre, running)
        return arrived, simulator.counts.arrived, start

    early, late, _ = run(scenario)
    assert early == late > 5


def test_a_limit_of_no_time_or_no_tasks_ends_at_once(run):
    async def scenario(centre):
        for options in ({"time_limit": 0.0}, {"max_tasks": 0}):
            simulator = customers(centre, **options)
            await simulator.run()
            assert simulator.counts.arrived == 0

    run(scenario)


def test_stopping_the_arrivals_lets_those_who_wait_finish(run):
    async def scenario(centre):
        simulator = customers(centre)
        running = asyncio.create_task(simulator.run())
        await step(centre, simulator, 3)
        simulator.stop_arrivals()
        await finish(centre, running)
        return simulator.counts

    counts = run(scenario)
    assert counts.arrived >= 3
    assert counts.abandoned == counts.created == counts.arrived


def test_interrupting_leaves_the_tasks_and_ends_at_once(run):
    async def scenario(centre):
        simulator = customers(centre)
        running = asyncio.create_task(simulator.run())
        await step(centre, simulator, 3)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return [task.status for task in await centre.port.tasks()], simulator.counts

    statuses, counts = run(scenario)
    assert statuses == ["pending"] * len(statuses)
    assert len(statuses) >= 3
    assert (counts.abandoned, counts.undecided) == (0, len(statuses))


def test_interrupted_with_a_request_under_way_it_counts_the_task_that_comes_of_it(run):
    async def scenario(centre):
        create, proceed, sent = centre.port.create_task, asyncio.Event(), asyncio.Event()

        async def slowly(task):
            sent.set()
            await proceed.wait()
            return await create(task)

        centre.port.create_task = slowly
        simulator = customers(centre)
        running = asyncio.create_task(simulator.run())
        while not sent.is_set():
            await centre.pass_time(1, step=1)
        running.cancel()
        await asyncio.sleep(0)
        proceed.set()
        with pytest.raises(asyncio.CancelledError):
            await running
        return len(await centre.port.tasks()), simulator.counts

    there, counts = run(scenario)
    assert there >= 1
    assert (counts.created, counts.undecided) == (there, there)


def test_while_the_taskrouter_is_away_customers_fail_are_counted_and_the_rest_carry_on(run):
    async def scenario(centre):
        simulator = customers(centre, rate_per_hour=720, max_tasks=40)
        running = asyncio.create_task(simulator.run())
        await step(centre, simulator, 4)
        centre.port.down = {"create_task", "task", "update_task"}
        failed = simulator.counts.failed
        while simulator.counts.failed < failed + 5 or simulator.losses.count < simulator.counts.failed + 2:
            await centre.pass_time(5)
        centre.port.down = set()
        await finish(centre, running)
        return simulator.counts, [task.status for task in await centre.port.tasks()], centre.said

    counts, statuses, said = run(scenario)
    assert counts.failed >= 5
    assert counts.arrived == 40 == counts.created + counts.failed
    assert counts.abandoned == counts.created  # those whose giving up was lost have tried again
    assert set(statuses) <= TERMINAL
    assert said[-1].startswith("the TaskRouter answers again; lost in the meantime: ")


def test_tasks_that_somebody_else_canceled_are_neither_answered_nor_abandoned(run):
    async def scenario(centre):
        simulator = customers(centre, max_tasks=1)
        running = asyncio.create_task(simulator.run())
        await step(centre, simulator, 1)
        (task,) = await centre.port.tasks()
        await centre.port.update_task(task.sid, TaskChanges(status="canceled", reason="clean-up"))
        await finish(centre, running)
        return simulator.counts

    counts = run(scenario)
    assert (counts.canceled, counts.answered, counts.abandoned) == (1, 0, 0)


def test_without_the_workflow_it_says_what_to_do(run):
    async def scenario(centre):
        await run_customers(centre.port, centre.clock, centre.configuration, Randomness(5))

    with pytest.raises(ConfigurationError, match="no workflow Tidewater Workflow"):
        run(scenario, deployed=False)


def test_the_summary_tells_tasks_by_channel(run):
    async def scenario(centre):
        options = CustomerOptions(max_tasks=12)
        running = asyncio.create_task(
            run_customers(centre.port, centre.clock, centre.configuration, Randomness(5), options)
        )
        return (await finish(centre, running)).summary()

    summary = run(scenario)
    assert sum(summary["by_channel"].values()) == summary["created"] == 12
    assert set(summary["by_channel"]) <= {"voice", "chat", "sms"}


def test_real_voice_is_said_to_be_left_out(run, configuration):
    async def scenario(centre):
        loud = dataclasses.replace(configuration.domain, real_voice=True)
        centre.configuration = dataclasses.replace(configuration, domain=loud)
        await customers(centre, max_tasks=0).run()
        return centre.said

    (said,) = run(scenario)
    assert "no phone calls" in said


def test_while_arrivals_pause_nobody_comes_and_who_would_have_never_does(run):
    async def scenario(centre):
        simulator = customers(centre, max_tasks=None, time_limit=3600.0, rate_per_hour=720)
        running = asyncio.create_task(simulator.run())
        await step(centre, simulator, 5)
        simulator.pause(paused=True)
        before = simulator.counts.arrived
        await centre.pass_time(120)
        paused = simulator.counts.arrived
        simulator.pause(paused=False)
        assert not simulator.paused
        await step(centre, simulator, before + 3)
        first_again = (await centre.port.tasks())[before].attributes["flexsim_contact"]
        simulator.stop_arrivals()
        await finish(centre, running)
        return before, paused, first_again, simulator

    before, paused, first_again, simulator = run(scenario)
    assert paused == before
    assert first_again != contact_id(5, before)
    assert simulator.counts.arrived < before + 40


def test_a_burst_comes_at_once_and_takes_nobodys_place(run):
    async def scenario(centre):
        found = []
        for burst in (0, 12):
            simulator = customers(centre, max_tasks=None, time_limit=600.0, rate_per_hour=360)
            running = asyncio.create_task(simulator.run())
            await step(centre, simulator, 1)
            if burst:
                simulator.burst(burst)
                await centre.until(lambda: simulator.counts.created >= 1 + burst)  # noqa: B023 -- it is awaited here
            await finish(centre, running)
            found.append(simulator.counts.created)
        return found

    plain, with_burst = run(scenario)
    assert with_burst == plain + 12


def test_there_is_no_burst_while_nobody_arrives(run):
    async def scenario(centre):
        simulator = customers(centre, max_tasks=0)
        with pytest.raises(ConfigurationError, match="nobody arrives"):
            simulator.burst(3)
        await simulator.run()
        with pytest.raises(ConfigurationError, match="nobody arrives"):
            simulator.burst(3)

    run(scenario)
