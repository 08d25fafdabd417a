"""What a search for the least staffing has found, as a plain document: what is printed, and what scripts read. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flexsim.fastforward.groups import Period, SkillGroup
from flexsim.fastforward.levels import Cell, Level
from flexsim.fastforward.search import TOTAL, Estimate, Found, Neighbour


def document(found: Found, timezone: str) -> dict[str, Any]:
    """Shares from 0 to 1, times in seconds; intervals begin at what a clock in ``timezone`` shows."""
    case, goal, estimate = found.case, found.goal, found.estimate
    level = case.configuration.domain.service_level
    return {
        "goal": {
            "service_level": goal.share,
            "within": level.threshold,
            "in": "each queue" if goal.each_queue else "all queues together",
            "confidence": goal.confidence,
            "precision": goal.precision,
        },
        "agents": _most(estimate, case.groups),
        "total": sum(_most(estimate, case.groups).values()),
        "overall": _level(estimate.overall),
        "binding": _binding(estimate, case.period, timezone),
        "intervals": [
            {
                "start": _clock(case.period, interval, timezone),
                "agents": {group.name: count for group, count in zip(case.groups, heads, strict=True)},
                "total": sum(heads),
                "queues": {
                    queue: _level(level)
                    for (which, queue), level in sorted(estimate.levels.items())
                    if which == interval
                },
            }
            for interval, heads in enumerate(estimate.staffing)
        ],
        "agent_hours": sum(map(sum, estimate.staffing)) * case.period.length / 3600,
        "around": [_neighbour(each, case.period, timezone) for each in found.neighbours],
        "replications": estimate.replications,
        "staffings_tried": found.tried,
        "seed": case.seed,
    }


def worst(levels: Mapping[Cell, Level]) -> tuple[Cell, Level] | None:
    """The lowest level and where it is; None where nobody comes."""
    return min(levels.items(), key=lambda item: (item[1].share, item[0]), default=None)


def _most(estimate: Estimate, groups: tuple[SkillGroup, ...]) -> dict[str, int]:
    """Agents by group: as many as there are at any time."""
    return {group.name: max(heads[place] for heads in estimate.staffing) for place, group in enumerate(groups)}


def _level(level: Level) -> dict[str, float]:
    return {
        "service_level": round(level.share, 4),
        "half_width": round(level.half_width, 4),
        "contacts": round(level.judged, 1),
    }


def _binding(estimate: Estimate, period: Period, timezone: str) -> dict[str, Any] | None:
    """Where the level is lowest."""
    lowest = worst(estimate.levels)
    if lowest is None:
        return None
    (interval, queue), level = lowest
    where = {"queue": None if queue == TOTAL else queue, "start": _clock(period, interval, timezone)}
    return {**where, **_level(level)}


def _neighbour(neighbour: Neighbour, period: Period, timezone: str) -> dict[str, Any]:
    return {
        "group": neighbour.group,
        "change": neighbour.change,
        "meets": neighbour.met,
        "overall": _level(neighbour.estimate.overall),
        "binding": _binding(neighbour.estimate, period, timezone),
    }


def _clock(period: Period, interval: int, timezone: str) -> str:
    moment = datetime.fromtimestamp(period.start + interval * period.length, UTC).astimezone(ZoneInfo(timezone))
    return moment.strftime("%Y-%m-%dT%H:%M")
