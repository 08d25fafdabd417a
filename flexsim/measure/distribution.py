"""Durations counted so that two counts can be added up: number, sum, largest, and a histogram for percentiles."""

import math
from collections import Counter
from typing import Any, Final

# Buckets grow by 5 %, so a percentile is right within 2.5 %; the first holds everything below 0.1 s.
_SMALLEST: Final = 0.1
_LOG_GROWTH: Final = math.log(1.05)


class Distribution:
    """Seconds, added one by one."""

    __slots__ = ("buckets", "count", "largest", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0.0
        self.largest = 0.0
        self.buckets: Counter[int] = Counter()

    def add(self, seconds: float) -> None:
        """Count one duration."""
        self.count += 1
        self.total += seconds
        self.largest = max(self.largest, seconds)
        self.buckets[_bucket(seconds)] += 1

    def merge(self, other: "Distribution") -> None:
        """Count all that ``other`` has counted."""
        self.count += other.count
        self.total += other.total
        self.largest = max(self.largest, other.largest)
        self.buckets.update(other.buckets)

    def dump(self) -> list[Any]:
        """All of it as a JSON-ready document."""
        return [self.count, self.total, self.largest, [[bucket, count] for bucket, count in self.buckets.items()]]

    def load(self, document: list[Any]) -> None:
        """Hold what was dumped."""
        self.count, self.total, self.largest, buckets = document
        self.buckets = Counter(dict(buckets))

    @property
    def mean(self) -> float | None:
        """None when nothing was counted."""
        return self.total / self.count if self.count else None

    def percentile(self, share: float) -> float | None:
        """The duration that a ``share`` (0 to 1) of all do not exceed, within 2.5 %; None when nothing was counted."""
        wanted = share * self.count
        seen = 0
        for bucket in sorted(self.buckets):
            seen += self.buckets[bucket]
            if seen >= wanted:
                return min(_middle(bucket), self.largest)
        return None


def add_to_both(one: Distribution, other: Distribution, seconds: float) -> None:
    """Count the same duration twice, in less time than once and once more: a simulated day does it half a million times."""
    bucket = _bucket(seconds)
    one.count += 1
    other.count += 1
    one.total += seconds
    other.total += seconds
    if seconds > one.largest:
        one.largest = seconds
    if seconds > other.largest:
        other.largest = seconds
    buckets = one.buckets
    buckets[bucket] = buckets.get(bucket, 0) + 1
    buckets = other.buckets
    buckets[bucket] = buckets.get(bucket, 0) + 1


def _bucket(seconds: float) -> int:
    return 0 if seconds < _SMALLEST else 1 + int(math.log(seconds / _SMALLEST) / _LOG_GROWTH)


def _middle(bucket: int) -> float:
    return 0.0 if bucket == 0 else _SMALLEST * math.exp((bucket - 0.5) * _LOG_GROWTH)
