"""Frames on their way to whoever watches: each is encoded once, and its bytes go to everybody.

A viewer gets a snapshot and then deltas, ten a second at most, and at least one a second so that it knows that it is still
connected. Nobody waits for anybody: who does not take frames as fast as they come loses those that wait, and gets a fresh
snapshot when it takes something again. Frames are server-sent events (WHATWG HTML, 9.2).
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import orjson

from flexsim.clock import Clock
from flexsim.emulator.dashboard_feed import Feed

BETWEEN_FRAMES: Final = 0.1  # real seconds
PULSE: Final = 1.0  # real seconds without a frame, at most
MOST_WAITING: Final = 20  # frames: two seconds' worth
MOST_VIEWERS: Final = 500


class Viewer:
    """One who watches: what waits to be sent there."""

    __slots__ = ("_news", "_stale", "_waiting", "over", "resynced")

    def __init__(self) -> None:
        self.over = asyncio.Event()  # nothing more will come
        self.resynced = 0  # how often frames were lost here, and a snapshot sent instead
        self._waiting: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._stale = True

    def put(self, frame: bytes) -> bool:
        """Send this next; False when too much waits already, all of which is then lost."""
        self._news.set()
        if self._stale:
            return True  # the snapshot will have it
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(frame)
            return True
        self._waiting.clear()
        self._stale = True
        self.resynced += 1
        return False

    def end(self) -> None:
        """Nothing more will come."""
        self.over.set()
        self._news.set()

    async def frames(self, stream: "Stream") -> AsyncIterator[bytes]:
        """What is to be sent, as soon as the last has been taken; ends when nothing more will come."""
        while not self.over.is_set():
            if self._stale:
                self._stale = False
                yield stream.snapshot()
            elif self._waiting:
                frames = b"".join(self._waiting)
                self._waiting.clear()
                yield frames
            else:
                self._news.clear()
                await self._news.wait()


class Stream:
    """One workspace's viewers. ``extra`` gives what goes into each snapshot beside what the feed says."""

    def __init__(self, feed: Feed, clock: Clock, extra: Callable[[], dict[str, Any]]) -> None:
        self._feed = feed
        self._clock = clock
        self._extra = extra
        self._viewers: dict[Viewer, None] = {}
        self._timer: asyncio.Handle | None = None
        self._due = 0.0  # when the timer goes off; not every event loop's timers tell
        self._next = 0.0  # when the next frame may be sent, by the event loop's time
        self._latest: tuple[float, bytes] = (0.0, b"")
        self.frames = 0
        self.resynced = 0

    @property
    def viewers(self) -> int:
        """How many watch."""
        return len(self._viewers)

    def open(self) -> Viewer:
        """One more who watches; to be closed again."""
        if not self._viewers:
            self._feed.forget_changes()  # nobody has asked for them, and the snapshot has them all
        viewer = Viewer()
        self._viewers[viewer] = None
        self._wake(PULSE)
        return viewer

    def close(self, viewer: Viewer) -> None:
        """One who watches no more; harmless when it is done twice."""
        viewer.end()
        self._viewers.pop(viewer, None)
        if not self._viewers and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def end(self) -> None:
        """Nobody watches any more."""
        for viewer in list(self._viewers):
            self.close(viewer)

    def news(self) -> None:
        """Something has happened: tell it as soon as a frame may be sent."""
        if self._viewers:
            self._wake(0.0)

    def snapshot(self) -> bytes:
        """Everything, as a frame; of those who come at once all get the same."""
        now = asyncio.get_running_loop().time()
        at, found = self._latest
        if not found or now - at >= BETWEEN_FRAMES:
            found = _frame(
                b"snapshot", {"speed": self._speed, **self._extra(), **self._feed.snapshot(self._clock.now())}
            )
            self._latest = now, found
        return found

    @property
    def _speed(self) -> float:
        """How many seconds pass on the clock in a real one; 0 for a clock that is moved by hand."""
        return getattr(self._clock, "speed", 0.0)

    def _wake(self, patience: float) -> None:
        loop = asyncio.get_running_loop()
        when = max(self._next, loop.time() + patience)
        if self._timer is not None:
            if self._due <= when:
                return
            self._timer.cancel()
        self._timer, self._due = loop.call_at(when, self._send), when

    def _send(self) -> None:
        self._timer = None
        if not self._viewers:
            return
        self._next = asyncio.get_running_loop().time() + BETWEEN_FRAMES
        frame = _frame(b"delta", {"speed": self._speed, **self._feed.delta(self._clock.now())})
        self._latest = (0.0, b"")  # a snapshot of before would lack what this delta has told
        self.frames += 1
        for viewer in self._viewers:
            self.resynced += not viewer.put(frame)
        self._wake(PULSE)


def _frame(kind: bytes, document: dict[str, Any]) -> bytes:
    return b"event: %b\nid: %d\ndata: %b\n\n" % (kind, document["seq"], orjson.dumps(document))
