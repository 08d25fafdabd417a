"""So many at a time, on the event loop: a semaphore for one loop and no other.

Slots are given in the order of asking. Who is cancelled while waiting gives up its turn; who was given a slot at that moment
passes it on. asyncio's looks through all who wait whenever it is asked for a slot, which showed in the profile of the services.
"""

import asyncio
from collections import deque


class RealSlots:
    """``count`` slots."""

    __slots__ = ("_free", "_waiting")

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def acquire(self) -> None:
        """Return once there is a slot."""
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release()
            raise

    def release(self) -> None:
        """Give it to the one who has waited longest, or back."""
        waiting = self._waiting
        while waiting:
            turn = waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
