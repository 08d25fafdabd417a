"""``flexsim genconfig``: make a configuration of a domain description."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim.cli import output
from flexsim.cli.options import Agents, CfgDir, Json, Locale, common, settings

if TYPE_CHECKING:
    from flexsim.configuration.records import Configuration

_DEFAULT_SEED: Final = 1  # not a fresh one: the files are kept in version control, and --check compares them
_OWN: Final = Path("domain")


def genconfig(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    domaindir: Annotated[
        Path | None,
        typer.Option(
            "--domaindir",
            help="Folder of your domain.json, or the file, or the name of an example (harbour-bank); ./domain unless given."
            " Without one, the defaults are used.",
            show_default=False,
        ),
    ] = None,
    cfgdir: CfgDir = Path("config"),
    locale: Locale = "en-us",
    seed: Annotated[
        int | None,
        typer.Option("--seed", help="Same seed, same files; 1 unless given. \\[env: RANDOM_SEED]", show_default=False),
    ] = None,
    agents: Agents = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; show what is out of date and exit 1 if anything is.")
    ] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of domain.json.")] = False,
    json: Json = False,
) -> None:
    """Make workers, queues and workflow of a domain description.

    Without a description of your own, the locale's defaults make a lively centre. The same seed makes the same files.

    For example, one of:

    flexsim genconfig --locale de-de --agents 30

    flexsim genconfig --domaindir my-bank --cfgdir my-config --seed 7

    flexsim genconfig --check
    """
    if schema:
        from flexsim.domain.schema import schema_text

        output.print_line(schema_text().rstrip("\n"))
        return
    configuration = _configuration(context, domaindir, locale, seed, agents)
    if check:
        _check(configuration, cfgdir, json=json)
    else:
        _write(configuration, cfgdir, json=json)


def _configuration(
    context: typer.Context, domaindir: Path | None, locale: str, seed: int | None, agents: int | None
) -> "Configuration":
    from flexsim.configuration.generate import generate
    from flexsim.domain.loading import load_domain
    from flexsim.randomness import Randomness

    if seed is None:
        configured = settings(context).random_seed
        seed = _DEFAULT_SEED if configured is None else configured
    domain = load_domain(_description(domaindir, quiet=common(context).quiet), locale)
    return generate(domain, Randomness(seed), agents)


def _description(domaindir: Path | None, *, quiet: bool) -> Path | None:
    """The file of the user's own description; None where there is none, which a folder that was named need not have."""
    from flexsim.domain.loading import DOMAIN_FILE, examples
    from flexsim.errors import ConfigurationError

    folder = _OWN if domaindir is None else domaindir
    if folder.is_file():
        return folder
    file = folder / DOMAIN_FILE
    if file.is_file():
        return file
    if domaindir is not None:
        if str(folder) in examples() and not folder.exists():
            return examples()[str(folder)]
        if not folder.is_dir():
            raise ConfigurationError(
                f"no such folder: {folder}; --domaindir names the one that holds {DOMAIN_FILE}, or an example:"
                f" {', '.join(examples())}"
            )
        output.say(f"no {DOMAIN_FILE} in {folder}: only the defaults are used", quiet=quiet)
    return None


def _check(configuration: "Configuration", cfgdir: Path, *, json: bool) -> None:
    from flexsim.configuration.files import difference
    from flexsim.errors import CheckFailed

    changes = difference(configuration, cfgdir)
    if json:
        output.print_json({"cfgdir": str(cfgdir), "upToDate": not changes, "diff": changes})
    elif changes:
        output.print_line(changes.rstrip("\n"))
    if changes:
        raise CheckFailed(f"the configuration in {cfgdir} is out of date; write it anew: flexsim genconfig")
    if not json:
        output.print_line(f"the configuration in {cfgdir} is up to date")


def _write(configuration: "Configuration", cfgdir: Path, *, json: bool) -> None:
    from flexsim.configuration.files import write_configuration

    files = write_configuration(configuration, cfgdir)
    domain = configuration.domain
    if json:
        summary = {
            "files": [str(file) for file in files],
            "brand": domain.brand,
            "locale": domain.locale,
            "seed": configuration.seed,
            "agents": len(configuration.workers),
            "queues": [queue.name for queue in configuration.queues],
            "workflow": configuration.workflow.name,
        }
        output.print_json(summary)
        return
    names = ", ".join(queue.name for queue in configuration.queues)
    output.print_line(f"{domain.brand}: {len(configuration.workers)} agents, queues {names}")
    output.print_line(f"wrote {', '.join(file.name for file in files)} to {cfgdir} (seed {configuration.seed})")
