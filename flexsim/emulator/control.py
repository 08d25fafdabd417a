"""Operator controls under ``/_flexsim/``: beside the emulated API, never in it, and without its credentials.

Answers are JSON; refusals have Twilio's form. ``access`` says who is let in.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson

from flexsim.emulator import faults, problems
from flexsim.emulator.access import Access
from flexsim.emulator.accounts import Account
from flexsim.emulator.alerts import Alerts
from flexsim.emulator.exchange import PRIVATE_JSON_HEADERS, Request, Response
from flexsim.emulator.exposition import CONTENT_TYPE, Figures, exposition
from flexsim.emulator.faults import Faults
from flexsim.emulator.fields import Fields
from flexsim.emulator.host import Host, Workspace
from flexsim.errors import (
    ConfigurationError,
    Forbidden,
    InvalidInput,
    MethodNotAllowed,
    RoutingError,
    TooLarge,
    UnknownResource,
)

PREFIX: Final = "/_flexsim"
MAX_BODY: Final = 256 * 1024
SLOWEST: Final = 0.001
FASTEST: Final = 10_000.0

_log = logging.getLogger(__name__)


class Server(Protocol):
    """What the controls operate; ``server.LocalTaskRouter`` is one."""

    workspaces: Host
    alerts: Alerts
    faults: Faults
    seed: int
    account: Account
    workspace_sid: str

    @property
    def speed(self) -> float: ...
    def set_speed(self, speed: float) -> None: ...
    def reset(self, seed: int | None = None) -> None: ...
    def add_account(self) -> Account: ...
    def add_key(self, account: Account) -> tuple[str, str]: ...
    def accounts(self) -> list[Account]: ...
    def callback_counts(self) -> Mapping[str, Mapping[str, int]]: ...
    def figures(self) -> Mapping[str, Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """What a control has made; answered with 201."""

    document: Any


Handler = Callable[[Request], Any]


class Control:
    """The controls as a function from request to response.

    A handler returns what is to be answered as JSON, a ``Created``, or a ``Response`` of its own.
    """

    def __init__(self, server: Server, access: Access) -> None:
        self._server = server
        self._access = access
        self.routes: dict[str, dict[str, Handler]] = {
            "/health": {"GET": self.health},
            "/metrics": {"GET": self.metrics},
            "/alerts": {"GET": self.alerts},
            "/reset": {"POST": self.reset},
            "/seed": {"GET": self.seed, "POST": self.set_seed},
            "/speed": {"GET": self.speed, "POST": self.set_speed},
            "/faults": {"GET": self.faults, "POST": self.set_faults, "DELETE": self.clear_faults},
            "/accounts": {"GET": self.accounts, "POST": self.add_account},
            "/keys": {"POST": self.add_key},
        }

    def handle(self, request: Request) -> Response:
        """The response to a request whose path starts with ``PREFIX``; every failure is a response as well."""
        try:
            response = self._answer(request)
        except RoutingError as error:
            response = problems.response_to(error, request)
        except Exception:  # noqa: BLE001 -- whatever it is, the client gets an answer and the log gets the trace
            _log.exception("%s %s failed: a fault of flexsim", request.method, request.path)
            response = problems.fault()
        return _private(response)

    def _answer(self, request: Request) -> Response:
        try:
            self._access.check(request)
        except Forbidden:
            if (request.method, request.path) == ("GET", f"{PREFIX}/health"):
                return _json(200, self._pulse())
            raise
        handler = self._find(request)
        if len(request.body) > MAX_BODY:
            raise TooLarge(f"the body has more than {MAX_BODY} bytes, the most that a control reads")
        answer = handler(request)
        if isinstance(answer, Response):
            return answer
        return _json(201, answer.document) if isinstance(answer, Created) else _json(200, answer)

    def _find(self, request: Request) -> Handler:
        methods = self.routes.get(request.path.removeprefix(PREFIX))
        if methods is None:
            raise UnknownResource(f"no such control: {request.path}")
        handler = methods.get(request.method)
        if handler is None:
            raise MethodNotAllowed(f"{request.method} is not allowed on this control", allowed=sorted(methods))
        return handler

    # --- to look ---

    def health(self, _: Request) -> dict[str, Any]:
        """That it runs, what time it is there, and what it holds."""
        server = self._server
        return {
            **self._pulse(),
            "seed": server.seed,
            "account_sid": server.account.sid,
            "workspace_sid": server.workspace_sid,
            "workspaces": [self._counts(each) for each in server.workspaces.workspaces()],
            **server.callback_counts(),
            "alerts": server.alerts.count,
        }

    def metrics(self, _: Request) -> Response:
        """The figures for Prometheus."""
        server = self._server
        figures = Figures(
            workspaces=server.figures(),
            callbacks=server.callback_counts(),
            alerts=server.alerts.count,
            speed=server.speed,
        )
        return Response(status=200, body=exposition(figures), headers=((b"content-type", CONTENT_TYPE.encode()),))

    def alerts(self, _: Request) -> dict[str, Any]:
        """The latest alerts, oldest first; ``count`` is how many there have ever been."""
        return {"count": self._server.alerts.count, "alerts": self._server.alerts.listed()}

    def _pulse(self) -> dict[str, Any]:
        """What anybody may know. Not the seed: it decides the credentials."""
        return {"status": "ok", "now": self._server.workspaces.clock.now(), "speed": self._server.speed}

    def _counts(self, workspace: Workspace) -> dict[str, Any]:
        self._server.workspaces.catch_up(workspace)
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

    # --- fresh and repeatable ---

    def reset(self, request: Request) -> dict[str, Any]:
        """As just started, with the seed that is sent or the present one; the clock goes on."""
        fields = Fields.of_body(request.body)
        seed = fields.seed()
        fields.end()
        self._server.reset(seed)
        return {"seed": self._server.seed, **self._credentials(self._server.account)}

    def seed(self, _: Request) -> dict[str, Any]:
        return {"seed": self._server.seed}

    def set_seed(self, request: Request) -> dict[str, Any]:
        """The seed of the next reset, and of the faults from now on: living things keep their SIDs."""
        fields = Fields.of_body(request.body)
        seed = fields.seed()
        fields.end()
        if seed is None:
            raise fields.missing("seed")
        self._server.seed = seed
        self._server.faults.reseed(seed)
        return self.seed(request)

    # --- how fast ---

    def speed(self, _: Request) -> dict[str, Any]:
        return {"speed": self._server.speed, "now": self._server.workspaces.clock.now()}

    def set_speed(self, request: Request) -> dict[str, Any]:
        """Go on from the present time at another speed."""
        fields = Fields.of_body(request.body)
        speed = fields.number("speed", SLOWEST, FASTEST)
        fields.end()
        if speed is None:
            raise fields.missing("speed", "is simulated seconds in a real one")
        try:
            self._server.set_speed(speed)
        except ConfigurationError as error:
            raise InvalidInput(str(error)) from error
        return self.speed(request)

    # --- faults ---

    def faults(self, _: Request) -> dict[str, Any]:
        return {"seed": self._server.faults.seed, "rules": self._server.faults.listed()}

    def set_faults(self, request: Request) -> dict[str, Any]:
        """These rules in place of those before; all or, when one is wrong, none."""
        rules, seed = faults.read_body(request.body)
        self._server.faults.set(rules, seed)
        return self.faults(request)

    def clear_faults(self, request: Request) -> dict[str, Any]:
        """No rules from now on; answers how often each had struck."""
        listed = self.faults(request)
        self._server.faults.set(())
        return listed

    # --- accounts ---

    def accounts(self, _: Request) -> dict[str, Any]:
        """The accounts with their workspaces, without what proves them."""
        host = self._server.workspaces
        return {
            "accounts": [
                {"account_sid": each.sid, "workspace_sids": [workspace.sid for workspace in host.workspaces(each)]}
                for each in self._server.accounts()
            ]
        }

    def add_account(self, request: Request) -> Created:
        """One more account, with a workspace of its own."""
        Fields.of_body(request.body).end()
        return Created(document=self._credentials(self._server.add_account()))

    def add_key(self, request: Request) -> Created:
        """An API key of the account that is named, or of the first."""
        fields = Fields.of_body(request.body)
        sid = fields.text("account_sid") or self._server.account.sid
        fields.end()
        account = next((each for each in self._server.accounts() if each.sid == sid), None)
        if account is None:
            raise InvalidInput(f"no such account: {sid[:40]}")
        key, secret = self._server.add_key(account)
        return Created(document={"account_sid": sid, "key_sid": key, "key_secret": secret})

    def _credentials(self, account: Account) -> dict[str, str]:
        first = next(self._server.workspaces.workspaces(account))
        return {"account_sid": account.sid, "auth_token": account.token, "workspace_sid": first.sid}


def _json(status: int, document: Any) -> Response:
    return Response(status=status, body=orjson.dumps(document))


def _private(response: Response) -> Response:
    """The response without the headers that would let pages of other sites read it."""
    kept = tuple(each for each in response.headers if not each[0].startswith(b"access-control-"))
    return Response(status=response.status, body=response.body, headers=kept or PRIVATE_JSON_HEADERS)
