"""What the dashboard's page asks for, and ``flexsim watch``, under ``/_flexsim/dashboard``; without the stream itself.

====================================  =================================================================================
``GET  /``, ``/assets/…``             the page, for everybody who may see its shell
``GET  /workspaces``                  which there are
``GET  /summary``                     a workspace's figures, as a run's ``summary.json`` has them
``GET  /trail``                       how counts have gone: of ``queue`` and ``channel``, or of all agents
``GET  /history``                     of the ``agent`` or ``task`` with this number
``POST /do/burst``, ``…/speed``, …    the actions, where they are offered
====================================  =================================================================================

``workspace`` in the query names one, else it is the first. Everything but the page asks for what the controls ask for.
"""

import logging
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

from flexsim.emulator import dashboard_history, problems
from flexsim.emulator.access import Access
from flexsim.emulator.control import MAX_BODY, PREFIX
from flexsim.emulator.dashboard import Dashboard
from flexsim.emulator.dashboard_feed import AGENTS, ALL
from flexsim.emulator.dashboard_pages import SECURITY_HEADERS, Pages
from flexsim.emulator.event_history import EventHistory
from flexsim.emulator.exchange import Header, Request, Response
from flexsim.emulator.fields import Fields
from flexsim.emulator.host import Host, Workspace
from flexsim.errors import Forbidden, InvalidInput, MethodNotAllowed, RoutingError, TooLarge, UnknownResource

DASHBOARD: Final = f"{PREFIX}/dashboard"
STREAM: Final = "/stream"
_DO: Final = "/do/"
_LONGEST_TRAIL: Final = 48 * 3600.0
_JSON: Final[tuple[Header, ...]] = (
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    *SECURITY_HEADERS,
)

_log = logging.getLogger(__name__)

Query = dict[str, str]


class DashboardApi:
    """A function from request to response."""

    def __init__(self, host: Host, dashboard: Dashboard, access: Access) -> None:
        self._host = host
        self._dashboard = dashboard
        self._access = access
        self._pages = Pages()
        self._answers: dict[str, Callable[[Query], Any]] = {
            "/workspaces": self.workspaces,
            "/summary": self.summary,
            "/trail": self.trail,
            "/history": self.history,
        }

    def handle(self, request: Request) -> Response:
        """The response to a request whose path starts with ``DASHBOARD``; every failure is a response as well."""
        return self.guarded(request, self._answer)

    def guarded(self, request: Request, answer: Callable[[Request], Response]) -> Response:
        """What ``answer`` gives, or the response that says what it has raised."""
        try:
            return answer(request)
        except RoutingError as error:
            response = problems.response_to(error, request)
        except Exception:  # noqa: BLE001 -- whatever it is, the client gets an answer and the log gets the trace
            _log.exception("%s %s failed: a fault of flexsim", request.method, request.path)
            response = problems.fault()
        more = tuple(each for each in response.headers if each[0] == b"allow")
        return Response(status=response.status, body=response.body, headers=(*_JSON, *more))

    def watched(self, request: Request) -> Workspace:
        """The workspace whose stream is asked for; raises what says that it may not be had."""
        self._access.check(request)
        _check_method(request, "GET")
        return self._workspace(_query(request))

    def _answer(self, request: Request) -> Response:
        path = request.path.removeprefix(DASHBOARD).rstrip("/")
        page = self._pages.find(path)
        if page is not None:
            self._access.check_page(request)
            _check_method(request, "GET")
            return page
        self._access.check(request)
        if path.startswith(_DO):
            return _json(self._do(path.removeprefix(_DO), request))
        answer = self._answers.get(path)
        if answer is None:
            raise UnknownResource(f"the dashboard has nothing at {path}")
        _check_method(request, "GET")
        return _json(answer(_query(request)))

    # --- to look ---

    def workspaces(self, _: Query) -> Any:
        """All of them, by account, the oldest first."""
        return {
            "workspaces": [
                {"sid": each.sid, "name": each.engine.name, "account": each.account.sid}
                for each in self._host.workspaces()
            ]
        }

    def summary(self, query: Query) -> Any:
        """The figures at this moment."""
        workspace = self._workspace(query)
        now = self._host.catch_up(workspace)
        found = self._dashboard.feed(workspace).summary(now)
        return {"workspace": workspace.sid, "name": workspace.engine.name, "speed": self._speed, **found}

    def trail(self, query: Query) -> Any:
        """The latest ``seconds``; ``of=agents``, or of a queue's position and a channel's id, -1 being all."""
        workspace = self._workspace(query)
        feed = self._dashboard.feed(workspace)
        seconds = _number(query, "seconds", 3600.0, 1.0, _LONGEST_TRAIL)
        key: Any = AGENTS
        if query.get("of") != AGENTS:
            queue, channel = (int(_number(query, name, ALL, ALL, 1e9)) for name in ("queue", "channel"))
            key = feed.key(queue, channel)
            if key is None:
                raise UnknownResource(f"no such queue or channel: {queue}, {channel}")
        now = self._host.catch_up(workspace)
        return feed.trail(key, now - seconds, now)

    def history(self, query: Query) -> Any:
        """One agent's or task's."""
        workspace = self._workspace(query)
        self._host.catch_up(workspace)
        history = self._host.subscriber(EventHistory).of(workspace)
        for name, describe in (("agent", dashboard_history.agent), ("task", dashboard_history.task)):
            if name in query:
                return describe(workspace, history, int(_number(query, name, ALL, 0, 1 << 62)))
        raise InvalidInput("the query lacks agent or task, the number of one")

    # --- to do ---

    def _do(self, name: str, request: Request) -> Any:
        actions = self._dashboard.actions
        if actions is None:
            raise Forbidden("the dashboard only shows: start the server with --allow-control for it to act")
        action = actions.by_name.get(name)
        if action is None:
            raise UnknownResource(f"no such action: {name}")
        _check_method(request, "POST")
        actions.check(request)
        if len(request.body) > MAX_BODY:
            raise TooLarge(f"the body has more than {MAX_BODY} bytes, the most that an action reads")
        return action(self._workspace(_query(request)), Fields.of_body(request.body))

    @property
    def _speed(self) -> float:
        return getattr(self._host.clock, "speed", 0.0)

    def _workspace(self, query: Query) -> Workspace:
        sid = query.get("workspace")
        found = (each for each in self._host.workspaces() if sid in {None, each.sid})
        workspace = next(found, None)
        if workspace is None:
            raise UnknownResource(f"no such workspace: {sid}")
        return workspace


def _query(request: Request) -> Query:
    return dict(parse_qsl(request.query))


def _number(query: Query, name: str, default: float, least: float, most: float) -> float:
    text = query.get(name)
    try:
        value = default if text is None else float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise InvalidInput(f"{name} must be a number from {least:g} to {most:g}: {(text or '')[:60]}")
    return value


def _check_method(request: Request, *allowed: str) -> None:
    if request.method not in allowed:
        raise MethodNotAllowed(f"{request.method} is not allowed here", allowed=sorted(allowed))


def _json(document: Any) -> Response:
    return Response(status=200, body=orjson.dumps(document), headers=_JSON)
