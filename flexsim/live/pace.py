"""A local TaskRouter's time: how fast it runs and what time it is there, so that simulators keep step with it."""

from dataclasses import dataclass

import aiohttp

from flexsim.clock import WallClock
from flexsim.errors import TargetUnreachable

_HEALTH = "/_flexsim/health"
_TIMEOUT = 10.0  # real seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """``now`` in UTC seconds there; ``speed`` in simulated seconds a real second."""

    now: float
    speed: float


def keep_step(pace: Pace | None, speed: float | None) -> WallClock:
    """A clock that agrees with the local TaskRouter's; at ``speed`` if given, and at real time where there is none."""
    if pace is None:
        return WallClock(speed or 1.0)
    return WallClock(speed or pace.speed, start=pace.now)


async def local_pace(address: str | None) -> Pace | None:
    """Ask the local TaskRouter at ``address``; None without an address, or if what answers there is none of ours.

    Raises TargetUnreachable when nobody answers.
    """
    if address is None:
        return None
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT)) as session,
            session.get(address.rstrip("/") + _HEALTH) as response,
        ):
            document = await response.json(content_type=None)
    except ValueError:
        return None
    except (aiohttp.ClientError, OSError) as error:
        raise TargetUnreachable(f"cannot reach {address} ({error}); is flexsim taskrouter running there?") from error
    try:
        return Pace(now=float(document["now"]), speed=float(document["speed"]))
    except (KeyError, TypeError, ValueError):
        return None
