"""A report as a plain document: what ``--format json`` prints, and what the page and the tables are drawn from.

Times are UTC seconds, durations seconds with one decimal, shares four decimals, None where there is nothing to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flexsim.errors import ConfigurationError
from flexsim.measure.intervals import mean_interval
from flexsim.measure.periods import CHOICES, Limits, Period, Row
from flexsim.measure.reading import LATEST, LogReader
from flexsim.measure.report import ReportFold
from flexsim.measure.series import WIDTHS, Flow, Level, steps
from flexsim.measure.service_level import DEFINITIONS, SHORT, Formula, Outcomes, service_level
from flexsim.measure.summary import summarize
from flexsim.measure.worst import Worst
from flexsim.reporting.run import Progress, Run
from flexsim.reporting.stories import told

FORMAT: Final = "flexsim-report/1"
SHORT_CHOICES: Final = (60, 300)  # seconds; for runs of minutes

_POINTS: Final = 160  # of a chart, at most
_BARS: Final = 30  # of a distribution, at most; then all that is longer is one
_SHOWN: Final = 0.99  # so much of a distribution is drawn, the rest is the last bar
_ROWS: Final = 3000  # of an interval table, for each queue
_AGENT_LEVELS: Final = 6  # activities drawn; those that nobody was in are not


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the reader asks for. ``interval`` in seconds; None leaves the choice to the run's length."""

    formula: Formula = Formula.LATE_ABANDONED_MISSED
    short: float = SHORT
    interval: int | None = None
    threshold: float | None = None  # the run's own unless given


def fold_run(run: Run, wishes: Wishes, progress: Progress | None = None) -> ReportFold:
    """Read the run's log once. Raises ConfigurationError where it cannot be read or holds no event."""
    reader = LogReader()
    threshold = float(run.manifest.threshold) if wishes.threshold is None else wishes.threshold
    fold = ReportFold(reader, Limits(threshold=threshold, short=wishes.short))
    add = fold.add
    for event in reader.events(run.counted_lines(progress)):
        add(event)
    if fold.begin is None:
        raise ConfigurationError(f"nothing has happened in {run.path}: its event log is empty")
    close_fold(run, fold)
    return fold


def close_fold(run: Run, fold: ReportFold) -> None:
    """The figures are those of closing time, if the run's summary says when that was; else of the last event."""
    at = run.closing.get("at")
    end = max(float(at), fold.contacts.last) if isinstance(at, int | float) else fold.contacts.last
    if end > LATEST:
        raise ConfigurationError(f"the summary in {run.path} is of a time that no calendar has: {end:g}")
    fold.close(end)


def report_document(run: Run, fold: ReportFold, wishes: Wishes) -> dict[str, Any]:
    """Everything about the run that a report shows."""
    assert fold.begin is not None
    queues = {fold.names.queues[queue]: period for queue, period in fold.periods.items()}
    summary = _pooled(run, wishes) or _counted(fold, queues, wishes)
    return {
        "format": FORMAT,
        "run": _run(run),
        "timezone": {"name": run.zone.key, "from_configuration": run.zone_is_told},
        "begin": round(fold.begin, 3),
        "end": round(fold.end, 3),
        "events": fold.statistics.events,
        "threshold": fold.statistics.threshold,
        "target": run.target,
        "service_level": _formulas(fold.total.whole(), wishes),
        **summary,
        "intervals": intervals(run, fold, wishes),
        "charts": _charts(run, fold, queues, wishes),
        "worst": {
            "longest_waits": _worst(fold.longest, fold),
            "most_refused": _worst(fold.refused, fold),
            "most_moved": _worst(fold.moved, fold),
        },
        "replications": replications(run, wishes),
    }


def _run(run: Run) -> dict[str, Any]:
    manifest = run.manifest
    return {
        "name": run.name,
        "brand": run.brand,
        "command": manifest.command,
        "seed": manifest.seed,
        "speed": manifest.speed,
        "started": manifest.started,
        "configuration": manifest.configuration,
        "versions": dict(manifest.versions),
        "closed": bool(run.summary),
    }


def _formulas(whole: Row, wishes: Wishes) -> dict[str, Any]:
    return {
        "formula": wishes.formula.value,
        "definition": DEFINITIONS[wishes.formula],
        "short": wishes.short,
        "all": {
            each.value: {"definition": DEFINITIONS[each], "share": _share(whole.service_level(each))}
            for each in Formula
        },
    }


