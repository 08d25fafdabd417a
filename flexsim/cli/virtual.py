"""What the commands in virtual time share: which centre, from when, on how many processes, and how they show progress."""

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer

from flexsim.cli import output
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from flexsim.cluster.processes import Spread
    from flexsim.configuration.records import Configuration
    from flexsim.domain.model import Domain

_MANY: Final = 256  # processes of a cluster, for whom work is to lie ready
_PATIENCE: Final = 2.0  # real seconds without a progress bar

OwnCfgDir = Annotated[
    Path | None,
    typer.Option(
        "--cfgdir",
        help="Folder of the configuration files; one is made of the domain unless given.",
        file_okay=False,
        show_default=False,
    ),
]
Start = Annotated[
    str,
    typer.Option(
        "--start", help="When it begins, in the centre's time zone; a Monday unless given.", metavar="DATE[THH:MM]"
    ),
]
WarmUp = Annotated[
    float,
    typer.Option(
        "--warmup", help="Hours before --start that are simulated, too, and count for nothing.", min=0, max=1000
    ),
]
Hours = Annotated[float, typer.Option("--hours", help="How many hours count.", min=0.001, max=100_000)]
Jobs = Annotated[
    int, typer.Option("--jobs", help="Processes; 0 is one for each core. The results are the same.", min=0, max=1024)
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        help="Spread the work over this Ray cluster: host:port, ray://host:port, or local. The results are the same."
        " Needs flexsim\\[cluster].",
        show_default=False,
    ),
]


def centre(cfgdir: Path | None, domaindir: Path | None, locale: str, agents: int | None, seed: int) -> "Configuration":
    """The configuration meant; raises ConfigurationError where two are."""
    from flexsim.configuration.files import read_configuration
    from flexsim.configuration.generate import generate
    from flexsim.configuration.staff import with_agents
    from flexsim.domain.loading import load_domain
    from flexsim.randomness import Randomness

    if cfgdir is None:
        return generate(load_domain(domaindir, locale), Randomness(seed), agents)
    if domaindir is not None:
        raise ConfigurationError("--cfgdir and --domaindir name two centres; give one")
    found = read_configuration(cfgdir)
    return found if agents is None else with_agents(found, agents)


def timezone(domain: "Domain") -> str:
    """The centre's time zone: its arrivals', else its agents', else UTC."""
    if domain.arrivals is not None:
        return domain.arrivals.timezone
    return "UTC" if domain.agents is None else domain.agents.timezone


def moment(text: str, domain: "Domain", option: str) -> float:
    """UTC seconds of what a clock on the centre's wall shows; raises ConfigurationError naming the ``option``."""
    try:
        wall = datetime.fromisoformat(text)
        if wall.tzinfo is None:
            wall = wall.replace(tzinfo=ZoneInfo(timezone(domain)))
        found = wall.astimezone(UTC)
    except (ValueError, OverflowError):
        found = None
    if found is None or not 1970 <= found.year < 2200:
        raise ConfigurationError(f"{option} is not a date with or without a time, such as 2026-01-05T08:00: {text}")
    return found.timestamp()


def spread(jobs: int, cluster: str | None, works: int | None = None) -> "Spread | None":
    """How ``--jobs`` and ``--cluster`` ask for so many works (None: nobody knows how many) to be spread."""
    from flexsim.cluster.processes import Spread, over_processes

    if cluster is not None:
        from flexsim.cluster.pool import pool

        if jobs != 1:
            raise ConfigurationError(
                f"--cluster has as many processes as the cluster has cores; {jobs} of this machine go without it"
            )
        return Spread(open=partial(pool, cluster), same_disk=False, count=_MANY)
    wanted = jobs or os.cpu_count() or 1
    return over_processes(wanted if works is None else min(wanted, works))


@contextlib.contextmanager
def showing(what: str, *, quiet: bool) -> Iterator[Callable[[float], None]]:
    """A bar on stderr for what takes longer than two seconds; hands out what to tell the share that is done."""
    from flexsim.clock import real_seconds

    begun = real_seconds()
    with contextlib.ExitStack() as stack:
        bar: Any = None

        def tell(share: float) -> None:
            nonlocal bar
            if bar is None and not quiet and real_seconds() - begun > _PATIENCE:
                bars = stack.enter_context(output.progress(quiet=quiet))
                task = bars.add_task(what, total=1.0)
                bar = lambda done: bars.update(task, completed=done)  # noqa: E731 -- it closes over two names
            if bar is not None:
                bar(share)

        yield tell


def number(figure: str, value: float) -> str:
    """A figure as people read it: shares in per cent, seconds with one decimal, contacts with their thousands."""
    from flexsim.fastforward.figures import FIGURES

    unit = FIGURES[figure]
    if unit == "share":
        return f"{value:.1%}"
    if unit == "seconds":
        return f"{value:.1f} s"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def signed(figure: str, value: float) -> str:
    """A change of a figure: as ``number``, with its sign; of shares in percentage points."""
    text = number(figure, value).replace("%", " pp")
    return text if text.startswith("-") else f"+{text}"
