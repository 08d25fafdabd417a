"""``flexsim selftest``: whether the engine does what queueing theory says."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from flexsim.cli import output
from flexsim.cli.options import Json, common

if TYPE_CHECKING:
    from flexsim.fastforward.selftest import Plan, Report, Verdict


def selftest(
    context: typer.Context,
    *,
    seed: Annotated[
        int, typer.Option("--seed", help="The first seed; the same one gives the same figures.", min=0)
    ] = 1,
    seeds: Annotated[
        int, typer.Option("--seeds", help="Runs of each case, with a seed each from the first on.", min=8, max=10_000)
    ] = 20,
    quick: Annotated[
        bool, typer.Option("--quick", help="A fifth of the customers: some seconds, wider intervals.")
    ] = False,
    json: Json = False,
) -> None:
    """Simulate textbook queues with the routing engine and compare with Erlang B, C and A, Cobham, Little and PASTA.

    Exits 1 when a figure lies outside of its interval. The intervals hold together in 99 of 100 runs of a right engine.

    For example, one of:

    flexsim selftest --quick

    flexsim selftest --seed 7 --seeds 40 --json
    """
    from flexsim.errors import CheckFailed
    from flexsim.fastforward.selftest import Plan

    report = _run(Plan(seed=seed, seeds=seeds, quick=quick), quiet=common(context).quiet)
    if json:
        output.print_json(_document(report))
    else:
        _print(report)
    if not report.holds:
        outside = sum(not verdict.holds for verdict in report.verdicts)
        raise CheckFailed(f"{outside} of {len(report.verdicts)} figures lie outside of their intervals")


def _run(plan: "Plan", *, quiet: bool) -> "Report":
    from flexsim.fastforward.selftest import runs, selftest

    with output.progress(quiet=quiet) as bars:
        bar = bars.add_task("selftest", total=runs(plan))
        return selftest(plan, lambda: bars.advance(bar))


def _print(report: "Report") -> None:
    """A block of lines for each queue, so that it fits eighty characters."""
    from rich.table import Table

    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    for name in ("figure", "theory", "measured", "interval", ""):
        table.add_column(name, justify="left" if name in {"figure", ""} else "right", no_wrap=True)
    case = ""
    for verdict in report.verdicts:
        if verdict.case != case:
            case = verdict.case
            table.add_row(case, style="bold")
        table.add_row(f"  {verdict.figure}", *_cells(verdict), style="" if verdict.holds else "red")
    output.stdout().print(table)
    inside = sum(verdict.holds for verdict in report.verdicts)
    output.print_line(
        f"{inside} of {len(report.verdicts)} figures within; {report.customers:,} customers, seeds {report.seed} to"
        f" {report.seed + report.seeds - 1}; each interval at {100 * report.level:.2f} %, together at 99 % (Bonferroni)"
    )


def _cells(verdict: "Verdict") -> tuple[str, str, str, str]:
    measured = verdict.measured
    return (
        f"{verdict.theory:.4g}",
        f"{measured.mean:.4g}",
        f"{measured.low:.4g} .. {measured.high:.4g}",
        "ok" if verdict.holds else "OUTSIDE",
    )


def _document(report: "Report") -> dict[str, Any]:
    return {
        "holds": report.holds,
        "seed": report.seed,
        "seeds": report.seeds,
        "level": report.level,
        "customers": report.customers,
        "figures": [
            {
                "queue": verdict.case,
                "figure": verdict.figure,
                "theory": verdict.theory,
                "measured": verdict.measured.mean,
                "low": verdict.measured.low,
                "high": verdict.measured.high,
                "holds": verdict.holds,
            }
            for verdict in report.verdicts
        ],
    }
