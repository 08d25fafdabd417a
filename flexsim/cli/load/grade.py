"""The command ``flexsim load grade``: how right a tool's answers about traces are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flexsim.cli import output
from flexsim.cli.options import Json
from flexsim.errors import CheckFailed

if TYPE_CHECKING:
    from flexsim.traces.grading import Report


def grade(
    answers: Annotated[
        Path, typer.Argument(help="What a tool says of each trace, as JSON lines.", dir_okay=False, show_default=False)
    ],
    truth: Annotated[
        Path,
        typer.Argument(
            help="What is true of them: the answers that generated traces carry.", dir_okay=False, show_default=False
        ),
    ],
    *,
    at_least: Annotated[
        float | None,
        typer.Option("--at-least", help="Exit 1 if the score is lower.", min=0.0, max=1.0, show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Grade a tool's answers about traces against the truth: precision, recall, and how far its critical paths overlap.

    Example: flexsim load grade answers.jsonl truth.jsonl
    Example: flexsim load grade answers.jsonl truth.jsonl --at-least 0.9 --json
    """
    from flexsim.traces.grading import grade as graded
    from flexsim.traces.trace_files import read_documents

    report = graded(read_documents(answers), read_documents(truth))
    if as_json:
        output.print_json(report.document())
    else:
        _print(report)
    if at_least is not None and (report.score is None or report.score < at_least):
        raise CheckFailed(f"the score is {_share(report.score)}, lower than {at_least:g}")


def _print(report: "Report") -> None:
    rows = [
        (name, _share(each.precision), _share(each.recall), _share(each.f1), _share(each.overlap), each.right, each.answered, each.true)
        for name, each in report.grades.items()
    ]  # fmt: skip
    columns = ["what", "precision", "recall", "f1", "overlap", "right", "answered", "true"]
    output.print_table(None, columns, rows)
    output.print_line(
        f"score {_share(report.score)} over {report.traces} traces; {report.unanswered} of them unanswered,"
        f" {report.unknown} answers about others"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
