"""Turns that have happened, kept near: they never change, so that nothing here can be out of date.

In the process by default; what several processes share, in a Redis, stands behind it.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Final, Protocol

from flexsim.workforce.records import Turn

_MOST: Final = 5_000  # turns in the process: some 20 kB each with seven roles


class SharedTurns(Protocol):
    """Turns as several processes share them."""

    def some(self, session_id: str, numbers: Sequence[int]) -> Mapping[int, Turn]:
        """Those of these turns that are there."""

    def put(self, session_id: str, turns: Iterable[Turn]) -> None:
        """Keep these, as long as there is room."""


class TurnCache:
    """The turns used last; safe to be used from several threads."""

    def __init__(self, shared: SharedTurns | None = None, *, most: int = _MOST) -> None:
        self._shared = shared
        self._most = most
        self._turns: OrderedDict[tuple[str, int], Turn] = OrderedDict()
        self._lock = Lock()

    def some(self, session_id: str, numbers: Sequence[int]) -> list[Turn]:
        """These turns from the first, up to the first one that is not here."""
        found = self._here(session_id, numbers)
        missing = numbers[len(found) :]
        if not missing or self._shared is None:
            return found
        further = self._shared.some(session_id, missing)
        for number in missing:
            if number not in further:
                break
            found.append(further[number])
        self._keep(session_id, further.values())
        return found

    def put(self, session_id: str, turns: Sequence[Turn]) -> None:
        """Keep these turns of the session, and forget those that were not used for longest."""
        self._keep(session_id, turns)
        if self._shared is not None:
            self._shared.put(session_id, turns)

    def _here(self, session_id: str, numbers: Sequence[int]) -> list[Turn]:
        found = []
        with self._lock:
            for number in numbers:
                turn = self._turns.get((session_id, number))
                if turn is None:
                    break
                self._turns.move_to_end((session_id, number))
                found.append(turn)
        return found

    def _keep(self, session_id: str, turns: Iterable[Turn]) -> None:
        with self._lock:
            for each in turns:
                self._turns[session_id, each.number] = each
            while len(self._turns) > self._most:
                self._turns.popitem(last=False)
