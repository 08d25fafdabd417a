"""Delivering batches as the OTLP specification asks: what is tried again, after which pause, and what became of each span.

Tried again are 429, 502, 503 and 504 and lost connections, after the pause that ``Retry-After`` names or else one that doubles, with
chance in it; everything else is final. Part of a batch may be refused, which is final as well.

Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response and #otlphttp-throttling; RFC 9110, section 10.2.3.
"""

import email.utils
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from flexsim.randomness import Uniform

RETRYABLE: Final = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back; ``status`` is None where nothing did, and ``problem`` then says why."""

    status: int | None
    retry_after: str | None = None
    rejected: int = 0
    problem: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the batch arrived, perhaps without some of its spans."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def retryable(self) -> bool:
        """Whether it may be sent again."""
        return self.status is None or self.status in RETRYABLE

    def reason(self) -> str:
        """Why it did not arrive, in a few words."""
        return self.problem or f"HTTP {self.status}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to go on: at most ``attempts``; pauses from ``first`` seconds, doubling up to ``longest``.

    A longer pause that the other side asks for is kept up to ``obeyed`` seconds; beyond, the batch is given up.
    """

    attempts: int = 6
    first: float = 0.5
    longest: float = 15.0
    obeyed: float = 60.0

    def pause(self, reply: Reply, attempt: int, now: float, draws: Uniform) -> float | None:
        """Seconds until the next attempt after this ``attempt`` (from 1), or None to give up; ``now`` in UTC seconds."""
        if not reply.retryable or attempt >= self.attempts:
            return None
        asked = wanted(reply.retry_after, now)
        if asked is not None:
            return asked if asked <= self.obeyed else None
        limit = min(self.longest, self.first * float(2 ** (attempt - 1)))
        return limit * (0.5 + 0.5 * draws.random())


def wanted(retry_after: str | None, now: float) -> float | None:
    """The seconds that a ``Retry-After`` header names, as a number or as a date; None where it names none."""
    if retry_after is None:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - now)


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What became of every span that was handed in: ``handed`` is ``sent`` + ``rejected`` + ``lost`` + ``waiting``."""

    handed: int = 0
    sent: int = 0
    rejected: int = 0
    waiting: int = 0
    batches: int = 0
    retries: int = 0
    bytes: int = 0
    lost: Counter[str] = field(default_factory=Counter)

    def take(self, spans: int) -> None:
        """So many spans were handed in."""
        self.handed += spans
        self.waiting += spans

    def arrived(self, spans: int, rejected: int, size: int) -> None:
        """A batch arrived, of whose spans some may have been refused."""
        rejected = max(0, min(rejected, spans))
        self.waiting -= spans
        self.sent += spans - rejected
        self.rejected += rejected
        self.batches += 1
        self.bytes += size

    def gone(self, spans: int, reason: str) -> None:
        """A batch is lost."""
        self.waiting -= spans
        self.lost[reason] += spans

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "handed": self.handed,
            "sent": self.sent,
            "rejected": self.rejected,
            "lost": self.lost.total(),
            "lost_by_reason": dict(sorted(self.lost.items())),
            "batches": self.batches,
            "retries": self.retries,
            "bytes": self.bytes,
        }
