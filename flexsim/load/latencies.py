"""Short times counted so that counts can be added up: a histogram whose buckets are also Prometheus's."""

import math
from collections import Counter
from typing import Any, Final

_SMALLEST: Final = 1e-5
_PER_DOUBLING: Final = 16  # a bucket is 4.4 % wide
_DOUBLINGS: Final = 24  # up to 168 s
_LAST: Final = _PER_DOUBLING * _DOUBLINGS + 1  # holds all that is longer


class Latencies:
    """Seconds, counted one by one or many at once; below 10 µs all are alike."""

    __slots__ = ("buckets", "count", "largest", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0.0
        self.largest = 0.0
        self.buckets: Counter[int] = Counter()

    def add(self, seconds: float, times: int = 1) -> None:
        """Count one duration, ``times`` times; a negative one, which clocks that differ make, is 0."""
        if seconds <= _SMALLEST:
            bucket, seconds = 0, max(0.0, seconds)
        else:
            bucket = min(_LAST, math.ceil(math.log2(seconds / _SMALLEST) * _PER_DOUBLING))
        self.count += times
        self.total += seconds * times
        self.largest = max(self.largest, seconds)
        self.buckets[bucket] += times

    def merge(self, other: "Latencies") -> None:
        """Count all that ``other`` has counted."""
        self.count += other.count
        self.total += other.total
        self.largest = max(self.largest, other.largest)
        self.buckets.update(other.buckets)

    @property
    def mean(self) -> float | None:
        """None when nothing was counted."""
        return self.total / self.count if self.count else None

    def percentile(self, share: float) -> float | None:
        """The duration that a ``share`` (0 to 1) of all do not exceed, at most 4.4 % too long; None when there is none."""
        if not self.count:
            return None
        wanted, seen = share * self.count, 0
        for bucket in sorted(self.buckets):
            seen += self.buckets[bucket]
            if seen >= wanted:
                break
        return min(_upper(bucket), self.largest)

    def cumulative(self) -> list[tuple[float, int]]:
        """How many took at most so long, for every doubling of 10 µs and for infinity: exact, as buckets end there."""
        rows, seen = [], 0
        for doubling in range(_DOUBLINGS + 1):
            first = 0 if doubling == 0 else _PER_DOUBLING * (doubling - 1) + 1
            seen += sum(self.buckets[bucket] for bucket in range(first, _PER_DOUBLING * doubling + 1))
            rows.append((_SMALLEST * 2.0**doubling, seen))
        return [*rows, (math.inf, self.count)]

    def document(self) -> dict[str, Any]:
        """As plain JSON, from which ``read`` makes the same again."""
        return {
            "count": self.count,
            "total": self.total,
            "largest": self.largest,
            "buckets": {str(bucket): count for bucket, count in sorted(self.buckets.items())},
        }

    def summary(self) -> dict[str, float | int | None]:
        """What a person wants to know, in seconds."""
        return {
            "count": self.count,
            "mean": _rounded(self.mean),
            "p50": _rounded(self.percentile(0.5)),
            "p90": _rounded(self.percentile(0.9)),
            "p99": _rounded(self.percentile(0.99)),
            "max": _rounded(self.largest if self.count else None),
        }


def read(document: dict[str, Any]) -> Latencies:
    """What ``document`` wrote."""
    found = Latencies()
    found.count, found.total, found.largest = document["count"], document["total"], document["largest"]
    found.buckets.update({int(bucket): count for bucket, count in document["buckets"].items()})
    return found


def _upper(bucket: int) -> float:
    return math.inf if bucket >= _LAST else _SMALLEST * 2.0 ** (bucket / _PER_DOUBLING)


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 6)
