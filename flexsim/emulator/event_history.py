"""What has happened in each workspace, kept for the Events resource: the latest events, each with its facts.

It is the first to hear of an input, works out what was so at each of its events, and hands that on to whoever sends
events out (``moments``). Stored are the facts, which events share; what Twilio shows of them is written when asked for.
"""

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from flexsim.emulator.host import Happening, Host, Workspace
from flexsim.measure.event_facts import ChannelFacts, Moment, QueueFacts, WorkerChannelFacts
from flexsim.measure.moments_json import pack, unpack
from flexsim.measure.past import Past
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import KIND, NAMES, RESERVATION, TASK, TIME, WORKER, WORKSPACE_CREATED, WORKSPACE_DELETED

DEFAULT_LIMIT: Final = 100_000
CHUNK: Final = 2000  # so many moments are written down together: 20 ms or so
LONGEST: Final = 30 * 86_400.0  # Twilio keeps events for 30 days ("TaskRouter resource limits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which events: from ``start`` to ``end`` (UTC seconds, both included), numbered ``first`` or later; ids and a name.

    An id that nothing has is -1.
    """

    start: float
    end: float
    first: int = 0
    number: int | None = None
    event_type: str | None = None
    task: int | None = None
    worker: int | None = None
    reservation: int | None = None
    queue: int | None = None
    workflow: int | None = None
    channel: int | None = None


class WorkspaceHistory:
    """One workspace's latest events, in order of their numbers."""

    def __init__(self, engine: Engine, limit: int, document: Mapping[str, Any] | None = None) -> None:
        """``document`` is what another one's ``dump`` has said, ``engine`` in the state that it was in then."""
        self._limit = limit
        self._past = Past(engine, None if document is None else document["past"])
        self._moments: list[Moment] = []
        self._gone = 0  # how many at the beginning of the list are not kept any more
        self._of_task: dict[int, list[int]] = {}
        self._of_worker: dict[int, deque[int]] = {}
        self._task_of: dict[int, int] = {}  # by reservation
        self._chunks: deque[tuple[int, str]] = deque()  # moments as text, with the first one's number
        self._unwritten: int | None = None  # the number that the next chunk begins with; None before the first ``dump``
        if document is not None:
            self._load(document)

    def __len__(self) -> int:
        return len(self._moments) - self._gone

    def hear(self, first: int, happening: Happening) -> list[Moment]:
        """The moments of an input's events, of which the latest are kept."""
        moments = self._past.hear(first, happening.events)
        if self._limit:
            for moment in moments:
                self._keep(moment)
            self._let_go(moments[-1].event[TIME] - LONGEST)
            if self._unwritten is not None:
                self._write()
        return moments

    def find(self, number: int) -> Moment | None:
        """The event with this number, if it is kept."""
        if not len(self):
            return None
        place = self._place(number)
        return self._moments[place] if self._gone <= place < len(self._moments) else None

    def select(self, query: Query) -> Iterator[Moment]:
        """Those that ``query`` asks for, oldest first."""
        return (
            moment
            for moment in self._candidates(query)
            if moment.number >= query.first
            and query.start <= moment.event[TIME] <= query.end
            and _is_asked_for(moment, query)
        )

    def dump(self) -> dict[str, Any]:
        """What another one needs to go on from here, in JSON's own types.

        From the first time on, moments are written down as they come, a chunk at a time, so that the next dump is short.
        """
        first = self._moments[self._gone].number if len(self) else 0
        if self._unwritten is None:
            self._unwritten = first
        self._write()
        return {
            "past": self._past.dump(),
            "first": first,
            "chunks": [text for _, text in self._chunks],
            "rest": pack(self._moments[self._place(self._unwritten) :]),
        }

    def _load(self, document: Mapping[str, Any]) -> None:
        found: list[Moment] = []
        for text in document["chunks"]:
            chunk = unpack(orjson.loads(text))
            self._chunks.append((chunk[0].number, text))
            found += chunk
        self._unwritten = found[-1].number + 1 if found else document["first"]
        found += unpack(document["rest"])
        for moment in found:
            if moment.number >= document["first"]:
                self._keep(moment)
        self._let_go(-math.inf)

    def _write(self) -> None:
        """Write down what fills a chunk, and let go of chunks that hold nothing kept any more."""
        assert self._unwritten is not None
        if not len(self):
            self._chunks.clear()
            return
        first, last = self._moments[self._gone].number, self._moments[-1].number
        self._unwritten = max(self._unwritten, first)
        while last - self._unwritten + 1 >= CHUNK:
            place = self._place(self._unwritten)
            self._chunks.append((self._unwritten, orjson.dumps(pack(self._moments[place : place + CHUNK])).decode()))
            self._unwritten += CHUNK
        while self._chunks and self._chunks[0][0] + CHUNK <= first:
            self._chunks.popleft()

    def _place(self, number: int) -> int:
        """Where the moment with this number stands in the list, if it does."""
        return self._gone + number - self._moments[self._gone].number if len(self) else self._gone

    def _candidates(self, query: Query) -> Iterator[Moment]:
        """As few as an index allows."""
        numbers: Sequence[int] | None = None
        if query.number is not None:
            numbers = (query.number,)
        elif query.reservation is not None:
            numbers = self._of_task.get(self._task_of.get(query.reservation, -1), ())
        elif query.task is not None:
            numbers = self._of_task.get(query.task, ())
        elif query.worker is not None:
            numbers = self._of_worker.get(query.worker, ())
        if numbers is not None:
            return (moment for number in numbers if (moment := self.find(number)) is not None)
        moments = self._moments
        start = bisect_left(moments, query.start, self._gone, key=lambda moment: moment.event[TIME])
        if len(self):
            start = max(start, self._place(query.first))
        return (moments[place] for place in range(start, len(moments)))

    def _keep(self, moment: Moment) -> None:
        event, number = moment.event, moment.number
        self._moments.append(moment)
        if event[TASK] is not None:
            self._of_task.setdefault(event[TASK], []).append(number)
        if event[WORKER] is not None:
            self._of_worker.setdefault(event[WORKER], deque()).append(number)
        if event[RESERVATION] is not None and event[TASK] is not None:
            self._task_of[event[RESERVATION]] = event[TASK]

    def _let_go(self, before: float) -> None:
        """Forget what is too much or older than ``before``."""
        while len(self) > self._limit or (len(self) and self._moments[self._gone].event[TIME] < before):
            self._unindex(self._moments[self._gone])
            self._gone += 1
        if self._gone > self._limit:  # seldom, so that moving the rest costs little
            del self._moments[: self._gone]
            self._gone = 0

    def _unindex(self, moment: Moment) -> None:
        task, worker = moment.event[TASK], moment.event[WORKER]
        if task is not None:
            self._of_task[task].pop(0)
            if not self._of_task[task]:
                del self._of_task[task]
        if worker is not None:
            self._of_worker[worker].popleft()
            if not self._of_worker[worker]:
                del self._of_worker[worker]
        if moment.reservation is not None and moment.event[RESERVATION] is not None and _is_last(moment):
            self._task_of.pop(moment.event[RESERVATION], None)


