"""When who is due: one rota for all heartbeats, spread evenly, and a list of things to do at their times.

A timer for every agent would cost four to five times the CPU of the heartbeats themselves; a rota costs one for all.
"""

import heapq
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

T = TypeVar("T")

TICK: Final = 0.1  # seconds, about; an interval is cut into a whole number of ticks
LONG_TICK: Final = 0.2
_MANY: Final = 12_000  # members


def tick_for(members: int) -> float:
    """How long a tick should be: long ones cost a sixth less, and come in bursts twice as long, which delay heartbeats."""
    return TICK if members <= _MANY else LONG_TICK


class Rota(Generic[T]):
    """Members take turns: each once in ``interval`` seconds, in the slot that its number falls into."""

    def __init__(self, interval: float, tick: float = TICK) -> None:
        self.slots = max(1, round(interval / tick))
        self.tick = interval / self.slots
        self._members: list[dict[int, T]] = [{} for _ in range(self.slots)]

    def join(self, number: int, member: T) -> None:
        """From now on the member is due once in every interval."""
        self._members[number % self.slots][number] = member

    def leave(self, number: int) -> None:
        """The member is due no more; harmless when it was not."""
        self._members[number % self.slots].pop(number, None)

    def due(self, turn: int) -> list[T]:
        """The members of this turn, counted from 0 in ticks."""
        return list(self._members[turn % self.slots].values())

    def __len__(self) -> int:
        return sum(map(len, self._members))

    def moved(self, interval: float, tick: float = TICK) -> "Rota[T]":
        """The same members with another interval."""
        other: Rota[T] = Rota(interval, tick)
        for members in self._members:
            for number, member in members.items():
                other.join(number, member)
        return other


class Agenda(Generic[T]):
    """Things with a time, handed back in order of time and then of asking; whether one is still wanted, the asker knows."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, int, T]] = []
        self._serial = 0

    def put(self, moment: float, item: T) -> None:
        """Hand ``item`` back at this moment."""
        heapq.heappush(self._entries, (moment, self._serial, item))
        self._serial += 1

    def due(self, now: float) -> Iterator[T]:
        """What is due, removed; what is put while this runs and is due is handed back as well."""
        while self._entries and self._entries[0][0] <= now:
            yield heapq.heappop(self._entries)[2]

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)
