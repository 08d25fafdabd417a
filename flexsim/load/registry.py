"""The reference backend's mind: which agents are there, in what state, and which of them gets the next call.

A call goes to the agent of its department who has been available longest; where none is, it waits in its virtual queue,
first come, first served. A virtual queue belongs to the department that its name is, or begins with (``sales-vip``).
No I/O: every input takes the time and gives back the calls that are to be assigned.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flexsim.load.frames import word
from flexsim.load.latencies import Latencies
from flexsim.load.machine import ON_A_CALL, State

ANSWER_WITHIN: Final = 10.0  # seconds until a call that was assigned and not taken goes back to the head of its queue
_STATES: Final = frozenset(State)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An agent is to take a call."""

    agent_id: str
    call_id: str
    queue: str


class Entry:
    """One agent that is connected; ``call`` is what was assigned to it and has not ended."""

    __slots__ = ("agent_id", "call", "department", "heard_at", "kpis", "location", "since", "state", "taken", "team")

    def __init__(self, agent_id: str, now: float) -> None:
        self.agent_id = agent_id
        self.department = self.location = self.team = ""
        self.state = State.OFFLINE.value
        self.since = self.heard_at = now
        self.kpis: Mapping[str, Any] = {}
        self.call: _Call | None = None
        self.taken = False


class _Call:
    __slots__ = ("assigned_at", "call_id", "offered_at", "queue")

    def __init__(self, call_id: str, queue: str, now: float) -> None:
        self.call_id = call_id
        self.queue = queue
        self.offered_at = now
        self.assigned_at = now


class QueueFigures:
    """What became of the calls of one virtual queue; ``in_time`` is those answered within the threshold."""

    __slots__ = ("answered", "completed", "cut", "in_time", "offered", "returned", "wait")

    def __init__(self) -> None:
        self.offered = self.answered = self.in_time = self.completed = self.cut = self.returned = 0
        self.wait = Latencies()


