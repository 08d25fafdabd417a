"""The stream over real sockets: it begins with a snapshot, follows what happens, and outlives no server."""

import asyncio
import contextlib
import time

import aiohttp
import orjson
import pytest

from flexsim.clock import ManualClock
from flexsim.emulator import dashboard_asgi
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter
from flexsim.taskrouter.inputs import NewTask


class Watcher:
    """Reads a stream frame by frame."""

    def __init__(self, response):
        self.response = response

    async def next(self):
        lines = {}
        while line := (await asyncio.wait_for(self.response.content.readline(), 5)).decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            lines[name] = value
        return (lines["event"], orjson.loads(lines["data"])) if lines else None


@contextlib.asynccontextmanager
async def watching(router, **query):
    async with (
        aiohttp.ClientSession(read_bufsize=1 << 20) as session,
        session.get(f"{router.dashboard_url}/stream", params=query) as response,
    ):
        yield Watcher(response)


def arrive(router):
    workspace = next(router.workspaces.workspaces())
    router.workspaces.do(workspace, workspace.engine.create_task, NewTask(workflow=0, channel=0, attributes={}))
    return workspace.engine.sequence


def test_it_follows_what_happens_and_each_frame_says_of_which_event_it_is():
    async def scenario():
        async with LocalTaskRouter() as router, watching(router) as watcher:
            headers = watcher.response.headers
            assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
            assert headers["Cache-Control"] == "no-store"
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            kind, snapshot = await watcher.next()
            assert (kind, snapshot["workspace"]["sid"]) == ("snapshot", router.workspace_sid)
            sequence = arrive(router)
            kind, delta = await watcher.next()
            assert (kind, delta["seq"]) == ("delta", sequence)
            assert delta["rows"][0][2] == 1
            assert router.callback_counts()["dashboard"] == {"viewers": 1, "frames": 1, "resynced": 0}

    asyncio.run(scenario())


def test_a_viewer_who_goes_is_forgotten():
    async def scenario():
        async with LocalTaskRouter() as router:
            async with watching(router) as watcher:
                await watcher.next()
            async with asyncio.timeout(5):
                while router.dashboard.watching()["viewers"]:  # noqa: ASYNC110 -- the far end of a socket tells nobody
                    await asyncio.sleep(0.005)

    asyncio.run(scenario())


def test_a_server_that_stops_ends_its_streams_at_once_and_goes_on_with_new_ones():
    async def scenario():
        router = LocalTaskRouter()
        async with router, watching(router) as watcher:
            await watcher.next()
            before = time.monotonic()
            await router.stop()
            assert await watcher.next() is None
            assert time.monotonic() - before < 1.5
        async with router:
            arrive(router)
            async with watching(router) as watcher:
                kind, snapshot = await watcher.next()
                assert (kind, snapshot["rows"][0][2]) == ("snapshot", 1)

    asyncio.run(scenario())


def test_a_stream_ends_with_its_workspace_and_the_next_one_is_of_the_new():
    async def scenario():
        async with LocalTaskRouter() as router:
            async with watching(router) as watcher:
                arrive(router)
                await watcher.next()
                router.reset()
                while await watcher.next():
                    pass
            async with watching(router) as watcher:
                _, snapshot = await watcher.next()
                assert snapshot["rows"] == [row for row in snapshot["rows"] if row[2] == 0]

    asyncio.run(scenario())


def test_a_viewer_who_reads_nothing_delays_nobody_and_is_hung_up_on_at_the_end(monkeypatch, caplog):
    monkeypatch.setattr("flexsim.emulator.dashboard_stream.BETWEEN_FRAMES", 0.0)
    monkeypatch.setattr("flexsim.emulator.dashboard_stream.MOST_WAITING", 3)

    async def scenario():
        async with LocalTaskRouter() as router:
            workspace = next(router.workspaces.workspaces())
            feed = router.dashboard.feed(workspace)
            delta = feed.delta  # made so large that a socket's buffers cannot hide them
            monkeypatch.setattr(feed, "delta", lambda now: {**delta(now), "ballast": "x" * 200_000})
            host, port = "127.0.0.1", router.port
            reader, writer = await asyncio.open_connection(host, port, limit=1 << 12)
            writer.write(f"GET /_flexsim/dashboard/stream HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
            await reader.readuntil(b"\r\n\r\n")
            async with watching(router) as lively:
                await lively.next()
                frames = 0
                while not router.dashboard.watching()["resynced"]:
                    sequence = arrive(router)
                    kind, frame = await lively.next()
                    assert (kind, frame["seq"]) == ("delta", sequence)
                    frames += 1
                    assert frames < 200
            assert frames > 3
            before = time.monotonic()
            await router.stop()  # which does not wait for who does not read
            assert time.monotonic() - before < 1.5
            writer.close()

    asyncio.run(scenario())
    assert caplog.text == ""


def test_there_is_a_bound_to_how_many_watch(monkeypatch):
    monkeypatch.setattr(dashboard_asgi, "MOST_VIEWERS", 1)

    async def scenario():
        async with LocalTaskRouter() as router, watching(router) as first:
            await first.next()
            async with watching(router) as second:
                assert second.response.status == 503
                assert "which is the most" in (await second.response.json())["message"]

    asyncio.run(scenario())


def test_a_clock_that_is_moved_by_hand_has_speed_0_and_its_own_time():
    async def scenario():
        clock = ManualClock()
        async with LocalTaskRouter(clock=clock, options=Options(allow_control=True)) as router:
            clock.advance(100)
            async with watching(router) as watcher:
                _, snapshot = await watcher.next()
                assert (snapshot["speed"], snapshot["now"]) == (0.0, clock.now())

    asyncio.run(scenario())


@pytest.mark.parametrize("path", ["/_flexsim/dashboardx", "/_flexsim/dashboard/stream/x"])
def test_only_its_own_path_is_the_dashboards(path):
    async def scenario():
        async with (
            LocalTaskRouter() as router,
            aiohttp.ClientSession() as session,
            session.get(router.base_url + path) as response,
        ):
            assert response.status == 404

    asyncio.run(scenario())
