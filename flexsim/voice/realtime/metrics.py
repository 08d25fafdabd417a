"""The engine's counts, and their exposition for Prometheus, made when it is asked for: counting itself costs next to nothing."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from flexsim.voice.realtime.names import Sent

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_EDGES: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SENT: Final = frozenset(each.value for each in Sent)


class Counts:
    """What happened since the engine began; ``refused`` counts connections, ``errors`` events, by why."""

    def __init__(self) -> None:
        self.sessions = 0
        self.ever = 0
        self.received: Counter[str] = Counter()
        self.sent: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self._latencies = [0] * (len(_EDGES) + 1)
        self._latency_sum = 0.0

    def receive(self, kind: object) -> None:
        """A client's event; what is none of the protocol's is counted as one kind, so that there are never many."""
        self.received[kind if isinstance(kind, str) and kind in _SENT else "other"] += 1

    def answer(self, seconds: float) -> None:
        """From the end of a turn, or from being asked, to the first of the answer."""
        self._latencies[bisect_left(_EDGES, seconds)] += 1
        self._latency_sum += seconds

    def latency(self) -> HistogramMetricFamily:
        """All answers' latencies."""
        family = HistogramMetricFamily(
            "flexsim_engine_turn_latency_seconds", "From a turn's end to the first sound or text of its answer."
        )
        total, buckets = 0, []
        for edge, count in zip((*map(str, _EDGES), "+Inf"), self._latencies, strict=True):
            total += count
            buckets.append((edge, total))
        family.add_metric([], buckets, self._latency_sum)
        return family


class _Snapshot(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def exposition(counts: Counts) -> bytes:
    """All counts as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Snapshot(list(_families(counts))))
    return generate_latest(registry)


def _families(counts: Counts) -> Iterator[Metric]:
    yield GaugeMetricFamily("flexsim_engine_sessions", "Sessions that are open.", value=counts.sessions)
    yield CounterMetricFamily("flexsim_engine_sessions_begun", "Sessions since the start.", value=counts.ever)
    for name, help_text, label, values in (
        ("events_received", "Events of clients.", "type", counts.received),
        ("events_sent", "Events to clients.", "type", counts.sent),
        ("errors", "Events that were answered with an error.", "code", counts.errors),
        ("connections_refused", "Connections that were turned away.", "reason", counts.refused),
        ("sessions_ended", "Sessions that are over.", "reason", counts.ended),
    ):
        family = CounterMetricFamily(f"flexsim_engine_{name}", help_text, labels=[label])
        for each, value in values.items():
            family.add_metric([each], value)
        yield family
    yield counts.latency()
