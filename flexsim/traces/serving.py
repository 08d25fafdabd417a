"""A collector on the network: OTLP over HTTP (and gRPC, see ``grpc_in``), figures, and a page with waterfalls.

What is read is bounded: the size of a body, the time it may take, how many bytes are underway together, and how many
connections there are. ``POST /v1/traces`` takes spans; ``GET /stats``, ``/traces``, ``/traces/ID`` and ``/`` only tell.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from flexsim.clock import Clock
from flexsim.hosting import hosted
from flexsim.traces.intake import JSON, PROTOBUF, Answer, Intake
from flexsim.traces.otlp import Request as ExportTraceServiceRequest
from flexsim.traces.page import POLICY, index_page, trace_page
from flexsim.traces.reception import Taken
from flexsim.traces.summaries import summary_of, trace_document

PATH: Final = "/v1/traces"
_LISTED: Final = 100  # traces on the page
_MOST_LISTED: Final = 500
_RETRY_AFTER: Final = {"retry-after": "1"}
_HEADERS: Final = {"content-security-policy": POLICY, "x-content-type-options": "nosniff"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """``patience`` is the real seconds that a body may take; ``underway`` the bytes of all bodies that are being read."""

    patience: float = 10.0
    underway: int = 128 * 2**20
    connections: int = 1000


class Collector:
    """An ASGI application over an intake; ``clock`` tells when a request came."""

    def __init__(self, intake: Intake, clock: Clock, bounds: Bounds | None = None) -> None:
        self.intake = intake
        self.bounds = bounds or Bounds()
        self._clock = clock
        self._underway = 0
        self._began: float | None = None
        self._latest = 0.0
        self.arrived = asyncio.Event()  # set after each request; for those who wait for a number of spans
        self._told = Starlette(
            routes=[
                Route("/", self._index),
                Route("/health", self._health),
                Route("/stats", self._stats),
                Route("/traces", self._traces),
                Route("/traces/{trace_id}", self._trace),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"] == PATH or scope["method"] == "POST"):
            await self._export(scope, receive, send)
        else:
            await self._told(scope, receive, send)

    def stats(self) -> dict[str, Any]:
        """All counts, and how long spans have been coming, as a JSON-ready document."""
        lasted = None if self._began is None else round(self._latest - self._began, 3)
        return {**self.intake.reception.stats(), "refused_requests": self.intake.refused, "seconds": lasted}

    # Taking.

    async def _export(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        kind = headers.get(b"content-type", "")
        refusal = self._refusal(scope, headers)
        if refusal is None:
            try:
                async with asyncio.timeout(self.bounds.patience):
                    body = await self._body(receive)
            except TimeoutError:
                body = self._refuse(kind, 408, f"the body did not come within {self.bounds.patience:g} seconds")
            if body is None:
                return  # the client is gone
            if isinstance(body, Answer):
                refusal = body
            else:
                encoding = headers.get(b"content-encoding", "")
                await _say(send, self.take(body, kind, encoding))
                return
        await _say(send, refusal, last=True)

    def take(self, body: bytes, kind: str, encoding: str) -> Answer:
        """The answer to an export that came just now."""
        now = self._clock.now()
        answer = self.intake.take(body, kind, encoding, now)
        self._note(now)
        return answer

    def take_request(self, request: ExportTraceServiceRequest, plain: bytes) -> Taken:
        """What becomes of a request that came just now and was read already; ``plain`` are its bytes."""
        now = self._clock.now()
        taken = self.intake.take_request(request, plain, now)
        self._note(now)
        return taken

    def _note(self, now: float) -> None:
        self._began = now if self._began is None else self._began
        self._latest = now
        self.arrived.set()

    def _refusal(self, scope: Scope, headers: dict[bytes, str]) -> Answer | None:
        """What is wrong with a request whose body was not read yet."""
        kind = headers.get(b"content-type", "")
        if scope["path"] != PATH:
            return self._refuse(kind, 404, f"nothing is taken at {scope['path'][:100]}; traces go to {PATH}")
        if scope["method"] != "POST":
            return self._refuse(kind, 405, f"traces are sent with POST, not {scope['method']}", {"allow": "POST"})
        length = headers.get(b"content-length", "0")
        if length.isdecimal() and int(length) > self.intake.largest:
            return self._refuse(kind, 413, f"the body is larger than {self.intake.largest} bytes; send smaller batches")
        if self._underway > self.bounds.underway:
            return self._refuse(kind, 503, "too much is underway; try again", _RETRY_AFTER)
        return None

    async def _body(self, receive: Receive) -> bytes | Answer | None:
        """The body; a refusal where it is too large; None where the client has gone."""
        parts: list[bytes] = []
        size = 0
        try:
            while True:
                message: Message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                part: bytes = message.get("body", b"")
                size += len(part)
                self._underway += len(part)
                if size > self.intake.largest:
                    return self._refuse(
                        "", 413, f"the body is larger than {self.intake.largest} bytes; send smaller batches"
                    )
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
        finally:
            self._underway -= size

    def _refuse(self, kind: str, status: int, message: str, headers: dict[str, str] | None = None) -> Answer:
        return self.intake.refuse(status, message, JSON if kind.startswith(JSON) else PROTOBUF, headers)

    # Telling.

    async def _health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok", "traces": len(self.intake.reception)})

    async def _stats(self, _request: Request) -> Response:
        return JSONResponse(self.stats())

    async def _traces(self, request: Request) -> Response:
        wanted = request.query_params.get("limit", str(_LISTED))
        if not wanted.isdecimal() or not 1 <= int(wanted) <= _MOST_LISTED:
            return JSONResponse({"error": f"limit is a number from 1 to {_MOST_LISTED}, not {wanted[:20]}"}, 422)
        return JSONResponse(self._summaries(int(wanted)))

    async def _index(self, _request: Request) -> Response:
        return HTMLResponse(index_page(self.stats(), self._summaries(_LISTED)), headers=_HEADERS)

    async def _trace(self, request: Request) -> Response:
        name, as_json = request.path_params["trace_id"], request.query_params.get("format") == "json"
        spans = self.intake.reception.spans(_id(name))
        if not spans:
            return JSONResponse({"error": f"no such trace here: {name[:64]}"}, 404)
        if as_json:
            return JSONResponse(trace_document(spans))
        return HTMLResponse(trace_page(spans), headers=_HEADERS)

    def _summaries(self, most: int) -> list[dict[str, Any]]:
        reception = self.intake.reception
        return [
            summary_of(*reception.head(trace_id), reception.defects_of(trace_id)) for trace_id in reception.latest(most)
        ]


def _id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


async def _say(send: Send, answer: Answer, *, last: bool = False) -> None:
    """``last``: the rest of the request was not read, so the connection is of no further use."""
    headers = {"content-type": answer.content_type, "content-length": str(len(answer.body)), **answer.headers}
    if last:
        headers["connection"] = "close"
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": answer.body})


@contextlib.asynccontextmanager
async def serving(collector: Collector, host: str, port: int) -> AsyncIterator[int]:
    """Serve while inside; gives the port. Raises ConfigurationError where it cannot be had."""
    async with hosted(collector, host, port, connections=collector.bounds.connections) as url:
        yield int(url.rpartition(":")[2])
