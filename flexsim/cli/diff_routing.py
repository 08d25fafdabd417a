"""``flexsim diff-routing``: which contacts a change of the configuration sends another way."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim.cli import output
from flexsim.cli.changes import counted
from flexsim.cli.options import Json, common, settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flexsim.configuration.records import Configuration
    from flexsim.routecheck.differing import Comparison, Contact, Group
    from flexsim.routecheck.routes import Route

_NAMES: Final = 5  # workers named of those lost or gained


def diff_routing(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    cfg_a: Annotated[
        Path, typer.Argument(metavar="CFG_A", help="Folder of the configuration as it is.", file_okay=False)
    ],
    cfg_b: Annotated[
        Path, typer.Argument(metavar="CFG_B", help="Folder of the configuration as it may be.", file_okay=False)
    ],
    run: Annotated[
        Path | None,
        typer.Argument(
            metavar="RUN",
            help="Folder of a run made with CFG_A, whose contacts are looked at; contacts drawn from CFG_A's domain unless given.",
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    *,
    contacts: Annotated[
        int, typer.Option("--contacts", help="How many contacts to draw, without a run.", min=1, max=10_000_000)
    ] = 1_000,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", help="Draws the contacts; CFG_A's own unless given. \\[env: RANDOM_SEED]", show_default=False
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Tell which contacts would go another way under another configuration: filter, queue, who may get them, escalation.

    Exits 0 if none would, 1 if any.

    Example: flexsim diff-routing config new-config --contacts 5000 --seed 7
    """
    from flexsim.configuration.files import read_configuration
    from flexsim.errors import CheckFailed
    from flexsim.routecheck.differing import compare_routes
    from flexsim.routecheck.routes import Routes

    before, after = read_configuration(cfg_a), read_configuration(cfg_b)
    if seed is None:
        seed = settings(context).random_seed
    number, found = _contacts(context, before, run, contacts, before.seed if seed is None else seed)
    routes = Routes(before), Routes(after)
    comparison = compare_routes(*routes, _counting(found, number, quiet=common(context).quiet))
    if json:
        output.print_json(comparison.as_dict())
    else:
        _print(comparison, cfg_a, cfg_b)
    if comparison.differing:
        told = counted(comparison.contacts, "contact")
        raise CheckFailed(f"{comparison.differing} of {told} would go another way under {cfg_b}")


def _contacts(
    context: typer.Context, configuration: "Configuration", run: Path | None, contacts: int, seed: int
) -> "tuple[int, Iterable[Contact]]":
    """How many there are, and which."""
    from flexsim.routecheck.recorded import drawn_contacts, read_recorded

    if run is None:
        return contacts, drawn_contacts(configuration, seed, contacts)
    recorded = read_recorded(run)
    if recorded.strangers:
        note = f"{counted(recorded.strangers, 'task')} of the run came from elsewhere and are left out"
        output.say(note, quiet=common(context).quiet)
    return len(recorded.arrivals), recorded.contacts(configuration)


def _counting(contacts: "Iterable[Contact]", number: int, *, quiet: bool) -> "Iterator[Contact]":
    with output.progress(quiet=quiet) as bars:
        bar = bars.add_task("contacts", total=number)
        for contact in contacts:
            yield contact
            bars.advance(bar)


def _print(comparison: "Comparison", cfg_a: Path, cfg_b: Path) -> None:
    if not comparison.differing:
        output.print_line(f"all of {counted(comparison.contacts, 'contact')} would go the same way")
    width = max(len(str(cfg_a)), len(str(cfg_b)))
    for group in comparison.groups:
        share = 100 * group.count / comparison.contacts
        output.print_line(f"{counted(group.count, 'contact')} ({share:.3g} %), another {', '.join(group.what)}:")
        for cfg, route in ((cfg_a, group.before), (cfg_b, group.after)):
            output.print_line(f"  {cfg!s:{width}}  {_way(route)}")
        for line in (
            *_changed(group),
            *(f"for example {comparison.example_text(each)}" for each in group.examples[:1]),
        ):
            output.print_line(f"  {line}")


def _way(route: "Route") -> str:
    """A route in a line: each target with its queue, and when the task leaves it."""
    hops = []
    for hop in route:
        extra = "" if hop.until == float("inf") else f" until {hop.until:g} s"
        priority = "" if hop.priority is None else f", priority {hop.priority}"
        hops.append(f"{hop.filter} {hop.target}: {hop.queue} ({counted(len(hop.workers), 'worker')}{priority}){extra}")
    return " -> ".join(hops) or "refused: no filter takes it, or there is no such channel"


def _changed(group: "Group") -> list[str]:
    found = []
    for sign, names in (("no longer", group.lost), ("newly", group.gained)):
        if names:
            more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
            found.append(f"{sign}: {', '.join(names[:_NAMES])}{more}")
    return found
