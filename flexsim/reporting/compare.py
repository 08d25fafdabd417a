"""Two runs side by side: figures, what of the difference is more than chance, and what was changed between them.

Chance can be told only where both runs have replications: in pairs if they have the same seeds, by Welch's method otherwise
(``measure.intervals``). Everything is B minus A.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flexsim.errors import ConfigurationError
from flexsim.measure.intervals import Interval, paired_difference, welch_difference
from flexsim.measure.service_level import Formula
from flexsim.reporting.differences import ABSENT, Change, differences
from flexsim.reporting.document import Wishes, fold_run, report_document, summary_level
from flexsim.reporting.run import Progress, Run

FORMAT: Final = "flexsim-comparison/1"

_Figures = Mapping[str, float | None]
_Replication = Mapping[str, _Figures]  # figures by queue; the total under ""

FIGURES: Final = (
    "offered", "answered", "handled", "abandoned", "lost", "abandonment", "service_level", "asa", "wait_p90", "aht", "talk",
    "wrap", "occupancy",
)  # fmt: skip
QUEUE_FIGURES: Final = ("offered", "abandonment", "service_level", "asa", "aht")
_MANIFEST: Final = ("command", "seed", "speed", "threshold")


def compare_runs(a: Run, b: Run, wishes: Wishes, progress: Progress | None = None) -> dict[str, Any]:
    """The comparison as a plain document; raises ConfigurationError where a run cannot be read."""
    sides = [_Side(run, wishes, progress) for run in (a, b)]
    method = _method(sides)
    queues = sorted({name for side in sides for name in side.pooled if name})
    return {
        "format": FORMAT,
        "a": _run(sides[0]),
        "b": _run(sides[1]),
        "formula": wishes.formula.value,
        "method": None if method is None else method[0],
        "level": 0.95,
        "total": [_figure(sides, "", name, method) for name in FIGURES],
        "queues": {queue: [_figure(sides, queue, name, method) for name in QUEUE_FIGURES] for queue in queues},
        "manifest": _manifest_changes(a, b),
        "configuration": _configuration_changes(a, b),
    }


class _Side:
    """One run's figures: of all together, and of each replication by its seed."""

    def __init__(self, run: Run, wishes: Wishes, progress: Progress | None) -> None:
        self.run = run
        self.replications = [
            (each["seed"], _figures(run, each["summary"], lambda figures: summary_level(figures, wishes)))
            for each in run.replications
        ]
        self.pooled = self._together() if self.replications else _of_single(run, wishes, progress)

    def _together(self) -> _Replication:
        """Means over the replications."""
        queues = dict.fromkeys(queue for _, figures in self.replications for queue in figures)
        return {queue: {name: _mean(self.values(queue, name)) for name in FIGURES} for queue in queues}

    def values(self, queue: str, name: str) -> list[float]:
        """Those of the replications that have this figure."""
        found = [figures.get(queue, {}).get(name) for _, figures in self.replications]
        return [value for value in found if value is not None]


def _of_single(run: Run, wishes: Wishes, progress: Progress | None) -> _Replication:
    """From the summary if it tells enough, else from the log."""
    total = run.summary.get("total")
    told = isinstance(total, Mapping) and "answered_in_time" in total
    if told and wishes.formula is not Formula.SHORT_ABANDONED_EXCLUDED and wishes.threshold is None:
        return _figures(run, run.summary, lambda figures: summary_level(figures, wishes))
    document = report_document(run, fold_run(run, wishes, progress), wishes)
    return _figures(run, document, lambda figures: figures["service_level"])


