"""The backend over HTTP: figures, faults, supervisors, the roster and the page."""

import asyncio
import dataclasses
import re

from prometheus_client.parser import text_string_to_metric_families

from flexsim.load.behaviour import Mode
from tests.load.centre import QUICK, backend, request, swarm_of, until


def test_it_tells_how_it_stands_and_does_what_supervisors_say():
    async def scenario():
        async with backend() as (found, url):
            swarm = swarm_of(4, url, dataclasses.replace(QUICK, mode=Mode.CALL_DRIVEN, talk=1e4, wrap=1e4))
            await swarm.scale(4)
            await until(lambda: len(found.registry.agents) == 4)
            assert await request(url, "GET", "/health") == (200, {"status": "ok", "agents": 4})
            department = swarm.profiles[0].department
            await request(url, "POST", "/calls/inject", {"vq": department})
            await until(lambda: found.registry.queues[department].answered == 1)
            agents = (await request(url, "GET", "/agents"))[1]
            [busy] = [each for each in agents if each["callId"]]
            ended = await request(url, "POST", "/supervisor/force_end_call", {"agentId": busy["agentId"]})
            assert ended == (200, {"agentId": busy["agentId"], "sent": True})
            await until(lambda: found.registry.queues[department].completed == 1)
            assert (await request(url, "POST", "/supervisor/force_disconnect", {"agentId": busy["agentId"]}))[0] == 200
            await until(lambda: len(found.registry.agents) == 3)
            stats = (await request(url, "GET", "/stats"))[1]
            assert stats["queues"][department]["serviceLevel"] == 1.0
            assert stats["ledger"]["sent"]["force_disconnect"] == 1
            text = (await request(url, "GET", "/metrics"))[1]
            families = {each.name for each in text_string_to_metric_families(text)}
            assert {"flexsim_backend_connections", "flexsim_backend_calls_in_time"} <= families
            await swarm.stop()

    asyncio.run(scenario())


def test_faults_are_set_and_the_roster_is_taken():
    async def scenario():
        async with backend() as (found, url):
            status, faults = await request(url, "PUT", "/faults", {"drop": 0.5})
            assert (status, faults["drop"], found.faults.drop) == (200, 0.5, 0.5)
            assert (await request(url, "GET", "/faults"))[1] == faults
            assert (await request(url, "PUT", "/faults", {"drop": 2}))[0] == 422
            assert (await request(url, "POST", "/internal/agents/roster", [{"agentId": "A1"}]))[1] == {"agents": 1}
            for path, body, status in (
                ("/internal/agents/roster", {}, 422),
                ("/supervisor/force_end_call", {"agentId": "A9"}, 422),
                ("/supervisor/force_end_call", {}, 422),
                ("/supervisor/force_disconnect", {"agentId": "A9"}, 404),
            ):
                assert (await request(url, "POST", path, body))[0] == status
            status, page = await request(url, "GET", "/")
            assert status == 200
            assert "<title>flexsim backend</title>" in page
            [style] = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
            status, text = await request(url, "GET", f"/{style}")
            assert (status, ".card" in text) == (200, True)

    asyncio.run(scenario())
