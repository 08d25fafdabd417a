"""The command ``flexsim load services``: agents, their tools, and a receiver of their spans, in one process."""

from typing import Annotated

import typer

from flexsim.cli import output
from flexsim.cli.options import Host, Json, Seed, common, seed_or_fresh, settings
from flexsim.interrupts import until_terminated

_DELAY = 80.0


def services(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    host: Host = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", help="Port of the agent service; 0 is any free one.", min=0, max=65_535)
    ] = 8080,
    tools_port: Annotated[
        int, typer.Option("--tools-port", help="Port of the tool service; 0 is any free one.", min=0, max=65_535)
    ] = 8081,
    collector_port: Annotated[
        int, typer.Option("--collector-port", help="Port of the receiver; 0 is any free one.", min=0, max=65_535)
    ] = 4318,
    otlp: Annotated[
        str | None,
        typer.Option("--otlp", help="Send spans to this address, and start no receiver.", show_default=False),
    ] = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Serve agents and their tools, and a receiver that shows their traces, until it is stopped.

    TOOL_DELAY_MS, TOOL_ERROR_RATE, SERVICE_NAME and AGENT_NAME are heeded.

    Example: flexsim load services
    Example: flexsim load services --otlp http://127.0.0.1:4318 --port 0 --tools-port 0 --json
    """
    import asyncio
    import contextlib

    from flexsim.clock import WallClock
    from flexsim.loops import run
    from flexsim.sockets import address
    from flexsim.traces.intake import Intake
    from flexsim.traces.reception import Reception
    from flexsim.traces.sending import SERVICE, Destination
    from flexsim.traces.services import COLLECT_EVERY, App, Tools, app_service, tool_service
    from flexsim.traces.serving import Collector, serving

    known = settings(context)
    number = seed_or_fresh(context, seed)
    clock = WallClock()

    async def until_stopped() -> None:
        with until_terminated():
            async with contextlib.AsyncExitStack() as stack:
                endpoint = otlp
                if endpoint is None:
                    collector = Collector(Intake(Reception()), clock)
                    taken = await stack.enter_async_context(serving(collector, host, collector_port))
                    endpoint = f"http://{address(host, taken)}"
                destination = Destination(endpoint=endpoint)
                tools = Tools(
                    host=host,
                    port=tools_port,
                    delay_ms=_DELAY if known.tool_delay_ms is None else known.tool_delay_ms,
                    error_rate=known.tool_error_rate or 0.0,
                    destination=destination,
                )
                tools_url, _ = await stack.enter_async_context(tool_service(tools, clock, number))
                how = App(
                    host=host,
                    port=port,
                    tools_url=tools_url,
                    destination=destination,
                    service=known.service_name or SERVICE,
                    mesh=known.agent_name or "",
                )
                running = await stack.enter_async_context(app_service(how, clock, number))
                found = {"app": running.url, "tools": tools_url, "otlp": endpoint, "seed": number}
                if as_json:
                    output.print_json(found)
                output.say(
                    f"agents at {running.url}/run, tools at {tools_url}, traces at {endpoint} (seed {number}); Ctrl-C ends it",
                    quiet=common(context).quiet,
                )
                await asyncio.Event().wait()

    run(until_stopped(), collect_every=COLLECT_EVERY)
