"""The command ``flexsim converse serve``: conversations on demand, over a WebSocket, until it is told to stop."""

from typing import Annotated

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.cli.converse import plans
from flexsim.cli.options import Host, Json, Port, Seed, Speed, common, seed_or_fresh


def serve(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    conversations: Annotated[
        int, typer.Option("--conversations", help="Conversations at a time; more are turned away.", min=1, max=1000)
    ] = 10,
    provider: plans.WithProvider = plans.Provider.LOCAL,
    model: plans.Model = None,
    engine_url: plans.EngineUrl = None,
    engine_key: plans.EngineKey = None,
    speed: Speed = 1.0,
    turns: plans.TurnTaking = plans.Turns.SEMANTIC_VAD,
    duration: plans.Duration = 600.0,
    max_turns: plans.MaxTurns = 200,
    silence_timeout: plans.SilenceTimeout = 30.0,
    noise: plans.Noise = None,
    mulaw: plans.Mulaw = False,
    loss: plans.Loss = 0.0,
    delay: plans.Delay = 0,
    acoustic: plans.Acoustic = False,
    seed: Seed = None,
    out: plans.Out = plans.CONVERSATIONS,
    as_json: Json = False,
) -> None:
    """Start a conversation for whoever opens a WebSocket at /agent-conversation, and tell it what happens in it.

    Its address says who calls and why: ?caller_type=frustrated&scenario=balance, and agent and seed where you like. Every
    conversation is recorded. Whoever closes the socket ends it. At /health it says how many there are.

    Example: flexsim converse serve
    Example: flexsim converse serve --port 0 --conversations 50 --noise 15 --mulaw --json
    """
    import asyncio

    from flexsim.clock import WallClock
    from flexsim.sockets import address
    from flexsim.voice.conversation.casting import Provider
    from flexsim.voice.conversation.doors import opened
    from flexsim.voice.conversation.serving import PATH, Stand, Terms, serving

    chosen = seed_or_fresh(context, seed)
    way = plans.way(context, provider, engine_url, engine_key, model, exact=not acoustic)
    terms = Terms(
        out=out,
        at_once=conversations,
        seed=chosen,
        provider=Provider(provider.value),
        rules=plans.rules(turns, duration, max_turns, silence_timeout),
        impairments=plans.impairments(noise, loss, delay, mulaw=mulaw),
    )
    quiet = common(context).quiet or as_json

    async def until_stopped() -> None:
        clock = WallClock(speed)
        with interrupts.until_terminated():
            async with (
                opened(way, clock, chosen) as doors,
                serving(Stand(terms, doors, clock, host), host, port) as bound,
            ):
                place = address(host, bound)
                if as_json:
                    output.print_json({"url": f"ws://{place}{PATH}", "http": f"http://{place}", "seed": chosen})
                output.say(f"conversations at ws://{place}{PATH} (seed {chosen}); Ctrl-C stops it", quiet=quiet)
                await asyncio.get_running_loop().create_future()

    interrupts.run(until_stopped())
