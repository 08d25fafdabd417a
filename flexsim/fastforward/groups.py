"""Who can stand in for whom: workers of a configuration by the queues they serve, and so many of each put on duty. Pure."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from flexsim.configuration.records import Configuration, WorkerPlan
from flexsim.domain.model import Break, Shift
from flexsim.errors import ConfigurationError
from flexsim.people.shifts import WorkingDay
from flexsim.taskrouter.expressions import parse

Heads: TypeAlias = tuple[int, ...]
"""Agents by skill group."""

Staffing: TypeAlias = tuple[Heads, ...]
"""Heads by interval."""

Duties: TypeAlias = Mapping[str, WorkingDay | None]
"""When each worker is there, by name; None is all the time."""

_DAY: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillGroup:
    """Workers who serve the same queues and take as many tasks at once; ``queues`` by name, in the configuration's order."""

    name: str
    queues: tuple[str, ...]
    workers: tuple[WorkerPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """``count`` intervals of ``length`` seconds from UTC ``start`` on."""

    start: float
    length: float
    count: int

    @property
    def end(self) -> float:
        """UTC seconds."""
        return self.start + self.length * self.count


def skill_groups(configuration: Configuration) -> tuple[SkillGroup, ...]:
    """The groups of a configuration, those with the fewest queues first, then by name; who serves no queue is in none."""
    queues = [(queue.name, parse(queue.target_workers)) for queue in configuration.queues]
    found: dict[tuple[tuple[str, ...], tuple[tuple[str, int], ...]], list[WorkerPlan]] = {}
    for worker in configuration.workers:
        served = tuple(name for name, expression in queues if expression.matches(worker.attributes))
        if served:
            found.setdefault((served, tuple(sorted(worker.capacities.items()))), []).append(worker)
    names = _names(list(found))
    groups = [SkillGroup(name=names[key], queues=key[0], workers=tuple(workers)) for key, workers in found.items()]
    return tuple(sorted(groups, key=lambda group: (len(group.queues), group.name)))


def _names(keys: Sequence[tuple[tuple[str, ...], tuple[tuple[str, int], ...]]]) -> Mapping[object, str]:
    """By the queues; where groups differ in nothing but capacities, by those too."""
    plain = [" + ".join(served) for served, _ in keys]
    return {
        key: name if plain.count(name) == 1 else f"{name} ({', '.join(f'{count} {on}' for on, count in key[1])})"
        for key, name in zip(keys, plain, strict=True)
    }


def staffed(
    configuration: Configuration, groups: Sequence[SkillGroup], staffing: Staffing, period: Period
) -> tuple[Configuration, Duties]:
    """The configuration with so many agents of each group on duty in each interval, and when each of them is there.

    The first so many of a group are there; a group gets more agents than it has by repeating its own. Who somebody is does
    not depend on how many others there are, so that two staffings are met by the same customers and differ in nothing else.
    """
    if len(staffing) > 1 and period.length * period.count > _DAY:
        raise ConfigurationError("staffing by interval is for a day at most: agents have the same shift every day")
    workers: list[WorkerPlan] = []
    duties: dict[str, WorkingDay | None] = {}
    for number, group in enumerate(groups):
        for place in range(max(heads[number] for heads in staffing)):
            name = f"{number}-{place:04d}"
            model = group.workers[place % len(group.workers)]
            workers.append(dataclasses.replace(model, name=name))
            on_duty = [heads[number] > place for heads in staffing]
            duties[name] = None if len(staffing) == 1 else _working_day(on_duty, period, configuration)
    domain = dataclasses.replace(configuration.domain, agent_count=max(1, len(workers)))
    return dataclasses.replace(configuration, domain=domain, workers=tuple(workers)), duties


def _working_day(on_duty: Sequence[bool], period: Period, configuration: Configuration) -> WorkingDay:
    """One shift from the first interval on duty to the last, with breaks where there is none between them."""
    plan, arrivals = configuration.domain.agents, configuration.domain.arrivals
    timezone = plan.timezone if plan else arrivals.timezone if arrivals else "UTC"
    first = on_duty.index(True)
    last = len(on_duty) - 1 - on_duty[::-1].index(True)
    local = datetime.fromtimestamp(period.start, UTC).astimezone(ZoneInfo(timezone))
    midnight = local.hour * 3600 + local.minute * 60 + local.second

    def at(interval: int) -> int:
        return int(midnight + interval * period.length) % _DAY

    breaks = tuple(
        Break(start=at(interval), duration=int(period.length))
        for interval in range(first, last)
        if not on_duty[interval]
    )
    return WorkingDay(shift=Shift(start=at(first), end=at(last + 1), share=1.0, breaks=breaks), timezone=timezone)
