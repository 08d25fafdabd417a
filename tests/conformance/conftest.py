"""The targets of the conformance suite: engine and local TaskRouters always, Twilio when credentials are given.

``engine`` is the port in process; ``local`` is the port over HTTP and Twilio's SDK, to a local TaskRouter.

To run it against a Twilio project, in a workspace in which nothing else is going on:

    FLEXSIM_CONFORMANCE_ACCOUNT_SID=AC… FLEXSIM_CONFORMANCE_AUTH_TOKEN=… FLEXSIM_CONFORMANCE_WRKSPC_SID=WS… \\
        pytest tests/conformance -k twilio

Everything made there is called by ``PREFIX`` and removed before and after each test.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from flexsim.clock import Clock, WallClock
from flexsim.deployment.client import Credentials, connect
from flexsim.emulator.server import LocalTaskRouter
from flexsim.errors import TargetRefused
from flexsim.ids import Sids
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.inprocess import InProcessTaskRouter
from flexsim.taskrouter.port import (
    NewTask,
    Task,
    TaskQueue,
    TaskRouter,
    Worker,
    WorkerChanges,
    Workflow,
    WorkflowChanges,
)
from flexsim.taskrouter.templates import flex_workspace

PREFIX = "conformance"
VARIABLES = ("ACCOUNT_SID", "AUTH_TOKEN", "WRKSPC_SID")


@dataclass(frozen=True)
class Target:
    """``tries`` and ``pause``: how long the target may take until what was done can be seen."""

    name: str
    credentials: Credentials | None = None
    in_process: bool = False
    page_size: int = 1000
    tries: int = 1
    pause: float = 0.0


class Centre:
    """A workspace with what a scenario needs, in the words of the domain."""

    def __init__(self, router: TaskRouter, target: Target) -> None:
        self.router = router
        self.target = target

    def name(self, text: str) -> str:
        return f"{PREFIX}_{text}"

    async def activity(self, name: str) -> str:
        return next(each.sid for each in await self.router.activities() if each.name == name)

    async def queue(self, name: str = "queue", target_workers: str | None = None) -> TaskQueue:
        chosen = target_workers or f"{PREFIX} == 'yes'"
        return await self.router.create_task_queue(self.name(name), target_workers=chosen)

    async def workflow(self, queue: TaskQueue, name: str = "workflow") -> Workflow:
        routing = {"task_routing": {"filters": [], "default_filter": {"queue": queue.sid}}}
        return await self.router.create_workflow(self.name(name), WorkflowChanges(configuration=routing))

    async def worker(self, name: str = "worker", *, available: bool = False, **attributes: Any) -> Worker:
        worker = await self.router.create_worker(self.name(name), attributes={PREFIX: "yes", **attributes})
        return await self.set_activity(worker.sid, "Available") if available else worker

    async def set_activity(self, worker_sid: str, name: str, *, reject_pending: bool = False) -> Worker:
        changes = WorkerChanges(activity_sid=await self.activity(name), reject_pending=reject_pending)
        return await self.router.update_worker(worker_sid, changes)

    async def task(self, workflow: Workflow, channel: str = "chat", **attributes: Any) -> Task:
        carried = {PREFIX: "yes", **attributes}
        return await self.router.create_task(NewTask(workflow_sid=workflow.sid, channel=channel, attributes=carried))

    async def until(self, read: Callable[[], Awaitable[Any]], holds: Callable[[Any], bool]) -> Any:
        """What ``read`` gives once it holds; at once on a local TaskRouter, where nothing may lag behind."""
        for _ in range(self.target.tries):
            seen = await read()
            if holds(seen):
                return seen
            await asyncio.sleep(self.target.pause)
        raise AssertionError(f"it did not come true; seen last: {seen}")

    async def status(self, task: Task, wanted: str) -> Task:
        """The task once it has this status."""
        return await self.until(lambda: self.router.task(task.sid), lambda seen: seen.status == wanted)

    async def reservation(self, task: Task, status: str = "pending"):
        """The task's newest reservation, once it has this status."""
        found = await self.until(
            lambda: self.router.task_reservations(task.sid),
            lambda seen: any(each.status == status for each in seen),
        )
        return [each for each in found if each.status == status][-1]

    async def assigned(self, workflow: Workflow, **attributes: Any) -> Task:
        """A task that an available worker has accepted."""
        task = await self.task(workflow, **attributes)
        reservation = await self.reservation(task)
        await self.router.update_reservation(task.sid, reservation.sid, "accepted")
        return await self.status(task, "assigned")

    async def sweep(self) -> None:
        """Remove whatever a scenario has made."""
        router = self.router
        for task in await router.tasks():
            if PREFIX in task.attributes:
                await router.delete_task(task.sid)
        for listing, delete in (
            (router.workers, router.delete_worker),
            (router.workflows, router.delete_workflow),
            (router.task_queues, router.delete_task_queue),
            (router.activities, router.delete_activity),
            (router.task_channels, router.delete_task_channel),
        ):
            for each in await listing():
                if each.name.startswith(PREFIX):
                    await delete(each.sid)


