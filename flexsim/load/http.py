"""What the swarm's control and the backend have in common: JSON bodies of bounded size, and JSON errors."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from flexsim.errors import ConfigurationError, Conflict, FlexsimError, TargetError

MAX_BODY: Final = 1 << 20
_STATUSES: Final[Mapping[type[FlexsimError], int]] = {ConfigurationError: 422, Conflict: 409, TargetError: 502}

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
