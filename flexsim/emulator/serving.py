"""What serving takes besides uvicorn: a socket that keeps little, and signals."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from typing import Final

from flexsim.sockets import listening

# Linux buffers up to 4 MB for one who does not read: more than a minute of the dashboard that would come too late.
_MOST_UNSENT: Final = 128 * 1024


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there, whose connections keep little unsent. Raises ConfigurationError where it cannot be had."""
    bound = listening(host, port)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # Linux and macOS; inherited by the connections
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _MOST_UNSENT)
    return bound


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
