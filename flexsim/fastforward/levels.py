"""Service levels by interval of arrival and by queue: what staffing is judged by.

A contact counts where its need was: in the interval in which it came and in the first queue that it entered, whoever served
it in the end, and with its wait from the beginning. Otherwise as in ``measure.statistics``: answered within the threshold /
(answered + abandoned after the threshold), and losses count as abandoned. Who still waits at the end, and has waited for
longer than the threshold, counts as missed: a centre that answers nobody has no other figures.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final, TypeAlias

from flexsim.fastforward.groups import Period
from flexsim.measure.intervals import t_quantile
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import EXTRA, KIND, TASK, TIME, Event

Cell: TypeAlias = tuple[int, str]
"""Interval and queue."""

Counts: TypeAlias = Mapping[Cell, tuple[int, int]]
"""Of one replication, by cell: answered in time, and judged."""

_ENDED: Final = frozenset({ev.TASK_CANCELED, ev.TASK_DELETED, ev.TASK_SYSTEM_DELETED})


class Levels:
    """Counts one replication: hand all events to ``hear`` in order, then ask for the ``counts`` at its end."""

    __slots__ = ("_counts", "_names", "_open", "_period", "_threshold")

    def __init__(self, queues: Mapping[int, str], period: Period, threshold: float) -> None:
        self._names = queues
        self._period = period
        self._threshold = threshold
        self._open: dict[int, list[Any]] = {}  # waiting tasks: when they came, and the queue that they entered first
        self._counts: dict[Cell, list[int]] = {}

    def hear(self, happened: Iterable[Event]) -> None:
        """Take in the next events."""
        for event in happened:
            kind = event[KIND]
            if kind == ev.TASK_CREATED:
                self._open[_task(event)] = [event[TIME], None]
            elif kind == ev.TASK_QUEUE_ENTERED:
                waiting = self._open.get(_task(event))
                if waiting is not None and waiting[1] is None:
                    waiting[1] = self._names[event[EXTRA]]
            elif kind == ev.RESERVATION_ACCEPTED:
                self._judge(event, answered=True)
            elif kind in _ENDED:
                self._judge(event, answered=False)

    def counts(self, end: float) -> Counts:
        """What came of those who arrived in the period, ``end`` being now."""
        found = {cell: list(count) for cell, count in self._counts.items()}
        for arrived, queue in self._open.values():
            if queue is not None and end - arrived > self._threshold:
                self._count(found, arrived, queue, in_time=False)
        return {cell: (in_time, judged) for cell, (in_time, judged) in found.items()}

    def _judge(self, event: Event, *, answered: bool) -> None:
        arrived, queue = self._open.pop(_task(event), (0.0, None))
        late = event[TIME] - arrived > self._threshold
        if queue is not None and (answered or late):
            self._count(self._counts, arrived, queue, in_time=answered and not late)

    def _count(self, counts: dict[Cell, list[int]], arrived: float, queue: str, *, in_time: bool) -> None:
        interval = math.floor((arrived - self._period.start) / self._period.length)
        if 0 <= interval < self._period.count:
            count = counts.setdefault((interval, queue), [0, 0])
            count[0] += in_time
            count[1] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """An estimated service level; ``half_width`` of its confidence interval is infinite where it cannot be told yet."""

    share: float
    half_width: float
    judged: float  # contacts in a replication, on average


def estimate(counts: Sequence[tuple[int, int]], confidence: float) -> Level:
    """The level over replications, each of which gives (answered in time, judged); where nobody came it is 1.

    A ratio of means, its error from the residuals (Law, *Simulation Modeling and Analysis*, 4.5; Cochran, *Sampling
    Techniques*, 6.4): the mean of the replications' levels would be biased where contacts are few.
    """
    judged = fmean(number for _, number in counts)
    if judged == 0:
        return Level(share=1.0, half_width=0.0, judged=0.0)
    share = fmean(in_time for in_time, _ in counts) / judged
    if len(counts) < 2:
        return Level(share=share, half_width=math.inf, judged=judged)
    squares = sum((in_time - share * number) ** 2 for in_time, number in counts) / (len(counts) - 1)
    # Where all were alike (everybody answered in time), no more is known than that nothing else was seen: rule of three.
    error = math.sqrt(squares / len(counts)) / judged
    unseen = 3.0 / (judged * len(counts)) if squares == 0 else 0.0
    half_width = t_quantile((1 + confidence) / 2, len(counts) - 1) * error + unseen
    return Level(share=share, half_width=half_width, judged=judged)


def _task(event: Event) -> int:
    task = event[TASK]
    assert task is not None
    return task
