"""Waits that have ended, one by one, so that they can be split at any threshold that is asked for.

Only the latest 10,000 are looked at, as Twilio does ("TaskRouter will calculate statistics on up to 10,000
Tasks/Reservations for any given threshold", TaskQueue statistics).
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

from flexsim.measure.history import Window

MOST_WAITS: Final = 10_000


class Waits:
    """The seconds in which waits ended, and how long each was in milliseconds."""

    __slots__ = ("_lengths", "_seconds")

    def __init__(self) -> None:
        self._seconds = array("q")
        self._lengths = array("q")

    def add(self, second: int, length: int) -> None:
        """One more; ``second`` never goes back."""
        self._seconds.append(second)
        self._lengths.append(length)
        if len(self._seconds) == 2 * MOST_WAITS:  # in one go: a deletion at the front moves all that is behind it
            del self._seconds[:MOST_WAITS]
            del self._lengths[:MOST_WAITS]

    def within(self, span: Window) -> Sequence[int]:
        """The lengths of those, of the latest 10,000, that ended in the window."""
        oldest = max(0, len(self._seconds) - MOST_WAITS)
        low, high = bisect_left(self._seconds, span.first, oldest), bisect_right(self._seconds, span.last, oldest)
        return self._lengths[low:high]

    def dump(self) -> list[list[int]]:
        """All of it as a JSON-ready document."""
        return [self._seconds.tolist(), self._lengths.tolist()]

    def load(self, document: list[list[int]]) -> None:
        """Hold what was dumped."""
        seconds, lengths = document
        self._seconds.extend(seconds)
        self._lengths.extend(lengths)
