"""The command line's frame: which commands there are, the options before them, and how errors become exit codes.

Exit codes: 0 done; 1 a check or threshold failed; 2 bad usage or configuration; 3 the target could not be reached or
refused us; 4 a fault of ours; 130 interrupted. When the reader of our output goes away, 141, as for any program that
a closed pipe ends (128 + SIGPIPE).
"""

import contextlib
import io
import logging
import os
import select
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from flexsim.cli import output
from flexsim.cli.options import Globals, LogLevel, common
from flexsim.errors import FlexsimError

COMMANDS: Final = (
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
}
_ABOUT: Final = {
    "load": "Load for what stands around a contact centre: agents on sockets, a backend for them, and traces.\n\n"
    "Example: flexsim load agents --agents 200 --active 100 --auto-start",
}

# Usage errors, and exits that a command asked for. Typer names the base of its usage errors nowhere in public.
_USAGE_ERROR: Final[Any] = typer.BadParameter.__base__
_TYPERS_OWN: Final = (typer.Exit, typer.Abort, _USAGE_ERROR)

_INTERRUPTED: Final = 130
_PIPE_CLOSED: Final = 141


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
            self.commands[cmd_name] = _loaded(f"flexsim.cli.{self.name}.{cmd_name}", cmd_name, cmd_name)
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
        except FlexsimError as error:
            _report(str(error), ctx)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(_INTERRUPTED) from error
        except BrokenPipeError as error:
            if not isinstance(error, output.ReaderGoneError) and not _stdout_is_closed():
                _report_fault(error, ctx)
                raise typer.Exit(FlexsimError.exit_code) from error
            _silence_stdout()
            raise typer.Exit(_PIPE_CLOSED) from error
        except Exception as error:
            if isinstance(error, _TYPERS_OWN):
                raise
            if isinstance(error.__cause__, KeyboardInterrupt):  # 3.11 says so of an interrupted class statement
                raise typer.Exit(_INTERRUPTED) from error
            _report_fault(error, ctx)
            raise typer.Exit(FlexsimError.exit_code) from error
        return result


def _report(message: str, ctx: typer.Context) -> None:
    output.say(f"flexsim: {message}")
    if common(ctx).log_level is LogLevel.DEBUG:
        traceback.print_exc()


def _report_fault(error: Exception, ctx: typer.Context) -> None:
    if common(ctx).log_level is LogLevel.DEBUG:
        traceback.print_exc()
    detail = f"{type(error).__name__}: {error}".splitlines()[0]
    output.say(f"flexsim: this is a fault of flexsim, not yours: {detail} (flexsim --log-level debug ... shows where)")


def _stdout_is_closed() -> bool:
    """Whether nobody reads our output any more. A write that failed may have emptied the buffer: flushing tells little."""
    try:
        sys.stdout.flush()
        poll = select.poll()
        poll.register(sys.stdout, 0)  # asked for nothing, it tells of errors only
    except BrokenPipeError:
        return True
    except (AttributeError, OSError, ValueError):  # Windows has no poll; a stream of the test runner's has no number
        return False
    return any(state & select.POLLERR for _, state in poll.poll(0))


def _silence_stdout() -> None:
    """Keep the interpreter from complaining about the closed pipe when it flushes at exit."""
    with contextlib.suppress(OSError, ValueError):  # a stream of the test runner's has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
    context.obj = Globals(quiet=quiet, log_level=log_level, env_file=env_file)
    _log_to_stderr(log_level)


def _log_to_stderr(level: LogLevel) -> None:
    """Log flexsim's own records; other libraries' only where they are warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("flexsim")
    logger.handlers = [handler]
    logger.setLevel(level.upper())


def main() -> None:
    """The command ``flexsim``."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(
            errors="replace"
        )  # a name from another alphabet is no reason to stop; stderr is so already
    app(prog_name="flexsim")
