"""The scenario services as they are run: each on its address, spans on their way, until they are no longer wanted."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from flexsim.clock import Clock
from flexsim.randomness import Randomness
from flexsim.traces.app_service import AppService, flushing
from flexsim.traces.exporter import Exporter, Limits, Timing
from flexsim.traces.hosting import hosted
from flexsim.traces.sending import Destination, exporter
from flexsim.traces.tool_client import ToolClient
from flexsim.traces.tool_service import ToolService


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """How the tool service is to be."""

    host: str = "127.0.0.1"
    port: int = 0
    delay_ms: float = 80.0
    error_rate: float = 0.0


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
async def tool_service(how: Tools, seed: int) -> AsyncIterator[tuple[str, ToolService]]:
    """Serve tools while inside; gives the address. Raises ConfigurationError where it cannot be had."""
    service = ToolService(Randomness(seed).generator("tool errors"), delay_ms=how.delay_ms, error_rate=how.error_rate)
    async with hosted(service, how.host, how.port) as url:
        yield url, service


@contextlib.asynccontextmanager
async def app_service(how: App, clock: Clock, seed: int) -> AsyncIterator[Running]:
    """Serve scenarios while inside; spans are sent every second, and what is left at the end."""
    async with contextlib.AsyncExitStack() as stack:
        sender = None
        if how.destination is not None:
            timing = Timing(now=clock.now, draws=Randomness(seed).generator("trace delivery"))
            resource = {"service.name": how.service, "telemetry.sdk.name": "flexsim"}
            made = exporter(how.destination, resource, timing, Limits())
            sender = await stack.enter_async_context(made)
            await stack.enter_async_context(flushing(sender))
        client = await stack.enter_async_context(ToolClient(how.tools_url))
        service = AppService(client, sender, clock, seed, how.mesh)
        url = await stack.enter_async_context(hosted(service, how.host, how.port))
        yield Running(url=url, service=service, exporter=sender)
