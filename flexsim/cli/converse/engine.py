"""The command ``flexsim converse engine``: the Realtime protocol on this machine, until it is told to stop."""

from typing import Annotated

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.cli.options import Host, Json, Port, Seed, Speed, common, seed_or_fresh, settings


def engine(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    host: Host = "127.0.0.1",
    port: Port = 8765,
    api_key: Annotated[
        list[str] | None,
        typer.Option(
            "--api-key",
            help="Let in only who says this key; can be repeated. Everybody, unless given. Others on this machine can"
            " see it, .env is safer. \\[env: CONVERSE_API_KEY]",
            show_default=False,
        ),
    ] = None,
    sessions: Annotated[
        int, typer.Option("--sessions", help="Sessions at a time; more are turned away.", min=1, max=10_000)
    ] = 500,
    longest: Annotated[
        float, typer.Option("--longest", help="Seconds after which a session is over.", min=1.0, max=86_400)
    ] = 1_800.0,
    idle: Annotated[
        float, typer.Option("--idle", help="Seconds without an event after which it is closed.", min=1.0, max=86_400)
    ] = 600.0,
    requests: Annotated[
        int, typer.Option("--requests", help="Responses that a session may ask for in a minute.", min=1, max=1_000_000)
    ] = 5_000,
    seed: Seed = None,
    speed: Speed = 1.0,
    as_json: Json = False,
) -> None:
    """Serve voice sessions that need no key, no model and no network: speech, hearing, turns, functions.

    Clients of OpenAI's Realtime API find it at /v1/realtime.

    Example: flexsim converse engine
    Example: flexsim converse engine --port 0 --seed 7 --api-key secret --json
    """
    import asyncio

    from flexsim.clock import WallClock
    from flexsim.sockets import address
    from flexsim.voice.dialogue.minds import make_mind
    from flexsim.voice.realtime.local import local_setup
    from flexsim.voice.realtime.server import Engine, Limits, serving

    chosen = seed_or_fresh(context, seed)
    setup = local_setup(make_mind, longest=longest, requests=float(requests))
    limits = Limits(sessions=sessions, idle=idle)
    from_settings = settings(context).engine_api_key
    keys = api_key or ([from_settings] if from_settings else [])
    found = Engine(setup, WallClock(speed), seed=chosen, keys=keys, limits=limits)

    async def until_stopped() -> None:
        with interrupts.until_terminated():
            async with serving(found, host, port) as bound:
                place = address(host, bound)
                if as_json:
                    output.print_json({"url": f"ws://{place}/v1", "http": f"http://{place}", "seed": chosen})
                quiet = common(context).quiet or as_json
                output.say(f"engine at ws://{place}/v1/realtime (seed {chosen}); Ctrl-C stops it", quiet=quiet)
                await asyncio.get_running_loop().create_future()

    interrupts.run(until_stopped())
