"""The command ``flexsim taskrouter``: a TaskRouter of our own, until it is told to stop."""

from pathlib import Path
from typing import Annotated

import typer

from flexsim.cli import output
from flexsim.cli.options import Host, Json, Port, Speed, common, settings
from flexsim.errors import ConfigurationError

# The library's defaults, written out: importing them would import the whole server for --help.
_PORT = 8900
_HISTORY = 100_000
_EVENT_BATCH = 100
_EVENT_INTERVAL = 1.0
_THRESHOLD = 20.0


def taskrouter(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    host: Host = "127.0.0.1",
    port: Port = _PORT,
    speed: Speed = 1.0,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            help="Decides SIDs and credentials: same seed, same lines; 1, or that of the data file.",
            show_default=False,
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            help="Keep everything in this file across restarts; made if need be. :memory: records inputs without a file.",
            show_default=False,
        ),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(
            "--replay",
            help="Begin with these recorded inputs, as GET /_flexsim/inputs gave them.",
            show_default=False,
        ),
    ] = None,
    rate_limits: Annotated[
        bool,
        typer.Option("--rate-limits", help="Answer 429 where Twilio documents a limit, with Retry-After."),
    ] = False,
    request_rate: Annotated[
        int | None,
        typer.Option(
            "--request-rate",
            help="Answer 429 to more requests of an account in a second than this.",
            min=1,
            max=1_000_000,
            show_default=False,
        ),
    ] = None,
    worker_statistics_limit: Annotated[
        int | None,
        typer.Option(
            "--worker-statistics-limit",
            help="Refuse statistics of workers where there are more than this; Twilio's limit is 100.",
            min=0,
            show_default=False,
        ),
    ] = None,
    history: Annotated[
        int,
        typer.Option("--history", help="How many events each workspace remembers; 0 is none.", min=0, max=10_000_000),
    ] = _HISTORY,
    event_sink: Annotated[
        str | None,
        typer.Option(
            "--event-sink",
            help="Stream all events to this address, as Event Streams does: JSON arrays of CloudEvents.",
            show_default=False,
        ),
    ] = None,
    event_batch: Annotated[
        int, typer.Option("--event-batch", help="The most events in a post to the sink.", min=1, max=1000)
    ] = _EVENT_BATCH,
    event_interval: Annotated[
        float,
        typer.Option("--event-interval", help="Real seconds that a post waits for more events.", min=0.0, max=3600.0),
    ] = _EVENT_INTERVAL,
    control_token: Annotated[
        str | None,
        typer.Option(
            "--control-token",
            help="Whoever sends it as Authorization: Bearer may use /_flexsim/, from any machine, and nobody else;"
            " without it, this machine may. Others here can see it on a command line, .env is safer."
            " \\[env: TASKROUTER_CONTROL_TOKEN]",
            show_default=False,
        ),
    ] = None,
    threshold: Annotated[
        float,
        typer.Option(
            "--threshold", help="Seconds within which a task should be answered: the dashboard's service level.", min=0
        ),
    ] = _THRESHOLD,
    allow_control: Annotated[
        bool,
        typer.Option("--allow-control", help="Let the dashboard act, not only show: bursts of tasks, speed, log-outs."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Serve a TaskRouter that needs no account: Twilio's REST API over our own engine, and a live dashboard.

    Prints the environment lines that lead flexsim's other commands here, and any Twilio SDK.

    Example: flexsim taskrouter > .env
    Example: flexsim taskrouter --port 0 --speed 20 --json
    Example: flexsim taskrouter --data centre.db
    Example: flexsim taskrouter --rate-limits --request-rate 100
    Example: flexsim taskrouter --allow-control --threshold 30
    Example: flexsim taskrouter --event-sink http://127.0.0.1:9000/events --event-batch 20
    """
    from flexsim.emulator.dashboard_feed import Goal
    from flexsim.emulator.options import Options
    from flexsim.emulator.server import LocalTaskRouter

    if control_token is not None and not control_token.strip():
        raise ConfigurationError("--control-token is empty; leave it out, and only this machine may use the controls")
    options = Options(
        control_token=control_token or settings(context).control_token,
        rate_limits=rate_limits,
        requests_per_second=request_rate,
        data=data,
        replay=replay,
        worker_statistics_limit=worker_statistics_limit,
        history=history,
        event_sink=event_sink,
        event_batch=event_batch,
        event_interval=event_interval,
        goal=Goal(threshold=threshold),
        allow_control=allow_control,
    )
    router = LocalTaskRouter(host=host, port=port, speed=speed, seed=seed, options=options)

    def announce() -> None:
        lines = {
            "TASKROUTER_URL": router.base_url,
            "ACCOUNT_SID": router.account_sid,
            "AUTH_TOKEN": router.auth_token,
            "WRKSPC_SID": router.workspace_sid,
        }
        if as_json:
            output.print_json({**lines, "dashboard": router.dashboard_url, "speed": speed, "seed": router.seed})
        else:
            output.print_line("\n".join(f"{name}={value}" for name, value in lines.items()))
        note = f"TaskRouter at {router.base_url} (speed {speed:g}, seed {router.seed}); Ctrl-C stops it"
        for words in (note, f"dashboard at {router.dashboard_url}"):
            output.say(words, quiet=common(context).quiet or as_json)

    if router.run(announce):
        raise KeyboardInterrupt
