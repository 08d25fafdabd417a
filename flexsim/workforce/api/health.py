"""Whether the service is alive, whether it can do its work, and what it counts: for whoever runs it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version

from fastapi import APIRouter, Response

from flexsim.errors import FlexsimError
from flexsim.workforce.api.metrics import CONTENT_TYPE, Metrics
from flexsim.workforce.service import Service

Check = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """It answers, hence it is alive."""

    status: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What the service needs; ``ok`` or what is missing, for each. Without what it could do without, it is ready all the same."""

    ready: bool
    checks: dict[str, str]


def routes(service: Service, metrics: Metrics, helpful: dict[str, Check]) -> APIRouter:
    """The operations; ``helpful`` are checks of what it is better, but not necessary, to have."""
    router = APIRouter(tags=["health"])

    alive = Health(status="ok", version=version("flexsim"))

    @router.get("/health")
    async def health() -> Health:
        """Whether the service is alive."""
        return alive

    @router.get(
        "/ready", responses={503: {"model": Readiness, "description": "Something is missing; the body says what"}}
    )
    async def ready(response: Response) -> Readiness:
        """Whether the service can do its work, and what is missing."""
        checks = {"database": await _outcome(lambda: asyncio.to_thread(service.store.check))}
        is_ready = checks["database"] == "ok"
        for name, check in helpful.items():
            checks[name] = await _outcome(check)
        response.status_code = 200 if is_ready else 503
        return Readiness(ready=is_ready, checks=checks)

    @router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def exposition() -> Response:
        """Counts in Prometheus's exposition format."""
        metrics.busy.set(service.busy)
        metrics.listeners.set(service.hub.listeners)
        return Response(metrics.exposition(), media_type=CONTENT_TYPE)

    return router


async def _outcome(check: Callable[[], Awaitable[object]]) -> str:
    try:
        await check()
    except FlexsimError as error:
        return str(error)
    return "ok"
