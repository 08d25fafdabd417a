"""A collector from its start to its end: until so many spans have come, so much time has passed, or it is stopped; then judged."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flexsim.measure.metrics import Kind, Vocabulary
from flexsim.measure.thresholds import Threshold, Verdict, verdict
from flexsim.traces.serving import Collector, serving

_COUNTS: Final = (
    "spans", "traces", "received", "rejected", "errors", "duplicates", "orphans", "late", "out_of_order", "skewed", "backward",
    "lost_spans", "lost_traces", "requests", "refused_requests",
)  # fmt: skip
FIGURES: Final = Vocabulary(figures=dict.fromkeys(_COUNTS, Kind.COUNT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Where to listen, and for how long: ``expected`` are spans that differ, ``duration`` real seconds."""

    host: str = "127.0.0.1"
    port: int = 4318
    grpc_port: int | None = None
    expected: int | None = None
    duration: float | None = None
    settle: float = 0.5  # seconds without a request before the expected spans are believed to be all


async def watch(collector: Collector, how: Watch, announce: Callable[[int, int | None], None]) -> None:
    """Serve until it is over; ``announce`` is told the ports. Raises ConfigurationError where one cannot be had."""
    async with serving(collector, how.host, how.port) as port, _grpc(collector, how) as grpc_port:
        announce(port, grpc_port)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(how.duration):
                await _all_here(collector, how)


async def _all_here(collector: Collector, how: Watch) -> None:
    """Return once the expected spans are here and nothing has come for a while; without a number, never."""
    while True:
        collector.arrived.clear()
        here = how.expected is not None and _spans(collector, how.expected) >= how.expected
        try:
            await asyncio.wait_for(collector.arrived.wait(), how.settle if here else None)
        except TimeoutError:
            return


def _spans(collector: Collector, expected: int) -> int:
    """How many spans that differ have come; copies are not looked for before there could be enough."""
    reception = collector.intake.reception
    return reception.defects().spans if reception.received >= expected else 0


@contextlib.asynccontextmanager
async def _grpc(collector: Collector, how: Watch) -> AsyncIterator[int | None]:
    if how.grpc_port is None:
        yield None
        return
    from flexsim.traces.grpc_in import serving_grpc  # noqa: PLC0415 -- an extra, imported where it is asked for

    async with serving_grpc(collector, how.host, how.grpc_port) as port:
        yield port


def judged(stats: dict[str, Any], thresholds: Sequence[Threshold]) -> list[Verdict]:
    """What the thresholds make of a collector's figures."""
    return [verdict(each, stats[each.metric], FIGURES) for each in thresholds]
