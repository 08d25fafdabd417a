"""A local TaskRouter on a clock that is moved by hand, with a small centre deployed to it, spoken to through the SDK."""

import asyncio
import contextlib
import json
from collections.abc import Callable

import pytest

from flexsim.clock import ManualClock
from flexsim.configuration.generate import generate
from flexsim.deployment.address import Wishes
from flexsim.deployment.client import Credentials, connect
from flexsim.deployment.deploy import apply_plan, plan_deployment
from flexsim.domain.loading import load_domain
from flexsim.emulator.server import LocalTaskRouter
from flexsim.errors import TargetUnreachable
from flexsim.live.agents import AgentOptions, AgentSimulator
from flexsim.people.customer import Customers
from flexsim.randomness import Randomness
from flexsim.taskrouter.port import NewTask

PATIENCE = 10.0  # real seconds for what sockets and threads have to do


class Flaky:
    """A port that can be taken away: while ``down`` names a method, that method finds nobody."""

    def __init__(self, port):
        self._port = port
        self.down: set[str] = set()
        self.calls: list[str] = []

    def __getattr__(self, name):
        method = getattr(self._port, name)

        async def call(*args, **options):
            self.calls.append(name)
            if name in self.down:
                raise TargetUnreachable("cannot reach the test's TaskRouter")
            return await method(*args, **options)

        return call


class Centre:
    """What a test needs: the ``port``, the ``clock``, and ways to let time pass."""

    def __init__(self, clock, taskrouter, port, configuration):
        self.clock = clock
        self.taskrouter = taskrouter
        self.port = Flaky(port)
        self.configuration = configuration
        self.said: list[str] = []
        self._simulators: list[AgentSimulator] = []
        self._customers = Customers(configuration.domain, Randomness(4), clock.now())

    def agents(self, seed=7, **options):
        options = {"announce": True, "auth_token": self.taskrouter.auth_token, "report": self.said.append} | options
        simulator = AgentSimulator(self.port, self.clock, self.configuration, Randomness(seed), AgentOptions(**options))
        self._simulators.append(simulator)
        return simulator

    def kill(self, simulator):
        """End it without its clean-up, as SIGKILL would."""
        simulator._sweeping.cancel()
        simulator._crew._reminders.clear()
        simulator._open = False
        simulator._server.stop()
        self._simulators.remove(simulator)

    async def workflow(self):
        name = self.configuration.workflow.name
        return next(each for each in await self.port.workflows() if each.name == name)

    async def new_task(self, *, full=False):
        """A task as custsim makes it; ``full``: with as many characters of attributes as Twilio allows."""
        _, contact = self._customers.next()
        attributes = dict(contact.attributes)
        if full:
            written = json.dumps({**attributes, "padding": ""}, ensure_ascii=False, separators=(",", ":"))
            attributes["padding"] = "x" * (4096 - len(written))
        new = NewTask(workflow_sid=(await self.workflow()).sid, channel="voice", attributes=attributes)
        return await self.port.create_task(new)

    async def status(self, task):
        return (await self.port.task(task.sid)).status

    async def until(self, condition: Callable[[], bool]):
        """Until sockets and threads have brought it about."""
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 -- nothing tells a test that the far end of a socket is done
                await asyncio.sleep(0.002)

    async def quiet(self):
        """Until nobody is asking anybody anything."""
        calm = 0
        while calm < 3:
            await asyncio.sleep(0.002)
            busy = any(each._crew._running for each in self._simulators) or self.taskrouter._assignments.underway
            calm = 0 if busy else calm + 1

    async def pass_time(self, seconds, step=5.0):
        """Let simulated time pass, and everybody do what they have to do in it."""
        while seconds > 0:
            self.clock.advance(min(step, seconds))
            seconds -= step
            await self.quiet()

    async def activities(self):
        """The activity that the TaskRouter shows for each of our workers, by worker's name."""
        names = {activity.sid: activity.name for activity in await self.port.activities()}
        return {worker.name: names[worker.activity_sid] for worker in await self.port.workers()}


@pytest.fixture(scope="session")
def configuration():
    return generate(load_domain(None), Randomness(1), 3)


@contextlib.asynccontextmanager
async def opened(configuration, deployed=True):
    clock = ManualClock()
    async with LocalTaskRouter(clock=clock) as taskrouter:
        credentials = Credentials(
            account_sid=taskrouter.account_sid,
            auth_token=taskrouter.auth_token,
            workspace_sid=taskrouter.workspace_sid,
            base_url=taskrouter.base_url,
        )
        async with connect(credentials) as port:
            if deployed:
                await apply_plan(port, await plan_deployment(port, configuration, Wishes(base_url=taskrouter.base_url)))
            yield Centre(clock, taskrouter, port, configuration)


@pytest.fixture
def run(configuration):
    """Runs a scenario (an async function of a Centre) to its end, and gives back what it returns."""

    def go(scenario, **options):
        async def whole():
            async with opened(options.pop("configuration", configuration), **options) as centre:
                return await scenario(centre)

        return asyncio.run(whole())

    return go