def _figures(run: Run, summary: Mapping[str, Any], level: Callable[[Mapping[str, Any]], float | None]) -> _Replication:
    try:
        found = {"": _of_queue(summary["total"], level) | {"occupancy": _number(summary["occupancy"])}}
        return found | {name: _of_queue(figures, level) for name, figures in summary["queues"].items()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ConfigurationError(f"a summary of {run.path} is not one of ours: {error!r}") from error


def _of_queue(
    figures: Mapping[str, Any], level: Callable[[Mapping[str, Any]], float | None]
) -> dict[str, float | None]:
    gone = figures["abandoned"] + figures["lost"]
    ended = figures["answered"] + gone
    plain = ("offered", "answered", "handled", "abandoned", "lost", "asa", "aht", "talk", "wrap")
    return {
        **{name: _number(figures[name]) for name in plain},
        "abandonment": gone / ended if ended else None,
        "service_level": level(figures),
        "wait_p90": _number(figures["wait"]["p90"]),
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


_Method = tuple[str, Callable[[str, str], Interval | None]]


def _method(sides: Sequence[_Side]) -> _Method | None:
    """How to tell chance from difference; None where there are no two replications on each side."""
    if min(len(side.replications) for side in sides) < 2:
        return None
    first, second = sides
    by_seed = [dict(side.replications) for side in sides]
    if by_seed[0].keys() == by_seed[1].keys() and all(
        len(seeds) == len(side.replications) for seeds, side in zip(by_seed, sides, strict=True)
    ):
        return "paired", lambda queue, name: _paired(by_seed[0], by_seed[1], queue, name)
    return "welch", lambda queue, name: _welch(first.values(queue, name), second.values(queue, name))


def _paired(
    first: Mapping[int, _Replication], second: Mapping[int, _Replication], queue: str, name: str
) -> Interval | None:
    pairs = [(first[seed].get(queue, {}).get(name), second[seed].get(queue, {}).get(name)) for seed in first]
    both = [(before, after) for before, after in pairs if before is not None and after is not None]
    return paired_difference([before for before, _ in both], [after for _, after in both]) if both else None


def _welch(first: Sequence[float], second: Sequence[float]) -> Interval | None:
    return welch_difference(first, second) if first and second else None


def _figure(sides: Sequence[_Side], queue: str, name: str, method: _Method | None) -> dict[str, Any]:
    before, after = (side.pooled.get(queue, {}).get(name) for side in sides)
    found: dict[str, Any] = {"name": name, "a": before, "b": after, "difference": None, "half_width": None}
    found["told_from_chance"] = None
    if before is None or after is None:
        return found
    found["difference"] = after - before
    interval = method[1](queue, name) if method else None
    if interval is not None and interval.half_width is not None:
        found["difference"] = interval.mean
        found["half_width"] = interval.half_width
        found["told_from_chance"] = interval.excludes_zero
    return found


def _run(side: _Side) -> dict[str, Any]:
    manifest = side.run.manifest
    return {
        "name": side.run.name,
        "command": manifest.command,
        "seed": manifest.seed,
        "threshold": manifest.threshold,
        "replications": len(side.replications),
    }


def _manifest_changes(a: Run, b: Run) -> list[dict[str, Any]]:
    before, after = (
        {**{name: getattr(run.manifest, name) for name in _MANIFEST}, "versions": dict(run.manifest.versions)}
        for run in (a, b)
    )
    return [_change(change) for change in differences(before, after)]


def _configuration_changes(a: Run, b: Run) -> dict[str, Any]:
    """``same`` is None where it cannot be known; ``changes`` only where both runs left their configuration."""
    hashes = a.manifest.configuration, b.manifest.configuration
    if a.configuration and b.configuration:
        changes = [_change(change) for change in differences(a.configuration, b.configuration)]
        return {"same": not changes, "missing": [], "changes": changes}
    missing = [run.name for run in (a, b) if not run.configuration]
    return {"same": hashes[0] == hashes[1] if all(hashes) else None, "missing": missing, "changes": []}


def _change(change: Change) -> dict[str, Any]:
    """As JSON: what is not there has no key."""
    found: dict[str, Any] = {"where": list(change.where)}
    if change.before is not ABSENT:
        found["a"] = change.before
    if change.after is not ABSENT:
        found["b"] = change.after
    return found
