"""Commands by name, and whether a line would be taken by the command line, without running anything."""

import typer

from flexsim.cli.app import GROUPS, app

GROUP = typer.main.get_command(app)


def command(name):
    """The command of this name; a group's is ``group command``."""
    found = GROUP
    for word in name.split():
        found = found.get_command(typer.Context(found), word)
    return found


def parse(arguments):
    """Raise what the command line would raise for these arguments of ``flexsim``, and run nothing."""
    context = GROUP.make_context("flexsim", list(arguments))
    name, *rest = [*context._protected_args, *context.args]
    found = GROUP.get_command(context, name)
    assert found is not None, f"no such command: {name}"
    inner = found.make_context(name, rest, parent=context)
    if name in GROUPS:
        word, *rest = [*inner._protected_args, *inner.args]
        command(f"{name} {word}").make_context(word, rest, parent=inner)
