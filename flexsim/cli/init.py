"""``flexsim init``: a few questions, or flags, and a project to begin with."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flexsim.cli import output
from flexsim.cli.options import Json
from flexsim.errors import ConfigurationError
from flexsim.staffing.quantities import service_level as read_service_level

if TYPE_CHECKING:
    from flexsim.configuration.starter import Centre

_SHRINKAGE: Final = 0.15  # breaks, and what agents do between contacts
_OWNER_ONLY: Final = 0o600
_DAY: Final = 24


class Locale(StrEnum):
    """The defaults that come with flexsim."""

    EN_US = "en-us"
    DE_DE = "de-de"
    ES_ES = "es-es"
    FR_FR = "fr-fr"


class Recipe(StrEnum):
    """Who runs the checks."""

    GITHUB = "github"
    CRON = "cron"
    NONE = "none"


def init(  # noqa: PLR0913 -- one parameter for each option
    *,
    folder: Annotated[
        Path, typer.Argument(help="Folder of the project; made if it is not there.", file_okay=False)
    ] = Path(),
    brand: Annotated[str | None, typer.Option("--brand", help="The centre's name.", show_default=False)] = None,
    locale: Annotated[
        Locale | None, typer.Option("--locale", help="Where customers and agents are.", show_default=False)
    ] = None,
    topics: Annotated[
        str | None,
        typer.Option(
            "--topics", help="What customers want, with commas between; each gets a queue.", show_default=False
        ),
    ] = None,
    contacts_per_hour: Annotated[
        float | None,
        typer.Option("--contacts-per-hour", help="Customers in a busy hour.", min=1, max=1e6, show_default=False),
    ] = None,
    aht: Annotated[
        float | None,
        typer.Option(
            "--aht", help="Seconds an agent needs for one, wrap-up included.", min=5, max=86_400, show_default=False
        ),
    ] = None,
    hours: Annotated[
        str | None, typer.Option("--hours", help="When it is open: 8-18 is from eight to six.", show_default=False)
    ] = None,
    service_level: Annotated[
        str | None,
        typer.Option("--service-level", help="The goal: 80/20 is four of five within 20 seconds.", show_default=False),
    ] = None,
    agents: Annotated[
        int | None,
        typer.Option(
            "--agents",
            help="How many there are; as many as the goal takes unless given.",
            min=1,
            max=100_000,
            show_default=False,
        ),
    ] = None,
    recipe: Annotated[
        Recipe | None, typer.Option("--ci", help="Write a recipe that checks the configuration.", show_default=False)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; what no flag says is as proposed.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    as_json: Json = False,
) -> None:
    """Begin a project: asks a few questions, and writes a commented domain.json, .env and a recipe for checks.

    Without a terminal, or with --yes, nothing is asked.

    Example: flexsim init my-bank
    Example: flexsim init my-bank --yes --brand "My Bank" --topics Cards,Loans --contacts-per-hour 90 --ci github
    """
    from flexsim.configuration.starter import starter_files

    ask = _asking(silent=yes or as_json or not _is_terminal())
    centre = _centre(
        brand=ask("Name of the centre", brand, folder.resolve().name.replace("-", " ").title() or "Contact Centre"),
        locale=str(ask("Locale (en-us, de-de, es-es, fr-fr)", locale, Locale.EN_US)),
        topics=ask("What customers want, with commas between", topics, "Sales,Service,Support"),
        contacts=ask("Customers in a busy hour", contacts_per_hour, 120.0),
        aht=ask("Seconds an agent needs for one", aht, 240.0),
        hours=ask("Open from-to", hours, "8-18"),
        goal=ask("Service level", service_level, "80/20"),
        agents=agents,
    )
    chosen = Recipe(ask("Checks run by (github, cron, none)", recipe, Recipe.NONE))
    files = starter_files(centre, None if chosen is Recipe.NONE else str(chosen))
    written = _write(folder, files, force=force)
    if as_json:
        output.print_json({"folder": str(folder), "files": written, "agents": centre.agents})
        return
    output.print_line(f"{centre.brand}: {centre.agents} agents, queues {', '.join(centre.topics)}")
    output.print_line(f"wrote {', '.join(written)} to {folder}")
    steps = [f"flexsim genconfig --locale {centre.locale}", "flexsim simulate --cfgdir config --hours 8"]
    if folder.resolve() != Path.cwd():
        steps.insert(0, f"cd {folder}")
    output.print_line(f"next: {' && '.join(steps)}")


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _asking(*, silent: bool) -> Any:
    """A function that gives what a flag said, or what somebody answers, or what is proposed."""

    def ask(question: str, given: Any, proposal: Any) -> Any:
        if given is not None:
            return given
        return proposal if silent else typer.prompt(question, default=proposal, err=True)

    return ask


def _centre(  # noqa: PLR0913 -- one for each answer
    *, brand: str, locale: str, topics: str, contacts: float, aht: float, hours: str, goal: str, agents: int | None
) -> "Centre":
    from flexsim.configuration.starter import Centre

    if not brand.strip():
        raise ConfigurationError("the centre has no name; --brand gives it one")
    if locale not in {*Locale}:
        raise ConfigurationError(f"no such locale: {locale[:40]}; there are {', '.join(Locale)}")
    opens, closes = _hours(hours)
    target, threshold = read_service_level(goal, "--service-level")
    if threshold <= 0:
        raise ConfigurationError(f"nobody answers within 0 seconds: {goal}; --service-level 80/20 is within 20")
    return Centre(
        brand=brand.strip(),
        locale=locale,
        topics=_topics(topics),
        agents=agents or _agents(contacts, aht, target, threshold),
        contacts_per_hour=contacts,
        handle_time=aht,
        opens=opens,
        closes=closes,
        threshold=threshold,
        target=target,
    )


def _topics(text: str) -> tuple[str, ...]:
    topics = tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
    if not topics:
        raise ConfigurationError("customers want nothing; --topics Sales,Support names what")
    return topics


def _hours(text: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    try:
        opens, closes = int(first), int(last)
    except ValueError:
        opens = closes = 0
    if not dash or not 0 <= opens < closes <= _DAY:
        raise ConfigurationError(f"not opening hours: {text[:40]}; 8-18 is from eight to six")
    return opens, closes


def _agents(contacts: float, aht: float, target: float, threshold: float) -> int:
    """As many as Erlang C asks for in a busy hour, and what breaks take."""
    from flexsim.staffing.demand import Demand
    from flexsim.staffing.requirements import heads
    from flexsim.staffing.sizing import Goals, least_agents

    at_work = least_agents(Demand(rate=contacts / 3600, service=aht), Goals(service_level=target, within=threshold))
    return heads(at_work, _SHRINKAGE)


def _write(folder: Path, files: dict[str, str], *, force: bool) -> list[str]:
    there = [name for name in files if (folder / name).exists()]
    if there and not force:
        raise ConfigurationError(f"{folder / there[0]} is there already; --force writes over it")
    try:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=_OWNER_ONLY if name == ".env" else 0o666)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"cannot write to {folder}: {error.strerror or error}") from error
    return list(files)