class Registry:
    """Agents and calls; ``threshold`` is the service level's, in seconds."""

    def __init__(self, threshold: float = 20.0) -> None:
        self.threshold = threshold
        self.agents: dict[str, Entry] = {}
        self.queues: dict[str, QueueFigures] = {}
        self._idle: dict[str, dict[str, None]] = {}  # by department, the longest idle first
        self._waiting: dict[str, deque[_Call]] = {}
        self._ringing: dict[str, Entry] = {}

    # Inputs.

    def register(self, now: float, frame: Mapping[str, Any]) -> list[Assignment]:
        """An agent has come, or has come back."""
        agent_id = word(frame.get("agentId"))
        entry = self.agents.get(agent_id)
        if entry is None:
            entry = self.agents[agent_id] = Entry(agent_id, now)
        else:
            self._not_idle(entry)
        entry.department, entry.location, entry.team = (
            word(frame.get(name)) for name in ("department", "location", "team")
        )
        entry.kpis = _mapping(frame.get("kpis"))
        return self._state(now, entry, word(frame.get("state")))

    def heartbeat(self, now: float, frame: Mapping[str, Any]) -> list[Assignment]:
        """An agent has said that it is there, and in what state."""
        entry = self.agents.get(word(frame.get("agentId")))
        if entry is None:
            return []
        entry.heard_at = now
        entry.kpis = _mapping(frame.get("kpis"))
        state = word(frame.get("state"))
        return [] if state == entry.state else self._state(now, entry, state)

    def state_change(self, now: float, frame: Mapping[str, Any]) -> list[Assignment]:
        """An agent has moved."""
        entry = self.agents.get(word(frame.get("agentId")))
        if entry is None:
            return []
        entry.heard_at = now
        entry.kpis = _mapping(frame.get("kpis"))
        return self._state(now, entry, word(frame.get("newState")))

    def call_complete(self, now: float, frame: Mapping[str, Any]) -> None:
        """An agent has ended a call, be it one of ours or one of its own."""
        entry = self.agents.get(word(frame.get("agentId")))
        if entry is None:
            return
        entry.heard_at = now
        if entry.call is not None and entry.call.call_id == frame.get("callId"):
            self._answered(now, entry)
            self.queues[entry.call.queue].completed += 1
            entry.call = None

    def gone(self, now: float, agent_id: str) -> list[Assignment]:
        """An agent's connection is no more: a call not yet taken goes back, one that was going on is cut."""
        entry = self.agents.pop(agent_id, None)
        if entry is None:
            return []
        self._not_idle(entry)
        self._ringing.pop(agent_id, None)
        if entry.call is None:
            return []
        if entry.taken:
            self.queues[entry.call.queue].cut += 1
            return []
        return self._give_back(now, entry.call)

    def offer(self, now: float, call_id: str, queue: str) -> list[Assignment]:
        """A call has come."""
        self.queues.setdefault(queue, QueueFigures()).offered += 1
        self._waiting.setdefault(queue, deque()).append(_Call(call_id, queue, now))
        return self._match(now, self._department(queue))

    def advance(self, now: float) -> list[Assignment]:
        """Take calls back from agents that did not answer."""
        late = [each for each in self._ringing.values() if each.call and now - each.call.assigned_at >= ANSWER_WITHIN]
        found: list[Assignment] = []
        for entry in late:
            call, entry.call = entry.call, None
            del self._ringing[entry.agent_id]
            assert call is not None
            found += self._give_back(now, call)
            if entry.state == State.AVAILABLE:  # last in line: it did not answer
                found += self._idle_now(now, entry)
        return found

    def silent(self, now: float, longest: float) -> list[str]:
        """The agents that have not been heard of for longer than this."""
        return [each.agent_id for each in self.agents.values() if now - each.heard_at > longest]

    # Outputs.

    def by_state(self) -> dict[str, int]:
        """How many agents are in each state."""
        return dict(sorted(Counter(each.state for each in self.agents.values()).items()))

    def by_department(self) -> dict[str, int]:
        """How many agents each department has."""
        return dict(sorted(Counter(each.department for each in self.agents.values()).items()))

    def queue_document(self, now: float) -> dict[str, Any]:
        """The figures of each virtual queue; ``serviceLevel`` is None where nothing was answered."""
        return {name: self._figures(now, name, figures) for name, figures in sorted(self.queues.items())}

    def _figures(self, now: float, name: str, figures: QueueFigures) -> dict[str, Any]:
        waiting = self._waiting.get(name, ())
        return {
            "offered": figures.offered,
            "waiting": len(waiting),
            "longestWaiting": round(max((now - each.offered_at for each in waiting), default=0.0), 3),
            "answered": figures.answered,
            "completed": figures.completed,
            "cut": figures.cut,
            "returned": figures.returned,
            "serviceLevel": round(figures.in_time / figures.answered, 4) if figures.answered else None,
            "wait": figures.wait.summary(),
        }

    # Inside.

    def _state(self, now: float, entry: Entry, state: str) -> list[Assignment]:
        entry.heard_at = now
        if state not in _STATES:
            state = State.OFFLINE.value
        if state != entry.state:
            entry.since = now
        entry.state = state
        if state in ON_A_CALL:
            self._answered(now, entry)
        if state == State.AVAILABLE and entry.call is None:
            return self._idle_now(now, entry)
        if state != State.AVAILABLE:
            self._not_idle(entry)
        return []

    def _answered(self, now: float, entry: Entry) -> None:
        """The agent has taken the call that was assigned to it."""
        call = entry.call
        if call is None or entry.taken:
            return
        entry.taken = True
        self._ringing.pop(entry.agent_id, None)
        figures, wait = self.queues[call.queue], now - call.offered_at
        figures.answered += 1
        figures.in_time += wait <= self.threshold
        figures.wait.add(wait)

    def _give_back(self, now: float, call: _Call) -> list[Assignment]:
        self.queues[call.queue].returned += 1
        self._waiting[call.queue].appendleft(call)
        return self._match(now, self._department(call.queue))

    def _department(self, queue: str) -> str:
        head, _, _ = queue.partition("-")
        return queue if queue in self._idle else head

    def _not_idle(self, entry: Entry) -> None:
        self._idle.get(entry.department, {}).pop(entry.agent_id, None)

    def _idle_now(self, now: float, entry: Entry) -> list[Assignment]:
        idle = self._idle.setdefault(entry.department, {})
        idle.setdefault(entry.agent_id)
        return self._match(now, entry.department)

    def _match(self, now: float, department: str) -> list[Assignment]:
        """Assign while there are both; of the department's queues the call that has waited longest goes first."""
        found: list[Assignment] = []
        idle = self._idle.get(department)
        while idle and (waiting := self._longest_waiting(department)):
            call = waiting.popleft()
            agent_id = next(iter(idle))
            del idle[agent_id]
            entry = self.agents[agent_id]
            call.assigned_at = now
            entry.call, entry.taken = call, False
            self._ringing[agent_id] = entry
            found.append(Assignment(agent_id=agent_id, call_id=call.call_id, queue=call.queue))
        return found

    def _longest_waiting(self, department: str) -> deque[_Call] | None:
        lines = (line for queue, line in self._waiting.items() if line and self._department(queue) == department)
        return min(lines, key=lambda line: line[0].offered_at, default=None)

    def calls(self) -> Iterator[str]:
        """The ids of all calls that wait, ring or go on."""
        for line in self._waiting.values():
            yield from (each.call_id for each in line)
        yield from (each.call.call_id for each in self.agents.values() if each.call is not None)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
