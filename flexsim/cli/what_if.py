"""``flexsim what-if``: the same days twice, once with something changed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flexsim.cli import output, virtual
from flexsim.cli.options import Agents, DomainDir, Json, Locale, Seed, common, seed_or_fresh
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from flexsim.configuration.records import Configuration
    from flexsim.fastforward.comparison import Comparison
    from flexsim.fastforward.levers import Change


def what_if(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="What to change, several times if wanted: agents=+2, talkTime.mean=*0.9, arrivals.rate=+10%.",
            metavar="NAME=CHANGE",
            show_default=False,
        ),
    ] = None,
    change: Annotated[
        Path | None,
        typer.Option("--change", help='A JSON file of changes: {"agents": "+2"}.', dir_okay=False, show_default=False),
    ] = None,
    list_settings: Annotated[
        bool, typer.Option("--list", help="Name everything that can be changed, with its present value.")
    ] = False,
    cfgdir: virtual.OwnCfgDir = None,
    domaindir: DomainDir = None,
    locale: Locale = "en-us",
    agents: Agents = None,
    start: virtual.Start = "2026-01-05T00:00",
    hours: virtual.Hours = 24.0,
    warmup: virtual.WarmUp = 0.0,
    replications: Annotated[
        int, typer.Option("--replications", help="So many pairs of days, each with its own luck.", min=2, max=100_000)
    ] = 10,
    seed: Seed = None,
    jobs: virtual.Jobs = 1,
    cluster: virtual.Cluster = None,
    as_json: Json = False,
) -> None:
    """Say what a change would change: both centres get the same customers on the same days, so that luck cancels out.

    For example, one of:

    flexsim what-if --domaindir harbour-bank --set agents=+2

    flexsim what-if --cfgdir config --set talkTime.mean=*0.9 --set arrivals.rate=+10% --replications 20 --jobs 0

    flexsim what-if --list
    """
    from flexsim.fastforward.comparison import compare
    from flexsim.fastforward.levers import changed
    from flexsim.fastforward.replication import Plan

    given_seed = 0 if list_settings and seed is None else seed_or_fresh(context, seed)
    configuration = virtual.centre(cfgdir, domaindir, locale, agents, given_seed)
    if list_settings:
        _list(configuration, as_json=as_json)
        return
    other, changes = changed(configuration, _wishes(settings or [], change))
    plan = Plan(
        configuration=configuration,
        seed=given_seed,
        start=virtual.moment(start, configuration.domain, "--start") - warmup * 3600,
        warmup=warmup * 3600,
        duration=hours * 3600,
    )
    with virtual.showing("simulating", quiet=common(context).quiet) as tell:
        spread = virtual.spread(jobs, cluster, 2 * replications)
        comparison = compare(plan, other, replications, spread=spread, progress=tell)
    if as_json:
        output.print_json({"seed": given_seed, "changes": _changes(changes), **comparison.document()})
    else:
        _print(comparison, changes, given_seed)
    if comparison.interrupted:
        raise KeyboardInterrupt


def _wishes(settings: list[str], file: Path | None) -> list[tuple[str, str]]:
    wishes = [] if file is None else _read(file)
    for text in settings:
        name, sign, wish = text.partition("=")
        if not sign:
            raise ConfigurationError(f"--set {text} is not NAME=CHANGE, such as agents=+2")
        wishes.append((name.strip(), wish))
    if not wishes:
        raise ConfigurationError("nothing to change: give --set agents=+2, say, or --change; --list names what can be")
    return wishes


def _read(file: Path) -> list[tuple[str, str]]:
    from flexsim.domain.loading import read_json

    document = read_json(file)
    if not isinstance(document, dict) or not all(
        isinstance(value, str | int | float) and not isinstance(value, bool) for value in document.values()
    ):
        raise ConfigurationError(f'{file} does not hold changes by name, such as {{"agents": "+2"}}')
    return [(name, str(value)) for name, value in document.items()]


def _list(configuration: "Configuration", *, as_json: bool) -> None:
    from flexsim.fastforward.levers import levers

    found = levers(configuration)
    if as_json:
        output.print_json({lever.name: lever.value for lever in found.values()})
    else:
        output.print_table(None, ("setting", "value"), [(each.name, f"{each.value:g}") for each in found.values()])


def _changes(changes: "list[Change]") -> dict[str, Any]:
    return {each.name: {"change": each.text, "before": each.before, "after": each.after} for each in changes}


def _print(comparison: "Comparison", changes: "list[Change]", seed: int) -> None:
    for each in changes:
        output.print_line(f"{each.name}: {each.before:g} -> {each.after:g}")
    if not comparison.pairs:
        output.print_line("not one pair of replications is complete")
        return
    rows = [
        (
            name,
            virtual.number(name, each.before.mean),
            virtual.number(name, each.after.mean),
            virtual.signed(name, each.change.mean),
            "" if each.change.half_width is None else virtual.signed(name, each.change.half_width)[1:],
            "yes" if each.change.excludes_zero else "no",
        )
        for name, each in comparison.differences.items()
    ]
    output.print_table(None, ("figure", "before", "after", "change", "±", "clear"), rows)
    output.print_line(
        f"means of {comparison.pairs} pairs of replications, seed {seed}; a change is clear when its 95 % confidence interval"
        " leaves 0 out"
    )