_KEPT: Final = ("tasks", "agents", "agents_busy", "occupancy")


def _counted(fold: ReportFold, queues: Mapping[str, Period], wishes: Wishes) -> dict[str, Any]:
    """The headline figures, counted from the log."""
    summary = summarize(fold.statistics, fold.end)

    def figures(found: Mapping[str, Any], period: Period | None) -> dict[str, Any]:
        whole = None if period is None else period.whole()
        level = None if whole is None else whole.service_level(wishes.formula)
        return _figures(found, level) | {"longest_wait": None if whole is None else _seconds(whole.longest_wait)}

    return {
        "total": figures(summary["total"], fold.total),
        "queues": {name: figures(each, queues.get(name)) for name, each in summary["queues"].items()},
        **{name: summary[name] for name in _KEPT},
    }


_ASKED: Final = (
    "offered",
    "handled",
    "removed",
    "waiting",
    "asa",
    "aht",
    "talk",
    "wrap",
)  # what a page asks of a summary
_WAITS: Final = ("p50", "p90", "longest")


def _pooled(run: Run, wishes: Wishes) -> dict[str, Any] | None:
    """The headline figures of all replications together; None for a run that has none."""
    if not run.replications:
        return None
    try:
        total, queues = run.summary["total"], run.summary["queues"]
        return {
            "total": _figures(total, summary_level(total, wishes)),
            "queues": {name: _figures(each, summary_level(each, wishes)) for name, each in queues.items()},
            **{name: run.summary[name] for name in _KEPT},
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"the summary in {run.path} is not one of several replications: {error}") from error


def _figures(figures: Mapping[str, Any], level: float | None) -> dict[str, Any]:
    gone = figures["abandoned"] + figures["lost"]
    ended = figures["answered"] + gone
    return {
        **figures,
        **{name: figures[name] for name in _ASKED},
        "service_level": _share(level),
        "abandonment": _share(gone / ended if ended else None),
        "wait": {name: figures["wait"][name] for name in _WAITS},
        "longest_wait": figures["wait"]["longest"],  # of the answered, where only summaries are left
    }


# Interval tables.


def choices(begin: float, end: float, narrowest: int) -> tuple[int, ...]:
    """The widths that make sense for so long a run, in seconds."""
    span = end - begin
    short = [each for each, most in zip(SHORT_CHOICES, (3 * 3600, 24 * 3600), strict=True) if span <= most]
    return tuple(each for each in (*short, *CHOICES) if each >= narrowest)


def intervals(run: Run, fold: ReportFold, wishes: Wishes) -> dict[str, Any]:
    """The interval tables: for each width, the total's rows and each queue's."""
    assert fold.begin is not None
    possible = choices(fold.begin, fold.end, fold.total.flow.width)
    width = wishes.interval if wishes.interval is not None else _usual(fold.end - fold.begin, possible)
    if width < fold.total.flow.width:
        raise ConfigurationError(
            f"an interval of {width // 60} min is too fine for a run of {(fold.end - fold.begin) / 86_400:.0f} days;"
            f" ask for {fold.total.flow.width // 60} min or more"
        )
    tables = {
        each: {
            "total": _table(run, fold, fold.total, each, wishes),
            "queues": {
                fold.names.queues[queue]: _table(run, fold, period, each, wishes)
                for queue, period in sorted(fold.periods.items(), key=lambda item: fold.names.queues[item[0]])
            },
        }
        for each in sorted({*possible, width})
    }
    return {"width": width, "tables": tables}


def _usual(span: float, possible: tuple[int, ...]) -> int:
    """The narrowest that gives no more than a screenful."""
    return next((each for each in possible if span / each <= 48), possible[-1])


def _table(run: Run, fold: ReportFold, period: Period, width: int, wishes: Wishes) -> list[dict[str, Any]]:
    assert fold.begin is not None
    offset = -run.offset(fold.begin) % width
    rows, waiting = period.rows(width, offset), _levels(period.waiting, width, offset)
    busy, idle = (
        (_levels(fold.busy_agents, width, offset), _levels(fold.idle_agents, width, offset))
        if period is fold.total
        else ({}, {})
    )
    sparse = (fold.end - fold.begin) / width > _ROWS
    starts = sorted(rows) if sparse else list(steps(fold.begin, fold.end, width, offset))
    found = []
    for start in starts:
        record = _interval(rows.get(start), wishes) | {"start": start}
        area, most = waiting.get(start, (0.0, 0))
        length = min(fold.end, start + width) - max(fold.begin, start)
        record |= {"waiting_mean": round(area / length, 2) if length > 0 else None, "waiting_most": most}
        if period is fold.total:
            at_work, free = busy.get(start, (0.0, 0))[0], idle.get(start, (0.0, 0))[0]
            staffed = at_work + free
            record |= {
                "agents": round(staffed / length, 2) if length > 0 else None,
                "occupancy": _share(at_work / staffed if staffed else None),
            }
        found.append(record)
    return found


