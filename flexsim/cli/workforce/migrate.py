"""The command ``flexsim workforce migrate``: bring the workforce's database up to date."""

from typing import Annotated

import typer

from flexsim.cli import output
from flexsim.cli.options import Json
from flexsim.cli.workforce import storing
from flexsim.errors import CheckFailed


def migrate(
    context: typer.Context,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 where there is something to do.")
    ] = False,
    database: storing.Database = None,
    as_json: Json = False,
) -> None:
    """Make the workforce's database, or bring an older one up to date; what it holds stays. In one transaction.

    Example: flexsim workforce migrate
    Example: flexsim workforce migrate --database postgresql://flexsim@127.0.0.1:5432/workforce --check
    """
    from flexsim.workforce.store import migrating
    from flexsim.workforce.store.engines import described, open_engine

    engine = open_engine(storing.address(context, database))
    try:
        before = migrating.version(engine)
        applied = () if check else migrating.migrate(engine)
        version, latest = migrating.version(engine), migrating.versions()[-1]
    finally:
        engine.dispose()
    document = {
        "database": described(engine),
        "before": before,
        "version": version,
        "latest": latest,
        "applied": list(applied),
    }
    if as_json:
        output.print_json(document)
    else:
        for each in applied:
            output.print_line(each)
        output.print_line(f"{described(engine)} is at version {version or 'none'} of {latest}")
    if version != latest:
        raise CheckFailed(f"version {version or 'none'} is not {latest}; run: flexsim workforce migrate")
