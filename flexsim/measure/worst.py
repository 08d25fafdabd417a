"""The contacts that went worst: those that one wants to look at when the figures are bad."""

import heapq
from collections.abc import Callable, Iterable
from typing import Final

from flexsim.measure.contacts import Task

MOST: Final = 10


class Worst:
    """The contacts with the largest of some figure, each with its SID and contact id; equals by who came first."""

    __slots__ = ("_heap", "_identify", "_most")

    def __init__(self, identify: Callable[[int], tuple[str, str | None]], most: int = MOST) -> None:
        self._identify = identify  # SID and contact id, while the task is not forgotten
        self._most = most
        self._heap: list[tuple[float, int, Task, tuple[str, str | None]]] = []

    def offer(self, task: Task, figure: float) -> None:
        """So bad was this one; nothing at all is not worth looking at."""
        heap = self._heap
        if figure <= 0 or (len(heap) >= self._most and (figure, -task.id) <= heap[0][:2]):
            return
        heapq.heappush(heap, (figure, -task.id, task, self._identify(task.id)))
        if len(heap) > self._most:
            heapq.heappop(heap)

    def all(self) -> Iterable[tuple[float, Task, str, str | None]]:
        """The worst first: figure, task, SID, contact id."""
        for figure, _, task, (sid, contact) in sorted(self._heap, key=lambda each: each[:2], reverse=True):
            yield figure, task, sid, contact
