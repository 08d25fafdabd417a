"""A load generator in one process: keep-alive connections, each with one request underway, written to the socket as bytes.

It decides nothing while it measures: a contender hands it finished requests, and it parses no more of an answer than where
it ends. How much it can ask for is measured beside the servers, against one that does nothing.
"""

import asyncio
import importlib
import importlib.util
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, cast

CREATE, READ, LIST = "create", "read", "list"
MIX = (CREATE,) * 2 + (READ,) * 7 + (LIST,)


class Requests(Protocol):
    """One server's requests as bytes; ``learn`` hears the body of every answer to a create."""

    def create(self) -> bytes: ...
    def read(self, rng: random.Random) -> bytes: ...
    def list(self) -> bytes: ...
    def learn(self, body: bytes) -> None: ...


@dataclass
class Tally:
    """What came back. ``latencies`` in seconds."""

    seconds: float = 0.0
    answers: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    bytes_read: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.seconds += other.seconds
        self.answers += other.answers
        self.failures += other.failures
        self.bytes_read += other.bytes_read
        self.latencies += other.latencies

    @property
    def count(self) -> int:
        return sum(self.answers.values())

    @property
    def rate(self) -> float:
        return self.count / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class _Round:
    """What the connections of one round share."""

    def __init__(self, requests: Requests, rng: random.Random) -> None:
        self.requests = requests
        self.rng = rng
        self.tally = Tally()
        self.over = False
        self.lost: Callable[[], None] = lambda: None

    def next(self) -> tuple[str, bytes]:
        kind = self.rng.choice(MIX)
        if kind == CREATE:
            return kind, self.requests.create()
        return kind, self.requests.read(self.rng) if kind == READ else self.requests.list()


class _Connection(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, share: _Round) -> None:
        self._round = share
        self._buffer = b""
        self._end = 0  # where the answer ends in the buffer; 0 as long as nobody knows, -1 when it is chunked
        self._closing = False
        self._underway = False
        self._kind = ""
        self._begun = 0.0
        self._head = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._send()

    def _send(self) -> None:
        if self._round.over:
            self.transport.close()
            return
        self._kind, request = self._round.next()
        self._underway = True
        self._begun = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = buffer = self._buffer + data if self._buffer else data
        if self._end == 0:
            head = buffer.find(b"\r\n\r\n")
            if head < 0:
                return
            self._measure(buffer[:head].lower(), head + 4)
        if self._end < 0:
            if buffer.endswith(b"0\r\n\r\n"):
                self._done(buffer)
        elif len(buffer) >= self._end:
            self._done(buffer)

    def _measure(self, head: bytes, body: int) -> None:
        self._head = body
        self._closing = b"connection: close" in head
        place = head.find(b"content-length:")
        if place >= 0:
            self._end = body + int(head[place + 15 :].split(b"\r\n", 1)[0])
        else:
            self._end = -1 if b"chunked" in head else body

    def _done(self, buffer: bytes) -> None:
        elapsed = time.perf_counter() - self._begun
        share, tally = self._round, self._round.tally
        self._underway = False
        if share.over:  # it came too late to count; it was waited for so that the next server finds a quiet machine
            self.transport.close()
            return
        if buffer[9:10] == b"2":
            tally.answers[self._kind] += 1
            tally.bytes_read[self._kind] += len(buffer) - self._head
            tally.latencies.append(elapsed)
            if self._kind == CREATE:
                share.requests.learn(buffer[self._head :])
        else:
            tally.failures[buffer[:12].decode("latin-1")] += 1
        self._buffer, self._end = b"", 0
        if self._closing:
            self.transport.close()
        else:
            self._send()

    def connection_lost(self, _: Exception | None) -> None:
        if self._underway and not self._round.over:
            self._round.tally.failures["connection lost"] += 1
        self._round.lost()


async def _run(port: int, share: _Round, seconds: float, connections: int) -> None:
    loop = asyncio.get_running_loop()
    open_now = 0
    all_closed = asyncio.Event()

    async def connect() -> None:
        nonlocal open_now
        open_now += 1
        try:
            await loop.create_connection(lambda: _Connection(share), "127.0.0.1", port)
        except OSError as error:
            share.tally.failures[f"connect: {error.strerror}"] += 1
            lost()

    pending: set[asyncio.Task[None]] = set()

    def lost() -> None:
        nonlocal open_now
        open_now -= 1
        if not share.over and share.tally.failures.total() < 1000:
            task = loop.create_task(connect())
            pending.add(task)
            task.add_done_callback(pending.discard)
        elif not open_now:
            all_closed.set()

    share.lost = lost
    begun = time.perf_counter()
    for _ in range(connections):
        await connect()
    await asyncio.sleep(seconds)
    share.tally.seconds = time.perf_counter() - begun
    share.over = True
    try:
        await asyncio.wait_for(all_closed.wait(), 10)
    except TimeoutError:
        share.tally.failures["no answer in 10 s"] += open_now


def one_round(port: int, requests: Requests, rng: random.Random, seconds: float, connections: int) -> Tally:
    """Ask the server for so long; raises ``RuntimeError`` when it refuses what should work."""
    share = _Round(requests, rng)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_run(port, share, seconds, connections))
    failed = share.tally.failures.total()
    if failed > max(10, share.tally.count // 100):
        raise RuntimeError(f"{failed} of {share.tally.count + failed} requests failed: {dict(share.tally.failures)}")
    return share.tally


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's event loop where it is installed, else None for asyncio's own."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return factory
