"""What became of the messages that a backend sent to one agent: gaps, duplicates and reordering, across connections.

Where frames carry a sequence number (``seq``, from 1 for each agent), all three are known exactly. Where they do not,
calls that are assigned twice are duplicates, and a frame with an older time than the one before it is out of order.
"""

from collections import deque
from typing import Any, Final

from flexsim.load.frames import CALL_ASSIGN

_REMEMBERED: Final = 1000  # missing numbers, each agent
_CALLS: Final = 16


class Pushes:
    """The pushes to one agent so far; ``gaps`` is how many numbers are missing at present."""

    __slots__ = ("_calls", "_highest", "_missing", "_newest", "duplicates", "lost", "reordered")

    def __init__(self) -> None:
        self._highest = 0
        self._missing: dict[int, None] | None = None
        self._calls: deque[str] | None = None
        self._newest = 0.0
        self.duplicates = self.reordered = self.lost = 0

    @property
    def gaps(self) -> int:
        """Numbers that have not come, though a higher one has."""
        return self.lost + len(self._missing or ())

    def take(self, frame: dict[str, Any], sent_at: float | None) -> bool:
        """Count one frame; whether it is a new one, to be acted on."""
        sequence = frame.get("seq")
        if isinstance(sequence, int) and not isinstance(sequence, bool) and 0 < sequence < 2**53:
            return self._numbered(sequence)
        if sent_at is not None:
            self.reordered += sent_at < self._newest
            self._newest = max(sent_at, self._newest)
        if frame["type"] == CALL_ASSIGN and isinstance(call_id := frame.get("callId"), str):
            return self._call(call_id)
        return True

    def _numbered(self, sequence: int) -> bool:
        if sequence == self._highest + 1:
            self._highest = sequence
            return True
        if sequence > self._highest:
            self._skip(sequence)
            return True
        if self._missing and sequence in self._missing:
            del self._missing[sequence]
            self.reordered += 1
            return True
        self.duplicates += 1
        return False

    def _skip(self, sequence: int) -> None:
        """Remember what is missing; of very much only how much it is, and then what comes late counts as twice."""
        missing = self._missing = self._missing if self._missing is not None else {}
        first = self._highest + 1
        room = max(0, _REMEMBERED - len(missing))
        remembered = range(first, min(sequence, first + room))
        missing.update(dict.fromkeys(remembered))
        self.lost += sequence - first - len(remembered)
        self._highest = sequence

    def _call(self, call_id: str) -> bool:
        if self._calls is None:
            self._calls = deque(maxlen=_CALLS)
        if call_id in self._calls:
            self.duplicates += 1
            return False
        self._calls.append(call_id)
        return True
