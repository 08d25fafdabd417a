"""Twilio's statistics in the terms of a run's summary: the same document, with None where Twilio does not say.

What differs: the figures are of the latest minutes that were asked for, ``abandoned`` is every task that was canceled, and
``service_level`` counts canceled tasks that had waited longer than the threshold. Handle times, occupancy and who is busy
are in none of Twilio's statistics.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flexsim.deployment.client import Statistics

_OPEN = ("pending", "reserved", "assigned", "wrapping")


def summarized(found: Statistics, *, minutes: int, threshold: int) -> dict[str, Any]:
    """The document; ``window`` says of how many minutes it is."""
    by_status = found.present["tasks_by_status"]
    return {
        "at": datetime.fromisoformat(found.cumulative["end_time"]).timestamp(),
        "window": minutes,
        "threshold": threshold,
        "total": _figures(found.present, found.cumulative, "tasks_created", threshold),
        "queues": {
            name: _figures(present, cumulative, "tasks_entered", threshold)
            for name, (present, cumulative) in sorted(found.queues.items())
        },
        "tasks": {
            **{state: by_status[state] for state in _OPEN},
            **{state: found.cumulative[f"tasks_{state}"] for state in ("completed", "canceled", "deleted")},
        },
        "agents": {each["friendly_name"]: each["workers"] for each in found.present["activity_statistics"]},
        "agents_busy": None,
        "occupancy": None,
    }


def _figures(present: Mapping[str, Any], cumulative: Mapping[str, Any], offered: str, threshold: int) -> dict[str, Any]:
    by_status, answered = present["tasks_by_status"], cumulative["reservations_accepted"]
    return {
        "offered": cumulative[offered],
        "answered": answered,
        "handled": cumulative["tasks_completed"],
        "abandoned": cumulative["tasks_canceled"],
        "removed": cumulative["tasks_deleted"],
        "waiting": by_status["pending"] + by_status["reserved"],
        "longest_waiting": float(present["longest_task_waiting_age"]),
        "service_level": _service_level(cumulative, threshold),
        "asa": float(cumulative["avg_task_acceptance_time"]) if answered else None,
        "aht": None,
    }


def _service_level(cumulative: Mapping[str, Any], threshold: int) -> float | None:
    split = (cumulative.get("split_by_wait_time") or {}).get(str(threshold))
    if split is None:
        return None
    above, below = split["above"], split["below"]
    judged = below["reservations_accepted"] + above["reservations_accepted"] + above["tasks_canceled"]
    return round(below["reservations_accepted"] / judged, 4) if judged else None
