"""The way into a Ray cluster, and out of it."""

import contextlib
import logging
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, Final

from flexsim.errors import ConfigurationError, TargetUnreachable

LOCAL: Final = "local"
_PATIENCE: Final = 5.0  # seconds for the first sign of life


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Ray itself, connected to the cluster at ``address`` (``host:port``, ``ray://host:port``, ``auto``) while inside.

    ``local`` makes a cluster of this machine's cores, which ends with the connection. Raises ConfigurationError where Ray is
    not installed, TargetUnreachable where no cluster answers.
    """
    ray = _imported()
    _check_answering(address)
    # No cluster of ours tells anybody that it is there.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # noqa: TID251 -- Ray has no other way to be told
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # noqa: TID251 -- as above; else a warning
    terminating = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address=address,
            log_to_driver=False,
            logging_level=logging.ERROR,
            include_dashboard=False if address == LOCAL else None,
            configure_logging=False,
        )
    except (ConnectionError, ValueError, RuntimeError, OSError, TimeoutError) as error:
        why = str(error).strip().splitlines()[0]
        raise TargetUnreachable(
            f"cannot reach a Ray cluster at {address} ({why}); is it up? ray status tells"
        ) from error
    _keep(terminating)
    try:
        yield ray
    finally:
        ray.shutdown()


def _keep(handler: Any) -> None:
    """Ray puts a handler of its own in the place of ours, which ends the process without a word."""
    with contextlib.suppress(ValueError):  # not in the main thread: Ray has put none there either
        signal.signal(signal.SIGTERM, handler)


def _check_answering(address: str) -> None:
    """Ray would try for minutes. Names that are no host and port are its own."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not (colon and host and port.isdecimal()):
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE).close()
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise TargetUnreachable(
            f"cannot reach a Ray cluster at {address} ({why}); is it up? ray status tells"
        ) from error


def check_version(theirs: str) -> None:
    """Raise ConfigurationError, on the machine that works for another, where its flexsim is another version."""
    ours = version("flexsim")
    if ours != theirs:
        raise ConfigurationError(f"a node of the cluster has flexsim {ours}, and not {theirs}: install the same on all")


def _imported() -> Any:
    try:
        import ray  # noqa: PLC0415 -- an extra, and seconds to import
    except ImportError as error:
        raise ConfigurationError("a cluster needs the package ray: pip install 'flexsim[cluster]'") from error
    return ray
