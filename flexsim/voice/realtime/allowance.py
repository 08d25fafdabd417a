"""Rate limits: so many a minute, which come back evenly."""

import math
from typing import Any


class Allowance:
    """A bucket that holds a minute's worth and fills in a minute."""

    __slots__ = ("_at", "_left", "_limit", "name")

    def __init__(self, name: str, limit: float) -> None:
        self.name = name
        self._limit = limit
        self._left = limit
        self._at = -math.inf

    def left(self, now: float) -> float:
        """How much may be used now."""
        if now > self._at:
            self._left = min(self._limit, self._left + (now - self._at) * self._limit / 60.0)
            self._at = now
        return self._left

    def use(self, now: float, amount: float) -> None:
        """So much is used; it may be more than there is, which then takes longer to come back."""
        self._left = self.left(now) - amount

    def document(self, now: float) -> dict[str, Any]:
        """As ``rate_limits.updated`` shows it."""
        left = self.left(now)
        return {
            "name": self.name,
            "limit": int(self._limit),
            "remaining": max(0, int(left)),
            "reset_seconds": round(60.0 * (1.0 - left / self._limit), 3),
        }
