"""Who has waited longest, among many who come and go."""

import heapq


class Eldest:
    """Those who wait and since when; the one who has waited longest is known at once, equals by their id.

    Nearly all come in order of ``since`` and stand in line; who comes late, from another queue say, goes to a heap.
    """

    __slots__ = ("_heap", "_last", "_late", "_latest", "_line")

    def __init__(self) -> None:
        self._line: dict[int, float] = {}  # a dictionary keeps the order of arrival, and lets anyone leave
        self._last = float("-inf")  # since when the latest in the line waits, and who it is
        self._latest = -1
        self._late: dict[int, float] = {}
        self._heap: list[tuple[float, int]] = []  # the late ones, and some who have left

    def add(self, who: int, since: float) -> None:
        """One more who waits; of those who wait since the same moment, the one with the smaller id comes first."""
        if since > self._last or (since == self._last and who > self._latest):
            self._last, self._latest = since, who
            self._line[who] = since
            return
        self._late[who] = since
        heapq.heappush(self._heap, (since, who))
        if len(self._heap) > 2 * len(self._late) + 64:
            self._heap = sorted((since, who) for who, since in self._late.items())

    def remove(self, who: int) -> None:
        """One who waits waits no longer."""
        if self._line.pop(who, None) is None:
            del self._late[who]

    def first(self) -> tuple[float, int] | None:
        """Since when the longest waits, and who it is; None when nobody waits."""
        heap = self._heap
        while heap and self._late.get(heap[0][1]) != heap[0][0]:
            heapq.heappop(heap)
        who = next(iter(self._line), None)
        found = heap[:1] if who is None else [*heap[:1], (self._line[who], who)]
        return min(found, default=None)
