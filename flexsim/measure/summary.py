"""The figures of a run as a plain document: what ``summary.json`` holds and tables show."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flexsim.measure.distribution import Distribution
from flexsim.measure.statistics import Statistics, Tally, Totals


def summarize(statistics: Statistics, now: float) -> dict[str, Any]:
    """All figures at ``now``; seconds with one decimal, shares with four; None where there is nothing to say.

    ``events`` is how many of the log's events are counted in: its first so many give the same figures again.
    """
    return document(standing(statistics, now))


@dataclass(slots=True, kw_only=True)
class Standing:
    """All that a summary tells, unrounded: what was counted by ``at``, and how things stand then."""

    at: float
    events: int
    threshold: float
    totals: Totals
    waiting: dict[str | None, tuple[int, float]]  # as ``Statistics.waiting`` gives it
    tasks: Counter[str]
    agents: Counter[str]
    agents_busy: int


def merged(standings: Iterable[Standing]) -> Standing:
    """Several runs of the same centre (at least one) as if they were one: counts added up, the longest of the longest waits."""
    together: Standing | None = None
    for each in standings:
        if together is None:
            together = Standing(
                at=each.at, events=0, threshold=each.threshold, totals=Totals(), waiting={}, tasks=Counter(),
                agents=Counter(), agents_busy=0,
            )  # fmt: skip
        _add(together, each)
    assert together is not None, "there is nothing to merge"
    return together


def _add(together: Standing, other: Standing) -> None:
    together.at = max(together.at, other.at)
    together.events += other.events
    together.totals.merge(other.totals)
    for queue, (count, longest) in other.waiting.items():
        here, longest_here = together.waiting.get(queue, (0, 0.0))
        together.waiting[queue] = here + count, max(longest_here, longest)
    together.tasks.update(other.tasks)
    together.agents.update(other.agents)
    together.agents_busy += other.agents_busy


def standing(statistics: Statistics, now: float) -> Standing:
    """How things stand at ``now``."""
    return Standing(
        at=now,
        events=statistics.events,
        threshold=statistics.threshold,
        totals=statistics.totals_at(now),
        waiting=statistics.waiting(now),
        tasks=Counter(statistics.tasks_by_state()),
        agents=Counter(statistics.workers_by_activity()),
        agents_busy=statistics.workers_busy(),
    )


def document(figures: Standing) -> dict[str, Any]:
    """The same as a plain document, rounded."""
    totals, waiting = figures.totals, figures.waiting
    return {
        "at": round(figures.at, 3),
        "events": figures.events,
        "threshold": figures.threshold,
        "total": _figures(totals.overall, *waiting[None]),
        "queues": {
            name: _figures(tally, *waiting.get(name, (0, 0.0))) for name, tally in sorted(totals.queues.items())
        },
        "tasks": dict(figures.tasks),
        "agents": dict(figures.agents),
        "agents_busy": figures.agents_busy,
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
