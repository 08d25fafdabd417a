"""``flexsim lint``: what is wrong with a configuration, before any task comes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flexsim.cli import output
from flexsim.cli.changes import counted
from flexsim.cli.options import Json

if TYPE_CHECKING:
    from flexsim.routecheck.findings import Finding
    from flexsim.routecheck.sources import Sources


def lint(
    cfgdir: Annotated[
        Path, typer.Argument(metavar="CFGDIR", help="Folder of the configuration files.", file_okay=False)
    ] = Path("config"),
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on warnings too, not only on errors.")] = False,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="CODE", help="Leave out findings of this code; may be given several times."),
    ] = None,
    json: Json = False,
) -> None:
    """Find faults in a configuration: filters out of reach, queues without workers, expressions that are never true, ...

    Each finding has a code (docs/routing-checks.md explains them all), its place, and what to do. Exits 1 on errors.

    Example: flexsim lint config --strict --ignore FX041
    """
    from flexsim.routecheck.lint import lint_configuration
    from flexsim.routecheck.sources import read_sources

    sources = read_sources(cfgdir)
    found = lint_configuration(sources.configuration, sources.documents, ignore or ())
    findings = sources.in_order(found)
    if json:
        output.print_json([each.as_dict(sources.line(each)) for each in findings])
    else:
        for each in findings:
            output.print_line(_line(cfgdir, sources, each))
    _judge(cfgdir, findings, strict=strict, json=json)


def _line(cfgdir: Path, sources: "Sources", finding: "Finding") -> str:
    kind = finding.kind
    where = f"{cfgdir / finding.file}:{sources.line(finding)}"
    place = f" at {finding.pointer}" if finding.place else ""
    return f"{where}: {kind.severity} {kind.code}{place}: {finding.sentence}\n    {kind.advice}"


def _judge(cfgdir: Path, findings: "list[Finding]", *, strict: bool, json: bool) -> None:
    from flexsim.errors import CheckFailed
    from flexsim.routecheck.findings import Severity

    counts = {severity: sum(each.kind.severity is severity for each in findings) for severity in Severity}
    told = ", ".join(counted(count, severity.value) for severity, count in counts.items() if count)
    if counts[Severity.ERROR] or (strict and counts[Severity.WARNING]):
        raise CheckFailed(f"{told} in {cfgdir}")
    if not json:
        output.print_line(f"{told} in {cfgdir}" if told else f"nothing found in {cfgdir}")
