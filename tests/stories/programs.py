"""Commands as processes of their own, as a shell would start them, and what can be seen of them from outside."""

import asyncio
import os
import signal
import sys
from collections import defaultdict
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

import aiohttp
from aiohttp import web
from twilio.rest import Client

from flexsim.deployment.client import Credentials, connect
from flexsim.settings import read_settings

ENDS = {"task.completed", "task.canceled", "task.deleted", "task.system-deleted"}


class Process:
    """One command, as a shell would start it."""

    def __init__(self, process):
        self.process = process

    running: ClassVar = []

    @classmethod
    async def start(cls, *arguments):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "flexsim", *arguments,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        cls.running.append(process)
        return cls(process)

    async def lines_until(self, word):
        found = []
        while not found or word not in found[-1]:
            line = await self.process.stdout.readline()
            assert line, (await self.process.stderr.read()).decode()
            found.append(line.decode())
        return found

    async def ended(self, code=0):
        """What it had still to say; it must end with this exit code."""
        out, errors = await self.process.communicate()
        assert self.process.returncode == code, f"{self.process.returncode}\n{out.decode()}\n{errors.decode()}"
        return out.decode()

    async def stop(self, number, code):
        self.process.send_signal(number)
        return await self.ended(code)


async def flexsim(*arguments, code=0):
    return await (await Process.start(*arguments)).ended(code)


@asynccontextmanager
async def local_taskrouter(speed):
    """``flexsim taskrouter > .env``, and a listener to its events: ends of tasks by task SID, in order."""
    process = await Process.start("taskrouter", "--port", "0", "--speed", str(speed))
    write_env(*await process.lines_until("WRKSPC_SID"))
    async with listening() as (ends, address):
        known = read_settings()
        client = Client(known.account_sid, known.auth_token)
        client.taskrouter.base_url = known.taskrouter_url
        workspace = client.taskrouter.v1.workspaces(known.workspace_sid)
        await asyncio.to_thread(workspace.update, event_callback_url=address)
        yield ends
    await process.stop(signal.SIGTERM, 0)


def read_env():
    return Path(".env").read_text().splitlines(keepends=True)


def write_env(*lines):
    Path(".env").write_text("".join(lines))


@asynccontextmanager
async def listening():
    ends = defaultdict(list)

    async def hear(request):
        event = await request.post()
        if event["EventType"] == "task.created":
            ends.setdefault(event["TaskSid"], [])
        elif event["EventType"] in ENDS:
            ends[event["TaskSid"]].append(event["EventType"])
        return web.Response()

    application = web.Application()
    application.router.add_post("/events", hear)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield ends, f"http://127.0.0.1:{port}/events"
    finally:
        await runner.cleanup()


async def workspace():
    """All that is in it, by kind and name; SIDs too."""
    known = read_settings()
    credentials = Credentials(
        account_sid=known.account_sid, auth_token=known.auth_token, workspace_sid=known.workspace_sid,
        base_url=known.taskrouter_url,
    )  # fmt: skip
    async with connect(credentials) as port:
        kinds = (port.activities, port.task_channels, port.task_queues, port.workflows, port.workers, port.tasks)
        return {kind.__name__: await kind() for kind in kinds}


async def healthy(address):
    """Return what agentsim's health says once all agents are logged in."""
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"{address}/health") as response:
                    document = await response.json()
                    if document["status"] == "ok":
                        return document
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


async def free_port():
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with server:
        return server.sockets[0].getsockname()[1]


async def until(condition):
    while not condition():  # noqa: ASYNC110 -- what is waited for happens in other processes
        await asyncio.sleep(0.1)


def tell(story, seconds):
    """Run the story in so much time; whatever it has started ends with it."""

    async def told():
        try:
            return await asyncio.wait_for(story(), seconds)
        finally:
            for process in Process.running:
                if process.returncode is None:
                    process.kill()
                    await process.communicate()
            Process.running.clear()

    return asyncio.run(told())
