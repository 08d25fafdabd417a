"""``flexsim cleansim``: take what is ours out of a workspace again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.cli.changes import carrying_out, counted, print_changes
from flexsim.cli.options import Account, Auth, CfgDir, Json, Workspace, common, credentials

if TYPE_CHECKING:
    from flexsim.deployment.cleanup import Cleaning
    from flexsim.deployment.transport import Counts


def cleansim(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    cfgdir: CfgDir = Path("config"),
    acct: Account = None,
    auth: Auth = None,
    wrkspc: Workspace = None,
    delete_workers: Annotated[
        bool, typer.Option("--delete-workers", "--dletWorkers", help="Delete our workers, too.")
    ] = False,
    all_: Annotated[bool, typer.Option("--all", help="Delete everything that deploy created.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go, and change nothing.")] = False,
    json: Json = False,
) -> None:
    """Delete our tasks and log our workers out; on request delete the workers, or everything that deploy created.

    Nothing that is not flexsim's is touched; safe to repeat.

    Example: flexsim cleansim --cfgdir config --all
    """
    from flexsim.configuration.files import read_configuration
    from flexsim.deployment.cleanup import Depth

    configuration = read_configuration(cfgdir)
    target = credentials(context, acct, auth, wrkspc)
    depth = Depth.ALL if all_ else Depth.WORKERS if delete_workers else Depth.TASKS

    async def work() -> "tuple[Cleaning, Counts]":
        from flexsim.deployment.cleanup import apply_cleaning, plan_cleaning
        from flexsim.deployment.client import connect

        async with connect(target) as router:
            cleaning = await plan_cleaning(router, configuration, depth)
            if not json:
                print_changes(cleaning.changes)
            if cleaning.changes and not dry_run:
                with carrying_out(cleaning.changes, "cleansim", quiet=common(context).quiet) as done:
                    await apply_cleaning(router, cleaning, done)
            return cleaning, router.counts

    cleaning, counts = interrupts.run(work())
    _report(cleaning, target.workspace_sid, counts, dry_run=dry_run, json=json)


def _report(cleaning: "Cleaning", workspace: str, counts: "Counts", *, dry_run: bool, json: bool) -> None:
    if json:
        output.print_json(
            {
                "workspace": workspace,
                "clean": not cleaning.changes,
                "dryRun": dry_run,
                "changes": [change.as_dict() for change in cleaning.changes],
                "http": counts.as_dict(),
            }
        )
    elif not cleaning.changes:
        output.print_line(f"workspace {workspace} is clean")
    elif dry_run:
        output.print_line(f"{counted(len(cleaning.changes), 'change')} to workspace {workspace}, none of them made")
    else:
        output.print_line(
            f"cleaned workspace {workspace}: {counted(len(cleaning.changes), 'change')} in {counts.requests} requests"
            f" ({counts.retries} repeated)"
        )
