"""The command ``flexsim load app``: the service that runs a scenario for each request."""

from typing import Annotated

import typer

from flexsim.cli import output
from flexsim.cli.options import Host, Json, Protocol, Seed, common, seed_or_fresh, settings
from flexsim.interrupts import until_terminated

_TOOLS = "http://127.0.0.1:8081"


def app(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port; 0 is any free one.", min=0, max=65_535)] = 8080,
    tools_url: Annotated[
        str | None,
        typer.Option(
            "--tools-url", help=f"The tool service, {_TOOLS} unless given. \\[env: TOOL_BASE]", show_default=False
        ),
    ] = None,
    otlp: Annotated[
        str | None,
        typer.Option(
            "--otlp",
            help="Send spans to this address; nowhere unless given. \\[env: OTEL_EXPORTER_OTLP_ENDPOINT]",
            show_default=False,
        ),
    ] = None,
    protocol: Protocol = "http/protobuf",
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Serve the scenarios: /run?scenario=NAME answers with what is true of its trace, /stream streams tokens, until stopped.

    SERVICE_NAME and AGENT_NAME name the service and the mesh of its agents.

    Example: flexsim load app --port 8080 --tools-url http://127.0.0.1:8081 --otlp http://127.0.0.1:4318
    """
    import asyncio

    from flexsim.clock import WallClock
    from flexsim.loops import run
    from flexsim.traces.sending import SERVICE, Destination
    from flexsim.traces.services import COLLECT_EVERY, App, app_service

    known = settings(context)
    endpoint = otlp or known.otlp_endpoint
    how = App(
        host=host,
        port=port,
        tools_url=tools_url or known.tool_base or _TOOLS,
        destination=None if endpoint is None else Destination(endpoint=endpoint, protocol=protocol),
        service=known.service_name or SERVICE,
        mesh=known.agent_name or "",
    )
    number = seed_or_fresh(context, seed)
    quiet = common(context).quiet

    async def until_stopped() -> None:
        running = None
        try:
            with until_terminated():
                async with app_service(how, WallClock(), number) as running:
                    if as_json:
                        output.print_json({"app": running.url, "seed": number})
                    where = f"spans go to {endpoint}" if endpoint else "spans go nowhere, as there is no --otlp"
                    output.say(f"agents at {running.url}/run (seed {number}); {where}; Ctrl-C ends it", quiet=quiet)
                    await asyncio.Event().wait()
        finally:
            if running is not None and running.exporter is not None:
                told = running.exporter.ledger.document()
                output.say(f"{told['sent']} spans sent, {told['rejected']} refused, {told['lost']} lost", quiet=quiet)

    run(until_stopped(), collect_every=COLLECT_EVERY)
