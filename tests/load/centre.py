"""A swarm and a backend for it in one event loop, quick enough for tests."""

import asyncio
import contextlib
import json

from flexsim.clock import WallClock
from flexsim.load.backend import Backend
from flexsim.load.backend_http import serving
from flexsim.load.behaviour import Behaviour
from flexsim.load.profiles import generate
from flexsim.load.swarm import Swarm, SwarmOptions
from flexsim.load.target import Target

BEAT = 0.2
QUICK = Behaviour(heartbeat_interval=BEAT, ping_interval=2 * BEAT, wait=3.0, talk=3.0, wrap=1.0, break_share=0.0)


async def until(true, seconds=15.0):
    """Return once ``true()``; an assertion fails where that takes too long."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 -- what is looked at has no event
            await asyncio.sleep(0.01)


def swarm_of(count, url, behaviour=QUICK, **options):
    return Swarm(
        generate(count, 1),
        Target(url=url),
        behaviour,
        WallClock(1.0),
        SwarmOptions(**{"seed": 1, "speed": 10.0, **options}),
    )


@contextlib.asynccontextmanager
async def backend(port=0, heartbeat=BEAT):
    found = Backend(WallClock(1.0), 1, heartbeat=heartbeat)
    async with serving(found, 1, "127.0.0.1", port) as bound:
        yield found, f"http://127.0.0.1:{bound}"


@contextlib.asynccontextmanager
async def centre(count, behaviour=QUICK, **options):
    """A backend, and a swarm of ``count`` agents that is connected to it; stopped at the end."""
    async with backend() as (found, url):
        swarm = swarm_of(count, url, behaviour, **options)
        await swarm.scale(count)
        await until(lambda: len(found.registry.agents) == count)
        try:
            yield swarm, found
        finally:
            await swarm.stop()


async def request(url, method, path, body=None):
    """Status and document of one HTTP request."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    payload = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\nContent-Length: {len(payload)}\r\n\r\n".encode()
        + payload
    )
    answer = await reader.read()
    writer.close()
    head, _, rest = answer.partition(b"\r\n\r\n")
    text = rest.decode()
    return int(head.split()[1]), json.loads(text) if b"application/json" in head else text
