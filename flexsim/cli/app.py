"""The command line's frame: which commands there are, the options before them, and how errors become exit codes.

Exit codes: 0 done; 1 a check or threshold failed; 2 bad usage or configuration; 3 the target could not be reached or
refused us; 4 a fault of ours; 130 interrupted. When the reader of our output goes away, 141, as for any program that
a closed pipe ends (128 + SIGPIPE).
"""

import io
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from flexsim.cli import output
from flexsim.cli.frame import ending, log_to_stderr
from flexsim.cli.options import Globals, LogLevel, common

COMMANDS: Final = (
    "init",
    "doctor",
    "genconfig",
    "lint",
    "test",
    "diff-routing",
    "deploy",
    "agentsim",
    "custsim",
    "cleansim",
    "taskrouter",
    "demo",
    "watch",
    "simulate",
    "what-if",
    "backfill",
    "plan",
    "selftest",
    "report",
    "export",
    "compare",
    "audit",
    "load",
    "converse",
    "workforce",
)

# Command x of a group g is the function x in the module flexsim.cli.g.x.
GROUPS: Final = {
    "load": (
        "agents",
        "backend",
        "ctl",
        "collector",
        "trace",
        "app",
        "tools",
        "services",
        "check",
        "menu",
        "analyze",
        "grade",
    ),
    "workforce": (
        "run",
        "what-if",
        "roles",
        "memory",
        "serve",
        "migrate",
        "seed",
        "health",
    ),
    "converse": (
        "run",
        "batch",
        "list",
        "play-labels",
        "clean",
        "serve",
        "callers",
        "engine",
        "analyze",
        "report",
        "compare",
    ),
}
_ABOUT: Final = {
    "load": "Load for what stands around a contact centre: agents on sockets, a backend for them, and traces.\n\n"
    "Example: flexsim load agents --agents 200 --active 100 --auto-start",
    "workforce": "A company of agents, from CEO to support, that talks, decides and remembers; and what would have been.\n\n"
    'Example: flexsim workforce run --scenario "The release slips by three weeks" --turns 8',
    "converse": "Voice conversations: an AI caller phones an AI agent, with real audio, on the Realtime protocol.\n\n"
    "Example: flexsim converse run --caller typical --scenario lost-card --seed 7",
}

# Usage errors, and exits that a command asked for. Typer names the base of its usage errors nowhere in public.
_USAGE_ERROR: Final[Any] = typer.BadParameter.__base__
_TYPERS_OWN: Final = (typer.Exit, typer.Abort, _USAGE_ERROR)

_REPLACEABLE: Final = object()  # that the process is the command's alone, and nobody's who calls it from within


def python_name(command: str) -> str:
    """The name of the module in ``flexsim.cli`` that holds the command, and of the function in it: dashes are underscores."""
    return command.replace("-", "_")


def _loaded(module: str, function: str, name: str) -> Any:
    """The command called ``name`` that is this function in ``module``."""
    single = typer.Typer(add_completion=False, rich_markup_mode="rich")
    single.command(name)(getattr(import_module(module), function))
    return typer.main.get_command(single)


class Group(TyperGroup):
    """A group of commands, each imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- the base class's signature
        return list(GROUPS[str(self.name)])

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 -- the base class's signature
        if cmd_name not in self.commands and cmd_name in GROUPS[str(self.name)]:
            name = python_name(cmd_name)
            self.commands[cmd_name] = _loaded(f"flexsim.cli.{self.name}.{name}", name, cmd_name)
        return self.commands.get(cmd_name)


def _group(name: str) -> Any:
    group = typer.Typer(
        name=name, cls=Group, help=_ABOUT[name], no_args_is_help=True, add_completion=False, rich_markup_mode="rich"
    )
    group.callback()(lambda: None)
    return typer.main.get_command(group)


class Commands(TyperGroup):
    """The group of all commands: imports a command's module when it is asked for, and turns errors into exit codes."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- the base class's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 -- the base class's signature
        if cmd_name not in self.commands and cmd_name in COMMANDS:
            name = python_name(cmd_name)
            is_group = cmd_name in GROUPS
            self.commands[cmd_name] = _group(cmd_name) if is_group else _loaded(f"flexsim.cli.{name}", name, cmd_name)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        # The suggestion for a mistyped name is made from the commands that are loaded.
        if args and args[0] not in COMMANDS:
            for name in COMMANDS:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except _TYPERS_OWN:
            raise
        except (Exception, KeyboardInterrupt) as error:
            debug = common(ctx).log_level is LogLevel.DEBUG
            raise typer.Exit(ending(error, debug=debug)) from error
        return result


app = typer.Typer(
    name="flexsim",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version
        from importlib.util import find_spec

        engine = find_spec("flexsim.taskrouter.engine")
        compiled = engine is not None and engine.origin is not None and not engine.origin.endswith(".py")
        output.print_line(f"flexsim {version('flexsim')}{' (engine compiled)' if compiled else ''}")
        raise typer.Exit


@app.callback(
    epilog="Exit codes: 0 done, 1 check failed, 2 bad usage or configuration, 3 target unreachable or refusing,"
    " 4 our fault, 130 interrupted."
)
def _before_the_command(
    context: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001 -- its callback does it all
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
    log_level: Annotated[
        LogLevel,
        typer.Option("--log-level", metavar="LEVEL", help="What to log to stderr: error, warning, info or debug."),
    ] = LogLevel.WARNING,
    env_file: Annotated[
        Path | None,
        typer.Option("--env-file", help="Read settings from this file in place of ./.env.", dir_okay=False),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes on stderr.")] = False,
) -> None:
    """A contact centre that does not exist: simulate Twilio Flex activity with or without Twilio."""
    replaceable = context.obj is _REPLACEABLE
    context.obj = Globals(quiet=quiet, log_level=log_level, env_file=env_file, replaceable=replaceable)
    log_to_stderr(log_level.upper())


def main() -> None:
    """The command ``flexsim``."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(
            errors="replace"
        )  # a name from another alphabet is no reason to stop; stderr is so already
    try:
        app(prog_name="flexsim", obj=_REPLACEABLE)
    except OSError as error:  # of --help, which Typer prints by itself
        sys.exit(ending(error, debug=False))
