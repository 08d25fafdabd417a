"""Interval tables: a queue's figures, quarter of an hour by quarter of an hour, and its waiting contacts over time.

A contact counts in the interval in which its wait began: when it entered the queue, or for the total, when it was created. So
a row tells what became of those who came then, its service level is theirs, and all rows together are the run's figures.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from flexsim.measure.contacts import CANCELED, COMPLETED, Task
from flexsim.measure.series import Flow, Level
from flexsim.measure.service_level import Formula, Outcomes, service_level

CHOICES: Final = (900, 1800, 3600)  # seconds; the widths that people ask for

_ROWS: Final = 1500  # of a minute each: a day; then five minutes each, then a quarter of an hour
_NARROWEST: Final = 60
_STEPS: Final = 1500  # of the queue length


class Row(NamedTuple):
    """One interval's sums. ``gone`` are the abandoned and the lost; waits and handling in seconds."""

    offered: float
    answered: float
    answered_in_time: float
    abandoned: float
    lost: float
    gone_late: float
    gone_short: float
    removed: float
    handled: float
    wait: float  # of the answered
    talk: float
    wrap: float
    longest_wait: float  # of the answered and the gone

    def outcomes(self) -> Outcomes:
        """What the formulas of the service level look at."""
        return Outcomes(
            answered=int(self.answered),
            answered_in_time=int(self.answered_in_time),
            gone=int(self.abandoned + self.lost),
            gone_late=int(self.gone_late),
            gone_short=int(self.gone_short),
        )

    def service_level(self, formula: Formula) -> float | None:
        """A share from 0 to 1; None where there is nothing to judge."""
        return service_level(self.outcomes(), formula)

    @property
    def asa(self) -> float | None:
        """Mean wait of the answered."""
        return self.wait / self.answered if self.answered else None

    @property
    def aht(self) -> float | None:
        """Mean talk and wrap of the handled."""
        return (self.talk + self.wrap) / self.handled if self.handled else None


_EMPTY: Final = Row._make([0] * len(Row._fields))
(_OFFERED, _ANSWERED, _IN_TIME, _ABANDONED, _LOST, _LATE, _SHORT, _REMOVED, _HANDLED, _WAIT, _TALK, _WRAP, _LONGEST) = (
    range(len(Row._fields))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds: the service level's threshold, and within which who gives up does so at once."""

    threshold: float
    short: float


class Period:
    """The figures of one queue, or of all, over time. ``start`` is always when the contact's wait began there."""

    __slots__ = ("_limits", "flow", "waiting")

    def __init__(self, limits: Limits) -> None:
        self.flow = Flow(len(Row._fields), limit=_ROWS, width=_NARROWEST, widest=CHOICES[0])
        self.waiting = Level(limit=_STEPS)
        self._limits = limits

    def enter(self, now: float) -> None:
        """A wait begins."""
        self.flow.row(now)[_OFFERED] += 1
        self.waiting.change(now, 1)

    def leave(self, now: float) -> None:
        """A wait goes on in another queue."""
        self.waiting.change(now, -1)

    def answer(self, start: float, now: float) -> None:
        """A wait ends with an agent."""
        row, wait = self.flow.row(start), now - start
        row[_ANSWERED] += 1
        row[_WAIT] += wait
        if wait <= self._limits.threshold:
            row[_IN_TIME] += 1
        if wait > row[_LONGEST]:
            row[_LONGEST] = wait
        self.waiting.change(now, -1)

    def end(self, start: float, task: Task) -> None:
        """The task is over, in whatever way."""
        row, now = self.flow.row(start), task.ended
        assert now is not None
        if task.accepted is not None:
            if task.state == COMPLETED:
                wrapping = now if task.wrapping is None else task.wrapping
                row[_HANDLED] += 1
                row[_TALK] += wrapping - task.accepted
                row[_WRAP] += now - wrapping
            else:
                row[_REMOVED] += 1
            return
        self.waiting.change(now, -1)
        if task.state == CANCELED:
            self._gone(row, now - start, lost=task.lost)
        elif task.state != COMPLETED:
            row[_REMOVED] += 1

    def _gone(self, row: list[float], wait: float, *, lost: bool) -> None:
        row[_LOST if lost else _ABANDONED] += 1
        row[_LATE] += wait > self._limits.threshold
        row[_SHORT] += wait <= self._limits.short
        row[_LONGEST] = max(row[_LONGEST], wait)

    def rows(self, width: int, offset: int = 0) -> dict[int, Row]:
        """The intervals in which something came, by the second at which they begin."""
        return {start: Row._make(row) for start, row in self.flow.in_steps(width, offset).items()}

    def whole(self) -> Row:
        """All intervals together."""
        rows = list(self.flow.rows.values())
        if not rows:
            return _EMPTY
        *sums, longest = zip(*rows, strict=True)
        return Row._make([*map(sum, sums), max(longest)])
