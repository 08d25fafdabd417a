"""The TaskRouter API as a function from request to response: who asks, what is asked, what the engine says. No socket."""

import logging
from dataclasses import replace
from typing import Final

import orjson

from flexsim.emulator import problems
from flexsim.emulator.accounts import Account, Accounts
from flexsim.emulator.alerts import Alerts
from flexsim.emulator.call import Call, Reply
from flexsim.emulator.exchange import CORS_HEADERS, JSON_HEADERS, Request, Response
from flexsim.emulator.host import Host
from flexsim.emulator.rate_limits import RateLimits
from flexsim.emulator.routes import find, methods
from flexsim.errors import RoutingError, TooLarge

MAX_BODY: Final = 1 << 20

_log = logging.getLogger(__name__)


class Api:
    """Twilio's ``/v1`` over the workspaces of one host."""

    def __init__(self, host: Host, accounts: Accounts, alerts: Alerts, limits: RateLimits | None = None) -> None:
        self._host = host
        self._accounts = accounts
        self._alerts = alerts
        self._limits = limits

    def handle(self, request: Request) -> Response:
        """The response to one request; every failure is a response as well."""
        try:
            return self._answer(request)
        except RoutingError as error:
            return problems.response_to(error, request)
        except Exception:  # noqa: BLE001 -- whatever it is, the client gets an answer and the log gets the trace
            _log.exception("%s %s failed: a fault of flexsim", request.method, request.path)
            return problems.fault()

    def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return _preflight(request.path)  # browsers ask without credentials (Fetch standard, "CORS-preflight fetch")
        account = self._accounts.authenticate(request.authorization)
        if self._limits is None:
            return self._processed(account, request)
        admission = self._limits.admit(account.sid, request)
        try:
            if admission.refusal is not None:
                raise admission.refusal
            response = self._processed(account, request)
        except RoutingError as error:  # answered here, since whatever is answered says what is left
            response = problems.response_to(error, request)
        return replace(response, headers=(*response.headers, *admission.headers))

    def _processed(self, account: Account, request: Request) -> Response:
        if len(request.body) > MAX_BODY:
            raise TooLarge(f"the body has {len(request.body)} bytes, the most is {MAX_BODY}")
        handler, path_sids = find(request.method, request.path)
        return _response(handler(Call(self._host, self._alerts, request, account, path_sids)))


def _preflight(path: str) -> Response:
    """What another site's scripts may do at this address; raises ``UnknownResource``."""
    allowed = (
        (b"access-control-allow-methods", ", ".join([*methods(path), "OPTIONS"]).encode()),
        (b"access-control-allow-headers", b"Content-Type, Authorization, If-Match"),
        (b"access-control-max-age", b"600"),
    )
    return Response(status=204, headers=(*CORS_HEADERS, *allowed))


def _response(reply: Reply) -> Response:
    headers = JSON_HEADERS
    if reply.version is not None:
        headers = (*JSON_HEADERS, (b"etag", b'"%d"' % reply.version))
    if reply.document is None:
        return Response(status=reply.status, headers=CORS_HEADERS)
    return Response(status=reply.status, body=orjson.dumps(reply.document), headers=headers)
