"""Errors as answers: each kind has its status, and all have the same form."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from flexsim.errors import (
    ConfigurationError,
    Conflict,
    FlexsimError,
    StoreUnreachable,
    TargetError,
    UnknownSession,
)
from flexsim.workforce.api.documents import Problem

# The first that fits: special ones before what they are a kind of.
_STATUSES: Final[Sequence[tuple[type[FlexsimError], int]]] = (
    (UnknownSession, 404),
    (ConfigurationError, 422),
    (Conflict, 409),
    (StoreUnreachable, 503),
    (TargetError, 502),
)
_MEANING: Final = {
    400: "The body cannot be read",
    401: "No API key, or a wrong one",
    404: "No such session",
    409: "The session is paused, at its end, or in the middle of a turn",
    413: "The body is longer than is read",
    422: "The request cannot be carried out as it is",
    429: "Too many requests; Retry-After says when to come again",
    502: "The model cannot be reached, or refuses",
    503: "The database does not answer",
}


def problem(status: int, error: str, request_id: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An answer that says what is wrong."""
    return JSONResponse({"error": error, "request_id": request_id}, status, headers)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What an operation may answer beside its success, for its description."""
    every = (*statuses, 400, 401, 413, 422, 429, 503)
    return {each: {"model": Problem, "description": _MEANING[each]} for each in sorted(set(every))}


async def of_flexsim(request: Request, error: Exception) -> JSONResponse:
    """A FlexsimError; one that has no status of its own is a fault of ours and goes on."""
    status = next((code for kind, code in _STATUSES if isinstance(error, kind)), None)
    if status is None:
        raise error
    return problem(status, str(error), request.state.request_id, {"retry-after": "1"} if status in {409, 503} else None)


async def of_validation(request: Request, error: Exception) -> JSONResponse:
    """A body or parameter that is not as described: each fault with its place."""
    assert isinstance(error, RequestValidationError)
    faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg'].lower()}" for each in error.errors()[:10])
    return problem(422, faults.encode(errors="replace").decode(), request.state.request_id)


async def of_http(request: Request, error: Exception) -> JSONResponse:
    """An address or method that there is not."""
    assert isinstance(error, HTTPException)
    said = error.detail if error.detail != HTTPStatus(error.status_code).phrase else error.detail.lower()
    return problem(error.status_code, said, request.state.request_id, error.headers)
