"""A whole run: a ramp is followed, the evidence is written, and thresholds are judged on all that was counted."""

import asyncio
import json

import pytest

from flexsim.clock import WallClock
from flexsim.errors import ConfigurationError
from flexsim.load.profiles import DEFAULT_MIX
from flexsim.load.ramp import parse as ramp
from flexsim.load.run import Run, RunOptions
from flexsim.load.shard import Plan
from flexsim.load.swarm import SwarmOptions
from flexsim.load.target import Target
from flexsim.load.thresholds import FIGURES
from flexsim.measure.thresholds import parse
from flexsim.runs.folder import Manifest, begin_run, read_lines, read_summary
from tests.load.centre import QUICK, backend, request, until


def plan(url, agents=60):
    return Plan(agents=agents, mix=DEFAULT_MIX, target=Target(url=url), options=SwarmOptions(seed=1))


def test_a_ramp_is_followed_and_leaves_its_evidence(tmp_path):
    async def scenario():
        manifest = Manifest(
            command="load-agents", seed=1, speed=1.0, started=0.0, configuration="", threshold=20.0, versions={}
        )
        async with backend() as (found, url):
            options = RunOptions(
                active=10, port=0, ramp=ramp("0:5,0.8:40,1.6:40,2.2:0"),
                thresholds=[parse(each, FIGURES) for each in ("lost > 0", "sent_register > 0")],
            )  # fmt: skip
            with begin_run(tmp_path, manifest) as writer:
                run = Run(plan(url), QUICK, options, WallClock(1.0), writer)
                await run.until_over(lambda _port: None)
            assert [each.failed for each in run.verdicts] == [False, True]
            assert 40 <= run.stats["sent"]["register"] == found.ledger.received["register"] <= 60
            assert found.ledger.received == run.stats["sent"]
            lines = [json.loads(each) for each in read_lines(writer.path)]
            assert lines[0] | {"at": 0} == {"at": 0, "type": "swarm.start", "activeAgents": 5}
            assert {each["type"] for each in lines} == {"swarm.start", "swarm.scale", "swarm.sample", "swarm.stop"}
            summary = read_summary(writer.path)
            assert summary["thresholds"][1]["failed"]
            assert summary["stats"]["sent"] == run.stats["sent"]

    asyncio.run(scenario())


def test_calls_go_to_the_backend_and_a_backend_that_is_not_there_is_502():
    async def scenario():
        async with backend() as (found, url):
            ports, run = [], Run(plan(url), QUICK, RunOptions(active=5, port=0, auto_start=True), WallClock(1.0))
            running = asyncio.create_task(run.until_over(ports.append))
            await until(lambda: len(found.registry.agents) == 5)
            control = f"http://127.0.0.1:{ports[0]}"
            assert (await request(control, "POST", "/calls/inject", {"vq": "sales", "count": 2}))[0] == 200
            assert found.registry.queues["sales"].offered == 2
            assert (await request(control, "POST", "/scale", {"targetAgents": 61}))[0] == 422
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert run.stats["activeAgents"] == 5
        run = Run(plan("http://127.0.0.1:9"), QUICK, RunOptions(active=5, port=0, duration=1.0), WallClock(1.0))
        running = asyncio.create_task(run.until_over(ports.append))
        await until(lambda: len(ports) == 2)
        status, body = await request(f"http://127.0.0.1:{ports[1]}", "POST", "/calls/inject", {"vq": "sales"})
        assert status == 502
        assert "no calls could be sent" in body["error"]
        await running

    asyncio.run(scenario())


def test_more_than_the_descriptors_carry_is_refused_before_anything_is_done():
    run = Run(plan("http://127.0.0.1:9", 100_000), QUICK, RunOptions(active=2_000_000, port=0), WallClock(1.0))
    with pytest.raises(ConfigurationError, match="--processes"):
        asyncio.run(run.until_over(lambda _port: None))
