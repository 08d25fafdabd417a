"""The command ``flexsim load collector``: something for spans to be sent to, which says what is wrong with them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.cli.options import Host, Json, Junit, common, fails_if
from flexsim.errors import CheckFailed

if TYPE_CHECKING:
    from flexsim.measure.thresholds import Verdict
    from flexsim.traces.serving import Collector
    from flexsim.traces.watching import Watch

_PORT: Final = 4318
_MEMORY: Final = 512
_SHOWN: Final = (
    "received", "spans", "traces", "errors", "duplicates", "orphans", "late", "out_of_order", "skewed", "backward", "rejected",
    "refused_requests", "lost_spans",
)  # fmt: skip


def collector(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    host: Host = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", help="Port for OTLP over HTTP; 0 is any free one.", min=0, max=65_535)
    ] = _PORT,
    grpc_port: Annotated[
        int | None,
        typer.Option(
            "--grpc-port",
            help="Port for OTLP over gRPC, 4317 as a rule; needs the extra grpc. None unless given.",
            min=0,
            max=65_535,
            show_default=False,
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store",
            help="Keep all spans: in an SQLite file (.sqlite, .db), or a folder of Parquet files, for which the extra"
            " parquet is needed.",
            show_default=False,
        ),
    ] = None,
    expect_spans: Annotated[
        int | None,
        typer.Option(
            "--expect-spans",
            help="End once so many spans, copies not counted, have come; exit 1 if that is not their number.",
            min=0,
            show_default=False,
        ),
    ] = None,
    fail_if: Annotated[list[str] | None, fails_if('is true at the end: "orphans > 0", "lost_spans > 0"')] = None,
    junit: Junit = None,
    duration: Annotated[
        float | None,
        typer.Option("--duration", help="End after so many real seconds.", min=0.0, show_default=False),
    ] = None,
    late_after: Annotated[
        float,
        typer.Option(
            "--late-after", help="Seconds after its trace's root that a span may come and not be late.", min=0.0
        ),
    ] = 0.0,
    memory: Annotated[
        int,
        typer.Option("--memory", help="MiB for traces; beyond it the oldest are lost, and counted.", min=1, max=65_536),
    ] = _MEMORY,
    as_json: Json = False,
) -> None:
    """Take spans over OTLP, count what is wrong with them, and show traces as waterfalls with their critical path.

    Example: flexsim load collector
    Example: flexsim load collector --port 0 --duration 60 --fail-if "orphans > 0" --json
    Example: flexsim load collector --expect-spans 203000 --store spans.sqlite
    """
    import contextlib

    from flexsim.cli.checking import read_checks
    from flexsim.clock import WallClock
    from flexsim.traces.intake import Intake
    from flexsim.traces.reception import Reception
    from flexsim.traces.serving import Collector
    from flexsim.traces.storing import open_store
    from flexsim.traces.watching import FIGURES, Watch, judged

    checks = read_checks("flexsim load collector", fail_if, junit, vocabulary=FIGURES)
    how = Watch(host=host, port=port, grpc_port=grpc_port, expected=expect_spans, duration=duration)
    reception = Reception(memory=memory * 2**20, late_after=late_after)
    with contextlib.nullcontext() if store is None else open_store(store) as keeper:
        intake = Intake(reception, keep=None if keeper is None else keeper.keep)
        served = Collector(intake, WallClock())
        try:
            _run(served, how, quiet=common(context).quiet, as_json=as_json)
        finally:
            stats = served.stats()
            verdicts = judged(stats, checks.thresholds)
            _print(stats, verdicts, as_json=as_json)
    checks.enforce(verdicts, quiet=common(context).quiet)
    if expect_spans is not None and stats["spans"] != expect_spans:
        raise CheckFailed(f"{stats['spans']} spans have come, not {expect_spans}")


def _run(served: "Collector", how: "Watch", *, quiet: bool, as_json: bool) -> None:
    from flexsim.sockets import address
    from flexsim.traces.watching import watch

    def announce(port: int, grpc_port: int | None) -> None:
        url = f"http://{address(how.host, port)}"
        grpc = None if grpc_port is None else address(how.host, grpc_port)
        also = "" if grpc is None else f", gRPC at {grpc}"
        output.say(f"collector at {url}, a page with the traces in a browser{also}; Ctrl-C ends it", quiet=quiet)
        if as_json:
            output.print_json({"url": url, "grpc": grpc})

    async def until_over() -> None:
        with interrupts.until_terminated():
            await watch(served, how, announce)

    interrupts.run(until_over())


def _print(stats: dict[str, Any], verdicts: "list[Verdict]", *, as_json: bool) -> None:
    if as_json:
        output.print_json(stats | {"thresholds": [each.document() for each in verdicts]})
        return
    output.print_table(None, ["what", "count"], [(name.replace("_", " "), stats[name]) for name in _SHOWN])
