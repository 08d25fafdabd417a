"""Options that several commands share, and what follows from them and the settings together.

A command takes ``context: typer.Context`` as its first parameter and hands it to the functions here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from flexsim.deployment.client import Credentials
    from flexsim.settings import Settings


class LogLevel(StrEnum):
    """How much is logged to stderr."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    DEBUG = "debug"


@dataclass(frozen=True, slots=True, kw_only=True)
class Globals:
    """What was said before the command's name; whether the process is a command's own, which may replace it by another."""

    quiet: bool = False
    log_level: LogLevel = LogLevel.WARNING
    env_file: Path | None = None
    replaceable: bool = False


# Flags beat the environment, which beats .env; Typer's own envvar would look past .env, so the name is only shown.
CfgDir = Annotated[Path, typer.Option("--cfgdir", help="Folder of the configuration files.", file_okay=False)]
Account = Annotated[
    str | None, typer.Option("--acct", help="Account SID (AC...). \\[env: ACCOUNT_SID]", show_default=False)
]
Auth = Annotated[
    str | None,
    typer.Option(
        "--auth",
        help="Auth token; others on this machine can see it on a command line, .env is safer. \\[env: AUTH_TOKEN]",
        show_default=False,
    ),
]
Workspace = Annotated[
    str | None, typer.Option("--wrkspc", help="Workspace SID (WS...). \\[env: WRKSPC_SID]", show_default=False)
]
DomainDir = Annotated[
    Path | None,
    typer.Option(
        "--domaindir",
        help="Folder of your domain.json, or the file, or the name of an example (harbour-bank); the defaults unless given.",
        show_default=False,
    ),
]
Locale = Annotated[
    str,
    typer.Option("--locale", help="Localized defaults: en-us, es-es, de-de, fr-fr, or a JSON file of your own."),
]
Host = Annotated[str, typer.Option("--host", help="Address to listen on; 0.0.0.0 lets other machines in.")]
Port = Annotated[int, typer.Option("--port", help="Port to listen on; 0 is any free one.", min=0, max=65_535)]
Protocol = Annotated[
    str, typer.Option("--protocol", help="http/protobuf, http/json or grpc, which needs the extra grpc.")
]
Agents = Annotated[
    int | None,
    typer.Option(
        "--agents",
        help="Number of agents; the domain's own unless given.",
        min=1,
        max=100_000,  # as the schema's agentCnt; a Twilio workspace holds 15,000 workers unless more are agreed
        show_default=False,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed", help="Same seed, same draws; a fresh one when not given. \\[env: RANDOM_SEED]", show_default=False
    ),
]
Speed = Annotated[float, typer.Option("--speed", help="Simulated seconds in a real second.", min=0.001, max=10_000)]
TargetSpeed = Annotated[
    float | None,
    typer.Option(
        "--speed",
        help="Simulated seconds in a real second; a local TaskRouter's own, else 1, unless given.",
        min=0.001,
        max=10_000,
        show_default=False,
    ),
]


def fails_if(what: str) -> Any:
    """The option of thresholds, with examples of those that the command knows."""
    return typer.Option(
        "--fail-if",
        metavar="THRESHOLD",
        help=f"Exit 1 if this {what}. May be given several times.",
        show_default=False,
    )


FailIf = Annotated[
    list[str] | None, fails_if('comes true: "service_level < 80%", "p95(wait) > 2m where queue = Sales"')
]
Junit = Annotated[
    Path | None,
    typer.Option(
        "--junit",
        help="Write the checks to this file as JUnit XML, a test case each.",
        dir_okay=False,
        show_default=False,
    ),
]
Out = Annotated[Path, typer.Option("--out", help="Folder that gets the run's own folder.", file_okay=False)]
WithReport = Annotated[
    bool, typer.Option("--report/--no-report", help="Leave a page about it in the run's folder, too: report.html.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def common(context: typer.Context) -> Globals:
    """The options given before the command's name."""
    return context.find_object(Globals) or Globals()


def settings(context: typer.Context) -> "Settings":
    """Environment and ``.env``, or the file that ``--env-file`` names; raises ConfigurationError."""
    from flexsim.settings import read_settings

    return read_settings(common(context).env_file)


def seed_or_fresh(context: typer.Context, seed: int | None) -> int:
    """The seed of this run: the flag, else RANDOM_SEED, else a fresh one (say it, so that the run can be repeated)."""
    from flexsim.randomness import fresh_seed

    if seed is not None:
        return seed
    configured = settings(context).random_seed
    return fresh_seed() if configured is None else configured


_SID: Final = re.compile("[A-Z]{2}[0-9a-f]{32}")


def credentials(context: typer.Context, account: str | None, auth: str | None, workspace: str | None) -> "Credentials":
    """Which TaskRouter to use and the way in: the flags, else the settings; ``TASKROUTER_URL`` says where.

    Raises ConfigurationError that names what is missing and says what to do.
    """
    from flexsim.deployment.client import Credentials

    known = settings(context)
    account, auth = account or known.account_sid, auth or known.auth_token
    workspace = workspace or known.workspace_sid
    if not (account and auth and workspace):
        given = {"ACCOUNT_SID (--acct)": account, "AUTH_TOKEN (--auth)": auth, "WRKSPC_SID (--wrkspc)": workspace}
        missing = ", ".join(name for name, value in given.items() if not value)
        raise ConfigurationError(
            f"no {missing}: set them in the environment or in .env, for a Twilio project or for the local TaskRouter,"
            " which prints them when started with: flexsim taskrouter"
        )
    _check_sid("ACCOUNT_SID (--acct)", account, "AC")
    _check_sid("WRKSPC_SID (--wrkspc)", workspace, "WS")
    return Credentials(account_sid=account, auth_token=auth, workspace_sid=workspace, base_url=known.taskrouter_url)


def _check_sid(name: str, value: str, prefix: str) -> None:
    if not value.startswith(prefix) or not _SID.fullmatch(value):
        raise ConfigurationError(f"{name} is not {prefix} and 32 hexadecimal digits: {value}")