def _levels(level: Level, width: int, offset: int) -> dict[int, tuple[float, int]]:
    """In steps of ``width``, as well as its own width lets: a long run's levels may be coarser than its table."""
    if width % level.width or offset % level.width:
        return {}
    return level.in_steps(width, offset)


def _interval(row: Row | None, wishes: Wishes) -> dict[str, Any]:
    if row is None:
        return dict.fromkeys(("offered", "answered", "abandoned", "lost", "removed", "handled"), 0) | dict.fromkeys(
            ("service_level", "asa", "longest_wait", "aht")
        )
    return {
        "offered": int(row.offered),
        "answered": int(row.answered),
        "abandoned": int(row.abandoned),
        "lost": int(row.lost),
        "removed": int(row.removed),
        "handled": int(row.handled),
        "service_level": _share(row.service_level(wishes.formula)),
        "asa": _seconds(row.asa),
        "longest_wait": _seconds(row.longest_wait),
        "aht": _seconds(row.aht),
    }


# Charts.


def _charts(run: Run, fold: ReportFold, queues: Mapping[str, Period], wishes: Wishes) -> dict[str, Any]:
    assert fold.begin is not None
    levels = [fold.total.waiting, fold.busy_agents, fold.idle_agents, *fold.activities.values()]
    levels += [period.waiting for period in queues.values()]
    narrowest = max([fold.total.flow.width, fold.completions.width, *(each.width for each in levels)])
    step = _step(fold.end - fold.begin, narrowest)
    offset = -run.offset(fold.begin) % step
    offset = offset if offset % narrowest == 0 else 0
    starts = list(steps(fold.begin, fold.end, step, offset))
    axis = _Axis(fold.begin, fold.end, step, offset, starts)
    completed = fold.completions.in_steps(step, offset)
    return {
        "step": step,
        "times": starts,
        "completed": [int(completed[start][0]) if start in completed else 0 for start in starts],
        "contacts": {
            "": _contacts(fold.total, axis, wishes),
            **{name: _contacts(period, axis, wishes) for name, period in sorted(queues.items())},
        },
        "agents": _agents(fold, axis),
        "waits": _spread(fold.waits),
        "handling": _spread(fold.handling),
    }


@dataclass(frozen=True, slots=True)
class _Axis:
    begin: float
    end: float
    step: int
    offset: int
    starts: list[int]

    def means(self, level: Level) -> list[float]:
        found = level.in_steps(self.step, self.offset)
        return [round(found[start][0] / self._length(start), 3) if start in found else 0.0 for start in self.starts]

    def most(self, level: Level) -> list[int]:
        found = level.in_steps(self.step, self.offset)
        return [found[start][1] if start in found else 0 for start in self.starts]

    def _length(self, start: int) -> float:
        return max(0.001, min(self.end, start + self.step) - max(self.begin, start))


def _step(span: float, narrowest: int) -> int:
    return next((each for each in WIDTHS if each >= narrowest and span / each <= _POINTS), WIDTHS[-1])


def _contacts(period: Period, axis: _Axis, wishes: Wishes) -> dict[str, list[Any]]:
    rows = period.rows(axis.step, axis.offset)
    found = [rows.get(start) for start in axis.starts]
    return {
        "offered": [0 if row is None else int(row.offered) for row in found],
        "gone": [0 if row is None else int(row.abandoned + row.lost) for row in found],
        "service_level": [None if row is None else _share(row.service_level(wishes.formula)) for row in found],
        "waiting": axis.means(period.waiting),
        "waiting_most": axis.most(period.waiting),
    }


