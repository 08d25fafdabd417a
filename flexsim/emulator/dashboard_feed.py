"""What the dashboard shows of one workspace: a snapshot of everything, and then what has changed. No I/O, no clock.

A frame is a JSON object. ``seq`` is how many of the workspace's events are in it; ``now`` the workspace's time. Frames hold
counts and sums, of which the page makes shares and means, and moments, from which it counts up: so nothing needs to be
sent because time has passed. A delta's values stand in place of those before, so having one twice does no harm.

=========== ==========================================================================================================
names       ``queues`` by position; ``channels``: ``[id, name]``; ``activities``: ``[id, name, available]``
rows        one for each queue and channel with anything to count, in the order of ``ROW``; -1 is all
waiting     by queue's position those who have waited longest: ``[task, channel, since when]``
agents      ``[agent, activity, since when, [[task, channel, state, since when], ...]]``
who         ``[agent, name, [queue's position, ...]]``
gone        agents who have been deleted
spent       agents' seconds busy and idle until ``now``, and how many of them go on so
=========== ==========================================================================================================
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from flexsim.measure.board import Board, Key
from flexsim.measure.names import Names, opening
from flexsim.measure.statistics import Statistics, Tally
from flexsim.measure.summary import summarize
from flexsim.measure.trails import Trails
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import EXTRA, KIND, TASK, TIME, WORKER, Event

ROW: Final = (
    "queue", "channel", "offered", "answered", "answered_in_time", "abandoned", "abandoned_late", "lost", "removed",
    "wait", "handled", "handle", "talk", "wrap", "pending", "reserved", "assigned", "wrapping", "since",
)  # fmt: skip
AGENTS: Final = "agents"  # the key of the agents' trail: how many have a task, and how many are in each activity
ALL: Final = -1
_LONGEST_WAITING: Final = 30  # tasks shown of each queue
_MOST_POINTS: Final = 400

TrailKey: TypeAlias = Key | str
Document: TypeAlias = dict[str, Any]

_WORKER_IS_ANOTHER: Final = frozenset({ev.WORKER_CREATED, ev.WORKER_ATTRIBUTES_UPDATE})
_NAMES_ARE_OTHERS: Final = frozenset(
    {
        ev.ACTIVITY_CREATED, ev.ACTIVITY_UPDATED, ev.TASK_CHANNEL_CREATED, ev.TASK_CHANNEL_UPDATED, ev.TASK_QUEUE_CREATED,
        ev.TASK_QUEUE_EXPRESSION_UPDATED,
    }
)  # fmt: skip
_MEMBERS_ARE_OTHERS: Final = frozenset({ev.TASK_QUEUE_CREATED, ev.TASK_QUEUE_EXPRESSION_UPDATED})
_FIRST_OF_RESOURCES: Final = ev.WORKER_CREATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """The service level that is wanted: this share answered within ``threshold`` seconds."""

    threshold: float = 20.0
    target: float = 0.8


class Feed:
    """One workspace's. ``hear`` its events as they happen; ``snapshot`` for who comes, ``delta`` for who is there."""

    def __init__(self, engine: Engine, now: float, goal: Goal, document: Document | None = None) -> None:
        """``document`` is what another one's ``dump`` has said, ``engine`` in the state that it was in then."""
        self.sequence = engine.sequence
        self.began = now
        self._engine = engine
        self._goal = goal
        self._names = Names()
        self.statistics = Statistics(self._names, goal.threshold)
        self._by_channel: dict[int, Statistics] = {}
        self._board = Board(self.statistics, self._names, now)
        self._trails: Trails[TrailKey] = Trails(self._counts, now)
        self._board.cell((None, None))
        self._queues: dict[str, int] = {}  # positions, in the order of creation
        # What the next delta is about, in the order of change.
        self._rows_changed: dict[Key, None] = {}
        self._agents_changed: dict[int, None] = {}
        self._who_changed: dict[int, None] = {}
        self._names_changed = False
        if document is None:
            for event in opening(engine, now):
                self._take(event)
        else:
            self._load(document, now)

    # --- what happens ---

    def hear(self, events: Sequence[Event], sequence: int) -> None:
        """Take in the events of an input; ``sequence`` is how many there have ever been with them."""
        if events[0][TIME] >= self._trails.next:
            self._gather()
            self._trails.pass_to(events[0][TIME])
        for event in events:
            self._take(event)
        self.sequence = sequence

    def _gather(self) -> None:
        """Note what has changed, for the next delta and for the trails."""
        cells, agents = self._board.changes()
        self._trails.touch(cells)
        if agents:
            self._trails.touch((AGENTS,))
        self._rows_changed.update(dict.fromkeys(cells))
        self._agents_changed.update(dict.fromkeys(agents))

    def _take(self, event: Event) -> None:
        kind = event[KIND]
        if kind >= _FIRST_OF_RESOURCES:
            self._learn(event)
        self.statistics.add(event)
        channel = None
        if event[TASK] is not None:
            channel = self._channel(event)
            if channel is not None:
                self._of_channel(channel).add(event)
        self._board.hear(event, channel)

    def _channel(self, event: Event) -> int | None:
        """The channel that the task was created on."""
        number: Any = event[TASK]
        if event[KIND] != ev.TASK_CREATED:
            return self._board.channel_of(number)
        task = self._engine.tasks.get(number)
        return None if task is None else task.channel.id

    def _of_channel(self, channel: int) -> Statistics:
        found = self._by_channel.get(channel)
        if found is None:
            found = self._by_channel[channel] = Statistics(self._names, self._goal.threshold)
        return found

    def _learn(self, event: Event) -> None:
        kind = event[KIND]
        self._names.learn(self._engine, event)
        if kind in _NAMES_ARE_OTHERS:
            self._names_changed = True
        if kind in _MEMBERS_ARE_OTHERS:
            name = self._names.queues[event[EXTRA]]
            self._queues.setdefault(name, len(self._queues))
            self._board.cell((name, None))  # a queue is shown before anything has come to it
            self._who_changed.update(dict.fromkeys(self._engine.workers))
        elif kind in _WORKER_IS_ANOTHER:
            self._who_changed[event[WORKER]] = None  # type: ignore[index]  # a worker's event has one

    # --- kept ---

    def dump(self) -> Document:
        """What another one needs to go on from here, in JSON's own types; not the trails."""
        return {
            "began": self.began,
            "queues": [*self._queues],
            "statistics": self.statistics.dump(),
            "channels": [[channel, each.dump()] for channel, each in self._by_channel.items()],
            "board": self._board.dump(),
        }

    def _load(self, document: Document, now: float) -> None:
        for event in opening(self._engine, now):
            self._names.learn(self._engine, event)
        self.began = document["began"]
        self._queues = {name: place for place, name in enumerate(document["queues"])}
        self.statistics.load(document["statistics"])
        for channel, saved in document["channels"]:
            self._of_channel(channel).load(saved)
        self._board.load(document["board"])
        for channel, statistics in ((None, self.statistics), *self._by_channel.items()):
            for queue in (None, *statistics.totals.queues):
                self._board.cell((queue, channel))  # also where nobody is now

    # --- frames ---

    def snapshot(self, now: float) -> Document:
        """Everything at ``now``."""
        board = self._board
        return {
            **self._moment(now),
            "began": self.began,
            "threshold": self.statistics.threshold,
            "target": self._goal.target,
            "columns": ROW,
            "names": self._tables(),
            "rows": [self._row(key) for key in board.cells],
            "waiting": {str(place): self._waiting(name) for name, place in self._queues.items()},
            "agents": [self._agent(number) for number in board.agents],
            "who": self._who(board.agents),
        }

    def delta(self, now: float) -> Document:
        """What has changed since the last delta; at least what time it is."""
        self._gather()
        there, found = self._board.agents, self._moment(now)
        if self._names_changed:
            found["names"] = self._tables()
            self._names_changed = False
        if self._rows_changed:
            found["rows"] = [self._row(key) for key in self._rows_changed]
            queues = [queue for queue, channel in self._rows_changed if queue is not None and channel is None]
            found["waiting"] = {str(self._queues[name]): self._waiting(name) for name in queues}
            self._rows_changed.clear()
        if self._who_changed:
            found["who"] = self._who(self._who_changed)
            self._who_changed.clear()
        if self._agents_changed:
            found["agents"] = [self._agent(number) for number in self._agents_changed if number in there]
            if gone := [number for number in self._agents_changed if number not in there]:
                found["gone"] = gone
            self._agents_changed.clear()
        return found

    def forget_changes(self) -> None:
        """The next delta is about what happens from now on."""
        self._gather()
        for changed in (self._rows_changed, self._agents_changed, self._who_changed):
            changed.clear()
        self._names_changed = False

    def summary(self, now: float) -> Document:
        """The figures as ``summary.json`` of a run has them; ``sequence`` says of which event."""
        return {**summarize(self.statistics, now), "sequence": self.sequence, "target": self._goal.target}

    def trail(self, key: TrailKey, start: float, now: float) -> Document:
        """How the counts of a queue and channel, or of the agents, have gone from ``start`` on."""
        self._gather()
        points = self._trails.points(key, start, now, _MOST_POINTS)
        return {"seq": self.sequence, "now": now, "points": [[round(at, 1), *counts] for at, counts in points]}

    def key(self, queue: int, channel: int) -> Key | None:
        """The queue at this position and the channel with this id, -1 being all; None when there is no such thing."""
        names = [*self._queues]
        if not ALL <= queue < len(names) or (channel != ALL and channel not in self._names.channels):
            return None
        return (None if queue == ALL else names[queue]), (None if channel == ALL else channel)

    def _moment(self, now: float) -> Document:
        board, totals = self._board, self.statistics.totals
        return {
            "seq": self.sequence,
            "events": self.statistics.events,
            "now": round(now, 3),
            "spent": [
                round(totals.busy + board.busy.seconds(now), 3), round(totals.idle + board.idle.seconds(now), 3),
                board.busy.count, board.idle.count,
            ],
        }  # fmt: skip

    def _tables(self) -> Document:
        names = self._names
        return {
            "queues": [*self._queues],
            "channels": [[number, name] for number, name in names.channels.items()],
            "activities": [[number, name, names.available[number]] for number, name in names.activities.items()],
        }

    def _tally(self, key: Key) -> Tally:
        queue, channel = key
        totals = self.statistics.totals if channel is None else self._of_channel(channel).totals
        return totals.overall if queue is None else totals.queues.get(queue) or Tally()

    def _row(self, key: Key) -> list[Any]:
        queue, channel = key
        tally, cell = self._tally(key), self._board.cell(key)
        states, since = cell.states, cell.since
        return [
            ALL if queue is None else self._queues[queue], ALL if channel is None else channel,
            tally.offered, tally.answered, tally.answered_in_time, tally.abandoned, tally.abandoned_late, tally.lost,
            tally.removed, round(tally.wait.total, 3), tally.handled, round(tally.handle.total, 3),
            round(tally.talk.total, 3), round(tally.wrap.total, 3), states["pending"], states["reserved"],
            states["assigned"], states["wrapping"], None if since is None else round(since, 3),
        ]  # fmt: skip

    def _waiting(self, queue: str) -> list[list[Any]]:
        cell = self._board.cells.get((queue, None))
        longest = cell.longest(_LONGEST_WAITING) if cell else []
        return [[task, self._board.channel_of(task), round(since, 3)] for task, since in longest]

    def _agent(self, number: int) -> list[Any]:
        agent = self._board.agents[number]
        channel = self._board.channel_of
        work = [[task, channel(task), state, round(since, 3)] for task, state, since in agent.work.values()]
        return [number, agent.activity, round(agent.since, 3), work]

    def _who(self, numbers: Iterable[int]) -> list[list[Any]]:
        found = (self._engine.workers.get(number) for number in numbers)
        return [
            [each.id, each.name, [self._queues[self._names.queues[queue]] for queue in each.queues]]
            for each in found
            if each is not None
        ]

    def _counts(self, key: TrailKey) -> Sequence[int]:
        if isinstance(key, str):
            board = self._board
            return (board.busy.count, *(board.by_activity[each] for each in self._names.activities))
        tally, waiting = self._tally(key), len(self._board.cell(key).waiting)
        judged = tally.answered + tally.abandoned_late
        return waiting, tally.offered, tally.handled, tally.answered_in_time, judged
