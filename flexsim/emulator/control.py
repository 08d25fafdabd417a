"""Operator controls under ``/_flexsim/``: beside the emulated API, never in it, and without its credentials."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from flexsim.emulator.alerts import Alerts
from flexsim.emulator.callbacks import AssignmentCallbacks
from flexsim.emulator.event_callbacks import EventCallbacks
from flexsim.emulator.exchange import Request, Response
from flexsim.emulator.host import Host, Workspace
from flexsim.emulator.problems import response_to
from flexsim.errors import MethodNotAllowed, RoutingError, UnknownResource

PREFIX: Final = "/_flexsim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the server was started with; ``speed`` in simulated seconds in a real one."""

    speed: float
    seed: int
    account_sid: str
    workspace_sid: str


class Control:
    """The controls as a function from request to response."""

    def __init__(
        self,
        facts: Facts,
        host: Host,
        alerts: Alerts,
        assignments: AssignmentCallbacks,
        event_callbacks: EventCallbacks,
    ) -> None:
        self._facts = facts
        self._host = host
        self._alerts = alerts
        self._assignments = assignments
        self._events = event_callbacks
        self._routes: Mapping[str, tuple[str, Callable[[], Any]]] = {
            "/health": ("GET", self.health),
            "/alerts": ("GET", self.alerts),
        }

    def handle(self, request: Request) -> Response:
        """The response to a request whose path starts with ``PREFIX``."""
        try:
            return Response(status=200, body=orjson.dumps(self._find(request)()))
        except RoutingError as error:
            return response_to(error, request)

    def health(self) -> dict[str, Any]:
        """That it runs, what time it is there, and what it holds."""
        facts = self._facts
        return {
            "status": "ok",
            "now": self._host.clock.now(),
            "speed": facts.speed,
            "seed": facts.seed,
            "account_sid": facts.account_sid,
            "workspace_sid": facts.workspace_sid,
            "workspaces": [self._counts(each) for each in self._host.workspaces()],
            "assignment_callbacks": {"sent": self._assignments.sent, "underway": self._assignments.underway},
            "event_callbacks": {
                "sent": self._events.sent,
                "waiting": self._events.waiting,
                "lost": self._events.lost,
            },
            "alerts": self._alerts.count,
        }

    def alerts(self) -> dict[str, Any]:
        """The latest alerts, oldest first; ``count`` is how many there have ever been."""
        return {"count": self._alerts.count, "alerts": self._alerts.listed()}

    def _find(self, request: Request) -> Callable[[], Any]:
        found = self._routes.get(request.path.removeprefix(PREFIX))
        if found is None:
            raise UnknownResource(f"no such control: {request.path}")
        method, control = found
        if request.method != method:
            raise MethodNotAllowed(f"{request.method} is not allowed on this control", allowed=[method])
        return control

    def _counts(self, workspace: Workspace) -> dict[str, Any]:
        self._host.catch_up(workspace)
        engine = workspace.engine
        return {
            "sid": workspace.sid,
            "account_sid": workspace.account.sid,
            "friendly_name": engine.name,
            "events": engine.sequence,
            "workers": len(engine.workers),
            "workers_by_activity": Counter(worker.activity.name for worker in engine.workers.values()),
            "task_queues": len(engine.queues),
            "workflows": len(engine.workflows),
            "tasks": len(engine.tasks),
            "tasks_by_status": Counter(task.status for task in engine.tasks.values()),
        }
