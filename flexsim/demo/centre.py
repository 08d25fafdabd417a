"""Runs a whole contact centre: the local TaskRouter, deployment, agents and customers, and a record of what happens.

The parts are those of the separate commands, and they talk as those do: over HTTP, through Twilio's SDK, with signed
callbacks. They share one event loop and one clock.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from flexsim.clock import Clock, WallClock, real_seconds
from flexsim.configuration.files import render
from flexsim.configuration.records import Configuration
from flexsim.demo.view import Frame
from flexsim.deployment.cleanup import our_tasks
from flexsim.deployment.client import Credentials, connect
from flexsim.deployment.concurrency import together
from flexsim.deployment.deploy import apply_plan, read_present
from flexsim.deployment.plan import make_plan
from flexsim.emulator.dashboard_feed import Goal
from flexsim.emulator.host import Happening
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter
from flexsim.live.agents import AgentOptions, AgentSimulator
from flexsim.live.customers import CustomerOptions, CustomerSimulator
from flexsim.live.losses import Report, silent
from flexsim.measure.records import Recorder, logged
from flexsim.measure.statistics import Statistics, Totals
from flexsim.measure.summary import summarize
from flexsim.randomness import Randomness
from flexsim.runs.folder import Manifest, RunWriter, begin_run, digest_of_files, versions
from flexsim.taskrouter.events import Event
from flexsim.taskrouter.port import TaskChanges, TaskRouter

_BETWEEN_FRAMES: Final = 0.5  # real seconds
_CLOSING_REASON: Final = "closing time"
_CLOSING_STATUS: Final = {
    "pending": "canceled",
    "reserved": "canceled",
    "assigned": "completed",
    "wrapping": "completed",
}

Watch = Callable[[Frame], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlan:
    """What to run. ``duration`` in real seconds, from the first customer; ``report`` gets lines for people.

    ``listen`` hears the log's lines as they are written. ``announce`` is told the live dashboard's address once it is served; ``allow_control`` lets one act there.
    """

    configuration: Configuration
    seed: int
    speed: float
    duration: float
    out: Path
    port: int = 0
    report: Report = silent
    announce: Callable[[str], None] = silent
    allow_control: bool = False
    listen: Callable[[list[str]], None] = lambda _: None

    @property
    def goal(self) -> Goal:
        """The domain's service level."""
        level = self.configuration.domain.service_level
        return Goal(threshold=level.threshold, target=level.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``summary`` holds the figures at closing time, ``totals`` the counts behind them; ``path`` is the run's folder."""

    path: Path
    summary: dict[str, Any]
    totals: Totals
    closing: Frame


class _Recording:
    """Hears everything that happens in one workspace: into the run's log, and into the figures."""

    def __init__(self, router: LocalTaskRouter, plan: DemoPlan, run: RunWriter) -> None:
        self._workspace = next(router.workspaces.workspaces(router.account))
        self._run = run
        self._recorder = Recorder(self._workspace.engine)
        self.statistics = Statistics(self._recorder.names, plan.configuration.domain.service_level.threshold)
        opening, lines = self._recorder.open(router.workspaces.clock.now())
        self._listen = plan.listen
        self._write(lines)
        for event in logged(opening):
            self.statistics.add(event)
        router.workspaces.subscribe(self)

    def __call__(self, happening: Happening) -> None:
        if happening.workspace is self._workspace:
            self._take(happening.events)

    def _take(self, events: Iterable[Event]) -> None:
        # One by one: what came before a queue was renamed counts under its former name, as it does in the log.
        for event in logged(events):
            self._write(self._recorder.lines((event,)))
            self.statistics.add(event)

    def _write(self, lines: Iterable[str]) -> None:
        told = list(lines)
        self._run.write(told)
        self._listen(told)


class _Centre:
    """The parts, once they are there."""

    def __init__(self, plan: DemoPlan, clock: Clock, router: LocalTaskRouter, recording: _Recording) -> None:
        self.plan = plan
        self.clock = clock
        self.router = router
        self.statistics = recording.statistics
        self.started = real_seconds()
        self.totals = Totals()  # at closing time
        self.agents: AgentSimulator | None = None
        self.customers: CustomerSimulator | None = None

    @property
    def credentials(self) -> Credentials:
        router = self.router
        return Credentials(
            account_sid=router.account_sid,
            auth_token=router.auth_token,
            workspace_sid=router.workspace_sid,
            base_url=router.base_url,
        )

    def frame(self) -> Frame:
        parts = (self.agents, self.customers)
        return Frame(
            brand=self.plan.configuration.domain.brand,
            address=self.router.base_url,
            speed=self.router.speed,
            target=self.plan.configuration.domain.service_level.target,
            elapsed=real_seconds() - self.started,
            duration=self.plan.duration,
            lost=sum(part.losses.count for part in parts if part is not None),
            summary=summarize(self.statistics, round(self.clock.now(), 3)),
        )


async def run_demo(plan: DemoPlan, watch: Watch, stop: asyncio.Event) -> Outcome:
    """Run until the plan's duration is over or ``stop`` is set; ``watch`` gets a frame twice a second.

    Afterwards nothing is left open: agents are logged out, and every task has ended. The figures are those of the moment
    before. Raises what the parts raise.
    """
    clock = WallClock(plan.speed)
    manifest = _manifest(plan, clock.now())
    with begin_run(plan.out, manifest) as run:
        run.keep_configuration(render(plan.configuration))
        options = Options(goal=plan.goal, allow_control=plan.allow_control)
        router = LocalTaskRouter(port=plan.port, speed=plan.speed, seed=plan.seed, clock=clock, options=options)
        recording = _Recording(router, plan, run)
        async with router:
            plan.announce(router.dashboard_url)
            centre = _Centre(plan, clock, router, recording)
            await _deploy(centre)
            closing, simulators = await _open(centre, run, watch, stop)
            await _close(centre)
        summary = {**closing.summary, **simulators}
        run.finish(summary)
        return Outcome(path=run.path, summary=summary, totals=centre.totals, closing=closing)


async def _deploy(centre: _Centre) -> None:
    configuration = centre.plan.configuration
    async with connect(centre.credentials) as port:
        present = await read_present(port, configuration.domain.brand)
        await apply_plan(port, make_plan(present, configuration, None, create_missing=True))


async def _open(centre: _Centre, run: RunWriter, watch: Watch, stop: asyncio.Event) -> tuple[Frame, dict[str, Any]]:
    """Let agents and customers at it; the last frame, and what the simulators counted."""
    plan, credentials = centre.plan, centre.credentials
    randomness = Randomness(plan.seed)
    agent_options = AgentOptions(announce=True, warm=True, auth_token=credentials.auth_token, report=plan.report)
    customer_options = CustomerOptions(time_limit=None, report=plan.report)
    async with connect(credentials) as for_agents, connect(credentials) as for_customers:
        agents = AgentSimulator(for_agents, centre.clock, plan.configuration, randomness, agent_options)
        customers = CustomerSimulator(for_customers, centre.clock, plan.configuration, randomness, customer_options)
        centre.agents, centre.customers = agents, customers
        if centre.router.dashboard.actions is not None:
            centre.router.dashboard.actions.arrivals = customers
        async with agents:
            closing = await _watch(centre, run, watch, stop)
            return closing, {"agentsim": agents.summary(), "custsim": customers.summary()}


async def _watch(centre: _Centre, run: RunWriter, watch: Watch, stop: asyncio.Event) -> Frame:
    """Let customers come until it is time to close."""
    assert centre.customers is not None
    arriving = asyncio.create_task(centre.customers.run())
    stopping = asyncio.create_task(stop.wait())
    centre.started = real_seconds()
    frame = centre.frame()
    try:
        while frame.elapsed < centre.plan.duration and not stopping.done() and not arriving.done():
            watch(frame)
            run.flush()
            patience = min(_BETWEEN_FRAMES, centre.plan.duration - frame.elapsed)
            await asyncio.wait((arriving, stopping), timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            frame = centre.frame()
        centre.totals = centre.statistics.totals_at(frame.summary["at"])
        watch(frame)
        if arriving.done():
            arriving.result()  # it only ends by itself when something is wrong
        return frame
    finally:
        for task in (arriving, stopping):
            task.cancel()
        await asyncio.gather(arriving, stopping, return_exceptions=True)


async def _close(centre: _Centre) -> None:
    """Bring every open task to an end, as a centre that closes does: who waits is sent home, the rest counts as done."""
    async with connect(centre.credentials) as port:
        brand = centre.plan.configuration.domain.brand
        ended = [
            partial(_end, port, task.sid, _CLOSING_STATUS[task.status])
            for task in await our_tasks(port, brand)
            if task.status in _CLOSING_STATUS
        ]
        await together(ended)


async def _end(port: TaskRouter, task_sid: str, status: str) -> None:
    await port.update_task(task_sid, TaskChanges(status=status, reason=_CLOSING_REASON))


def _manifest(plan: DemoPlan, now: float) -> Manifest:
    return Manifest(
        command="demo",
        seed=plan.seed,
        speed=plan.speed,
        started=now,
        configuration=digest_of_files(render(plan.configuration)),
        threshold=plan.configuration.domain.service_level.threshold,
        versions=versions("twilio"),
    )
