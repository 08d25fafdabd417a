"""How often an account may ask: the documented limits of TaskRouter, and one of one's own for all requests together.

Documented (reference 12): bulk real-time statistics 5 requests a second (Task Queue page), lists filtered by
``EvaluateTaskAttributes`` 3 requests a second (Twilio's Flex template says so). Twilio shows further ones per account in its
Console only. Seconds are real ones at any speed: Twilio's limits count requests, not simulated time.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flexsim.emulator.exchange import Header, Request
from flexsim.errors import TooManyRequests

BULK_STATISTICS: Final = 5
EVALUATE_TASK_ATTRIBUTES: Final = 3
_WINDOW: Final = 1.0  # seconds

_BULK_PATH: Final = "/TaskQueues/RealTimeStatistics"
_COSTLY_PATH: Final = "/Tasks"
_COSTLY_FILTER: Final = "EvaluateTaskAttributes="


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most ``most`` requests of this ``name`` in any second."""

    name: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """``headers`` say what is left; ``refusal`` is why the request must not be processed, if it must not."""

    headers: tuple[Header, ...] = ()
    refusal: TooManyRequests | None = None


_UNLIMITED: Final = Admission()


class RateLimits:
    """The limits of one server; ``seconds`` is a monotonic stopwatch in real seconds."""

    def __init__(self, seconds: Callable[[], float], *, documented: bool, requests_per_second: int | None) -> None:
        self._seconds = seconds
        self._documented = documented
        self._general = None if requests_per_second is None else Limit(name="requests", most=requests_per_second)
        self._accepted: dict[tuple[str, str], deque[float]] = {}  # by account and limit: when, oldest first

    def admit(self, account_sid: str, request: Request) -> Admission:
        """Whether the account may ask this now; a request that is refused does not count."""
        limits = self._limits(request)
        if not limits:
            return _UNLIMITED
        now = self._seconds()
        windows = [self._window(account_sid, limit, now) for limit in limits]
        for limit, window in zip(limits, windows, strict=True):
            if len(window) >= limit.most:
                wait = max(1, math.ceil(window[0] + _WINDOW - now))
                message = f"Too Many Requests: at most {limit.most} a second of {limit.name}"
                return Admission(headers=_headers(limit, 0), refusal=TooManyRequests(message, retry_after=wait))
        for window in windows:
            window.append(now)
        tightest = min(range(len(limits)), key=lambda place: limits[place].most - len(windows[place]))
        return Admission(headers=_headers(limits[tightest], limits[tightest].most - len(windows[tightest])))

    def reset(self) -> None:
        """Forget what was asked so far."""
        self._accepted.clear()

    def _limits(self, request: Request) -> list[Limit]:
        limits = [] if self._general is None else [self._general]
        if self._documented:
            if request.path.endswith(_BULK_PATH) and request.method == "POST":
                limits.append(Limit(name="bulk statistics", most=BULK_STATISTICS))
            elif _COSTLY_FILTER in request.query and request.path.endswith(_COSTLY_PATH):
                limits.append(Limit(name="EvaluateTaskAttributes", most=EVALUATE_TASK_ATTRIBUTES))
        return limits

    def _window(self, account_sid: str, limit: Limit, now: float) -> "deque[float]":
        window = self._accepted.setdefault((account_sid, limit.name), deque())
        while window and window[0] <= now - _WINDOW:
            window.popleft()
        return window


def _headers(limit: Limit, left: int) -> tuple[Header, ...]:
    # Twilio's description names these three and does not say how their values look; ours are plain.
    return (
        (b"x-rate-limit-limit", b"%d" % limit.most),
        (b"x-rate-limit-remaining", b"%d" % left),
        (b"x-rate-limit-config", limit.name.encode()),
    )
