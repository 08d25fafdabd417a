"""The swarm's control over HTTP: the requests of the reference, in JSON."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.responses import Response

from flexsim.load import metrics
from flexsim.load.calls import CallTraffic, call_routes
from flexsim.load.commander import Commander
from flexsim.load.http import application, field, route
from flexsim.load.profiles import Profile


def control(commander: Commander, calls: CallTraffic, profiles: Callable[[], Sequence[Profile]] = tuple) -> Starlette:
    """The application; wrong numbers are 422, what does not fit is 409, a backend that cannot be had 502.

    ``profiles`` gives all agents, for those who ask who they are.
    """
    doors = _Doors(commander, calls, profiles)
    return application(
        [
            route("/health", doors.health),
            route("/status", doors.status),
            route("/start", doors.start, "POST"),
            route("/stop", doors.stop, "POST"),
            route("/scale", doors.scale, "POST"),
            route("/pause", doors.pause, "POST"),
            route("/resume", doors.resume, "POST"),
            route("/config", doors.config),
            route("/config", doors.configure, "PUT"),
            route("/stats", doors.stats),
            route("/agents", doors.agents),
            route("/metrics", doors.exposition),
            *call_routes(calls, doors.set_rates),
        ]
    )


class _Doors:
    def __init__(self, commander: Commander, calls: CallTraffic, profiles: Callable[[], Sequence[Profile]]) -> None:
        self._commander = commander
        self._calls = calls
        self._profiles = profiles
        self._agents: list[dict[str, Any]] | None = None

    async def health(self, _body: Any) -> Any:
        return {"status": "ok"}

    async def status(self, _body: Any) -> Any:
        return await self._commander.status()

    async def start(self, body: Any) -> Any:
        return await self._commander.start(field(body, "activeAgents", "targetAgents"))

    async def stop(self, _body: Any) -> Any:
        return await self._commander.stop()

    async def scale(self, body: Any) -> Any:
        return await self._commander.scale(field(body, "targetAgents", "activeAgents"))

    async def pause(self, _body: Any) -> Any:
        return await self._commander.pause(paused=True)

    async def resume(self, _body: Any) -> Any:
        return await self._commander.pause(paused=False)

    async def config(self, _body: Any) -> Any:
        return self._commander.config()

    async def configure(self, body: Any) -> Any:
        found = await self._commander.configure(body)
        if field(body, "callRates") is not None:
            self._calls.set_rates(self._commander.behaviour.call_rates)
        return found

    async def stats(self, _body: Any) -> Any:
        return await self._commander.stats()

    async def agents(self, _body: Any) -> Any:
        if self._agents is None:
            from flexsim.load.names import described  # noqa: PLC0415 -- 20 MB of names that few ask for

            self._agents = await asyncio.to_thread(described, self._profiles())
        return self._agents

    async def exposition(self, _body: Any) -> Any:
        families = metrics.of_swarm(await self._commander.report(), active=self._commander.active)
        return Response(metrics.exposition(families), media_type=metrics.CONTENT_TYPE)

    async def set_rates(self, rates: dict[str, float]) -> None:
        await self._commander.configure({"callRates": rates})
