"""The command ``flexsim load backend``: something for agents on sockets to connect to, until it is told to stop."""

from typing import Annotated

import typer

from flexsim.cli import output
from flexsim.cli.options import Host, Json, Port, Seed, common, seed_or_fresh
from flexsim.interrupts import until_terminated


def backend(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    host: Host = "127.0.0.1",
    port: Port = 8080,
    heartbeat: Annotated[
        float,
        typer.Option("--heartbeat", help="Seconds between heartbeats; who misses three is dropped.", min=0.1, max=3600),
    ] = 2.0,
    service_level: Annotated[
        float, typer.Option("--service-level", help="Seconds within which a call is to be answered.", min=0.0, max=3600)
    ] = 20.0,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            help="A fault to commit, NAME=SHARE: drop, duplicate, delay, close, half_open, slow_read; can be repeated.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Serve a backend for agents: it routes calls, commits faults on purpose and keeps exact accounts of both.

    Example: flexsim load backend
    Example: flexsim load backend --port 0 --fault drop=0.05 --fault close=0.01
    """
    from flexsim.clock import WallClock
    from flexsim.load.backend import Backend
    from flexsim.load.backend_http import serving
    from flexsim.load.faults import parse
    from flexsim.load.limits import connections_allowed
    from flexsim.loops import run
    from flexsim.sockets import address

    chosen = seed_or_fresh(context, seed)
    connections_allowed()  # as many descriptors as there can be
    found = Backend(WallClock(1.0), chosen, heartbeat=heartbeat, threshold=service_level)
    found.faults = parse(fault or [])

    async def until_stopped() -> None:
        import asyncio

        with until_terminated():
            async with serving(found, chosen, host, port) as bound:
                url = f"http://{address(host, bound)}"
                if as_json:
                    output.print_json({"url": url, "seed": chosen})
                quiet = common(context).quiet or as_json
                output.say(f"backend at {url}, a live page in a browser (seed {chosen}); Ctrl-C stops it", quiet=quiet)
                await asyncio.get_running_loop().create_future()

    run(until_stopped())
