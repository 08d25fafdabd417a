"""The tool service: tools that take their time, fail when told to, and answer with as large a payload as is asked for.

``GET /tool/{name}``, with ``delay_ms`` (or ``factor``, which multiplies the service's own delay), ``error_rate``,
``payload_size_kb`` and ``stream=1``, which sends the payload in pieces over the delay. ``GET /health``.
"""

import re
from typing import Final

from starlette.types import Receive, Scope, Send

from flexsim.errors import ConfigurationError
from flexsim.randomness import Generator
from flexsim.traces.answering import pause, query, respond
from flexsim.traces.parameters import Number, Parameter
from flexsim.traces.stage import KB_PER_MS
from flexsim.traces.tool_spans import ToolSpans
from flexsim.traces.trace_context import HEADER, read

_PREFIX: Final = "/tool/"
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_PIECES: Final = 10
_TRACEPARENT: Final = HEADER.encode()
_KB: Final = "x" * 1024

DELAY: Final = Parameter(name="delay_ms", default=80.0, low=0, high=3_600_000, help="milliseconds that a call takes")
_FACTOR: Final = Parameter(name="factor", default=1.0, low=0, high=1_000, help="times the service's own delay")
_ERROR_RATE: Final = Parameter(name="error_rate", default=0.0, low=0, high=1, help="share of calls that fail")
_PAYLOAD: Final = Parameter(name="payload_size_kb", default=0, low=0, high=10_240, help="kilobytes in the answer")
_STREAM: Final = Parameter(name="stream", default=0, low=0, high=1, help="1: the payload in pieces over the delay")
_KNOWN: Final = {each.name: each for each in (DELAY, _FACTOR, _ERROR_RATE, _PAYLOAD, _STREAM)}


class ToolService:
    """The ASGI application; ``draws`` decide which calls fail. ``calls`` and ``stopped`` count.

    With ``spans``, a call that says by ``traceparent`` whose it is becomes a span of that trace.
    """

    def __init__(
        self, draws: Generator, *, delay_ms: float = 80.0, error_rate: float = 0.0, spans: ToolSpans | None = None
    ) -> None:
        self._spans = spans
        self._random = draws.random
        self._delay_ms = delay_ms
        self._error_rate = error_rate
        self.calls = 0
        self.failed = 0
        self.stopped = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith(_PREFIX) and _NAME.fullmatch(path, len(_PREFIX)):
            await self._tool(path[len(_PREFIX) :], scope, receive, send)
        elif path == "/health":
            await respond(send, 200, {"status": "ok", "calls": self.calls, "failed": self.failed})
        else:
            await respond(send, 404, {"error": f"nothing at {path}; there are /tool/NAME and /health"})

    async def _tool(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            given = _read(query(scope))
        except ConfigurationError as error:
            await respond(send, 422, {"error": str(error)})
            return
        self.calls += 1
        payload = int(given.get("payload_size_kb", 0))
        delay = float(given.get("delay_ms", self._delay_ms * given.get("factor", 1.0))) + payload / KB_PER_MS
        begun = 0 if self._spans is None else self._spans.now()
        status: int | None = None
        try:
            if self._random() < given.get("error_rate", self._error_rate):
                if await self._waited(receive, delay):
                    self.failed += 1
                    status = 500
                    await respond(send, status, {"error": f"{name} failed", "delay_ms": delay})
            elif given.get("stream"):
                status = await self._streamed(send, receive, delay, payload)
            elif await self._waited(receive, delay):
                status = 200
                await respond(send, status, {"tool": name, "delay_ms": delay, "payload": _KB * payload})
        finally:
            self._tell(scope, begun, name, delay, status)

    def _tell(self, scope: Scope, begun: int, name: str, delay: float, status: int | None) -> None:
        """Make the call a span, if anybody is to know; without a status it was broken off."""
        if self._spans is None:
            return
        parent = next((value for key, value in scope["headers"] if key == _TRACEPARENT), b"")
        context = read(parent)
        if context is None:
            return
        if status is None:
            self._spans.broken_off(context, begun, name, delay)
        else:
            self._spans.answered(context, begun, name, delay, status)

    async def _waited(self, receive: Receive, delay: float) -> bool:
        connected = await pause(receive, delay / 1000)
        self.stopped += not connected
        return connected

    async def _streamed(self, send: Send, receive: Receive, delay: float, payload: int) -> int | None:
        """The status; None where the client has gone."""
        size = -(-payload * 1024 // _PIECES)
        whole = _KB * payload
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        for number in range(_PIECES):
            if not await self._waited(receive, delay / _PIECES):
                return None
            piece = whole[number * size : (number + 1) * size] if payload else f"{number}\n"
            await send({"type": "http.response.body", "body": piece.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return 200


def _read(given: dict[str, str]) -> dict[str, Number]:
    for name in given:
        if name not in _KNOWN:
            raise ConfigurationError(f"a tool has no parameter {name}; it has {', '.join(_KNOWN)}")
    return {name: _KNOWN[name].read(text) for name, text in given.items()}
