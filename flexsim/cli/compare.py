"""The command ``flexsim compare``: two runs side by side."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from flexsim.cli import output
from flexsim.cli.options import Json, common
from flexsim.cli.runs import RunArgument, ServiceLevelFormula, ShortAbandoned, reading, wishes
from flexsim.measure.service_level import SHORT, Formula
from flexsim.reporting.forms import ComparisonForm


def compare(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    run_a: RunArgument,
    run_b: RunArgument,
    *,
    form: Annotated[ComparisonForm, typer.Option("--format", help="table, or md for Markdown.")] = ComparisonForm.TABLE,
    formula: ServiceLevelFormula = Formula.LATE_ABANDONED_MISSED,
    short: ShortAbandoned = SHORT,
    as_json: Json = False,
) -> None:
    """Compare two runs: figures, confidence intervals of the differences, and what was changed between them.

    Intervals need runs with replications: in pairs where their seeds are the same, by Welch's method otherwise.

    Example: flexsim compare runs/monday runs/tuesday --format md
    """
    from flexsim.reporting.compare import compare_runs
    from flexsim.reporting.comparison_words import as_markdown
    from flexsim.reporting.run import open_run

    a, b = open_run(run_a), open_run(run_b)
    with reading(a, b, quiet=common(context).quiet) as progress:
        document = compare_runs(a, b, wishes(formula, short, None, None), progress)
    if as_json:
        output.print_json(document)
    elif form is ComparisonForm.MD:
        output.print_text(as_markdown(document))
    else:
        _print(document)


def _print(document: Mapping[str, Any]) -> None:
    from flexsim.reporting.comparison_words import (
        COLUMNS,
        QUEUE_COLUMNS,
        change_lines,
        figure_rows,
        notes,
        queue_rows,
    )

    output.print_table("All", COLUMNS, figure_rows(document["total"]))
    output.print_table("Queues", QUEUE_COLUMNS, queue_rows(document))
    lines = [*notes(document), "", "What was changed from A to B", *(f"  {each}" for each in change_lines(document))]
    for line in lines:
        output.print_line(line)
