"""Sends finished spans on, in batches, a few at the same time, over connections that stay open.

Memory is bounded: no more than ``queue`` batches wait. Whoever awaits ``export`` waits for room; whoever cannot wait uses ``offer``,
and what finds no room is lost and counted.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, Self

from flexsim.randomness import Uniform
from flexsim.traces.declared import Emitted
from flexsim.traces.delivery import Ledger, Patience, Reply

BATCH: Final = 512
FLUSH: Final = 1.0  # seconds that spans wait for others


class Encoder(Protocol):
    """Writes a batch."""

    @property
    def content_type(self) -> str: ...

    def encode(self, spans: Sequence[Emitted]) -> bytes:
        """One request."""


class Transport(Protocol):
    """Carries one request; never raises for what goes wrong on the way."""

    async def post(self, body: bytes) -> Reply:
        """What came back."""

    async def close(self) -> None:
        """Let the connections go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much at a time: spans in a batch, batches under way, batches that wait."""

    batch: int = BATCH
    at_once: int = 4
    queue: int = 64
    grace: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The time (UTC seconds), how to wait, and the chance in pauses."""

    now: Callable[[], float]
    draws: Uniform
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)


class Exporter:
    """Use it as ``async with``; leaving it sends what is left, for at most ``grace`` seconds, and counts the rest as lost."""

    def __init__(
        self, encoder: Encoder, transport: Transport, timing: Timing, patience: Patience | None = None,
        limits: Limits | None = None,
    ) -> None:  # fmt: skip
        self.ledger = Ledger()
        self._encoder = encoder
        self._transport = transport
        self._timing = timing
        self._patience = patience or Patience()
        self._limits = limits or Limits()
        self._open: list[Emitted] = []
        self._queue: asyncio.Queue[list[Emitted]] = asyncio.Queue(self._limits.queue)
        self._senders: list[asyncio.Task[None]] = []
        self._failure: Exception | None = None
        self._problem = "no answer"

    async def __aenter__(self) -> Self:
        self._senders = [asyncio.create_task(self._send_all()) for _ in range(self._limits.at_once)]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            await self._finish(self._limits.grace)
        finally:
            for each in self._senders:
                each.cancel()
            await asyncio.gather(*self._senders, return_exceptions=True)
            await self._transport.close()
            if self.ledger.waiting:
                self.ledger.gone(self.ledger.waiting, f"not delivered before the end: {self._problem}")
        if kind is None and self._failure is not None:
            raise self._failure

    async def export(self, spans: Sequence[Emitted]) -> None:
        """Hand spans in; waits while too many batches wait. Raises what the transport raised, if it did."""
        if self._failure is not None:
            raise self._failure
        self.ledger.take(len(spans))
        self._open.extend(spans)
        while len(self._open) >= self._limits.batch:
            await self._queue.put(self._cut())

    async def batch(self, spans: Sequence[Emitted]) -> None:
        """Hand spans in as a request of their own, after what there is; waits and raises as ``export``."""
        if self._failure is not None:
            raise self._failure
        self.ledger.take(len(spans))
        while self._open:
            await self._queue.put(self._cut())
        await self._queue.put(list(spans))

    def offer(self, spans: Sequence[Emitted]) -> None:
        """Hand spans in without waiting; a batch for which there is no room is lost."""
        self.ledger.take(len(spans))
        self._open.extend(spans)
        while len(self._open) >= self._limits.batch:
            self._put(self._cut())

    def flush(self) -> None:
        """Send what there is, though it fills no batch."""
        if self._open:
            self._put(self._cut())

    def _put(self, batch: list[Emitted]) -> None:
        try:
            self._queue.put_nowait(batch)
        except asyncio.QueueFull:
            self.ledger.gone(len(batch), "queue full")

    def _cut(self) -> list[Emitted]:
        batch, self._open = self._open[: self._limits.batch], self._open[self._limits.batch :]
        return batch

    async def _finish(self, grace: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                while self._open:
                    await self._queue.put(self._cut())
                await self._queue.join()

    async def _send_all(self) -> None:
        while True:
            batch = await self._queue.get()
            try:
                await self._send(batch)
            except Exception as error:  # noqa: BLE001 -- it is raised where it is heard: in export, or at the end
                self._failure = error
                self.ledger.gone(len(batch), type(error).__name__)
            finally:
                self._queue.task_done()

    async def _send(self, batch: list[Emitted]) -> None:
        body = self._encoder.encode(batch)
        attempt = 1
        while True:
            reply = await self._transport.post(body)
            if reply.accepted:
                self.ledger.arrived(len(batch), reply.rejected, len(body))
                return
            self._problem = reply.reason()
            pause = self._patience.pause(reply, attempt, self._timing.now(), self._timing.draws)
            if pause is None:
                self.ledger.gone(len(batch), reply.reason())
                return
            self.ledger.retries += 1
            attempt += 1
            await self._timing.sleep(pause)


@contextlib.asynccontextmanager
async def flushing(exporter: Exporter, every: float = FLUSH) -> AsyncIterator[None]:
    """Send what there is every so many seconds, while inside."""

    async def forever() -> None:
        while True:
            await asyncio.sleep(every)
            exporter.flush()

    task = asyncio.create_task(forever())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
