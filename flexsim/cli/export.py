"""The command ``flexsim export``: a run's tables for other tools."""

from pathlib import Path
from typing import Annotated

import typer

from flexsim.cli import output
from flexsim.cli.options import Json, common
from flexsim.cli.runs import Interval, RunArgument, ServiceLevelFormula, ShortAbandoned, reading, wishes
from flexsim.measure.service_level import SHORT, Formula
from flexsim.reporting.forms import ExportForm


def export(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    run: RunArgument,
    *,
    form: Annotated[
        ExportForm, typer.Option("--format", help="parquet needs pyarrow: pip install 'flexsim\\[parquet]'.")
    ] = ExportForm.CSV,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Folder that gets the tables; export/ in the run's folder unless given.",
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    interval: Interval = None,
    formula: ServiceLevelFormula = Formula.LATE_ABANDONED_MISSED,
    short: ShortAbandoned = SHORT,
    as_json: Json = False,
) -> None:
    """Write a run's tables: tasks, reservations, agent_states, events and intervals. docs/export.md has their columns.

    Example: flexsim export runs/2026-01-05_080000_demo --format jsonl --out tables
    """  # fmt: skip
    from flexsim.reporting.export import export_run
    from flexsim.reporting.run import open_run

    found = open_run(run)
    folder = found.path / "export" if out is None else out
    with reading(found, quiet=common(context).quiet) as progress:
        rows = export_run(found, form, folder, wishes(formula, short, interval, None), progress)
    if as_json:
        output.print_json({"folder": str(folder), "format": form.value, "rows": rows})
    else:
        for name, count in rows.items():
            output.print_line(f"{folder / name}.{form.value}  {count:,} rows")
