"""The command ``flexsim converse run``: one conversation, to watch and to keep."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.cli.converse import plans
from flexsim.cli.options import Json, Seed, Speed, common, seed_or_fresh
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from rich.console import Console

    from flexsim.voice.conversation.casting import Plan
    from flexsim.voice.conversation.conversing import Outcome
    from flexsim.voice.conversation.doors import Way
    from flexsim.voice.conversation.happenings import Happening, Watch
    from flexsim.voice.conversation.talk import Talk

_LOOKS: Final = 10  # a second, at what is being said


def run(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    caller: Annotated[
        str, typer.Option("--caller", help="Who calls: typical, frustrated, elderly, hurried.")
    ] = "typical",
    caller_file: Annotated[
        Path | None,
        typer.Option("--caller-file", help="A caller of your own: YAML or JSON.", dir_okay=False, show_default=False),
    ] = None,
    scenario: Annotated[
        str, typer.Option("--scenario", help="Why: lost-card, balance, transfer, car-claim ...")
    ] = "lost-card",
    scenario_file: Annotated[
        Path | None,
        typer.Option("--scenario-file", help="A scenario of your own.", dir_okay=False, show_default=False),
    ] = None,
    agent: Annotated[
        str | None,
        typer.Option(
            "--agent",
            help="Who answers: banking, insurance; whoever fits the scenario unless given.",
            show_default=False,
        ),
    ] = None,
    agent_file: Annotated[
        Path | None, typer.Option("--agent-file", help="An agent of your own.", dir_okay=False, show_default=False)
    ] = None,
    provider: plans.WithProvider = plans.Provider.LOCAL,
    model: plans.Model = None,
    engine_url: plans.EngineUrl = None,
    engine_key: plans.EngineKey = None,
    virtual: Annotated[
        bool, typer.Option("--virtual", help="In virtual time: over in a moment, the same bytes for the same seed.")
    ] = False,
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
    reconnect: Annotated[
        int, typer.Option("--reconnect", help="How often a side that is lost is called again.", min=0, max=100)
    ] = 2,
    seed: Seed = None,
    out: plans.Out = plans.CONVERSATIONS,
    as_json: Json = False,
) -> None:
    """Let an AI caller phone an AI agent: watch who says what, and keep sound, words, functions and protocol.

    Example: flexsim converse run --caller typical --scenario lost-card --seed 7
    Example: flexsim converse run --caller frustrated --scenario balance --virtual --noise 10 --mulaw --json
    Example: flexsim converse run --provider openai --duration 120
    """
    from flexsim.voice.conversation.casting import Plan, Provider
    from flexsim.voice.conversation.choosing import agent_of, caller_of, scenario_of

    chosen = scenario_of(scenario, scenario_file)
    plan = Plan(
        caller=caller_of(caller, caller_file),
        scenario=chosen,
        agent=agent_of(agent, chosen, agent_file),
        seed=seed_or_fresh(context, seed),
        provider=Provider(provider.value),
        rules=plans.rules(turns, duration, max_turns, silence_timeout),
        impairments=plans.impairments(noise, loss, delay, mulaw=mulaw),
    )
    way = plans.way(context, provider, engine_url, engine_key, model, exact=not acoustic)
    if virtual and (way.openai or way.url is not None or speed != 1.0):
        raise ConfigurationError(
            "--virtual is in this process and has no pace: leave out --provider openai, --engine-url, --speed"
        )
    if way.openai and speed != 1.0:
        raise ConfigurationError("--speed is for the local engine: OpenAI's sessions take the time they take")
    quiet = common(context).quiet or as_json
    outcome = (
        _virtually(plan, way, out, quiet=quiet) if virtual else _live(plan, way, out, speed, reconnect, quiet=quiet)
    )
    _print(outcome, plan, as_json=as_json)
    plans.raise_if_lost(outcome)


def _virtually(plan: "Plan", way: "Way", out: Path, *, quiet: bool) -> "Outcome":
    from flexsim.voice.conversation.conversing import Setting, converse_virtually
    from flexsim.voice.sound.speaking import EspeakSpeaker

    watch = _lines(output.stdout(), quiet=quiet)
    return converse_virtually(plan, Setting(out=out, watch=watch), EspeakSpeaker(), exact=way.exact)


def _live(plan: "Plan", way: "Way", out: Path, speed: float, reconnect: int, *, quiet: bool) -> "Outcome":  # noqa: PLR0913 -- as above
    from flexsim.clock import WallClock
    from flexsim.voice.conversation.conversing import Setting, converse_live
    from flexsim.voice.conversation.doors import opened
    from flexsim.voice.conversation.live import Reconnecting

    async def converse() -> "Outcome":
        clock = WallClock(speed)
        with _watching(quiet=quiet) as (watch, show):
            setting = Setting(out=out, started=clock.now(), watch=watch, show=show)
            async with opened(way, clock, plan.seed) as doors:
                return await converse_live(plan, setting, doors, clock, Reconnecting(attempts=reconnect))

    return interrupts.run(_until_terminated(converse))


async def _until_terminated(converse: "Callable[[], Awaitable[Outcome]]") -> "Outcome":
    outcome = None
    with interrupts.until_terminated():
        outcome = await converse()
    if outcome is None:
        raise KeyboardInterrupt
    return outcome


def _lines(console: "Console", *, quiet: bool) -> "Watch":
    from flexsim.voice.conversation.view import Script

    script = Script()

    def watch(happening: "Happening") -> None:
        for text in [] if quiet else script.lines(happening):
            console.print(text, soft_wrap=not console.is_terminal)

    return watch


@contextlib.contextmanager
def _watching(*, quiet: bool) -> "Iterator[tuple[Watch, Callable[[Talk], None]]]":
    """Lines as they are known, and below them, on a terminal, what is being said."""
    console = output.stdout()
    watch = _lines(console, quiet=quiet)
    if quiet or not console.is_terminal:
        yield watch, lambda _talk: None
        return
    from rich.live import Live

    from flexsim.voice.conversation.view import status

    talks: list[Talk] = []
    with Live(
        console=console,
        transient=True,
        refresh_per_second=_LOOKS,
        get_renderable=lambda: status(talks[0]) if talks else "",
    ):
        yield watch, talks.append


def _print(outcome: "Outcome", plan: "Plan", *, as_json: bool) -> None:
    from flexsim.voice.conversation.view import summary

    if as_json:
        output.print_json({"folder": str(outcome.folder), **outcome.metadata})
        return
    output.print_table(None, ["conversation", outcome.metadata["conversation_id"]], summary(outcome.metadata))
    output.print_line(f"seed {plan.seed}; sound, words, functions and protocol are in {outcome.folder}")
