"""The HTTP interface as one application: layers around the operations."""

from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from flexsim.errors import FlexsimError
from flexsim.workforce.api import answers, health, looking, pages, simulate
from flexsim.workforce.api.access import Access
from flexsim.workforce.api.bodies import BoundedBodies
from flexsim.workforce.api.frame import REQUEST_ID, Frame
from flexsim.workforce.api.health import Check
from flexsim.workforce.api.limiting import Limiter, RateLimited
from flexsim.workforce.api.metrics import Metrics
from flexsim.workforce.service import Service

_ABOUT: Final = """A company of agents works through a scenario in turns, remembers, decides, and can be forked.

Start a session, take it further with `next`, and ask `what-if`. With the same seed and the mind `rules`, the same happens."""
_TOLD: Final = (
    REQUEST_ID,
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "retry-after",
    "idempotency-replayed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Who may ask and how often; ``origins`` are those of pages in browsers that may."""

    api_key: str | None = field(default=None, repr=False)
    origins: tuple[str, ...] = ()
    limiter: Limiter | None = None
    checks: dict[str, Check] = field(default_factory=dict)


def described(service: Service, metrics: Metrics, options: Options) -> FastAPI:
    """The operations alone, with their description."""
    app = FastAPI(
        title="flexsim workforce", version=version("flexsim"), description=_ABOUT, docs_url=None, redoc_url=None,
        redirect_slashes=False,
    )  # fmt: skip
    app.include_router(simulate.routes(service, metrics))
    app.include_router(looking.routes(service))
    app.include_router(health.routes(service, metrics, options.checks))
    app.include_router(pages.routes(app))
    app.add_exception_handler(FlexsimError, answers.of_flexsim)
    app.add_exception_handler(RequestValidationError, answers.of_validation)
    app.add_exception_handler(HTTPException, answers.of_http)
    return app


def application(service: Service, options: Options) -> ASGIApp:
    """The whole interface. From outside: frame, origins, rate limit, key, length of bodies, operations."""
    metrics = Metrics()
    app: ASGIApp = BoundedBodies(described(service, metrics, options))
    app = Access(app, options.api_key)
    if options.limiter is not None:
        app = RateLimited(app, options.limiter, metrics)
    if options.origins:
        app = CORSMiddleware(
            app, allow_origins=list(options.origins), allow_methods=["GET", "POST"], expose_headers=list(_TOLD),
            allow_headers=["authorization", "content-type", "idempotency-key", "last-event-id", "x-api-key", REQUEST_ID],
        )  # fmt: skip
    return Frame(app, metrics)
