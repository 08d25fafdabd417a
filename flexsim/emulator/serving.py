"""What it takes to serve on an event loop: the socket, uvicorn without its own ideas, signals, the collector."""

import asyncio
import contextlib
import errno
import gc
import importlib
import importlib.util
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from flexsim.emulator.fault_gate import Peer
from flexsim.errors import ConfigurationError

_GRACE: Final = 2  # seconds that requests underway are given when stopping
_BACKLOG: Final = 2048
# Linux buffers up to 4 MB for one who does not read: more than a minute of the dashboard that would come too late.
_MOST_UNSENT: Final = 128 * 1024
_SELDOM: Final = (5_000, 20, 100)  # the collector's thresholds; Python's are 700, 10, 10


class Server(uvicorn.Server):
    """uvicorn without its signal handlers, which are the process's business, and with word of being ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    def hang_up(self, peer: Peer) -> None:
        """Close the connection of the client at this address at once, without another byte."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) == peer and connection.transport is not None:
                connection.transport.abort()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Where uvloop is installed, its event loop; else None, which is asyncio's own."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    # Optional (pip install flexsim[fast]) and not on Windows, so that type checking must do without it.
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return factory


def config(app: ASGIApp) -> uvicorn.Config:
    """How uvicorn serves ``app``."""
    return uvicorn.Config(
        app,
        proxy_headers=False,  # who may use the controls is decided by where the connection comes from
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_GRACE,
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, so that a taken port is known before anything else is begun."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"no such host to listen on: {host}") from error
    # asyncio switches Nagle's algorithm off only for sockets that say they are TCP; with it on, an answer written in two
    # parts waits 40 ms for the client's delayed acknowledgement.
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # Linux and macOS; inherited by the connections
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _MOST_UNSENT)
        bound.bind(address)
        bound.listen(_BACKLOG)  # only now is it certain that nobody else has it
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(f"port {port} of {host} is in use; 0 takes any free one") from error
        raise ConfigurationError(f"cannot listen on port {port} of {host}: {error.strerror}") from error
    return bound


@contextlib.contextmanager
def collecting_seldom() -> Iterator[None]:
    """Have the garbage collector look for cycles less often; for a process of our own, whose collector is ours to set.

    What a server holds is alive and goes without the collector's help. Looking through it time and again took a third of
    creating a task, and stood still for 0.4 seconds at 40,000 tasks.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextlib.contextmanager
def signals_to(received: "asyncio.Future[signal.Signals]") -> Iterator[None]:
    """The first SIGINT or SIGTERM goes into ``received``; a second one acts as it always does."""
    loop = asyncio.get_running_loop()
    handled = (signal.SIGINT, signal.SIGTERM)

    def receive(number: signal.Signals) -> None:
        if not received.done():
            received.set_result(number)
        for each in handled:
            loop.remove_signal_handler(each)

    for each in handled:
        loop.add_signal_handler(each, receive, each)
    try:
        yield
    finally:
        for each in handled:
            loop.remove_signal_handler(each)
