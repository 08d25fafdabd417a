"""What the commands about finished runs share: their argument, their options, and their progress."""

from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim.cli import output
from flexsim.measure.service_level import Formula

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flexsim.reporting.document import Wishes
    from flexsim.reporting.run import Progress, Run


REPORT: Final = "report.html"  # in a run's folder


class Minutes(StrEnum):
    """Widths of an interval table."""

    ONE = "1"
    FIVE = "5"
    QUARTER = "15"
    HALF = "30"
    HOUR = "60"


RunArgument = Annotated[
    Path, typer.Argument(metavar="RUN", help="A run's folder, or its name in runs/.", show_default=False)
]
Interval = Annotated[
    Minutes | None,
    typer.Option("--interval", help="Minutes of an interval; by the run's length unless given.", show_default=False),
]
ServiceLevelFormula = Annotated[
    Formula,
    typer.Option("--service-level-formula", help="How the service level counts those who give up: docs/figures.md."),
]
ShortAbandoned = Annotated[
    float,
    typer.Option(
        "--short-abandoned", help="Seconds within which one gives up at once, for short-abandoned-excluded.", min=0
    ),
]


def wishes(formula: Formula, short: float, interval: Minutes | None, threshold: float | None) -> "Wishes":
    """The options as the library wants them."""
    from flexsim.reporting.document import Wishes

    seconds = None if interval is None else 60 * int(interval)
    return Wishes(formula=formula, short=short, interval=seconds, threshold=threshold)


@contextmanager
def reading(*runs: "Run", quiet: bool) -> "Iterator[Progress]":
    """A bar on stderr of how much of the runs' logs has been read."""
    with output.progress(quiet=quiet) as bars:
        bar = bars.add_task(f"reading {', '.join(run.name for run in runs)}", total=sum(run.size for run in runs))
        yield lambda size: bars.advance(bar, size)


def leave_report(folder: Path, *, quiet: bool) -> None:
    """The page of a run that has just ended, as ``flexsim report`` makes it, in the run's folder."""
    from flexsim.measure.service_level import SHORT
    from flexsim.reporting.forms import Form
    from flexsim.reporting.report import make_report
    from flexsim.reporting.run import open_run
    from flexsim.reporting.writing import write_text

    found = open_run(folder)
    with reading(found, quiet=quiet) as progress:
        text = make_report(found, Form.HTML, wishes(Formula.LATE_ABANDONED_MISSED, SHORT, None, None), progress)
    write_text(folder / REPORT, text)
