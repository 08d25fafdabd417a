"""One run of the swarm: its control served, its ramp followed, its evidence written, and thresholds judged at the end."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from flexsim.clock import Clock, real_seconds
from flexsim.errors import TargetRefused, TargetUnreachable
from flexsim.hosting import served
from flexsim.load.behaviour import Behaviour, document
from flexsim.load.bridge import Mirror
from flexsim.load.calls import Call, CallTraffic
from flexsim.load.commander import Commander, Crew
from flexsim.load.control import control
from flexsim.load.fleet import Fleet, LocalFleet
from flexsim.load.limits import check_connections
from flexsim.load.ramp import Ramp
from flexsim.load.report import Sample, render
from flexsim.load.shard import Plan
from flexsim.load.shards import PROGRAM, Shards
from flexsim.load.target import Target
from flexsim.runs.folder import PAGE

if TYPE_CHECKING:
    from flexsim.measure.thresholds import Threshold, Verdict
    from flexsim.runs.folder import RunWriter
    from flexsim.taskrouter.port import TaskRouter

_STEP: Final = 0.25  # seconds between steps of a ramp
_SAMPLE: Final = 1.0
_CALL_PATIENCE: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """``active`` is what a start without a number activates; ``duration`` None: until told to stop, or the ramp's end.

    ``cluster``: the address of a Ray cluster that has the processes.
    """

    active: int
    processes: int = 1
    cluster: str | None = None
    host: str = "127.0.0.1"
    port: int = 8081
    auto_start: bool = False
    ramp: Ramp | None = None
    duration: float | None = None
    thresholds: "Sequence[Threshold]" = field(default_factory=tuple)


class Run:
    """A swarm under control; ``writer`` takes its evidence, and ``mirrored`` decides what agents do, if there is one."""

    def __init__(  # noqa: PLR0913, PLR0917 -- what a run is made of; the last two are rarer
        self,
        plan: Plan,
        behaviour: Behaviour,
        options: RunOptions,
        clock: Clock,
        writer: "RunWriter | None" = None,
        mirrored: "TaskRouter | None" = None,
    ) -> None:
        assert mirrored is None or options.processes == 1, "what is mirrored is seen by one process"
        self._mirrored = mirrored
        self._plan = plan
        self._behaviour = behaviour
        self._options = options
        self._clock = clock
        self._writer = writer
        self._began = real_seconds()
        self._samples: list[Sample] = []
        self.stats: dict[str, Any] = {}
        self.verdicts: list[Verdict] = []

    async def until_over(self, ready: Callable[[int], None]) -> None:
        """Run to the end, or until cancelled; ``ready`` hears the control's port. Figures and verdicts stand afterwards.

        Raises ConfigurationError where more is asked than there can be, TargetError where the backend is not known.
        """
        options, plan = self._options, self._plan
        peak = options.ramp.peak if options.ramp else options.active
        self._check(peak)
        crew = Crew(total=plan.agents, active=options.active, check=self._check)
        calls = CallTraffic(plan.options.seed, _to_backend(plan.target))
        async with self._fleet() as fleet:
            commander = Commander(fleet, crew, self._behaviour, self._clock)
            commander.heard = self._note
            try:
                async with (
                    served(control(commander, calls, plan.profiles), options.host, options.port) as port,
                    calls.flowing(),
                ):
                    ready(port)
                    await self._follow(commander)
            finally:
                await self._conclude(commander)

    def _check(self, wanted: int) -> None:
        """Raise ConfigurationError where so many agents take more connections than there can be."""
        if self._options.cluster is not None:  # whose machines have limits of their own; their swarms say so
            return
        check_connections(-(-wanted // self._plan.options.per_socket), self._options.processes)

    @contextlib.asynccontextmanager
    async def _fleet(self) -> AsyncIterator[Fleet]:
        if self._options.cluster is not None:
            async with self._spread(self._options.cluster) as shards:
                yield shards
        elif self._options.processes > 1:
            async with Shards(self._plan, self._options.processes, self._behaviour).running() as shards:
                yield shards
        else:
            swarm = self._plan.swarm(self._behaviour)
            async with Mirror(self._mirrored, swarm).running() if self._mirrored else contextlib.nullcontext():
                yield LocalFleet(swarm)

    @contextlib.asynccontextmanager
    async def _spread(self, address: str) -> AsyncIterator[Fleet]:
        """Over the machines of a cluster; no more processes than it has cores."""
        from flexsim.cluster.programs import programs_at  # noqa: PLC0415 -- an extra

        count = self._options.processes
        async with programs_at(address) as cluster:
            cluster.check_room(count)
            made = partial(cluster.program, PROGRAM)
            async with Shards(self._plan, count, self._behaviour, made).running() as shards:
                yield shards

    async def _follow(self, commander: Commander) -> None:
        """Let it run: along the ramp if there is one, with a sample of the figures every second."""
        ramp, began = self._options.ramp, real_seconds()
        end = self._options.duration if self._options.duration is not None or ramp is None else ramp.duration
        if ramp is not None or self._options.auto_start:
            await commander.start(ramp.at(0.0) if ramp else None)
        sampled = began
        while end is None or real_seconds() - began < end:
            await asyncio.sleep(_STEP if end is None else max(0.0, min(_STEP, end - (real_seconds() - began))))
            if ramp is not None and commander.running:
                await commander.scale(ramp.at(real_seconds() - began))
            if self._writer is not None and real_seconds() - sampled >= _SAMPLE:
                sampled = real_seconds()
                await self._sample(commander, sampled - began)

    async def _sample(self, commander: Commander, at: float) -> None:
        stats = await commander.stats()
        self._note("sample", stats)
        sent, received = (sum(stats[name].values()) for name in ("sent", "received"))
        self._samples.append(Sample(at=at, connected=stats["connectedAgents"], sent=sent, received=received))

    async def _conclude(self, commander: Commander) -> None:
        self.stats = await commander.stats()
        if commander.running:
            await commander.stop()
        report = await commander.report()
        self.stats |= {
            "sent": dict(sorted(report.tally.sent.items())),
            "received": dict(sorted(report.tally.received.items())),
        }
        if self._options.thresholds:
            from flexsim.load.thresholds import judged  # noqa: PLC0415 -- who asks for it has paid for it

            self.verdicts = judged(self._options.thresholds, report.tally)
        if self._writer is not None:
            summary = self._summary(commander)
            self._writer.finish(summary)
            page = render(f"Swarm {self._writer.path.name}", summary, self._samples)
            (self._writer.path / PAGE).write_text(page, encoding="utf-8")

    def _summary(self, commander: Commander) -> dict[str, Any]:
        return {
            "kind": "swarm",
            "config": document(commander.behaviour),
            "stats": self.stats,
            "thresholds": [each.document() for each in self.verdicts],
        }

    def _note(self, what: str, details: dict[str, Any]) -> None:
        """A line of the evidence."""
        if self._writer is not None:
            line = {"at": round(self._clock.now(), 3), "type": f"swarm.{what}", **details}
            self._writer.write([json.dumps(line) + "\n"])


def _to_backend(target: Target) -> Callable[[Sequence[Call]], Any]:
    """Deliver calls to the backend's ``POST /calls/inject``."""

    async def deliver(calls: Sequence[Call]) -> None:
        import aiohttp  # noqa: PLC0415 -- 10 MB that a swarm without call traffic does not need

        body = {"calls": [{"callId": each.call_id, "vq": each.queue} for each in calls]}
        timeout, tls = aiohttp.ClientTimeout(total=_CALL_PATIENCE), target.tls() or True
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, headers=dict(target.headers)) as session,
                session.post(f"{target.http}/calls/inject", json=body, ssl=tls) as response,
            ):
                if response.status >= 400:
                    raise TargetRefused(
                        f"the backend at {target.http} refused calls: status {response.status}", status=response.status
                    )
        except (OSError, aiohttp.ClientError, TimeoutError) as error:
            raise TargetUnreachable(f"no calls could be sent to the backend at {target.http}: {error}") from error

    return deliver
