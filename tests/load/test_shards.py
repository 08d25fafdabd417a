"""Several processes are one swarm, also when one of them dies."""

import asyncio
import os
import signal

from flexsim.load.profiles import DEFAULT_MIX
from flexsim.load.shard import Plan
from flexsim.load.shards import Shards
from flexsim.load.swarm import SwarmOptions
from flexsim.load.target import Target
from tests.load.centre import QUICK, backend, until


def test_two_processes_are_one_swarm_and_a_dead_one_is_replaced_with_its_agents():
    async def scenario():
        async with backend(heartbeat=2.0) as (found, url):
            plan = Plan(agents=41, mix=DEFAULT_MIX, target=Target(url=url), options=SwarmOptions(seed=1))
            async with Shards(plan, 2, QUICK).running() as shards:
                await shards.scale(41)
                await until(lambda: len(found.registry.agents) == 41)
                await shards.pause()
                report = await shards.report()
                assert (report.connected, report.processes, sum(report.census["byState"].values())) == (41, 2, 41)
                before = report.tally.sent["register"]
                victim = shards.pids[0]
                os.kill(victim, signal.SIGKILL)
                await until(lambda: len(found.registry.agents) < 41)
                await until(lambda: shards.restarts == 1 and len(found.registry.agents) == 41, 30)
                assert victim not in shards.pids
                report = await shards.report()
                assert report.tally.sent["register"] == before + 21
                assert found.ledger.events["replaced"] == 0
                await shards.resume()
                await shards.configure(QUICK)
                await shards.scale(7)
                await until(lambda: len(found.registry.agents) == 7)
                await shards.stop()
                assert (await shards.report()).connected == 0
            assert found.connections == 0

    asyncio.run(scenario())
