"""The command ``flexsim audit``: whether what a run left can have happened."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flexsim.cli import output
from flexsim.cli.options import Json, Junit, common
from flexsim.errors import CheckFailed, ConfigurationError

if TYPE_CHECKING:
    from flexsim.measure.audit.auditor import Audit

_BETWEEN_STEPS = 1000  # lines


def audit(
    context: typer.Context,
    *,
    run: Annotated[Path, typer.Argument(help="The run's folder: runs/<name>.", metavar="RUN", show_default=False)],
    junit: Junit = None,
    as_json: Json = False,
) -> None:
    """Check that a run's events obey the laws of a contact centre, and that its figures are those of its events.

    Names every violation with the law and the events behind it (docs/audit.md). Exit code 1 if there is one.

    Example: flexsim audit runs/2026-01-05_080000_demo --json
    """
    from flexsim.cli.checking import write_junit
    from flexsim.measure.audit.document import cases, document, lines

    found = _audit(run, quiet=common(context).quiet)
    if junit is not None:
        write_junit(junit, "flexsim audit", cases(found))
    if as_json:
        output.print_json({"run": str(run), **document(found)})
    else:
        for line in lines(found):
            output.print_line(line)
    if not found.passed:
        broken = ", ".join(law.name for law in found.broken())
        raise CheckFailed(f"{run}: {found.findings.total} violations of {broken}")


def _audit(run: Path, *, quiet: bool) -> "Audit":
    from flexsim.measure.audit.auditor import audit as apply_laws
    from flexsim.measure.audit.lines import LONGEST
    from flexsim.runs.folder import EVENTS, SUMMARY, read_centre, read_log, read_replications, read_summary

    if not run.is_dir():
        raise ConfigurationError(f"no such run: {run} is not a folder; a run's folder is made by: flexsim demo")
    manifest = read_centre(run)
    summary: dict[str, Any] | None = read_summary(run) if (run / SUMMARY).exists() else None
    if summary is not None and (replications := read_replications(run)):
        summary = replications[0]["summary"]  # the log is replication 0's, the summary of all together
    counted_from = manifest.started + manifest.warmup if manifest.warmup else None
    log = run / EVENTS
    with output.progress(quiet=quiet) as bars:
        bar = bars.add_task(f"reading {EVENTS}", total=log.stat().st_size if log.exists() else None)
        read = _counted(read_log(run, LONGEST), functools.partial(bars.advance, bar))
        return apply_laws(read, summary, manifest.threshold, counted_from)


def _counted(lines: Iterator[bytes], advance: Callable[[float], None]) -> Iterator[bytes]:
    """The same lines; ``advance`` hears how many bytes they had, now and then."""
    read = 0
    for number, line in enumerate(lines):
        read += len(line)
        if number % _BETWEEN_STEPS == 0:
            advance(read)
            read = 0
        yield line
