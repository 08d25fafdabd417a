"""The command ``flexsim report``: what happened in a run, as a page, a document or tables."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flexsim.cli import output
from flexsim.cli.options import common
from flexsim.cli.runs import REPORT, Interval, RunArgument, ServiceLevelFormula, ShortAbandoned, reading, wishes
from flexsim.measure.service_level import SHORT, Formula
from flexsim.reporting.forms import Form

if TYPE_CHECKING:
    from flexsim.reporting.run import Run


def report(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    run: RunArgument,
    *,
    form: Annotated[
        Form, typer.Option("--format", help="html: one page; json: all figures; csv: the interval table; md: tables.")
    ] = Form.HTML,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="File to write; '-' is stdout. Unless given, a page goes to report.html in the run's folder, all else"
            " to stdout.",
            show_default=False,
        ),
    ] = None,
    interval: Interval = None,
    formula: ServiceLevelFormula = Formula.LATE_ABANDONED_MISSED,
    short: ShortAbandoned = SHORT,
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", help="Of the service level, in seconds; the run's own unless given.", min=0),
    ] = None,
    open_it: Annotated[bool, typer.Option("--open", help="Show the page in the browser.")] = False,
) -> None:
    """Report on a run: headline figures, interval tables, charts, and the contacts to look at.

    The page holds everything it needs and asks nothing of the network.

    Example: flexsim report runs/2026-01-05_080000_demo --open
    """
    from flexsim.reporting.report import make_report
    from flexsim.reporting.run import open_run

    found = open_run(run)
    with reading(found, quiet=common(context).quiet) as progress:
        text = make_report(found, form, wishes(formula, short, interval, threshold), progress)
    written = _write(found, form, out, text)
    if open_it:
        _show(form, written)


def _write(run: "Run", form: Form, out: Path | None, text: str) -> Path | None:
    """The file that was written; None when it went to stdout."""
    from flexsim.reporting.writing import write_text

    file = run.path / REPORT if out is None and form is Form.HTML else out
    if file is None or str(file) == "-":
        output.print_text(text)
        return None
    write_text(file, text)
    output.print_line(str(file))
    return file


def _show(form: Form, file: Path | None) -> None:
    from flexsim.errors import ConfigurationError

    if form is not Form.HTML or file is None:
        raise ConfigurationError("--open shows a page: it needs --format html, and a file to show")
    import webbrowser

    if not webbrowser.open(file.resolve().as_uri()):
        output.say(f"flexsim: no browser found; open {file} yourself")
