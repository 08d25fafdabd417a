"""The inputs of a swarm's control, one after the other: what may be asked when, and what is answered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flexsim.clock import Clock
from flexsim.errors import ConfigurationError, Conflict
from flexsim.load import behaviour as behaviours
from flexsim.load.behaviour import Behaviour
from flexsim.load.fleet import Fleet, Report
from flexsim.load.frames import timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """How many agents there are, how many a start without a number activates, and how many can be connected at all."""

    total: int
    active: int
    check: Callable[[int], None] = lambda _wanted: None


class Commander:
    """Steers a fleet. ConfigurationError: the request is wrong; Conflict: it does not fit. Then nothing has changed."""

    def __init__(self, fleet: Fleet, crew: Crew, behaviour: Behaviour, clock: Clock) -> None:
        self._fleet = fleet
        self._crew = crew
        self._clock = clock
        self._turn = asyncio.Lock()
        self.behaviour = behaviour
        self.running = self.paused = False
        self.active = 0
        self.started_at: float | None = None
        self.heard: Callable[[str, dict[str, Any]], None] = lambda _what, _details: None  # told of every input

    async def start(self, active: Any = None) -> dict[str, Any]:
        """Activate so many agents, or as many as was said at the beginning; raises Conflict when running."""
        wanted = self._wanted(self._crew.active if active is None else active, "activeAgents")
        async with self._turn:
            if self.running:
                raise Conflict(f"the swarm is running, with {self.active} active agents; POST /scale changes that")
            await self._fleet.scale(wanted)
            self.running, self.active, self.started_at = True, wanted, self._clock.now()
            self.heard("start", {"activeAgents": wanted})
            return await self.status()

    async def stop(self) -> dict[str, Any]:
        """Deactivate all; raises Conflict when nothing runs, and then nothing has changed."""
        async with self._turn:
            if not self.running:
                raise Conflict("the swarm is not running; POST /start starts it")
            await self._fleet.stop()
            self.running, self.paused, self.active, self.started_at = False, False, 0, None
            self.heard("stop", {})
            return await self.status()

    async def scale(self, target: Any) -> dict[str, Any]:
        """Have so many active; raises Conflict when nothing runs. The same number twice is once."""
        wanted = self._wanted(target, "targetAgents")
        async with self._turn:
            if not self.running:
                raise Conflict("the swarm is not running; POST /start starts it")
            if wanted != self.active:
                await self._fleet.scale(wanted)
                self.active = wanted
                self.heard("scale", {"targetAgents": wanted})
            return await self.status()

    async def pause(self, *, paused: bool) -> dict[str, Any]:
        """Let the agents stay as they are, or go on; the same twice is once. Raises Conflict when nothing runs."""
        async with self._turn:
            if not self.running:
                raise Conflict("the swarm is not running; POST /start starts it")
            if paused is not self.paused:
                await (self._fleet.pause() if paused else self._fleet.resume())
                self.paused = paused
                self.heard("pause" if paused else "resume", {})
            return await self.status()

    async def configure(self, changes: Any) -> dict[str, Any]:
        """Merge these changes into the configuration, running or not."""
        async with self._turn:
            changed = behaviours.merged(self.behaviour, changes)
            await self._fleet.configure(changed)
            self.behaviour = changed
            self.heard("config", {"changes": changes})
            return self.config()

    def config(self) -> dict[str, Any]:
        """The configuration, and the numbers that cannot be changed."""
        fixed = {"agents": self._crew.total, "activeAgents": self._crew.active}
        return behaviours.document(self.behaviour) | fixed

    async def status(self) -> dict[str, Any]:
        """Whether it runs, and how many there are."""
        report = await self._fleet.report()
        return {
            "running": self.running,
            "paused": self.paused,
            "totalAgents": self._crew.total,
            "activeAgents": self.active - report.away,
            "connectedAgents": report.connected,
            "eventsSent": report.tally.sent.total(),
            "startedAt": None if self.started_at is None else timestamp(self.started_at),
        }

    async def report(self) -> Report:
        """How the fleet stands."""
        return await self._fleet.report()

    async def stats(self) -> dict[str, Any]:
        """Everything that is counted."""
        report = await self._fleet.report()
        tally = report.tally
        return {
            "running": self.running,
            "activeAgents": self.active - report.away,
            "connectedAgents": report.connected,
            "openSockets": report.sockets,
            "dismissedAgents": report.away,
            "processes": report.processes,
            "processRestarts": report.restarts,
            **report.census,
            "sent": dict(sorted(tally.sent.items())),
            "received": dict(sorted(tally.received.items())),
            "events": {name: count for name, count in sorted(tally.events.items()) if count},
            "connectTime": tally.connect_time.summary(),
            "heartbeatLateness": tally.heartbeat_lateness.summary(),
            "pushLatency": tally.push_latency.summary(),
            "lastProblem": report.problem,
        }

    def _wanted(self, value: Any, name: str) -> int:
        total = self._crew.total
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= total:
            given = "it is missing" if value is None else f"not {str(value)[:100]}"
            raise ConfigurationError(f"{name} is a whole number from 0 to {total}; {given}")
        self._crew.check(value)
        return value
