"""How many connections this process can carry."""

import sys
from typing import Final

from flexsim.errors import ConfigurationError

_RESERVED: Final = 200  # descriptors for everything that is no agent's connection


def connections_allowed() -> int:
    """How many agents' connections the process may have; the soft limit of descriptors is raised to the hard one."""
    if sys.platform == "win32":
        return 1_000_000
    import resource  # noqa: PLC0415 -- Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (ValueError, OSError):  # macOS says infinity and means 10,240
            pass
    return 1_000_000 if soft == resource.RLIM_INFINITY else soft - _RESERVED


def check_connections(wanted: int, processes: int = 1) -> None:
    """Raise ConfigurationError where so many connections are more than the descriptors of so many processes."""
    allowed = connections_allowed()
    if wanted > allowed * processes:
        needed = -(-wanted // allowed)
        raise ConfigurationError(
            f"{wanted} connections are more than {processes} process{'es' if processes > 1 else ''} can open:"
            f" {allowed + _RESERVED} descriptors each (ulimit -Hn), {_RESERVED} of them reserved;"
            f" say --processes {needed}, or raise the limit"
        )
