"""Who listens to a session's turns while they run, in this process; belongs to one event loop."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Final

from flexsim.workforce.records import Decision, Message, Turn

_MOST_WAITING: Final = 1_000  # events that a slow listener may be behind


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStarted:
    """A turn of this number has begun."""

    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnded:
    """A turn has happened, and is kept."""

    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFailed:
    """What was heard of this turn has not happened."""

    turn: int
    reason: str


Event = TurnStarted | Message | Decision | TurnEnded | TurnFailed


class Hearing:
    """The events of one session from now on, until the hub closes or the listener is too far behind."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self.is_over = False

    def hear(self, event: Event | None) -> None:
        """An event, or None for the end; a listener who is too far behind hears the end."""
        if self.is_over:
            return
        self.is_over = event is None or self._events.qsize() >= _MOST_WAITING
        self._events.put_nowait(None if self.is_over else event)

    async def __aiter__(self) -> AsyncIterator[Event]:
        while (event := await self._events.get()) is not None:
            yield event


class Hub:
    """Tells whoever listens."""

    def __init__(self) -> None:
        self._hearings: defaultdict[str, set[Hearing]] = defaultdict(set)
        self.is_closed = False

    @property
    def listeners(self) -> int:
        """How many listen."""
        return sum(map(len, self._hearings.values()))

    @contextlib.contextmanager
    def listening(self, session_id: str) -> Iterator[Hearing]:
        """Listen to a session from now on."""
        hearing = Hearing()
        self._hearings[session_id].add(hearing)
        if self.is_closed:
            hearing.hear(None)
        try:
            yield hearing
        finally:
            self._hearings[session_id].discard(hearing)
            if not self._hearings[session_id]:
                del self._hearings[session_id]

    def tell(self, session_id: str, event: Event) -> None:
        """Tell all who listen to this session; never waits."""
        for each in self._hearings.get(session_id, ()):
            each.hear(event)

    def close(self) -> None:
        """Nothing more will happen: every listener comes to an end."""
        self.is_closed = True
        for hearings in self._hearings.values():
            for each in hearings:
                each.hear(None)
