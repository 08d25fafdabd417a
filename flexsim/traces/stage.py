"""What a scenario stands on: a clock, other routines at the same time, tools to call; virtual or real."""

from collections.abc import Awaitable, Coroutine, Iterable
from typing import Any, Final, Protocol, TypeVar

from flexsim.traces.scheduler import Scheduler, Slots

T = TypeVar("T")
MILLISECOND: Final = 1_000_000
SECOND: Final = 1_000_000_000
KB_PER_MS: Final = 50.0  # what a payload adds to a call: 50 MB a second, about half of a gigabit line


class Limit(Protocol):
    """So many at a time."""

    async def acquire(self) -> object:
        """Return once there is a slot."""

    def release(self) -> None:
        """Give it back."""


class Stage(Protocol):
    """One clock for one or more scenarios; ``now`` is in UTC nanoseconds."""

    @property
    def now(self) -> int: ...

    def sleep(self, nanoseconds: int) -> Awaitable[None]:
        """Go on that much later."""

    async def gather(self, routines: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
        """Run all at once, and return their results in order once the last has ended."""

    def slots(self, count: int) -> Limit:
        """A limit of ``count`` at a time."""

    async def call(self, tool: str, factor: float, fail: bool, payload_kb: int, caller: bytes) -> tuple[str, float]:
        """Call a tool that takes ``factor`` times its delay; an error's message, if any, and the delay in milliseconds.

        ``caller`` is the trace id and the id of the span that is the call.
        """

    async def token(self, text: str) -> None:
        """Hand a token to whoever reads the stream."""


class VirtualStage:
    """A stage in virtual time, whose tools take ``delay_ms`` and what their payload needs on the way."""

    __slots__ = ("_delay_ms", "_scheduler", "gather", "sleep")

    def __init__(self, scheduler: Scheduler, delay_ms: float) -> None:
        self._scheduler = scheduler
        self._delay_ms = delay_ms
        self.gather = scheduler.gather
        self.sleep = scheduler.sleep

    @property
    def now(self) -> int:
        return self._scheduler.now

    def slots(self, count: int) -> Slots:
        return self._scheduler.slots(count)

    async def call(
        self,
        tool: str,
        factor: float,
        fail: bool,
        payload_kb: int,
        caller: bytes,  # noqa: ARG002 -- the Protocol's
    ) -> tuple[str, float]:
        delay = self._delay_ms * factor
        if payload_kb:
            delay += payload_kb / KB_PER_MS
        await self.sleep(int(delay * MILLISECOND))
        return (f"{tool} answered 500" if fail else "", delay)

    async def token(self, text: str) -> None:
        """Nobody reads in virtual time."""
