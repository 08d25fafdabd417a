"""A stage on the wall clock: routines are tasks, waiting is waiting, and a tool is whatever the caller brings."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Protocol, TypeVar

from flexsim.clock import Clock
from flexsim.traces.slots import RealSlots
from flexsim.traces.stage import KB_PER_MS, MILLISECOND, SECOND

T = TypeVar("T")


class Tools(Protocol):
    """Calls a tool; never raises for what goes wrong with the call."""

    async def call(self, tool: str, factor: float, fail: bool, payload_kb: int, caller: bytes) -> tuple[str, float]:
        """An error's message, if any, and the delay in milliseconds; ``caller`` as ``Stage`` has it."""


class SleepingTools:
    """Tools in this process, which take ``delay_ms`` and their payload's time for real and then do nothing."""

    def __init__(self, delay_ms: float) -> None:
        self._delay_ms = delay_ms

    async def call(
        self,
        tool: str,
        factor: float,
        fail: bool,
        payload_kb: int,
        caller: bytes,  # noqa: ARG002 -- the Protocol's
    ) -> tuple[str, float]:
        delay = self._delay_ms * factor + payload_kb / KB_PER_MS
        await asyncio.sleep(delay * MILLISECOND / SECOND)
        return (f"{tool} answered 500" if fail else "", delay)


class RealStage:
    """Scenarios on the running event loop; when one is cancelled, so is all that it started."""

    def __init__(self, clock: Clock, tools: Tools, token: Callable[[str], Awaitable[None]] | None = None) -> None:
        self._clock = clock
        self._token = token
        self.call = tools.call

    @property
    def now(self) -> int:
        return int(self._clock.now() * SECOND)

    async def sleep(self, nanoseconds: int) -> None:
        await asyncio.sleep(nanoseconds / SECOND)

    async def gather(self, routines: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in routines]
        return [each.result() for each in tasks]

    def slots(self, count: int) -> RealSlots:
        return RealSlots(count)

    async def token(self, text: str) -> None:
        if self._token is not None:
            await self._token(text)
