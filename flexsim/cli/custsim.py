"""The command ``flexsim custsim``: customers who arrive, wait, and are answered or give up."""

import asyncio
import dataclasses
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
    Json,
    Seed,
    TargetSpeed,
    Workspace,
    common,
    credentials,
    seed_or_fresh,
)

if TYPE_CHECKING:
    from flexsim.configuration.records import Configuration
    from flexsim.deployment.client import Credentials
    from flexsim.live.customers import CustomerOptions, CustomerSimulator
    from flexsim.randomness import Randomness

_PROGRESS_EVERY: Final = 30.0  # real seconds


def custsim(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    cfgdir: CfgDir = Path("config"),
    acct: Account = None,
    auth: Auth = None,
    wrkspc: Workspace = None,
    time_limit: Annotated[
        float, typer.Option("--time-limit", "--timeLim", help="Customers arrive for so many simulated seconds.", min=0)
    ] = 3600.0,
    max_tasks: Annotated[
        int | None, typer.Option("--max-tasks", help="No more than so many customers.", min=0, show_default=False)
    ] = None,
    rate_per_hour: Annotated[
        float | None,
        typer.Option(
            "--rate-per-hour",
            help="Customers an hour, in place of the domain's rate; its profile over the day stays.",
            min=0.001,
            show_default=False,
        ),
    ] = None,
    locale: Annotated[
        str | None,
        typer.Option(
            "--locale",
            help="Where customers are from: en-us, es-es, de-de, fr-fr; the domain's unless given.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = None,
    speed: TargetSpeed = None,
    as_json: Json = False,
) -> None:
    """Let customers arrive; ends once the patience of the last has run out, or at Ctrl-C.

    Example: flexsim custsim --time-limit 600
    Example: flexsim custsim --max-tasks 100 --rate-per-hour 900
    """
    from flexsim.configuration.files import read_configuration
    from flexsim.live.customers import CustomerOptions
    from flexsim.randomness import Randomness

    quiet = common(context).quiet
    options = CustomerOptions(
        time_limit=time_limit,
        max_tasks=max_tasks,
        rate_per_hour=rate_per_hour,
        report=lambda line: output.say(line, quiet=quiet),
    )
    way_in = credentials(context, acct, auth, wrkspc)
    configuration = _settled_in(read_configuration(cfgdir), locale)
    run = _Run(configuration, Randomness(seed_or_fresh(context, seed)), options, quiet=quiet)
    interrupts.run(run.until_over(way_in, speed, as_json=as_json))


def _settled_in(configuration: "Configuration", locale: str | None) -> "Configuration":
    """The configuration with customers from another locale."""
    if locale is None:
        return configuration
    from flexsim.domain.loading import load_domain

    customers = load_domain(None, locale).customers
    domain = dataclasses.replace(configuration.domain, locale=locale, customers=customers)
    return dataclasses.replace(configuration, domain=domain)


class _Run:
    """One run of custsim, from the first customer to the summary."""

    def __init__(
        self, configuration: "Configuration", randomness: "Randomness", options: "CustomerOptions", *, quiet: bool
    ) -> None:
        self._configuration = configuration
        self._randomness = randomness
        self._options = options
        self._quiet = quiet

    async def until_over(self, way_in: "Credentials", speed: float | None, *, as_json: bool) -> None:
        from flexsim.deployment.client import connect
        from flexsim.live.customers import CustomerSimulator
        from flexsim.live.pace import keep_step, local_pace

        async with connect(way_in) as router:
            clock = keep_step(await local_pace(way_in.base_url), speed)
            customers = CustomerSimulator(router, clock, self._configuration, self._randomness, self._options)
            output.say(
                f"customers of {self._configuration.domain.brand} arrive for {self._options.time_limit:g} s"
                f" (speed {clock.speed:g}, seed {self._randomness.seed}); Ctrl-C ends it",
                quiet=self._quiet,
            )
            watching = asyncio.create_task(self._watch(customers))
            try:
                with interrupts.until_terminated():
                    await customers.run()
            finally:
                watching.cancel()
                if customers.begun:
                    self._sum_up(customers, as_json=as_json)

    async def _watch(self, customers: "CustomerSimulator") -> None:
        """Say from time to time how it goes to whoever sits at a terminal."""
        while output.stderr().is_terminal:
            await asyncio.sleep(_PROGRESS_EVERY)
            counts = customers.counts
            output.say(
                f"{counts.created} customers so far: {counts.answered} answered, {counts.abandoned} gave up,"
                f" {counts.undecided} within their patience",
                quiet=self._quiet,
            )

    def _sum_up(self, customers: "CustomerSimulator", *, as_json: bool) -> None:
        summary = customers.summary()
        if as_json:
            output.print_json(summary)
        by_channel = summary.pop("by_channel")
        shown = ", ".join(f"{name} {value}" for name, value in summary.items() if value)
        channels = ", ".join(f"{name} {count}" for name, count in by_channel.items())
        output.say(f"custsim: {shown or 'nobody came'}" + (f" ({channels})" if channels else ""), quiet=self._quiet)
        if left := summary["undecided"]:
            left_behind = f"{counted(left, 'task')} left to the agents; nobody gives up on them, cleansim removes them"
            output.say(left_behind, quiet=self._quiet)
