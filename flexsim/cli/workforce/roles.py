"""The command ``flexsim workforce roles``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flexsim.cli import output
from flexsim.cli.options import Json

if TYPE_CHECKING:
    from flexsim.workforce.records import Role


def roles(
    *,
    file: Annotated[
        Path | None,
        typer.Option(
            "--roles", help="A YAML file of your own roles; the seven unless given.", dir_okay=False, show_default=False
        ),
    ] = None,
    actions: Annotated[
        bool, typer.Option("--actions", help="List the actions that roles can propose instead.")
    ] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a file of roles instead.")] = False,
    as_json: Json = False,
) -> None:
    """List the roles: their goals, what they may propose, and how they argue; or check a file of your own.

    Example: flexsim workforce roles
    Example: flexsim workforce roles --roles mine.yaml --json
    Example: flexsim workforce roles --actions
    """
    from flexsim.workforce.roles.loading import read_roles, schema_text, seven_roles

    if schema:
        output.print_text(schema_text())
    elif actions:
        _actions(as_json=as_json)
    else:
        _roles(seven_roles() if file is None else read_roles(file), as_json=as_json)


def _roles(found: "tuple[Role, ...]", *, as_json: bool) -> None:
    from dataclasses import asdict

    if as_json:
        output.print_json([asdict(role) for role in found])
        return
    traits = ("assertiveness", "analytical", "collaborative", "creative", "detail_oriented")
    rows = [
        (
            role.name, role.title, role.priority, *(getattr(role.traits, name) for name in traits),
            "; ".join(role.goals), ", ".join(role.capabilities),
        )
        for role in found
    ]  # fmt: skip
    columns = (
        "name",
        "title",
        "wave",
        "assertive",
        "analytical",
        "collaborative",
        "creative",
        "detailed",
        "goals",
        "may propose",
    )
    output.print_table(None, columns, rows)


def _actions(*, as_json: bool) -> None:
    from flexsim.workforce.company.repertoire import ACTIONS

    if as_json:
        output.print_json(
            [
                {"kind": each.kind, "unit": each.unit, "least": each.least, "most": each.most, "cost": each.cost,
                 "effects": dict(each.effects)}
                for each in ACTIONS.values()
            ]
        )  # fmt: skip
        return
    rows = [
        (
            each.kind, f"{each.least:g} to {each.most:g} {each.unit}", f"${each.cost:g}k" if each.cost else "",
            ", ".join(name.replace("_", " ") for name, effect in each.effects.items() if effect > 0),
            ", ".join(name.replace("_", " ") for name, effect in each.effects.items() if effect < 0),
        )
        for each in ACTIONS.values()
    ]  # fmt: skip
    output.print_table(None, ("action", "amount", "cost of one", "is good for", "is bad for"), rows)
