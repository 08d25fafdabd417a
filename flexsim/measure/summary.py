"""The figures of a run as a plain document: what ``summary.json`` holds and tables show."""

from typing import Any

from flexsim.measure.distribution import Distribution
from flexsim.measure.statistics import Statistics, Tally


def summarize(statistics: Statistics, now: float) -> dict[str, Any]:
    """All figures at ``now``; seconds with one decimal, shares with four; None where there is nothing to say.

    ``events`` is how many of the log's events are counted in: its first so many give the same figures again.
    """
    totals = statistics.totals_at(now)
    waiting = statistics.waiting(now)
    return {
        "at": round(now, 3),
        "events": statistics.events,
        "threshold": statistics.threshold,
        "total": _figures(totals.overall, *waiting[None]),
        "queues": {
            name: _figures(tally, *waiting.get(name, (0, 0.0))) for name, tally in sorted(totals.queues.items())
        },
        "tasks": statistics.tasks_by_state(),
        "agents": statistics.workers_by_activity(),
        "agents_busy": statistics.workers_busy(),
        "occupancy": _share(totals.occupancy),
    }


def _figures(tally: Tally, waiting: int, longest: float) -> dict[str, Any]:
    return {
        "offered": tally.offered,
        "answered": tally.answered,
        "answered_in_time": tally.answered_in_time,
        "handled": tally.handled,
        "abandoned": tally.abandoned,
        "abandoned_late": tally.abandoned_late,
        "lost": tally.lost,
        "removed": tally.removed,
        "waiting": waiting,
        "longest_waiting": _seconds(longest),
        "service_level": _share(tally.service_level),
        "asa": _seconds(tally.wait.mean),
        "wait": _spread(tally.wait),
        "aht": _seconds(tally.handle.mean),
        "talk": _seconds(tally.talk.mean),
        "wrap": _seconds(tally.wrap.mean),
    }


def _spread(distribution: Distribution) -> dict[str, float | None]:
    return {
        "p50": _seconds(distribution.percentile(0.5)),
        "p90": _seconds(distribution.percentile(0.9)),
        "longest": _seconds(distribution.largest),
    }


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
