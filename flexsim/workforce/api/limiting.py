"""How often may be asked: so many requests of each client in a sliding window, counted here or in a Redis.

A client is who has the same key, else who comes from the same address. A Redis that does not answer does not stop the
service: until it does again, each process counts for itself.
"""

import hashlib
import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flexsim.clock import Clock, machine_seconds
from flexsim.errors import ConfigurationError
from flexsim.workforce.api.access import OPEN, given_key
from flexsim.workforce.api.answers import problem
from flexsim.workforce.api.metrics import Metrics

if TYPE_CHECKING:
    from redis.asyncio import ConnectionPool

_PATIENCE: Final = 0.5  # seconds until a Redis counts as not answering
_REST: Final = 5.0  # seconds that it is then left alone
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many ``requests`` in a window of so many seconds; behind a proxy, the client's address is the last that it forwards."""

    requests: int
    window: int
    behind_proxy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a client stands after a request; ``reset`` in seconds until it may ask more."""

    allowed: bool
    remaining: int
    reset: int


class Limiter:
    """Counts requests."""

    def __init__(self, limit: Limit, clock: Clock, redis_url: str | None = None, prefix: str = "flexsim") -> None:
        self.limit = limit
        self._clock = clock
        self._item = RateLimitItemPerSecond(limit.requests, limit.window)
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._pool = None if redis_url is None else _pool(redis_url)
        self._shared = None if self._pool is None else SlidingWindowCounterRateLimiter(_storage(self._pool, prefix))
        self._rests_until = 0.0

    async def hit(self, client: str) -> Standing:
        """Count a request of this client."""
        if self._shared is not None and self._clock.now() >= self._rests_until:
            try:
                return await self._hit(self._shared, client)
            except StorageError as error:
                self._rests_until = self._clock.now() + _REST
                log.warning("Redis is left alone for %g seconds: %s", _REST, error.storage_error)
        return await self._hit(self._here, client)

    async def close(self) -> None:
        """Close the connections to Redis."""
        if self._pool is not None:
            await self._pool.aclose()

    async def _hit(self, limiter: SlidingWindowCounterRateLimiter, client: str) -> Standing:
        allowed = await limiter.hit(self._item, client)
        stats = await limiter.get_window_stats(self._item, client)
        reset = max(1, math.ceil(stats.reset_time - machine_seconds()))
        return Standing(allowed=allowed, remaining=stats.remaining, reset=min(reset, self.limit.window))


class RateLimited:
    """Answers 429 to who asks too often, and tells all others how they stand."""

    def __init__(self, app: ASGIApp, limiter: Limiter, metrics: Metrics) -> None:
        self._app = app
        self._limiter = limiter
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self._app(scope, receive, send)
            return
        standing = await self._limiter.hit(self._client(scope))
        told = {
            "x-ratelimit-limit": str(self._limiter.limit.requests),
            "x-ratelimit-remaining": str(standing.remaining),
            "x-ratelimit-reset": str(standing.reset),
        }
        if not standing.allowed:
            self._metrics.limited.inc()
            limit = self._limiter.limit
            said = f"more than {limit.requests} requests in {limit.window} seconds; come again in {standing.reset}"
            refused = problem(429, said, scope["state"]["request_id"], told | {"retry-after": str(standing.reset)})
            await refused(scope, receive, send)
            return

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        await self._app(scope, receive, telling)

    def _client(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        if key := given_key(headers):
            return f"key-{hashlib.blake2b(key.encode(errors='replace'), digest_size=16).hexdigest()}"
        if self._limiter.limit.behind_proxy and (forwarded := headers.get("x-forwarded-for")):
            return f"address-{forwarded.rpartition(',')[2].strip()[:100]}"
        return f"address-{scope['client'][0] if scope.get('client') else 'unknown'}"


def _pool(url: str) -> "ConnectionPool":
    try:
        from redis.asyncio import ConnectionPool  # noqa: PLC0415 -- an extra
    except ModuleNotFoundError as error:
        raise ConfigurationError("REDIS_URL needs the extra redis: pip install 'flexsim[redis]'") from error
    try:
        return ConnectionPool.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
    except ValueError as error:
        raise ConfigurationError("REDIS_URL is not redis://HOST:PORT/NUMBER") from error


def _storage(pool: "ConnectionPool", prefix: str) -> Storage:
    made: Any = RedisStorage  # its options are typed as texts and numbers, and it takes a pool all the same
    storage: Storage = made(
        "async+redis://", wrap_exceptions=True, implementation="redispy", key_prefix=prefix, connection_pool=pool
    )
    return storage
