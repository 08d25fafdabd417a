"""A socket that listens, had before anything else is begun, and where it is reached."""

import errno
import socket
from typing import Final

from flexsim.errors import ConfigurationError

_BACKLOG: Final = 4096  # thousands of agents connect at once


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises ConfigurationError where it cannot be had."""
    if not 0 <= port <= 65_535:  # getaddrinfo would take the rest of a division
        raise ConfigurationError(f"not a port from 0 to 65535: {port}")
    try:
        # The first of a name's addresses alone: waitress makes another kind of server of several.
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"no such host to listen on: {host}") from error
    # asyncio switches Nagle's algorithm off only for sockets that say they are TCP; with it on, an answer written in two
    # parts waits 40 ms for the client's delayed acknowledgement.
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(place)
        bound.listen(_BACKLOG)  # only now is it certain that nobody else has it
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(f"port {port} of {host} is in use; 0 takes any free one") from error
        reason = str(error.strerror).lower()
        raise ConfigurationError(f"cannot listen on port {port} of {host}: {reason}; 0 takes any free one") from error
    return bound


def address(host: str, port: int) -> str:
    """Where a service that listens there is reached from this machine, without a scheme: ``127.0.0.1:8900``."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- any address: name one that answers
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
