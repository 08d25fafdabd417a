"""What serving takes besides uvicorn: a socket that keeps little."""

import socket
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
