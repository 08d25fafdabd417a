"""The server's side of an agent's socket, against websockets' own client and against worse."""

import asyncio
import contextlib

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from flexsim.load import framing
from flexsim.load.faults import Faults
from flexsim.load.target import Handshake, Target
from tests.load.centre import backend, until


def test_websockets_own_client_is_understood_fragments_and_pings_too():
    async def scenario():
        async with backend() as (found, url), connect(f"ws{url[4:]}/ws/agent", compression=None) as socket:
            await socket.send(['{"type":"register","agentId":"A1",', '"department":"sales","state":"available"}'])
            assert '"type":"ack"' in await socket.recv()
            await (await socket.ping())
            assert found.registry.by_state() == {"available": 1}
            await socket.close()
            await until(lambda: not found.registry.agents)

    asyncio.run(scenario())


def test_other_paths_are_not_for_agents():
    async def scenario():
        async with backend() as (found, url):
            with pytest.raises(InvalidStatus, match="404"):
                async with connect(f"ws{url[4:]}/ws/other"):
                    pass
            assert found.connections == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("text", ["{", "[]", '{"type":7}', "x" * 1000])
def test_frames_that_are_not_json_are_counted_and_survived(text):
    async def scenario():
        async with backend() as (found, url), connect(f"ws{url[4:]}/ws/agent") as socket:
            await socket.send(text)
            await socket.send('{"type":"dance"}')
            await socket.send('{"type":"heartbeat","agentId":"A1"}')
            await socket.send('{"type":"register","agentId":"A1","state":"available"}')
            await socket.recv()
            events = found.ledger.events
            assert (events["bad"], events["unknown"], events["unregistered"]) == (1, 1, 1)

    asyncio.run(scenario())


def test_a_huge_frame_ends_the_connection():
    async def scenario():
        async with backend() as (found, url), connect(f"ws{url[4:]}/ws/agent") as socket:
            with contextlib.suppress(ConnectionClosed):
                await socket.send("x" * 2_000_000)
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert found.ledger.events["bad"] == 1

    asyncio.run(scenario())


def test_what_was_sent_before_a_goodbye_was_heard_is_still_counted():
    async def scenario():
        async with backend() as (found, url):
            target = Target(url=url)
            reader, writer = await asyncio.open_connection(target.host, target.port)
            writer.write(Handshake(target).request)
            await reader.readuntil(b"\r\n\r\n")
            found.faults = Faults(close=1.0)
            writer.write(framing.masked(framing.TEXT, b'{"type":"register","agentId":"A1"}', b"abcd"))
            await reader.readuntil(b"\x88\x02\x03\xf4")  # the close frame, 1012
            for _ in range(5):
                writer.write(framing.masked(framing.TEXT, b'{"type":"heartbeat","agentId":"A1"}', b"abcd"))
                await writer.drain()
            writer.write(framing.masked(framing.CLOSE, framing.closing(1012), b"abcd"))
            assert await reader.read() == b""
            await until(lambda: found.connections == 0)
            assert found.ledger.received == {"register": 1, "heartbeat": 5}
            assert found.ledger.sent == {"ack": 1}
            writer.close()

    asyncio.run(scenario())