def _agents(fold: ReportFold, axis: _Axis) -> dict[str, list[float]]:
    """Agents with a task, whatever their activity, and those without one by activity; each is in one place."""
    names, available = fold.names.activities, fold.names.available
    found = {"With a task": axis.means(fold.busy_agents), "Available, no task": axis.means(fold.idle_agents)}
    others = {
        names[activity]: axis.means(level)
        for activity, level in fold.activities.items()
        if not available.get(activity, False)
    }
    used = {name: means for name, means in others.items() if any(means)}
    largest = sorted(used, key=lambda name: -sum(used[name]))[:_AGENT_LEVELS]
    return found | {name: used[name] for name in used if name in largest}


def _spread(flow: Flow) -> dict[str, Any]:
    """A distribution in bars of equal width: the counts of each column; the last bar is all that is longer."""
    total = sum(sum(row) for row in flow.rows.values())
    if not total:
        return {"width": flow.width, "bars": [], "longer": False}
    seen, reach = 0.0, 0
    for step in sorted(flow.rows):
        seen, reach = seen + sum(flow.rows[step]), step
        if seen >= _SHOWN * total:
            break
    width = next(each for each in _bar_widths(flow.width) if (reach + 1) * flow.width <= _BARS * each)
    last = -(-(reach + 1) * flow.width // width)
    columns = flow.columns - 1
    bars = [[0] * columns for _ in range(last + 1)]
    for step, row in flow.rows.items():
        bar = bars[min(max(0, step * flow.width // width), last)]
        for column in range(columns):
            bar[column] += int(row[column])
    longer = any(bars[-1])
    return {"width": width, "bars": bars if longer else bars[:-1], "longer": longer}


def _bar_widths(narrowest: int) -> list[int]:
    nice = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400, 604_800)
    found = [each for each in nice if each % narrowest == 0] or [narrowest]
    return [*found, *(found[-1] * 2**power for power in range(1, 64))]


# Contacts.


def _worst(worst: Worst, fold: ReportFold) -> list[dict[str, Any]]:
    found = []
    for figure, task, sid, contact in worst.all():
        waited = task.waited(fold.end)
        found.append(
            {
                "figure": round(figure, 1),
                "task": sid,
                "contact": contact,
                "queue": fold.names.queues[task.queue] if task.queue is not None else None,
                "worker": fold.names.workers.get(task.worker) if task.worker is not None else None,
                "created": round(task.created, 3),
                "waited": round(waited, 1),
                "refused": task.refused,
                "moved": task.moves,
                "state": task.state,
                "reason": task.reason,
                "story": told(task, fold.names, fold.end),
            }
        )
    return found


# Replications.

REPLICATED: Final = (
    "offered", "answered", "handled", "abandoned", "lost", "service_level", "asa", "aht", "talk", "wrap", "occupancy",
)  # fmt: skip


def replications(run: Run, wishes: Wishes) -> dict[str, Any] | None:
    """Means with the half widths of their 95 % confidence intervals; None for a run without replications."""
    if not run.replications:
        return None
    found: dict[str, Any] = {}
    for name in REPLICATED:
        values = [value for each in run.replications if (value := figure(each["summary"], name, wishes)) is not None]
        if values:
            interval = mean_interval(values)
            found[name] = {"mean": interval.mean, "half_width": interval.half_width, "count": interval.count}
    return {"count": len(run.replications), "level": 0.95, "figures": found}


def figure(summary: Mapping[str, Any], name: str, wishes: Wishes) -> float | None:
    """One of a summary's figures of the total; raises ConfigurationError where it is no summary of ours."""
    try:
        if name == "occupancy":
            value = summary["occupancy"]
        elif name == "service_level":
            value = summary_level(summary["total"], wishes)
        else:
            value = summary["total"][name]
        return None if value is None else float(value)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"a summary of this run does not hold the figure {name}") from error


def summary_level(figures: Mapping[str, Any], wishes: Wishes) -> float | None:
    """The service level of a summary's figures by the formula that is asked for, as far as they tell.

    Raises ConfigurationError where that formula needs what a summary does not hold.
    """
    if wishes.formula is Formula.SHORT_ABANDONED_EXCLUDED:
        raise ConfigurationError(
            f"the formula {wishes.formula} needs each contact's wait, and of replications only summaries are kept;"
            f" choose another, as {Formula.ABANDONED_MISSED}"
        )
    outcomes = Outcomes(
        answered=figures["answered"],
        answered_in_time=figures["answered_in_time"],
        gone=figures["abandoned"] + figures["lost"],
        gone_late=figures["abandoned_late"],
    )
    return service_level(outcomes, wishes.formula)


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
