"""An ASGI application on uvicorn, on the running event loop, for as long as it is wanted."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import uvicorn

from flexsim.origins import guarded
from flexsim.sockets import address, listening

_ANYWHERE: Final = "0.0.0.0"  # noqa: S104 -- not listened on: it stands for having any name
_GRACE: Final = 2  # seconds for requests under way


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """Origins whose pages may ask; and whether a proxy asks for others, under names that we do not know."""

    origins: tuple[str, ...] = ()
    behind_proxy: bool = False


class Server(uvicorn.Server):
    """uvicorn without its signal handlers, which are the process's business, and with word of being ready."""

    def __init__(self, application: Any, **options: Any) -> None:
        """``options`` are uvicorn's; who may use a service is decided by where the connection comes from, so no proxy is believed."""
        super().__init__(
            uvicorn.Config(
                application, **options, proxy_headers=False, lifespan="off", access_log=False, log_config=None,
                server_header=False, timeout_graceful_shutdown=_GRACE,
            )
        )  # fmt: skip
        self._ready: asyncio.Future[None] | None = None
        self._serving: asyncio.Task[None] | None = None

    async def begin(self, bound: socket.socket) -> None:
        """Serve at the socket; returns once requests are answered. Raises what has stopped it before."""
        self._ready = asyncio.get_running_loop().create_future()
        self._serving = asyncio.create_task(self.serve(sockets=[bound]))
        await asyncio.wait({self._ready, self._serving}, return_when=asyncio.FIRST_COMPLETED)
        if not self._ready.done():
            self._serving.result()

    async def end(self) -> None:
        """Answer what is under way, for some seconds, and nothing more."""
        self.should_exit = True
        if self._serving is not None:
            await asyncio.shield(self._serving)

    def hang_up(self, peer: tuple[str, int]) -> None:
        """Close the connection of the client at this address at once, without another byte."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) == peer and connection.transport is not None:
                connection.transport.abort()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._ready is not None:
            self._ready.set_result(None)


@contextlib.asynccontextmanager
async def hosted(
    application: Any, host: str, port: int, *, connections: int | None = None, welcome: Welcome | None = None
) -> AsyncIterator[str]:
    """Serve while inside, so many ``connections`` at a time; gives the address. Raises ConfigurationError where it cannot be had.

    Pages of other sites get nowhere, but those that are ``welcome``.
    """
    welcome = welcome or Welcome()
    names = _ANYWHERE if welcome.behind_proxy else host
    server = Server(guarded(application, names, allowed=welcome.origins), ws="none", limit_concurrency=connections)
    async with _running(server, listening(host, port)) as taken:
        yield f"http://{address(host, taken)}"


@contextlib.asynccontextmanager
async def served(
    application: Any, host: str, port: int, sockets: Callable[..., asyncio.Protocol] | None = None
) -> AsyncIterator[int]:
    """Serve while inside; gives the port. Raises ConfigurationError where it cannot be had.

    ``sockets`` makes the protocol of a connection that asks to be a WebSocket; without it none may be one.
    """
    server = Server(guarded(application, host), ws=sockets if sockets is not None else "none")
    async with _running(server, listening(host, port)) as taken:
        yield taken


@contextlib.asynccontextmanager
async def _running(server: Server, bound: socket.socket) -> AsyncIterator[int]:
    try:
        await server.begin(bound)
        yield bound.getsockname()[1]
    finally:
        await server.end()
        bound.close()
