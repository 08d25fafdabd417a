"""Programs on a cluster answer line by line, and say so when they, or their machine, are no more."""

import asyncio
import os
import signal

import pytest

from flexsim.cluster.programs import programs_at
from flexsim.errors import ConfigurationError
from flexsim.load.profiles import DEFAULT_MIX
from flexsim.load.shard import Plan
from flexsim.load.shards import PROGRAM, Shards
from flexsim.load.swarm import SwarmOptions
from flexsim.load.target import Target
from tests.load.centre import QUICK, backend, until


def test_more_programs_than_cores_are_refused_with_the_number_of_cores(cluster):
    async def scenario():
        async with programs_at(cluster.address) as found:
            assert found.cores >= 3
            with pytest.raises(ConfigurationError, match=str(found.cores)):
                found.check_room(found.cores + 1)

    asyncio.run(scenario())


def test_a_program_that_has_ended_answers_nothing(cluster):
    async def scenario():
        async with programs_at(cluster.address) as found:
            program = found.program("json.tool")  # wants no second line
            await program.begin()
            os.kill(program.pid, signal.SIGKILL)
            assert await program.ask(b"{}\n") == b""
            await program.end()

    asyncio.run(scenario())


def test_a_swarm_over_a_cluster_is_one_swarm_also_when_a_node_is_lost(cluster):
    async def scenario():
        async with backend(heartbeat=2.0) as (there, url), programs_at(cluster.address) as found:
            doomed = cluster.add_node(num_cpus=1)
            cluster.wait_for_nodes()
            count = found.cores  # a program on every core of every node
            plan = Plan(agents=40, mix=DEFAULT_MIX, target=Target(url=url), options=SwarmOptions(seed=1))
            async with Shards(plan, count, QUICK, lambda: found.program(PROGRAM)).running() as shards:
                await shards.scale(40)
                await until(lambda: len(there.registry.agents) == 40, 30)
                assert (await shards.report()).connected == 40
                cluster.add_node(num_cpus=1)
                cluster.remove_node(doomed)
                await until(lambda: shards.restarts == 1 and len(there.registry.agents) == 40, 60)
                report = await shards.report()
                assert (report.processes, report.restarts, report.connected) == (count, 1, 40)
                await shards.scale(7)
                await until(lambda: len(there.registry.agents) == 7, 30)
                await shards.stop()
            await until(lambda: there.connections == 0, 30)

    asyncio.run(scenario())
