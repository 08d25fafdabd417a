"""``flexsim doctor``: whether what a run needs is there, and what to do where it is not."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.cli.options import Account, Auth, CfgDir, Json, Workspace, common, credentials, settings
from flexsim.errors import CheckFailed, ConfigurationError

if TYPE_CHECKING:
    from flexsim.deployment.client import Credentials
    from flexsim.deployment.examination import Finding, Verdict

_AGENTSIM: Final = 3000
_TASKROUTER: Final = 8900


def doctor(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    cfgdir: CfgDir = Path("config"),
    acct: Account = None,
    auth: Auth = None,
    wrkspc: Workspace = None,
    assign_url: Annotated[
        str | None,
        typer.Option("--assign-url", help="Where TaskRouter reaches agentsim. \\[env: ASSIGN_URL]", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check credentials, the way to the TaskRouter and back, clock, ports, versions, files; say what to fix.

    Exits 1 where something will not work. Changes nothing, and prints no secret.

    Example: flexsim doctor
    Example: flexsim doctor --assign-url https://acme.ngrok.app --json
    """
    from flexsim.clock import WallClock
    from flexsim.deployment.examination import Subject, Verdict, examine
    from flexsim.settings import ENV_FILE

    known = settings(context)
    target, why_none = _way_in(context, acct, auth, wrkspc)
    subject = Subject(
        credentials=target,
        no_credentials=why_none,
        assign_url=assign_url or known.assign_url,
        ports={"agentsim": known.agentsim_port or _AGENTSIM, "flexsim taskrouter": _TASKROUTER},
        cfgdir=cfgdir,
        env_file=common(context).env_file or ENV_FILE,
        runs=Path("runs"),
        now=WallClock().now,
    )
    findings = interrupts.run(examine(subject))
    _print(findings, as_json=as_json)
    faults = [each.subject for each in findings if each.verdict is Verdict.FAULT]
    if faults:
        raise CheckFailed(f"will not work: {', '.join(faults)}")


def _way_in(
    context: typer.Context, acct: str | None, auth: str | None, wrkspc: str | None
) -> "tuple[Credentials | None, str]":
    try:
        return credentials(context, acct, auth, wrkspc), ""
    except ConfigurationError as error:
        return None, str(error)


def _print(findings: "list[Finding]", *, as_json: bool) -> None:
    if as_json:
        output.print_json(
            [
                {"subject": each.subject, "verdict": each.verdict, "found": each.words, "remedy": each.remedy}
                for each in findings
            ]
        )
        return
    widest = max(len(each.subject) for each in findings)
    for each in findings:
        output.print_line(f"{_mark(each.verdict)} {each.subject:<{widest}}  {each.words}")
        if each.remedy:
            output.print_line(f"  {'':<{widest}}  → {each.remedy}")


def _mark(verdict: "Verdict") -> str:
    return {"good": "✓", "warning": "!", "fault": "✗"}[verdict]
