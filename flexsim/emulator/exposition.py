"""The contact centre's figures in Prometheus's exposition format: the dashboard's numbers, made when they are asked for.

Names end in their unit; counts only grow, from a workspace's creation on, and go on after a restart from the data file.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

# Property of the summary -> name and help; by queue, and for all queues together in the total.
_COUNTS: Final = {
    "offered": ("flexsim_tasks_offered", "Tasks that entered the queue."),
    "answered": ("flexsim_tasks_answered", "Of these, accepted by an agent."),
    "answered_in_time": ("flexsim_tasks_answered_in_time", "Of these, within the threshold of the service level."),
    "handled": ("flexsim_tasks_handled", "Completed by an agent."),
    "abandoned": ("flexsim_tasks_abandoned", "Canceled by the customer before anybody accepted."),
    "abandoned_late": ("flexsim_tasks_abandoned_late", "Abandoned or lost after the threshold."),
    "lost": ("flexsim_tasks_lost", "Ended by the routing before anybody accepted."),
}
_GAUGES: Final = {
    "waiting": ("flexsim_tasks_waiting", "Tasks that nobody has accepted yet."),
    "longest_waiting": ("flexsim_longest_wait_seconds", "How long the eldest of them waits."),
    "service_level": ("flexsim_service_level_ratio", "Answered in time of those judged, since the beginning."),
    "asa": ("flexsim_answer_seconds", "Average speed of answer, since the beginning."),
    "aht": ("flexsim_handle_seconds", "Average handle time, since the beginning."),
}
_ALL: Final = ""  # the queue label of the total

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is told: the summary of each workspace by its SID, counts of callbacks by kind, and of the server itself."""

    workspaces: Mapping[str, Mapping[str, Any]]
    callbacks: Mapping[str, Mapping[str, int]]
    alerts: int
    speed: float


def exposition(figures: Figures) -> bytes:
    """These figures as text; what has no value yet has no sample."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(_families(figures)))
    return generate_latest(registry)


class _Families(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = tuple(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


def _families(figures: Figures) -> Iterator[Metric]:
    workspaces = figures.workspaces
    for key, (name, words) in _COUNTS.items():
        yield _filled(CounterMetricFamily(name, words, labels=("workspace", "queue")), _by_queue(workspaces, key))
    for key, (name, words) in _GAUGES.items():
        yield _filled(GaugeMetricFamily(name, words, labels=("workspace", "queue")), _by_queue(workspaces, key))
    tasks = GaugeMetricFamily(
        "flexsim_tasks", "Tasks by state; of the ended, all so far.", labels=("workspace", "state")
    )
    yield _filled(tasks, _by(workspaces, "tasks"))
    agents = GaugeMetricFamily("flexsim_agents", "Agents by activity.", labels=("workspace", "activity"))
    yield _filled(agents, _by(workspaces, "agents"))
    busy = GaugeMetricFamily("flexsim_agents_busy", "Agents with at least one accepted task.", labels=("workspace",))
    yield _filled(busy, (((sid,), summary["agents_busy"]) for sid, summary in workspaces.items()))
    occupancy = GaugeMetricFamily(
        "flexsim_occupancy_ratio", "Agents' time with a task of their time on duty.", labels=("workspace",)
    )
    yield _filled(occupancy, (((sid,), summary["occupancy"]) for sid, summary in workspaces.items()))
    for outcome, words in (("sent", "Callbacks sent."), ("lost", "Callbacks given up.")):
        family = CounterMetricFamily(f"flexsim_callbacks_{outcome}", words, labels=("kind",))
        kinds = figures.callbacks.items()
        yield _filled(family, (((kind,), float(counts[outcome])) for kind, counts in kinds if outcome in counts))
    yield CounterMetricFamily("flexsim_alerts", "Alerts that Twilio would have in its debugger.", value=figures.alerts)
    yield GaugeMetricFamily("flexsim_speed_ratio", "Simulated seconds in a real second.", value=figures.speed)


def _filled(family: Any, samples: Iterable[tuple[Labels, float | None]]) -> Metric:
    for labels, value in samples:
        if value is not None:
            family.add_metric(labels, value)
    found: Metric = family
    return found


def _by_queue(workspaces: Mapping[str, Mapping[str, Any]], key: str) -> Iterator[tuple[Labels, float | None]]:
    for sid, summary in workspaces.items():
        yield (sid, _ALL), summary["total"][key]
        for queue, figures in summary["queues"].items():
            yield (sid, queue), figures[key]


def _by(workspaces: Mapping[str, Mapping[str, Any]], key: str) -> Iterator[tuple[Labels, float | None]]:
    for sid, summary in workspaces.items():
        for name, count in summary[key].items():
            yield (sid, name), count
