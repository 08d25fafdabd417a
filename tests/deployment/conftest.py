"""A server that misbehaves on purpose, a network that goes away, and a local TaskRouter to deploy to."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import pytest

from flexsim.configuration.generate import generate
from flexsim.configuration.records import Configuration
from flexsim.deployment.address import Wishes
from flexsim.deployment.cleanup import Depth, apply_cleaning, plan_cleaning
from flexsim.deployment.client import Credentials, connect
from flexsim.deployment.deploy import apply_plan, plan_deployment
from flexsim.domain.loading import load_domain
from flexsim.emulator.server import LocalTaskRouter
from flexsim.errors import TargetUnreachable
from flexsim.randomness import Randomness
from flexsim.taskrouter.port import TaskRouter


@dataclass
class Answer:
    """A whole HTTP answer."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Reset:
    """Hang up after the request has been read."""


@dataclass
class CutShort:
    """Promise a longer body than is sent, and hang up."""


@dataclass
class Hang:
    """Never answer."""


Step = Answer | Reset | CutShort | Hang


class Misbehaving:
    """Answers the first request with the first step, and so on; the last step repeats. ``seen`` are request lines."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = list(steps)
        self.seen: list[str] = []
        self.headers: list[str] = []
        self.open_now = 0
        self.open_most = 0
        self.three_open = asyncio.Event()
        self.proceed: asyncio.Event | None = None  # when set, no answer goes out before it

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._over = asyncio.Event()
        self._tasks: set[asyncio.Task] = set()
        host, port = self._server.sockets[0].getsockname()[:2]
        self.address = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *exception) -> None:
        self._over.set()
        self._server.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.current_task())
        try:
            while await self._answer_one(reader, writer):
                pass
        finally:
            writer.close()

    async def _answer_one(self, reader, writer) -> bool:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except (asyncio.IncompleteReadError, ConnectionError):
            return False
        length = next((int(x.split(":")[1]) for x in head.splitlines() if x.lower().startswith("content-length")), 0)
        await reader.readexactly(length)
        self.seen.append(head.splitlines()[0].removesuffix(" HTTP/1.1"))
        self.headers.append(head)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        self.open_now += 1
        if self.open_now == 3:
            self.three_open.set()
        self.open_most = max(self.open_most, self.open_now)
        if self.proceed is not None:
            await self.proceed.wait()
        self.open_now -= 1
        return await self._do(step, writer)

    async def _do(self, step: Step, writer: asyncio.StreamWriter) -> bool:
        if isinstance(step, Hang):
            await self._over.wait()
            return False
        if isinstance(step, Reset):
            return False
        if isinstance(step, CutShort):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            await writer.drain()
            return False
        headers = {"Content-Length": str(len(step.body)), "Content-Type": "application/json", **step.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {step.status} Whatever\r\n{lines}\r\n".encode() + step.body)
        await writer.drain()
        return True


@dataclass(frozen=True)
class Faults:
    """The vocabulary, so that tests need no import from a file of fixtures."""

    server: type[Misbehaving] = Misbehaving
    Answer: type[Answer] = Answer
    Reset: type[Reset] = Reset
    CutShort: type[CutShort] = CutShort
    Hang: type[Hang] = Hang


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def closed_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(scope="session")
def domain():
    """The default domain with three agents: queues Sales, Service and Support."""
    return replace(load_domain(None), agent_count=3)


@pytest.fixture
def configuration(domain):
    return generate(domain, Randomness(1))


@pytest.fixture
def locally():
    """Runs ``scenario(router)`` against a local TaskRouter of its own, over HTTP through Twilio's SDK."""

    def run(scenario):
        async def go():
            async with LocalTaskRouter() as server, connect(credentials_of(server)) as router:
                return await scenario(router)

        return asyncio.run(go())

    return run


def credentials_of(server: LocalTaskRouter) -> Credentials:
    return Credentials(
        account_sid=server.account_sid,
        auth_token=server.auth_token,
        workspace_sid=server.workspace_sid,
        base_url=server.base_url,
    )


CHANGING = ("create_", "update_", "delete_", "set_")


class Interrupting:
    """A TaskRouter that the network leaves before its change number ``survives``; or after, the answer lost."""

    def __init__(self, router: TaskRouter, survives: int, *, lost: bool = False) -> None:
        self._router = router
        self._left = survives
        self._lost = lost

    def __getattr__(self, name: str):
        ask = getattr(self._router, name)
        if not name.startswith(CHANGING):
            return ask

        async def change(*args, **options):
            self._left -= 1
            if self._left < 0 and not (self._lost and self._left == -1):
                raise TargetUnreachable("the network has gone")
            answer = await ask(*args, **options)
            if self._left < 0:
                raise TargetUnreachable("the answer was lost")
            return answer

        return change


async def snapshot(router: TaskRouter) -> dict:
    """All that a workspace holds, by SID, as it can be compared."""
    workers = await router.workers()
    kinds = (router.activities, router.task_channels, router.task_queues, router.workflows, router.tasks)
    found = {kind.__name__: {each.sid: each for each in await kind()} for kind in kinds}
    capacities = {worker.sid: await router.worker_channels(worker.sid) for worker in workers}
    return {**found, "workers": {worker.sid: worker for worker in workers}, "capacities": capacities}


class Workshop:
    """What tests of deploying and cleaning share."""

    Interrupting = Interrupting
    snapshot = staticmethod(snapshot)
    here = Wishes(base_url="http://127.0.0.1:8900")

    async def deploy(self, router: TaskRouter, configuration: Configuration, **options):
        plan = await plan_deployment(router, configuration, self.here, **options)
        await apply_plan(router, plan)
        return plan

    async def clean(self, router: TaskRouter, configuration: Configuration, depth: Depth = Depth.ALL):
        cleaning = await plan_cleaning(router, configuration, depth)
        await apply_cleaning(router, cleaning, lambda change: None)
        return cleaning


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()
