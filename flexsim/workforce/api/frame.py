"""What every request goes through first: its id, its time and count, headers of security, and what a fault of ours looks like."""

import json
import logging
import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flexsim.clock import real_seconds
from flexsim.randomness import fresh_secret
from flexsim.workforce.api.metrics import Metrics

REQUEST_ID: Final = "x-request-id"
_GIVEN_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")
# Answers are data: no page may frame them, load anything through them, or guess at what they are.
_SECURITY: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_ELSEWHERE: Final = "(no route)"  # one label for all addresses that lead nowhere
log = logging.getLogger(__name__)


class Frame:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await _Exchange(self._app, self._metrics, scope, receive, send).run()


class _Exchange:
    """One request and its answer."""

    def __init__(self, app: ASGIApp, metrics: Metrics, scope: Scope, receive: Receive, send: Send) -> None:
        self._app, self._metrics = app, metrics
        self._scope, self._receive, self._send = scope, receive, send
        given = Headers(scope=scope).get(REQUEST_ID, "")
        self._id = given if _GIVEN_ID.fullmatch(given) else fresh_secret()
        self._status = 0

    async def run(self) -> None:
        self._scope.setdefault("state", {})["request_id"] = self._id
        began = real_seconds()
        try:
            await self._app(self._scope, self._receive, self._answer)
        except Exception:  # whatever it is, the caller gets an answer, and the log the trace
            log.exception("request %s: %s %s", self._id, self._scope["method"], self._scope["path"])
            if self._status:
                raise
            await self._tell_of_a_fault()
        finally:
            self._count(real_seconds() - began)

    async def _answer(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[REQUEST_ID] = self._id
            for name, value in _SECURITY.items():
                headers.setdefault(name, value)
        await self._send(message)

    async def _tell_of_a_fault(self) -> None:
        body = json.dumps({"error": "this is a fault of ours; the log says more", "request_id": self._id}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self._answer({"type": "http.response.start", "status": 500, "headers": headers})
        await self._answer({"type": "http.response.body", "body": body})

    def _count(self, seconds: float) -> None:
        route = getattr(self._scope.get("route"), "path", _ELSEWHERE)
        method = self._scope["method"] if route != _ELSEWHERE else _ELSEWHERE
        self._metrics.requests.labels(method, route, str(self._status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
