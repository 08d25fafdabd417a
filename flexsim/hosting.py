"""An ASGI application on uvicorn, on the running event loop, for as long as it is wanted.

For the swarm, its backend, the services of traces and the workforce; the emulated API, which lives with its event loop,
has its own host.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import uvicorn

from flexsim.errors import ConfigurationError
from flexsim.origins import guarded

_BACKLOG: Final = 4096  # thousands of agents connect at once
_ANYWHERE: Final = "0.0.0.0"  # noqa: S104 -- not listened on: it stands for having any name
_GRACE: Final = 2  # seconds for requests under way


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """Origins whose pages may ask; and whether a proxy asks for others, under names that we do not know."""

    origins: tuple[str, ...] = ()
    behind_proxy: bool = False


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers, which are the process's business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def hosted(
    application: Any, host: str, port: int, *, connections: int | None = None, welcome: Welcome | None = None
) -> AsyncIterator[str]:
    """Serve while inside, so many ``connections`` at a time; gives the address. Raises ConfigurationError where it cannot be had.

    Pages of other sites get nowhere, but those that are ``welcome``.
    """
    welcome = welcome or Welcome()
    names = _ANYWHERE if welcome.behind_proxy else host
    bound = listening(host, port)
    async with _running(guarded(application, names, allowed=welcome.origins), bound, limit_concurrency=connections):
        yield address(host, bound)


@contextlib.asynccontextmanager
async def served(
    application: Any, host: str, port: int, sockets: Callable[..., asyncio.Protocol] | None = None
) -> AsyncIterator[int]:
    """Serve while inside; gives the port. Raises ConfigurationError where it cannot be had.

    ``sockets`` makes the protocol of a connection that asks to be a WebSocket; without it none may be one.
    """
    bound = listening(host, port)
    async with _running(guarded(application, host), bound, ws=sockets if sockets is not None else "none"):
        yield bound.getsockname()[1]


@contextlib.asynccontextmanager
async def _running(application: Any, bound: socket.socket, **options: Any) -> AsyncIterator[None]:
    config = uvicorn.Config(
        application, **{"ws": "none", **options}, proxy_headers=False, lifespan="off", access_log=False,
        log_config=None, server_header=False, backlog=_BACKLOG, timeout_graceful_shutdown=_GRACE,
    )  # fmt: skip
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 -- uvicorn has a flag, and no event
            await asyncio.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        await asyncio.shield(task)
        bound.close()


def address(host: str, bound: socket.socket) -> str:
    """Where a service that listens there is reached."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- any address: name one that answers
    return f"http://{f'[{name}]' if ':' in name else name}:{bound.getsockname()[1]}"


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises ConfigurationError where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"no such host to listen on: {host}") from error
    # asyncio switches Nagle's algorithm off only for sockets that say they are TCP.
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(_BACKLOG)
    except OSError as error:
        bound.close()
        reason = str(error.strerror).lower()
        raise ConfigurationError(f"cannot listen on port {port} of {host}: {reason}; 0 takes any free one") from error
    return bound
