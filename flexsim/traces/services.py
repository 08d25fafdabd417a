"""The scenario services as they are run: each on its address, spans on their way, until they are no longer wanted."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from flexsim.clock import Clock
from flexsim.hosting import hosted
from flexsim.randomness import Generator, Randomness
from flexsim.traces.app_service import AppService
from flexsim.traces.exporter import Exporter, Limits, Timing, flushing
from flexsim.traces.run import Ids
from flexsim.traces.sending import Destination, exporter
from flexsim.traces.tool_client import ToolClient
from flexsim.traces.tool_service import ToolService
from flexsim.traces.tool_serving import serving_tools
from flexsim.traces.tool_spans import ToolSpans

TOOL_SERVICE: Final = "synthetic-tool-service"
# New objects between two looks of the garbage collector, which took a sixth of the agent service: spans make no cycles.
COLLECT_EVERY: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """How the tool service is to be; with a ``destination``, calls that say whose they are become spans there."""

    host: str = "127.0.0.1"
    port: int = 0
    delay_ms: float = 80.0
    error_rate: float = 0.0
    destination: Destination | None = None
    service: str = TOOL_SERVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """How the agent service is to be; without ``destination`` its spans go nowhere."""

    host: str = "127.0.0.1"
    port: int = 0
    tools_url: str
    destination: Destination | None = None
    service: str
    mesh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An agent service that runs: where, and what it has done."""

    url: str
    service: AppService
    exporter: Exporter | None


@contextlib.asynccontextmanager
async def tool_service(how: Tools, clock: Clock, seed: int) -> AsyncIterator[tuple[str, ToolService]]:
    """Serve tools while inside; gives the address. Raises ConfigurationError where it cannot be had."""
    randomness = Randomness(seed)
    async with _exporting(how.destination, how.service, clock, randomness.generator("tool delivery")) as sender:
        ids = Ids(randomness.generator("tool span ids"))
        service = ToolService(
            randomness.generator("tool errors"), delay_ms=how.delay_ms, error_rate=how.error_rate,
            spans=None if sender is None else ToolSpans(ids, clock, sender.offer),
        )  # fmt: skip
        async with serving_tools(service, how.host, how.port) as url:
            yield url, service


@contextlib.asynccontextmanager
async def app_service(how: App, clock: Clock, seed: int) -> AsyncIterator[Running]:
    """Serve scenarios while inside; spans are sent every second, and what is left at the end."""
    async with contextlib.AsyncExitStack() as stack:
        draws = Randomness(seed).generator("trace delivery")
        sender = await stack.enter_async_context(_exporting(how.destination, how.service, clock, draws))
        client = await stack.enter_async_context(ToolClient(how.tools_url))
        service = AppService(client, sender, clock, seed, how.mesh)
        url = await stack.enter_async_context(hosted(service, how.host, how.port))
        yield Running(url=url, service=service, exporter=sender)


@contextlib.asynccontextmanager
async def _exporting(
    destination: Destination | None, service: str, clock: Clock, draws: Generator
) -> AsyncIterator[Exporter | None]:
    """What sends a service's spans, every second and what is left at the end; None where they are to go nowhere."""
    if destination is None:
        yield None
        return
    resource = {"service.name": service, "telemetry.sdk.name": "flexsim"}
    async with (
        exporter(destination, resource, Timing(now=clock.now, draws=draws), Limits()) as sender,
        flushing(sender),
    ):
        yield sender
