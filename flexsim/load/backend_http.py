"""The reference backend's HTTP: figures, faults, calls, what supervisors do, and a live page; agents' sockets beside it."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from importlib.resources import files
from typing import Any, Final

from prometheus_client.core import Metric
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response

from flexsim.clock import real_seconds
from flexsim.errors import ConfigurationError
from flexsim.hosting import served
from flexsim.load import faults, frames, metrics
from flexsim.load.backend import Backend
from flexsim.load.calls import CallTraffic, call_routes
from flexsim.load.http import application, field, route

_MOST_AGENTS: Final = 100_000
_PAGE: Final = "backend_page.html"
_STYLE: Final = ("emulator", "assets", "dashboard.css")  # it looks as the dashboard does
_POLICY: Final = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"


@contextlib.asynccontextmanager
async def serving(backend: Backend, seed: int, host: str, port: int) -> AsyncIterator[int]:
    """Serve the backend while inside; gives the port. Raises ConfigurationError where it cannot be had."""
    traffic = CallTraffic(seed, backend.take_calls)
    app = _application(backend, traffic)
    async with served(app, host, port, backend.peer) as bound, backend.watching(), traffic.flowing():
        yield bound


def _application(backend: Backend, traffic: CallTraffic) -> Starlette:
    doors = _Doors(backend)
    return application(
        [
            route("/", doors.page),
            route("/assets/dashboard.css", doors.style),
            route("/health", doors.health),
            route("/stats", doors.stats),
            route("/metrics", doors.exposition),
            route("/agents", doors.agents),
            route("/faults", doors.faults),
            route("/faults", doors.set_faults, "PUT"),
            route("/internal/agents/roster", doors.roster, "POST"),
            route("/supervisor/force_end_call", doors.force_end_call, "POST"),
            route("/supervisor/force_disconnect", doors.force_disconnect, "POST"),
            *call_routes(traffic),
        ]
    )


class _Doors:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._roster: dict[str, Any] = {}

    async def page(self, _body: Any) -> Any:
        text = files("flexsim.load").joinpath(_PAGE).read_text(encoding="utf-8")
        return HTMLResponse(text, headers={"content-security-policy": _POLICY})

    async def style(self, _body: Any) -> Any:
        text = files("flexsim").joinpath(*_STYLE).read_text(encoding="utf-8")
        return Response(text, media_type="text/css")

    async def health(self, _body: Any) -> Any:
        return {"status": "ok", "agents": len(self._backend.registry.agents)}

    async def stats(self, _body: Any) -> Any:
        return self._backend.stats() | {"roster": len(self._roster)}

    async def exposition(self, _body: Any) -> Any:
        return Response(metrics.exposition(families(self._backend)), media_type=metrics.CONTENT_TYPE)

    async def agents(self, _body: Any) -> Any:
        now = real_seconds()
        return [
            {
                "agentId": each.agent_id,
                "department": each.department,
                "location": each.location,
                "team": each.team,
                "state": each.state,
                "inState": round(now - each.since, 3),
                "callId": each.call.call_id if each.call else None,
                "kpis": each.kpis,
            }
            for each in self._backend.registry.agents.values()
        ]

    async def faults(self, _body: Any) -> Any:
        return _document(self._backend.faults)

    async def set_faults(self, body: Any) -> Any:
        self._backend.faults = faults.merged(self._backend.faults, body)
        return _document(self._backend.faults)

    async def roster(self, body: Any) -> Any:
        if not isinstance(body, list) or len(body) > _MOST_AGENTS or not all(isinstance(each, dict) for each in body):
            raise ConfigurationError(f"the roster is a list of at most {_MOST_AGENTS} agents")
        self._roster = {str(each.get("agentId")): each for each in body}
        return {"agents": len(self._roster)}

    async def force_end_call(self, body: Any) -> Any:
        agent_id = _agent_id(body)
        entry = self._backend.registry.agents.get(agent_id)
        call_id = field(body, "callId") or (entry.call.call_id if entry and entry.call else None)
        if not isinstance(call_id, str):
            raise ConfigurationError(f"{agent_id} has no call that was assigned to it; callId names another")
        return _told(agent_id, self._backend.push(agent_id, frames.FORCE_END_CALL, callId=call_id))

    async def force_disconnect(self, body: Any) -> Any:
        agent_id = _agent_id(body)
        return _told(agent_id, self._backend.push(agent_id, frames.FORCE_DISCONNECT))


def _agent_id(body: Any) -> str:
    agent_id = field(body, "agentId")
    if not isinstance(agent_id, str):
        raise ConfigurationError("agentId is a text that names an agent")
    return agent_id


def _told(agent_id: str, told: bool) -> Any:
    if told:
        return {"agentId": agent_id, "sent": True}
    return JSONResponse({"error": f"no such agent is connected: {agent_id}"}, 404)


def _document(found: faults.Faults) -> dict[str, float]:
    return {name: getattr(found, name) for name in found.__slots__}


def families(backend: Backend) -> Iterator[Metric]:
    """What there is to know of a backend, for Prometheus."""
    registry, ledger = backend.registry, backend.ledger
    yield metrics.gauge("flexsim_backend_connections", "Sockets that are open.", backend.connections)
    yield metrics.labelled_gauge("flexsim_backend_agents", "Agents by state.", "state", registry.by_state())
    yield metrics.counter("flexsim_backend_messages_received", "Messages received.", "type", ledger.received)
    yield metrics.counter("flexsim_backend_messages_sent", "Messages sent.", "type", ledger.sent)
    yield metrics.counter("flexsim_backend_faults", "Faults committed on purpose.", "fault", ledger.faults)
    yield metrics.counter("flexsim_backend_events", "What befell connections.", "event", ledger.events)
    for name, help_text in (
        ("offered", "Calls offered."),
        ("answered", "Calls answered."),
        ("completed", "Calls completed."),
        ("in_time", "Calls answered within the service level's threshold."),
    ):
        counts = {queue: getattr(figures, name) for queue, figures in registry.queues.items()}
        yield metrics.counter(f"flexsim_backend_calls_{name}", help_text, "vq", counts)
