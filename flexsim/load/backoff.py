"""How long to wait before the next attempt to connect."""

from typing import Final

FIRST: Final = 0.5
LONGEST: Final = 30.0
STORM: Final = 0.2  # without backoff: every so often, all at once


def delay(attempt: int, uniform: float, *, storm: bool = False) -> float:
    """Seconds before attempt number ``attempt`` (from 1) after a connection was lost: doubled each time, at most 30 s.

    Half of it is jitter, so that those who lost their connections together do not all come back together. In a ``storm``
    they do.
    """
    if storm:
        return STORM
    ceiling = min(LONGEST, FIRST * 2.0 ** min(attempt - 1, 16))
    return ceiling * (0.5 + 0.5 * uniform)
