"""The control over HTTP, as the reference has it."""

import asyncio
import contextlib

from flexsim.clock import WallClock
from flexsim.hosting import served
from flexsim.load.calls import CallTraffic
from flexsim.load.commander import Commander, Crew
from flexsim.load.control import control
from flexsim.load.fleet import LocalFleet
from tests.load.centre import BEAT, QUICK, backend, request, swarm_of, until


@contextlib.asynccontextmanager
async def controlled():
    async with backend() as (found, url):
        swarm = swarm_of(50, url)
        commander = Commander(LocalFleet(swarm), Crew(total=50, active=20), QUICK, WallClock(1.0))
        traffic = CallTraffic(1, found.take_calls)
        async with (
            served(control(commander, traffic, lambda: swarm.profiles), "127.0.0.1", 0) as port,
            traffic.flowing(),
        ):
            yield f"http://127.0.0.1:{port}", found, swarm
        await swarm.stop()


def test_a_swarm_is_started_scaled_paused_and_stopped():
    async def scenario():
        async with controlled() as (url, found, swarm):
            assert await request(url, "GET", "/health") == (200, {"status": "ok"})
            status, body = await request(url, "GET", "/status")
            assert (status, body["running"], body["totalAgents"], body["startedAt"]) == (200, False, 50, None)
            assert (await request(url, "POST", "/start", {"activeAgents": 30}))[0] == 200
            await until(lambda: len(found.registry.agents) == 30)
            for path in ("/pause", "/pause", "/resume", "/resume"):
                assert (await request(url, "POST", path))[0] == 200
            assert (await request(url, "POST", "/scale", {"targetAgents": 10}))[1]["connectedAgents"] == 10
            assert (await request(url, "POST", "/scale", {"activeAgents": 12}))[0] == 200
            await until(lambda: len(found.registry.agents) == 12)
            await asyncio.sleep(BEAT)
            stats = (await request(url, "GET", "/stats"))[1]
            assert stats["connectedAgents"] == sum(stats["byState"].values()) == 12
            assert stats["sent"]["register"] == 32
            status, text = await request(url, "GET", "/metrics")
            assert "flexsim_swarm_connected_agents 12.0" in text
            assert (await request(url, "POST", "/stop"))[1]["activeAgents"] == 0
            assert swarm.connected == 0

    asyncio.run(scenario())


def test_what_is_wrong_or_does_not_fit_is_told_in_json():
    async def scenario():
        async with controlled() as (url, _, swarm):
            for method, path, body, status, said in (
                ("POST", "/start", {"activeAgents": 51}, 422, "from 0 to 50"),
                ("POST", "/start", {"activeAgents": "5"}, 422, "from 0 to 50"),
                ("POST", "/start", [], 422, "JSON object"),
                ("POST", "/start", b"{", 422, "not JSON"),
                ("POST", "/scale", {}, 422, "it is missing"),
                ("POST", "/scale", {"targetAgents": 5}, 409, "not running"),
                ("POST", "/stop", None, 409, "not running"),
                ("PUT", "/config", {"heartbeatInterval": -1}, 422, "from 0.1 to 3600"),
                ("PUT", "/config", b"x" * 1_100_000, 413, "bytes"),
                ("POST", "/status", None, 405, "Method Not Allowed"),
                ("GET", "/nowhere", None, 404, "Not Found"),
                ("POST", "/calls/inject", {"vq": ""}, 422, "vq"),
                ("POST", "/calls/inject", {"vq": "sales", "count": 0}, 422, "count"),
            ):
                found = await request(url, method, path, body)
                assert found[0] == status, (path, found)
                assert said in found[1]["error"]
            assert swarm.connected == 0
            assert (await request(url, "POST", "/start"))[0] == 200
            assert (await request(url, "POST", "/start"))[0] == 409

    asyncio.run(scenario())


def test_who_the_agents_are_is_told():
    async def scenario():
        async with controlled() as (url, _, swarm):
            status, agents = await request(url, "GET", "/agents")
            assert (status, len(agents)) == (200, 50)
            assert agents[0] | {"name": ""} == {
                "agentId": "AGT-00001", "name": "", "department": swarm.profiles[0].department,
                "location": swarm.profiles[0].location, "team": swarm.profiles[0].team, "skills": list(swarm.profiles[0].skills),
            }  # fmt: skip

    asyncio.run(scenario())


def test_configuration_is_merged_while_it_runs():
    async def scenario():
        async with controlled() as (url, _, swarm):
            await request(url, "POST", "/start")
            status, body = await request(
                url, "PUT", "/config", {"stateDurations": {"on_call": 7}, "callRates": {"sales": 600}}
            )
            assert (status, body["stateDurations"]["on_call"], body["heartbeatInterval"]) == (200, 7.0, BEAT)
            assert (await request(url, "GET", "/config"))[1] == body
            assert swarm.behaviour.talk == 7.0
            assert (await request(url, "GET", "/calls/config"))[1] == {"callRates": {"sales": 600.0}}
            merged = (await request(url, "PUT", "/calls/config", {"callRates": {"support": 6}}))[1]
            assert merged == {"callRates": {"sales": 600.0, "support": 6.0}}
            assert (await request(url, "GET", "/config"))[1]["callRates"] == merged["callRates"]

    asyncio.run(scenario())


def test_calls_arrive_by_chance_and_are_injected():
    async def scenario():
        async with controlled() as (url, found, _):
            status, body = await request(url, "POST", "/calls/inject", {"vq": "sales", "count": 3})
            assert (status, body["injected"], len(set(body["callIds"]))) == (200, 3, 3)
            named = {"calls": [{"callId": "CX9", "vq": "support"}]}
            assert (await request(url, "POST", "/calls/inject", named))[1]["callIds"] == ["CX9"]
            await request(url, "PUT", "/calls/config", {"callRates": {"technical": 6000}})
            await until(lambda: "technical" in found.registry.queues)
            stats = (await request(url, "GET", "/calls/stats"))[1]
            assert stats["offered"] == stats["delivered"]
            assert (stats["offered"]["sales"], stats["offered"]["support"], stats["undelivered"]) == (3, 1, 0)

    asyncio.run(scenario())
