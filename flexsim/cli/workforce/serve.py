"""The command ``flexsim workforce serve``: the workforce over HTTP."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.cli.options import Json, LogLevel, common, settings
from flexsim.cli.workforce import storing, thinking
from flexsim.errors import ConfigurationError, StoreUnreachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp

    from flexsim.clock import Clock
    from flexsim.settings import Settings
    from flexsim.workforce.api.limiting import Limiter
    from flexsim.workforce.playing import PlayedCompany
    from flexsim.workforce.service import Service
    from flexsim.workforce.store.store import Store

_PORT: Final = 8000
_REQUESTS: Final = 100
_WINDOW: Final = 60
_CONNECTIONS: Final = 1_000
_NO_MODEL: Final = "there is no model here: the service needs OPENAI_API_KEY, GROQ_API_KEY or a local OPENAI_BASE_URL"


def serve(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    host: Annotated[
        str,
        typer.Option(
            "--host", help="Address to listen on; 0.0.0.0 lets other machines in: set WORKFORCE_API_KEY then."
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port; 0 is any free one.", min=0, max=65_535)] = _PORT,
    database: storing.Database = None,
    redis: Annotated[
        str | None,
        typer.Option(
            "--redis",
            metavar="URL",
            help="A Redis for rate limits and cache that several processes share; each has its own unless given."
            " \\[env: REDIS_URL]",
            show_default=False,
        ),
    ] = None,
    rate_limit: Annotated[
        int | None,
        typer.Option(
            "--rate-limit",
            help=f"Requests of a client in a window, {_REQUESTS} unless given; 0 for no limit. \\[env: RATE_LIMIT_REQUESTS]",
            min=0,
            show_default=False,
        ),
    ] = None,
    rate_window: Annotated[
        int | None,
        typer.Option(
            "--rate-window",
            help=f"Seconds of that window, {_WINDOW} unless given. \\[env: RATE_LIMIT_WINDOW]",
            min=1,
            max=86_400,
            show_default=False,
        ),
    ] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="Tell clients apart by the last address that X-Forwarded-For names.")
    ] = False,
    model: thinking.ModelOption = None,
    base_url: thinking.BaseUrl = None,
    as_json: Json = False,
) -> None:
    """Serve the workforce over HTTP: start sessions, take turns, ask what if, listen; /docs shows all operations.

    WORKFORCE_API_KEY asks for a key, CORS_ORIGINS lets pages in; the mind llm is there where a model's key is (docs/workforce-api.md).

    Example: flexsim workforce serve
    Example: flexsim workforce serve --port 0 --database sqlite:///sessions.db --rate-limit 0 --json
    """
    known = settings(context)
    _log_as_told(known, common(context).log_level)
    limits = (
        _given(rate_limit, known.rate_limit_requests, _REQUESTS),
        _given(rate_window, known.rate_limit_window, _WINDOW),
    )
    wanted = _Serving(
        host=host, port=port, database=storing.address(context, database), redis=redis or known.redis_url,
        limits=limits, behind_proxy=behind_proxy, quiet=common(context).quiet, as_json=as_json,
    )  # fmt: skip
    minds = thinking.Thinking(mind=thinking.Minds.LLM, seed=0, model=model, base_url=base_url)
    interrupts.run(_serve(context, wanted, minds, known))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Serving:
    """What was asked for."""

    host: str
    port: int
    database: str
    redis: str | None
    limits: tuple[int, int]
    behind_proxy: bool
    quiet: bool
    as_json: bool


async def _serve(context: typer.Context, wanted: _Serving, minds: thinking.Thinking, known: "Settings") -> None:
    from flexsim.clock import WallClock
    from flexsim.hosting import Welcome, hosted
    from flexsim.workforce.service import Service

    clock = WallClock()
    async with contextlib.AsyncExitStack() as stack:
        store = _store(wanted, clock, stack)
        company = await stack.enter_async_context(_company(context, minds))
        service = Service(store, company, clock)
        app = _application(service, wanted, known, stack)
        with interrupts.until_terminated():
            welcome = Welcome(origins=tuple(known.cors_origins or ()), behind_proxy=wanted.behind_proxy)
            async with hosted(app, wanted.host, wanted.port, connections=_CONNECTIONS, welcome=welcome) as url:
                _announce(url, store, company, wanted)
                try:
                    await asyncio.Event().wait()
                finally:
                    service.hub.close()  # streams would keep the server waiting


def _store(wanted: _Serving, clock: "Clock", stack: contextlib.AsyncExitStack) -> "Store":
    from flexsim.workforce.store.cache import TurnCache
    from flexsim.workforce.store.store import Store

    if wanted.redis is None:
        store = Store.open(wanted.database, clock)
    else:
        from flexsim.workforce.store.redis_turns import RedisTurns, connect

        client = connect(wanted.redis)
        stack.callback(client.close)
        store = Store.open(wanted.database, clock, TurnCache(RedisTurns(client, clock)))
    stack.callback(store.close)
    return store


def _application(
    service: "Service", wanted: _Serving, known: "Settings", stack: contextlib.AsyncExitStack
) -> "ASGIApp":
    from flexsim.workforce.api.application import Options, application

    limiter, checks = _limiter(wanted, stack), dict[str, Any]()
    if wanted.redis is not None:
        checks["redis"] = _redis_check(wanted.redis, stack)
    options = Options(api_key=known.workforce_api_key, origins=known.cors_origins or (), limiter=limiter, checks=checks)
    return application(service, options)


def _limiter(wanted: _Serving, stack: contextlib.AsyncExitStack) -> "Limiter | None":
    from flexsim.clock import WallClock
    from flexsim.workforce.api.limiting import Limit, Limiter

    requests, window = wanted.limits
    if not requests:
        return None
    limit = Limit(requests=requests, window=window, behind_proxy=wanted.behind_proxy)
    limiter = Limiter(limit, WallClock(), wanted.redis)
    stack.push_async_callback(limiter.close)
    return limiter


def _redis_check(url: str, stack: contextlib.AsyncExitStack) -> Any:
    from redis import RedisError

    from flexsim.workforce.store.redis_turns import connect

    client = connect(url)
    stack.callback(client.close)

    async def check() -> None:
        try:
            await asyncio.to_thread(client.ping)
        except RedisError as error:
            raise StoreUnreachable(f"Redis does not answer: {error}") from error

    return check


@contextlib.asynccontextmanager
async def _company(context: typer.Context, wanted: thinking.Thinking) -> "AsyncIterator[PlayedCompany]":
    """The seven roles; rules, and a model where there is a key or a local address."""
    from flexsim.workforce.minds.rules import RulesMind
    from flexsim.workforce.playing import PlayedCompany

    def another(name: str) -> Any:
        rules = thinking.Thinking(mind=thinking.Minds.RULES, seed=0)
        return thinking.mind_of(context, rules if name == "rules" else wanted)

    async with contextlib.AsyncExitStack() as stack:
        minds: dict[str, Any] = {"rules": RulesMind()}
        missing = {}
        _, key, _ = thinking.where(settings(context), wanted)
        if not key:  # what speaks to models takes a second to import
            yield PlayedCompany(minds, another, missing={"llm": _NO_MODEL})
            return
        try:
            minds["llm"] = await stack.enter_async_context(thinking.mind_of(context, wanted))
        except ConfigurationError as error:
            missing["llm"] = str(error)
        yield PlayedCompany(minds, another, missing=missing)


def _announce(url: str, store: "Store", company: "PlayedCompany", wanted: _Serving) -> None:
    from flexsim.workforce.store.engines import described

    where = described(store.engine)
    output.say(f"workforce at {url}, operations at {url}/docs; sessions in {where}; Ctrl-C ends it", quiet=wanted.quiet)
    if wanted.as_json:
        output.print_json({"url": url, "database": where, "minds": list(company.minds)})


def _log_as_told(known: "Settings", level: LogLevel) -> None:
    """LOG_LEVEL holds unless --log-level says something else than its default."""
    if known.log_level and level is LogLevel.WARNING:
        logging.getLogger("flexsim").setLevel(known.log_level.upper())


def _given(flag: int | None, setting: int | None, default: int) -> int:
    return next(each for each in (flag, setting, default) if each is not None)
