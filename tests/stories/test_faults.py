"""What goes wrong in a long run: agentsim dies, the TaskRouter stands still. Every task still ends, once."""

import asyncio
import json
import signal

import aiohttp

from tests.stories.programs import (
    Process,
    flexsim,
    free_port,
    healthy,
    local_taskrouter,
    read_env,
    tell,
    until,
    write_env,
)

STANDSTILL = 10.0  # real seconds


async def deployed(agents):
    """A configuration of so many agents in the workspace; where agentsim will be."""
    await flexsim("genconfig", "--agents", str(agents), "--seed", "4")
    port = await free_port()
    write_env(*read_env(), f"AGENTSIM_PORT={port}\n")
    await flexsim("deploy")
    return f"http://127.0.0.1:{port}"


async def in_hand(address):
    async with aiohttp.ClientSession() as session, session.get(f"{address}/health") as response:
        return (await response.json())["in_hand"]


async def busy(address, tasks):
    while await in_hand(address) < tasks:  # noqa: ASYNC110 -- it happens in another process
        await asyncio.sleep(0.05)


def taskrouter():
    return Process.running[0]


def test_agentsim_is_killed_and_the_next_one_finishes_what_its_agents_had(folder):
    async def story():
        async with local_taskrouter(speed=30) as ends:
            address = await deployed(agents=6)
            first = await Process.start("agentsim", "--seed", "4")
            await healthy(address)
            customers = await Process.start("custsim", "--max-tasks", "30", "--seed", "4", "--json")
            await busy(address, 3)
            first.process.kill()
            await first.process.communicate()
            await asyncio.sleep(0.5)  # a quarter of a minute there
            second = await Process.start("agentsim", "--seed", "4", "--json")
            arrived = json.loads(await customers.ended())
            await until(lambda: len(ends) == 30 and all(ends.values()))
            return arrived, json.loads(await second.stop(signal.SIGTERM, 0)), dict(ends)

    customers, second, ends = tell(story, 100)
    assert second["found_under_way"] >= 3
    assert {len(each) for each in ends.values()} == {1}
    completed = [task for task, (end, *_) in ends.items() if end == "task.completed"]
    assert len(completed) == customers["answered"]
    assert len(ends) - len(completed) == customers["abandoned"]
    assert second["in_hand"] == second["lost"] == customers["lost"] == 0


def test_the_taskrouter_stands_still_for_ten_seconds_and_both_simulators_carry_on(folder):
    async def story():
        async with local_taskrouter(speed=20) as ends:
            address = await deployed(agents=6)
            agents = await Process.start("agentsim", "--seed", "4", "--json")
            await healthy(address)
            customers = await Process.start("custsim", "--max-tasks", "100", "--seed", "4", "--json")
            await busy(address, 3)
            taskrouter().send_signal(signal.SIGSTOP)
            await asyncio.sleep(STANDSTILL)
            before = len(ends)
            taskrouter().send_signal(signal.SIGCONT)
            arrived = json.loads(await customers.ended())
            await until(lambda: len(ends) == arrived["created"] and all(ends.values()))
            return before, arrived, json.loads(await agents.stop(signal.SIGTERM, 0)), dict(ends)

    before, customers, agents, ends = tell(story, 110)
    assert customers["arrived"] == 100 == customers["created"] + customers["failed"]
    assert len(ends) > before  # customers came after it was back
    assert {len(each) for each in ends.values()} == {1}
    ended = [end for (end,) in ends.values()]
    assert ended.count("task.completed") == agents["completed"] > 0
    assert ended.count("task.canceled") >= customers["abandoned"]
    assert agents["in_hand"] == 0
