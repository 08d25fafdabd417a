"""The command ``flexsim agentsim``: the agents of a configuration, until they are told to go."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.cli.changes import counted
from flexsim.cli.options import (
    Account,
    Auth,
    CfgDir,
    Host,
    Json,
    Seed,
    TargetSpeed,
    Workspace,
    common,
    credentials,
    seed_or_fresh,
    settings,
)

if TYPE_CHECKING:
    from flexsim.clock import WallClock
    from flexsim.configuration.records import Configuration
    from flexsim.deployment.client import Credentials
    from flexsim.live.agents import AgentOptions, AgentSimulator
    from flexsim.randomness import Randomness

_PORT: Final = 3000
_PROGRESS_EVERY: Final = 30.0  # real seconds


def agentsim(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    cfgdir: CfgDir = Path("config"),
    acct: Account = None,
    auth: Auth = None,
    wrkspc: Workspace = None,
    host: Host = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            help="Port for the TaskRouter's callbacks; 0 is any free one, 3000 unless given. \\[env: AGENTSIM_PORT]",
            min=0,
            max=65_535,
            show_default=False,
        ),
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option(
            "--public-url",
            help="Address at which the TaskRouter reaches this port (your tunnel's); the workflow is told to call it.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = None,
    speed: TargetSpeed = None,
    warm: Annotated[
        bool, typer.Option("--warm", help="Start agents in the mixture of activities that they would settle into.")
    ] = False,
    validate_signature: Annotated[
        bool | None,
        typer.Option(
            "--validate-signature/--no-validate-signature",
            help="Take callbacks only if the TaskRouter has signed them; checked when it can be, unless given.",
            show_default=False,
        ),
    ] = None,
    duration: Annotated[
        float | None,
        typer.Option("--duration", help="Stop after so many simulated seconds.", min=0, show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Log our agents in and let them handle tasks, until Ctrl-C logs them out again.

    Example: flexsim agentsim --warm
    Example: flexsim agentsim --port 3000 --public-url https://acme.ngrok.app
    """
    from flexsim.configuration.files import read_configuration
    from flexsim.deployment.address import is_this_machine, reservation_url
    from flexsim.live.agents import AgentOptions
    from flexsim.randomness import Randomness

    way_in = credentials(context, acct, auth, wrkspc)
    configured_port = settings(context).agentsim_port
    quiet = common(context).quiet
    options = AgentOptions(
        host=host,
        port=next((each for each in (port, configured_port) if each is not None), _PORT),
        public_url=None if public_url is None else reservation_url(public_url, "--public-url"),
        announce=way_in.base_url is not None and is_this_machine(way_in.base_url),
        warm=warm,
        validate=validate_signature,
        auth_token=way_in.auth_token,
        report=lambda line: output.say(line, quiet=quiet),
    )
    randomness = Randomness(seed_or_fresh(context, seed))
    run = _Run(read_configuration(cfgdir), randomness, options, quiet=quiet)
    interrupts.run(run.until_stopped(way_in, speed, duration, as_json=as_json))


class _Run:
    """One run of agentsim, from log-in to summary."""

    def __init__(
        self, configuration: "Configuration", randomness: "Randomness", options: "AgentOptions", *, quiet: bool
    ) -> None:
        self._configuration = configuration
        self._randomness = randomness
        self._options = options
        self._quiet = quiet

    async def until_stopped(
        self, way_in: "Credentials", speed: float | None, duration: float | None, *, as_json: bool
    ) -> None:
        from flexsim.deployment.client import connect
        from flexsim.live.agents import AgentSimulator
        from flexsim.live.pace import keep_step, local_pace

        async with connect(way_in) as router:
            clock = keep_step(await local_pace(way_in.base_url), speed)
            agents = AgentSimulator(router, clock, self._configuration, self._randomness, self._options)
            try:
                with interrupts.until_terminated():
                    async with agents:
                        self._greet(agents, clock)
                        await self._watch(agents, clock, duration)
            finally:
                if agents.hired:
                    self._sum_up(agents, as_json=as_json)

    def _greet(self, agents: "AgentSimulator", clock: "WallClock") -> None:
        output.say(
            f"{counted(agents.hired, 'agent')} of {self._configuration.domain.brand} at {agents.address}"
            f" (speed {clock.speed:g}, seed {self._randomness.seed}); Ctrl-C logs them out",
            quiet=self._quiet,
        )

    async def _watch(self, agents: "AgentSimulator", clock: "WallClock", duration: float | None) -> None:
        """Wait for the end, saying from time to time how it goes to whoever sits at a terminal."""
        end = None if duration is None else clock.now() + duration
        silent = self._quiet or not output.stderr().is_terminal
        while end is None or clock.now() < end:
            left = _PROGRESS_EVERY if end is None else (end - clock.now()) / clock.speed
            await asyncio.sleep(max(0.0, min(_PROGRESS_EVERY, left)))
            counts = agents.counts
            there = ", ".join(f"{count} {name}" for name, count in agents.agents_by_activity().items() if count)
            output.say(
                f"{there}; {counted(agents.in_hand, 'task')} in hand, {counts.completed} completed", quiet=silent
            )

    def _sum_up(self, agents: "AgentSimulator", *, as_json: bool) -> None:
        summary = agents.summary()
        if as_json:
            output.print_json(summary)
        shown = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in summary.items() if value)
        output.say(f"agentsim: {shown or 'nothing happened'}", quiet=self._quiet)
        if summary["in_hand"]:
            left = f"{counted(summary['in_hand'], 'task')} left in the agents' hands"
            output.say(f"{left}: the next agentsim finishes them, cleansim removes them", quiet=self._quiet)
