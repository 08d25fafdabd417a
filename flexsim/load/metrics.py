"""A swarm's counts in Prometheus's exposition format, made when they are asked for: counting itself costs nothing more."""

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from flexsim.load import tally
from flexsim.load.fleet import Report
from flexsim.load.latencies import Latencies

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Snapshot(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def exposition(families: Iterable[Metric]) -> bytes:
    """These families as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Snapshot(list(families)))
    return generate_latest(registry)


def of_swarm(report: Report, *, active: int) -> Iterator[Metric]:
    """What there is to know of a swarm."""
    yield gauge("flexsim_swarm_active_agents", "Agents that are wanted.", active - report.away)
    yield gauge("flexsim_swarm_connected_agents", "Agents registered on an open connection.", report.connected)
    yield gauge("flexsim_swarm_open_sockets", "Open connections, each of one agent or of several.", report.sockets)
    for name, help_text in (
        ("state", "Connected agents by state."),
        ("department", "Connected agents by department."),
        ("location", "Connected agents by location."),
    ):
        counts = report.census.get(f"by{name.capitalize()}", {})
        yield labelled_gauge(f"flexsim_swarm_agents_by_{name}", help_text, name, counts)
    counted = report.tally
    yield counter("flexsim_swarm_messages_sent", "Messages sent, by type.", "type", counted.sent)
    yield counter("flexsim_swarm_messages_received", "Messages received, by type.", "type", counted.received)
    events = {name: counted.events[name] for name in tally.EVENTS}
    yield counter("flexsim_swarm_events", "What befell connections and messages.", "event", events)
    yield counter(
        "flexsim_swarm_reconnects", "Connections after the first in their place.", "", {"": events["reconnected"]}
    )
    yield counter("flexsim_swarm_process_restarts", "Processes that died.", "", {"": report.restarts})
    yield histogram("flexsim_swarm_connect_seconds", "From asking to an open connection.", counted.connect_time)
    yield histogram(
        "flexsim_swarm_heartbeat_lateness_seconds",
        "From a heartbeat's intended time to its being sent.",
        counted.heartbeat_lateness,
    )
    yield histogram(
        "flexsim_swarm_push_latency_seconds", "From a push's own time to its arrival.", counted.push_latency
    )


def gauge(name: str, help_text: str, value: float) -> Metric:
    """One number."""
    return GaugeMetricFamily(name, help_text, value=value)


def labelled_gauge(name: str, help_text: str, label: str, values: Mapping[str, float]) -> Metric:
    """A number for each value of a label."""
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for each, value in values.items():
        family.add_metric([each], value)
    return family


def counter(name: str, help_text: str, label: str, values: Mapping[str, float]) -> Metric:
    """A total for each value of a label; for no label, that of the empty one."""
    family = CounterMetricFamily(name, help_text, labels=[label] if label else [])
    for each, value in values.items():
        family.add_metric([each] if label else [], value)
    return family


def histogram(name: str, help_text: str, times: Latencies) -> Metric:
    """Times, cumulative in buckets that double."""
    family = HistogramMetricFamily(name, help_text)
    buckets = [("+Inf" if edge == float("inf") else f"{edge:g}", count) for edge, count in times.cumulative()]
    family.add_metric([], buckets, times.total)
    return family
