"""``flexsim deploy``: make a workspace what the configuration says."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.cli.changes import carrying_out, counted, print_changes
from flexsim.cli.options import Account, Auth, CfgDir, Json, Workspace, common, credentials, settings

if TYPE_CHECKING:
    from flexsim.deployment.client import Credentials
    from flexsim.deployment.plan import Plan
    from flexsim.deployment.transport import Counts


def deploy(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    cfgdir: CfgDir = Path("config"),
    acct: Account = None,
    auth: Auth = None,
    wrkspc: Workspace = None,
    assign_url: Annotated[
        str | None,
        typer.Option(
            "--assign-url",
            "--assignURL",
            help="Where TaskRouter reaches agentsim: http(s)://host[:port], /reservation is added. \\[env: ASSIGN_URL]",
            show_default=False,
        ),
    ] = None,
    create_missing: Annotated[
        bool, typer.Option("--create-missing", help="Create task channels and activities that the workspace lacks.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if the workspace is out of sync.")
    ] = False,
    json: Json = False,
) -> None:
    """Create, update and remove workers, task queues and the workflow until the workspace is what the configuration says.

    What is there already keeps its SID; what is not flexsim's is not touched; run again, nothing changes.

    Example: flexsim deploy --cfgdir config --assign-url https://example.ngrok.app --dry-run
    """
    from flexsim.configuration.files import read_configuration
    from flexsim.deployment.address import Wishes
    from flexsim.errors import CheckFailed

    configuration = read_configuration(cfgdir)
    target = credentials(context, acct, auth, wrkspc)
    known = settings(context)
    wishes = Wishes(flag=assign_url, setting=known.assign_url, port=known.agentsim_port, base_url=target.base_url)

    async def work() -> "tuple[Plan, Counts]":
        from flexsim.deployment.client import connect
        from flexsim.deployment.deploy import apply_plan, plan_deployment

        async with connect(target) as router:
            plan = await plan_deployment(router, configuration, wishes, create_missing=create_missing)
            if not json:
                print_changes(plan.changes)
            if not (dry_run or check or plan.in_sync):
                with carrying_out(plan.todo, "deploy", quiet=common(context).quiet) as done:
                    await apply_plan(router, plan, done)
            return plan, router.counts

    plan, counts = interrupts.run(work())
    _report(plan, target, counts, dry_run=dry_run or check, json=json)
    if check and not plan.in_sync:
        raise CheckFailed(f"workspace {target.workspace_sid} is out of sync with {cfgdir}; run flexsim deploy")


def _report(plan: "Plan", target: "Credentials", counts: "Counts", *, dry_run: bool, json: bool) -> None:
    if json:
        output.print_json(
            {
                "workspace": target.workspace_sid,
                "brand": plan.configuration.domain.brand,
                "assignmentUrl": plan.assignment_url,
                "inSync": plan.in_sync,
                "dryRun": dry_run,
                "changes": [change.as_dict() for change in plan.todo],
                "http": counts.as_dict(),
            }
        )
    elif plan.in_sync:
        output.print_line(f"workspace {target.workspace_sid} is in sync, assignments go to {plan.assignment_url}")
    elif dry_run:
        output.print_line(f"{counted(len(plan.todo), 'change')} to workspace {target.workspace_sid}, none of them made")
    else:
        output.print_line(
            f"deployed to workspace {target.workspace_sid}: {counted(len(plan.todo), 'change')} in {counts.requests} requests"
            f" ({counts.retries} repeated), assignments go to {plan.assignment_url}"
        )
