"""The command ``flexsim load analyze``: what a trace's end waited for, and what is to blame."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim.cli import output
from flexsim.cli.options import Json
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flexsim.traces.analysis import Analysis
    from flexsim.traces.spans import Span

_COLLECTOR: Final = "http://127.0.0.1:4318"
_LISTED: Final = 50
_TRACE_ID: Final = re.compile("[0-9a-fA-F]{32}")


def analyze(  # noqa: PLR0913 -- one parameter for each option
    source: Annotated[
        str,
        typer.Argument(
            metavar="TRACE|FILE",
            help="A trace's id in a running collector, or a file: OTLP as .json, .jsonl or .pb, or what a collector stored.",
            show_default=False,
        ),
    ],
    *,
    trace: Annotated[
        str | None, typer.Option("--trace", help="Of a file, the trace whose id begins so.", show_default=False)
    ] = None,
    collector: Annotated[str, typer.Option("--collector", help="The collector that has the trace.")] = _COLLECTOR,
    as_json: Json = False,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", help="Write the waterfall of one trace to this file.", dir_okay=False, show_default=False
        ),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--answers",
            help="Write what was found to this file, a trace a line, for flexsim load grade.",
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
) -> None:
    """Analyze traces: critical path, straggler, retries with their pauses, time to first token, idle time, payload and latency.

    One trace is drawn as a waterfall, with what there is to say of it; several are listed, the longest first.

    Example: flexsim load analyze 0af7651916cd43dd8448eb211c80319c
    Example: flexsim load analyze spans.sqlite --json
    Example: flexsim load analyze traces.jsonl --trace 4bf9 --html trace.html
    """
    from flexsim.traces.analysis import analyze as analysis_of

    chosen = _read(source, trace, collector)
    if html is not None and len(chosen) != 1:
        raise ConfigurationError(f"--html shows one trace, and there are {len(chosen)}; choose one with --trace")
    found = [analysis_of(each) for each in chosen]
    if answers is not None:
        _write(answers, _lines(found))
    if html is not None:
        _write(html, _page(chosen[0], found[0]))
    if as_json:
        output.print_json([each.document() for each in found])
    elif len(found) == 1:
        _tell(chosen[0], found[0])
    else:
        _list(found)


def _read(source: str, trace: str | None, collector: str) -> "list[Sequence[Span]]":
    from flexsim.traces.trace_files import fetch_trace, read_traces, trace_named

    path = Path(source)
    if not path.exists():
        if not _TRACE_ID.fullmatch(source):
            raise ConfigurationError(f"{source} is neither a file nor a trace's id of 32 hexadecimal digits")
        traces = fetch_trace(collector, source.lower())
    else:
        traces = read_traces(path)
    if not traces:
        raise ConfigurationError(f"there is no span in {source}")
    return [trace_named(traces, trace)] if trace is not None else list(traces.values())


def _lines(found: "Sequence[Analysis]") -> str:
    import json

    return "".join(json.dumps(each.answers()) + "\n" for each in found)


def _page(spans: "Sequence[Span]", found: "Analysis") -> str:
    from flexsim.traces.findings import findings
    from flexsim.traces.page import trace_page

    return trace_page(spans, findings(found), alone=True)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"cannot write {path}: {error.strerror}") from error


def _tell(spans: "Sequence[Span]", found: "Analysis") -> None:
    from flexsim.cli.load.waterfalls import print_waterfall
    from flexsim.traces.findings import findings

    print_waterfall(spans)
    for line in findings(found):
        output.print_line(f"- {line}")


def _list(found: "Sequence[Analysis]") -> None:
    ordered = sorted(found, key=lambda each: -each.duration_ms)[:_LISTED]
    rows = [
        (
            each.trace_id, each.scenario or each.name, round(each.duration_ms, 1), each.spans, each.errors, len(each.critical_path),
            round(each.amplification, 2), each.root_cause or "",
        )
        for each in ordered
    ]  # fmt: skip
    columns = ["trace", "scenario", "ms", "spans", "errors", "on the path", "amplification", "to blame"]
    output.print_table(None, columns, rows)
    if len(found) > len(ordered):
        output.print_line(f"... and {len(found) - len(ordered)} shorter ones; --json has all")
