"""What can be done with sessions: start, take further, pause, resume, ask what if; over a store and a simulator handed in.

A session takes one turn at a time. Within a process, a second one that is asked for meanwhile is refused at once; between
processes, the store lets the first to finish write its turn and refuses the others. Either way nothing interleaves.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from flexsim.clock import Clock
from flexsim.errors import ConfigurationError, Conflict, FlexsimError
from flexsim.randomness import fresh_secret
from flexsim.workforce.hub import Hub, TurnEnded, TurnFailed, TurnStarted
from flexsim.workforce.records import Role, Session, Simulator, Turn
from flexsim.workforce.store.sessions import Progress, Status
from flexsim.workforce.store.store import Store
from flexsim.workforce.store.what_ifs import WhatIf

_COMPARISONS: Final = 2  # at a time: each keeps a processor busy for seconds, and the rest of the service needs one too
MOST_TURNS: Final = 520  # ten years of weeks in a session


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a session is to be about; ``roles`` None are all that there are."""

    scenario: str
    seed: int
    mind: str
    roles: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What if, from turn ``at`` on (None is the last), these things were different, for ``turns``, in ``pairs`` of branches."""

    changes: tuple[str, ...]
    at: int | None = None
    turns: int = 12
    pairs: int = 30


class Company(Protocol):
    """Who takes part, how they think, and what becomes of it: whatever makes sessions, simulators and comparisons."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles there are."""

    @property
    def minds(self) -> tuple[str, ...]:
        """The names of the minds that can be asked for."""

    def open(self, beginning: Beginning) -> Session:
        """A session that begins so; raises ConfigurationError."""

    def simulator(self, mind: str) -> Simulator:
        """What takes sessions of this mind further; raises ConfigurationError."""

    def compare(self, session: Session, turns: Sequence[Turn], question: Question) -> Mapping[str, Any]:
        """The answer as a JSON document. May take seconds, and is called in a thread; raises ConfigurationError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A turn that was asked for; ``again`` where the same request had it already."""

    turn: Turn
    again: bool


class Service:
    """The workforce's sessions; its methods belong to one event loop."""

    def __init__(self, store: Store, company: Company, clock: Clock, hub: Hub | None = None) -> None:
        self.store = store
        self.company = company
        self.hub = Hub() if hub is None else hub
        self._clock = clock
        self._simulators: dict[str, Simulator] = {}
        self._busy: set[str] = set()
        self._comparing = asyncio.Semaphore(_COMPARISONS)

    @property
    def busy(self) -> int:
        """How many sessions are in the middle of a turn."""
        return len(self._busy)

    async def start(self, beginning: Beginning) -> Progress:
        """Begin a session; raises ConfigurationError for what it cannot begin with."""
        self._simulator(beginning.mind)
        session = replace(self.company.open(beginning), id=f"WS{fresh_secret()}")
        return await asyncio.to_thread(self.store.begin, session)

    async def next(self, session_id: str, key: str | None = None) -> Taken:
        """Take a session one turn further; the same ``key`` again gives the same turn again.

        Raises UnknownSession; and Conflict where it is paused, at its end, or in the middle of a turn.
        """
        if session_id in self._busy:
            raise Conflict(f"session {session_id} is in the middle of a turn; ask again when it is over")
        self._busy.add(session_id)
        try:
            if key is not None and (found := await asyncio.to_thread(self.store.turn_asked_as, session_id, key)):
                return Taken(turn=found, again=True)
            return Taken(turn=await self._take(session_id, key), again=False)
        finally:
            self._busy.discard(session_id)

    async def set_status(self, session_id: str, status: Status) -> Progress:
        """Pause, or resume. A turn that is under way when its session is paused still happens."""
        return await asyncio.to_thread(self.store.set_status, session_id, status)

    async def what_if(self, session_id: str, question: Question) -> WhatIf:
        """Ask, and keep the answer; raises UnknownSession, and ConfigurationError for what cannot be asked."""
        progress, turns = await asyncio.to_thread(self._told, session_id)
        at = progress.turns if question.at is None else question.at
        if at > progress.turns:
            raise ConfigurationError(
                f"session {session_id} has {progress.turns} turns; it cannot be forked at turn {at}"
            )
        asked = replace(question, at=at)
        async with self._comparing:
            answer = await asyncio.to_thread(self.company.compare, progress.session, turns, asked)
        found = WhatIf(
            id=f"WQ{fresh_secret()}",
            session_id=session_id,
            question={"changes": list(asked.changes), "at": at, "turns": asked.turns, "pairs": asked.pairs},
            answer=answer,
            created=self._clock.now(),
        )
        await asyncio.to_thread(self.store.keep_what_if, found)
        return found

    async def _take(self, session_id: str, key: str | None) -> Turn:
        progress, turns = await asyncio.to_thread(self._told, session_id)
        if progress.status is Status.PAUSED:
            raise Conflict(f"session {session_id} is paused; resume it first")
        if progress.turns >= MOST_TURNS:
            raise Conflict(f"session {session_id} is at its end, after {MOST_TURNS} turns")
        simulator, number = self._simulator(progress.session.mind), progress.turns + 1
        self.hub.tell(session_id, TurnStarted(turn=number))
        try:
            turn = await simulator.next_turn(
                progress.session, turns, self.store.recall(session_id), lambda each: self.hub.tell(session_id, each)
            )
            await asyncio.to_thread(self.store.keep_turn, session_id, turn, key)
        except BaseException as error:
            self.hub.tell(session_id, TurnFailed(turn=number, reason=_told_of(error)))
            raise
        self.hub.tell(session_id, TurnEnded(turn=turn))
        return turn

    def _told(self, session_id: str) -> tuple[Progress, Sequence[Turn]]:
        progress = self.store.session(session_id)
        return progress, self.store.turns(session_id, limit=progress.turns)

    def _simulator(self, mind: str) -> Simulator:
        if mind not in self._simulators:
            self._simulators[mind] = self.company.simulator(mind)
        return self._simulators[mind]


def _told_of(error: BaseException) -> str:
    """What listeners may know of an error: its words where they are meant for people."""
    return str(error) if isinstance(error, FlexsimError) else "the turn was not finished"