class EventHistory:
    """All workspaces' histories. A subscriber of the host's, to be the first, and a keeper."""

    name = "event_history"

    def __init__(self, host: Host, limit: int = DEFAULT_LIMIT) -> None:
        """``limit`` is how many events each workspace keeps; 0 is none."""
        self._host = host
        self._limit = limit
        self._histories: dict[str, WorkspaceHistory] = {}
        self._latest: tuple[Happening | None, list[Moment]] = (None, [])

    def __call__(self, happening: Happening) -> None:
        """A subscriber of the host's."""
        sid = happening.workspace.sid
        history = self._histories.get(sid)
        if happening.events[0][KIND] == WORKSPACE_CREATED:
            history = self._histories[sid] = WorkspaceHistory(happening.workspace.engine, self._limit)
        assert history is not None, "it has heard of every workspace from its creation"
        # A workspace's creation is not among the events that its engine counts.
        self._latest = (happening, history.hear(happening.first + 1, happening))
        if happening.events[-1][KIND] == WORKSPACE_DELETED:
            del self._histories[sid]

    def moments(self, happening: Happening) -> list[Moment]:
        """What was so at each event of ``happening``, which is the latest that it has heard of."""
        latest, moments = self._latest
        assert latest is happening, "the history is the first to hear"
        return moments

    def of(self, workspace: Workspace) -> WorkspaceHistory:
        return self._histories[workspace.sid]

    def dump(self) -> Any:
        return {sid: history.dump() for sid, history in self._histories.items()}

    def load(self, document: Any) -> None:
        """The host has its workspaces again, as they were when ``document`` was made."""
        for workspace in self._host.workspaces():
            known = document.get(workspace.sid)
            self._histories[workspace.sid] = WorkspaceHistory(workspace.engine, self._limit, known)


def _is_asked_for(moment: Moment, query: Query) -> bool:
    event = moment.event
    return (
        query.event_type in {None, NAMES[event[KIND]]}
        and query.number in {None, moment.number}
        and query.task in {None, event[TASK]}
        and query.worker in {None, event[WORKER]}
        and query.reservation in {None, event[RESERVATION]}
        and (query.queue is None or query.queue in _queues(moment))
        and (query.workflow is None or (moment.workflow is not None and moment.workflow.id == query.workflow))
        and query.channel in {None, _channel(moment)}
    )


def _queues(moment: Moment) -> list[int]:
    """The queue that the event is about, or its task's; when a task moves, the one that it leaves as well."""
    found = [] if moment.queue is None else [moment.queue.id]
    return [*found, moment.more.id] if isinstance(moment.more, QueueFacts) else found


def _channel(moment: Moment) -> int | None:
    if moment.task is not None:
        return moment.task.channel.id
    more = moment.more
    if isinstance(more, WorkerChannelFacts):
        return more.channel.id
    return more.id if isinstance(more, ChannelFacts) else None


def _is_last(moment: Moment) -> bool:
    """Whether the reservation has no events after this one."""
    return moment.reservation is not None and moment.reservation.status not in {"pending", "accepted", "wrapping"}
