"""The command ``flexsim load tools``: the service whose tools the agents of the scenarios call."""

from typing import Annotated

import typer

from flexsim.cli import output
from flexsim.cli.options import Host, Json, Protocol, Seed, common, seed_or_fresh, settings
from flexsim.interrupts import until_terminated

_DELAY = 80.0


def tools(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port; 0 is any free one.", min=0, max=65_535)] = 8081,
    delay_ms: Annotated[
        float | None,
        typer.Option(
            "--delay-ms",
            help=f"Milliseconds that a call takes, {_DELAY:g} unless given. \\[env: TOOL_DELAY_MS]",
            min=0,
            max=3_600_000,
            show_default=False,
        ),
    ] = None,
    error_rate: Annotated[
        float | None,
        typer.Option(
            "--error-rate",
            help="Share of calls that fail, 0 unless given. \\[env: TOOL_ERROR_RATE]",
            min=0,
            max=1,
            show_default=False,
        ),
    ] = None,
    otlp: Annotated[
        str | None,
        typer.Option(
            "--otlp",
            help="Send a span of each call that says by traceparent whose it is to this address; nowhere unless given."
            " \\[env: OTEL_EXPORTER_OTLP_ENDPOINT]",
            show_default=False,
        ),
    ] = None,
    protocol: Protocol = "http/protobuf",
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Serve tools that take their time and fail when told to: /tool/NAME, until it is stopped.

    A call may say delay_ms, error_rate, payload_size_kb and stream=1 for itself. SERVICE_NAME names the service in spans.

    Example: flexsim load tools --port 8081 --delay-ms 80 --error-rate 0.05
    Example: flexsim load tools --otlp http://127.0.0.1:4318
    """
    import asyncio

    from flexsim.clock import WallClock
    from flexsim.loops import run
    from flexsim.traces.sending import Destination
    from flexsim.traces.services import COLLECT_EVERY, TOOL_SERVICE, Tools, tool_service

    known = settings(context)
    endpoint = otlp or known.otlp_endpoint
    how = Tools(
        host=host,
        port=port,
        delay_ms=next(each for each in (delay_ms, known.tool_delay_ms, _DELAY) if each is not None),
        error_rate=next(each for each in (error_rate, known.tool_error_rate, 0.0) if each is not None),
        destination=None if endpoint is None else Destination(endpoint=endpoint, protocol=protocol),
        service=known.service_name or TOOL_SERVICE,
    )
    number = seed_or_fresh(context, seed)

    async def until_stopped() -> None:
        with until_terminated():
            async with tool_service(how, WallClock(), number) as (url, _):
                if as_json:
                    output.print_json({"tools": url, "seed": number})
                output.say(f"tools at {url}/tool/NAME (seed {number}); Ctrl-C ends it", quiet=common(context).quiet)
                await asyncio.Event().wait()

    run(until_stopped(), collect_every=COLLECT_EVERY)
