"""The backend drops who is silent, and lets nobody be there twice."""

import asyncio

from websockets.asyncio.client import connect

from tests.load.centre import backend, until

REGISTER = '{"type":"register","agentId":"A1","department":"sales","state":"available"}'


def test_who_misses_three_heartbeats_is_dropped():
    async def scenario():
        async with backend(heartbeat=0.1) as (found, url), connect(f"ws{url[4:]}/ws/agent") as socket:
            await socket.send(REGISTER)
            await until(lambda: found.registry.agents)
            await until(lambda: not found.registry.agents)
            await socket.wait_closed()
            assert (socket.close_code, found.ledger.events["silent"]) == (1001, 1)

    asyncio.run(scenario())


def test_who_comes_again_takes_the_place_of_the_one_before():
    async def scenario():
        async with (
            backend(heartbeat=10) as (found, url),
            connect(f"ws{url[4:]}/ws/agent") as first,
            connect(f"ws{url[4:]}/ws/agent") as second,
        ):
            await first.send(REGISTER)
            await first.recv()
            await second.send(REGISTER)
            await first.wait_closed()
            assert first.close_code == 1008
            await second.recv()
            assert len(found.registry.agents) == 1
            assert found.push("A1", "call_assign", callId="CX1", vq="sales")
            assert "CX1" in await second.recv()
            assert not found.push("A2", "ack")

    asyncio.run(scenario())
