"""The fold behind a report: everything it shows, counted while the log is read once.

It keeps interval tables, levels over time, distributions and the worst contacts; none of them grows with the log beyond a
fixed size, but for what is open at the moment. The run's headline figures are those of ``statistics``.
"""

from typing import Any, Final

from flexsim.measure.contacts import CANCELED, COMPLETED, Contacts, Reservation, Spell, Task
from flexsim.measure.periods import Limits, Period
from flexsim.measure.reading import LogReader
from flexsim.measure.series import Flow, Level
from flexsim.measure.statistics import Statistics
from flexsim.measure.worst import Worst
from flexsim.taskrouter.events import Event

_STEPS: Final = 1500
_SPREAD_STEPS: Final = 400


class ReportFold:
    """``add`` each event that ``reader`` gives, then ``close``; everything else is to be read."""

    __slots__ = (
        "_add_contacts", "_add_statistics", "activities", "begin", "busy_agents", "completions", "contacts", "end",
        "handling", "idle_agents", "longest", "moved", "names", "periods", "reader", "refused", "statistics", "total",
        "waits",
    )  # fmt: skip

    def __init__(self, reader: LogReader, limits: Limits) -> None:
        self.reader = reader
        self.names = reader.names
        self.statistics = Statistics(reader.names, limits.threshold)
        self.contacts = Contacts(reader.names, self)
        self.begin: float | None = None
        self.end = 0.0
        self.total = Period(limits)
        self.periods = _Periods(limits)
        self.completions = Flow(2, limit=_STEPS)
        self.waits = Flow(3, limit=_SPREAD_STEPS)  # by length: answered, gone; the last column is none
        self.handling = Flow(2, limit=_SPREAD_STEPS)
        self.activities: dict[int, Level] = {}
        self.busy_agents = Level(limit=_STEPS)
        self.idle_agents = Level(limit=_STEPS)
        self.longest = Worst(self._identify)
        self.refused = Worst(self._identify)
        self.moved = Worst(self._identify)
        self._add_statistics = self.statistics.add
        self._add_contacts = self.contacts.add

    def add(self, event: Event) -> None:
        """Take in the next event."""
        if self.begin is None:
            self.begin = event[0]
        self._add_statistics(event)
        self._add_contacts(event)

    def close(self, now: float) -> None:
        """The figures are those of this moment: what is open counts up to it."""
        self.end = now
        for level in (self.busy_agents, self.idle_agents, *self.activities.values()):
            level.settle(now)
        for period in (self.total, *self.periods.values()):
            period.waiting.settle(now)
        for task in self.contacts.tasks.values():
            if task.accepted is None:
                self.longest.offer(task, task.waited(now))
            self._judge(task)

    def _identify(self, task: int) -> tuple[str, str | None]:
        arrival = self.reader.arrivals.get(task)
        return self.reader.tasks.by_id[task], arrival.contact if arrival else None

    def _judge(self, task: Task) -> None:
        self.refused.offer(task, task.refused)
        self.moved.offer(task, task.moves)

    # What the contacts tell.

    def created(self, task: Task) -> None:
        self.total.enter(task.created)

    def entered(self, task: Task, left: int | None) -> None:
        now, queue = task.entered, task.queue
        if task.accepted is None:
            if left is not None:
                self.periods[left].leave(now)
            self.periods[queue].enter(now)
        else:
            self.periods[queue].enter(now)
            self.periods[queue].leave(now)

    def accepted(self, task: Task) -> None:
        now: Any = task.accepted
        self.total.answer(task.created, now)
        if task.queue is not None:
            self.periods[task.queue].answer(task.entered, now)
        wait = now - task.created
        self.waits.row(wait)[0] += 1
        self.longest.offer(task, wait)

    def ended(self, task: Task) -> None:
        now: Any = task.ended
        self.total.end(task.created, task)
        if task.queue is not None:
            self.periods[task.queue].end(task.entered, task)
        if task.accepted is None:
            if task.state == CANCELED:
                self.waits.row(now - task.created)[1] += 1
            self.longest.offer(task, now - task.created)
        elif task.state == COMPLETED:
            self.completions.row(now)[0] += 1
            self.handling.row(now - task.accepted)[0] += 1
        if task.refused or task.moves:
            self._judge(task)

    def reservation_ended(self, reservation: Reservation) -> None:
        """Nothing: its task tells it all."""

    def spell_began(self, spell: Spell) -> None:
        self._count(spell, spell.began, 1)

    def spell_ended(self, spell: Spell) -> None:
        now: Any = spell.ended
        self._count(spell, now, -1)

    def busy(self, spell: Spell, now: float) -> None:
        by = 1 if spell.busy else -1
        self.busy_agents.change(now, by)
        self._free(spell, now, -by)

    def _count(self, spell: Spell, now: float, by: int) -> None:
        """Each agent is in one place: with a task, whatever the activity, or in an activity without one."""
        if spell.busy:
            self.busy_agents.change(now, by)
        else:
            self._free(spell, now, by)

    def _free(self, spell: Spell, now: float, by: int) -> None:
        level = self.activities.get(spell.activity)
        if level is None:
            level = self.activities[spell.activity] = Level(limit=_STEPS)
        level.change(now, by)
        if spell.available:
            self.idle_agents.change(now, by)


class _Periods(dict[Any, Period]):
    """By queue; made when first asked for."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits

    def __missing__(self, queue: int) -> Period:
        period = self[queue] = Period(self._limits)
        return period
