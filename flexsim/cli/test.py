"""``flexsim test``: whether a configuration routes as a file of cases says."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flexsim.cli import output
from flexsim.cli.changes import counted
from flexsim.cli.options import CfgDir, Json, common

if TYPE_CHECKING:
    from flexsim.routecheck.running import CaseResult, Failure


def test(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file of cases.", dir_okay=False)] = Path(
        "routing.yaml"
    ),
    *,
    cfgdir: CfgDir = Path("config"),
    junit: Annotated[
        Path | None,
        typer.Option(
            "--junit", help="Write the results to this file as JUnit XML.", dir_okay=False, show_default=False
        ),
    ] = None,
    init: Annotated[
        bool,
        typer.Option(
            "--init", "--write-example", help="Write a first FILE of what the configuration does now, and stop."
        ),
    ] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of FILE.")] = False,
    json: Json = False,
) -> None:
    """Check how tasks are routed: filter, queue, who may get it, who gets it, what happens when nobody takes it.

    Each case puts workers in place and a task into the engine that routes for real, on a clock that the case moves.
    Exits 1 if any case fails, and says why: which filter matched, which comparison was false of which value.

    Example: flexsim test routing.yaml --cfgdir config --junit routing.xml
    """
    from flexsim.configuration.files import read_configuration
    from flexsim.errors import CheckFailed
    from flexsim.routecheck.cases import read_suite, schema_text
    from flexsim.routecheck.running import run_suite
    from flexsim.routecheck.sources import read_text, write_new

    if schema:
        output.print_line(schema_text().rstrip("\n"))
        return
    if init:
        from flexsim.routecheck.starting import starting_text

        write_new(file, starting_text(read_configuration(cfgdir), name=str(file), cfgdir=str(cfgdir)))
        output.say(f"wrote {file}; run it: flexsim test {file} --cfgdir {cfgdir}", quiet=common(context).quiet)
        return
    suite, configuration = read_suite(read_text(file), str(file)), read_configuration(cfgdir)
    with output.progress(quiet=common(context).quiet) as bars:
        results = list(bars.track(run_suite(suite, configuration), total=len(suite.cases), description="cases"))
    failed = sum(not each.passed for each in results)
    if junit is not None:
        _write_junit(junit, file, results)
    if json:
        cases = [each.as_dict() for each in results]
        output.print_json({"file": str(file), "cfgdir": str(cfgdir), "failed": failed, "cases": cases})
    else:
        _print(file, results)
    if failed:
        raise CheckFailed(f"{failed} of {counted(len(results), 'case')} in {file} failed")


def _print(file: Path, results: "list[CaseResult]") -> None:
    for result in results:
        output.print_line(f"{'ok' if result.passed else 'FAILED':6} {result.name}")
        for line in _lines(file, result):
            output.print_line(f"       {line}")
    if all(each.passed for each in results):
        output.print_line(f"{counted(len(results), 'case')} passed")


def _lines(file: Path, result: "CaseResult") -> list[str]:
    if result.passed:
        return []
    told = [line for failure in result.failures for line in _told(file, failure)]
    return [*told, "what happened:", *(f"  {each}" for each in result.path)] if result.path else told


def _told(file: Path, failure: "Failure") -> list[str]:
    found = failure.difference
    first = f"{file}:{failure.line}: {found.what} at {failure.after:g} s: expected {found.expected}, got {found.got}"
    return [first, *(f"  {each}" for each in found.why)]


def _write_junit(junit: Path, file: Path, results: "list[CaseResult]") -> None:
    from flexsim.measure.junit import Case, junit_xml
    from flexsim.routecheck.sources import write_bytes

    cases = [Case(name=each.name, failure="\n".join(_lines(file, each)) or None) for each in results]
    write_bytes(junit, junit_xml(file.stem, cases))
