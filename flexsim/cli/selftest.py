"""``flexsim selftest``: whether the engine does what queueing theory says."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from flexsim.cli import output
from flexsim.cli.options import Json, common

if TYPE_CHECKING:
    from flexsim.fastforward.selftest import Plan, Report


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
    rows = [
        (
            verdict.case,
            verdict.figure,
            f"{verdict.theory:.4g}",
            f"{verdict.measured.mean:.4g}",
            f"{verdict.measured.low:.4g} to {verdict.measured.high:.4g}",
            "ok" if verdict.holds else "OUTSIDE",
        )
        for verdict in report.verdicts
    ]
    output.print_table(None, ("queue", "figure", "theory", "measured", "interval", ""), rows)
    inside = sum(verdict.holds for verdict in report.verdicts)
    output.print_line(
        f"{inside} of {len(rows)} figures within; {report.customers:,} customers, seeds {report.seed} to"
        f" {report.seed + report.seeds - 1}; each interval at {100 * report.level:.2f} %, together at 99 % (Bonferroni)"
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