def _twilio() -> Target | str:
    """The real thing, or why not."""
    given = {name: os.environ.get(f"FLEXSIM_CONFORMANCE_{name}") for name in VARIABLES}
    lacking = [f"FLEXSIM_CONFORMANCE_{name}" for name, value in given.items() if not value]
    if lacking:
        return f"{', '.join(lacking)} not set"
    account, token, workspace = given.values()
    credentials = Credentials(account_sid=account, auth_token=token, workspace_sid=workspace)
    return Target("twilio", credentials, tries=40, pause=0.5)


TWILIO = _twilio()
LOCAL = [Target("engine", in_process=True), Target("local"), Target("local in pages of two", page_size=2)]
TARGETS = LOCAL if isinstance(TWILIO, str) else [*LOCAL, TWILIO]


@pytest.fixture(params=TARGETS, ids=lambda target: target.name)
def target(request) -> Target:
    return request.param


@pytest.fixture
def twilio() -> Target:
    """The target that costs something; skips, and says what to set, where there is none."""
    if isinstance(TWILIO, str):
        pytest.skip(f"the suite did not run against Twilio: {TWILIO}")
    return TWILIO


async def reached(target: Target, stack: AsyncExitStack) -> TaskRouter:
    """The target's port; ``stack`` closes what had to be opened for it."""
    if target.in_process:
        return in_process(WallClock())
    credentials = target.credentials
    if credentials is None:
        server = await stack.enter_async_context(LocalTaskRouter())
        credentials = credentials_of(server)
    return await stack.enter_async_context(connect(credentials, page_size=target.page_size))


def in_process(clock: Clock) -> InProcessTaskRouter:
    """The port over an engine of its own, furnished as a local TaskRouter's is."""
    engine = Engine(Sids(1, "conformance"), clock.now())
    flex_workspace(engine, clock.now())
    return InProcessTaskRouter(engine, clock.now)


def credentials_of(server: LocalTaskRouter) -> Credentials:
    return Credentials(
        account_sid=server.account_sid,
        auth_token=server.auth_token,
        workspace_sid=server.workspace_sid,
        base_url=server.base_url,
    )


@pytest.fixture
def conform(target):
    """Runs ``scenario(centre)`` against the target and leaves nothing of it behind."""

    async def go(scenario):
        async with AsyncExitStack() as stack:
            centre = Centre(await reached(target, stack), target)
            await centre.sweep()
            try:
                return await scenario(centre)
            finally:
                await centre.sweep()

    return lambda scenario: asyncio.run(go(scenario))


class Refusals:
    """``async with refusals(400, 20001): ...``: the target says no with this status, and code if one is given."""

    def __init__(self, status: int, code: int | None = None) -> None:
        self._wanted = (status, code)

    async def __aenter__(self) -> None:
        pass

    async def __aexit__(self, kind, error, trace) -> bool:
        status, code = self._wanted
        assert isinstance(error, TargetRefused), f"not refused: {error!r}"
        assert error.status == status, str(error)
        assert code in {None, error.code}, str(error)
        return True


@pytest.fixture
def refused() -> type[Refusals]:
    return Refusals
