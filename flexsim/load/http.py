"""What the swarm's control and the backend have in common: JSON bodies of bounded size, JSON errors, and being served."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from flexsim.errors import ConfigurationError, Conflict, FlexsimError, TargetError
from flexsim.origins import guarded

MAX_BODY: Final = 1 << 20
_STATUSES: Final[Mapping[type[FlexsimError], int]] = {ConfigurationError: 422, Conflict: 409, TargetError: 502}
_GRACE: Final = 1  # seconds for requests that are being answered

Answer = Callable[[Any], Awaitable[Any]]


def route(path: str, answer: Answer, *methods: str) -> Route:
    """Answer with what ``answer`` makes of the JSON body (None where there is none): a document, or a whole response."""

    async def endpoint(request: Request) -> Response:
        found = await answer(await _body(request))
        return found if isinstance(found, Response) else JSONResponse(found)

    return Route(path, endpoint, methods=list(methods or ("GET",)))


def application(routes: list[Route]) -> Starlette:
    """These routes; whatever goes wrong is said in JSON: ``{"error": ...}``."""
    return Starlette(routes=routes, exception_handlers={FlexsimError: _problem, HTTPException: _refusal})


async def _body(request: Request) -> Any:
    if request.method == "GET":
        return None
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > MAX_BODY:
                raise HTTPException(413, f"a body has at most {MAX_BODY} bytes")
    except ClientDisconnect as error:
        raise HTTPException(400, "the body is not whole") from error
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"the body is not JSON: {error}") from error


def field(body: Any, *names: str) -> Any:
    """The first of these properties that the body has; None where it has none. Raises ConfigurationError for no object."""
    if body is None:
        return None
    if not isinstance(body, dict):
        raise ConfigurationError(f"the body is a JSON object with {names[0]}")
    return next((body[name] for name in names if name in body), None)


async def _problem(_request: Request, error: Exception) -> Response:
    status = next((code for kind, code in _STATUSES.items() if isinstance(error, kind)), 500)
    return JSONResponse({"error": str(error)}, status)


async def _refusal(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers, which are the process's business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def served(
    app: ASGIApp, host: str, port: int, ws: Callable[..., asyncio.Protocol] | None = None
) -> AsyncIterator[int]:
    """Serve while inside; gives the port. ``ws`` makes the protocol of a connection that asks to be a WebSocket.

    Raises ConfigurationError where the port cannot be had.
    """
    listening = _listen(host, port)
    sockets: Any = ws if ws is not None else "none"
    config = uvicorn.Config(
        guarded(app, host), ws=sockets, proxy_headers=False, lifespan="off", access_log=False, log_config=None,
        server_header=False, backlog=4096, timeout_graceful_shutdown=_GRACE,
    )  # fmt: skip
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started and not serving.done():  # noqa: ASYNC110 -- uvicorn has a flag, and no event
            await asyncio.sleep(0.005)
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await asyncio.shield(serving)
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server((str(address[0]), port), family=family, backlog=4096)
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"cannot listen on {host}:{port}: {error}; --port 0 takes any free one") from error
