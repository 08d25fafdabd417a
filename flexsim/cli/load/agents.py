"""The command ``flexsim load agents``: a swarm of agents on sockets, and its control, until it is told to stop."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flexsim.cli.options import (
    Json,
    Junit,
    LogLevel,
    Seed,
    Speed,
    common,
    credentials,
    fails_if,
    seed_or_fresh,
    settings,
)
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from flexsim.cli.checking import Checks
    from flexsim.load.profiles import Mix
    from flexsim.load.ramp import Ramp
    from flexsim.settings import Settings

_BACKEND: Final = "http://localhost:8080"
_PORT: Final = 8081
_AGENTS: Final = 200
_ACTIVE: Final = 100
_EACH: Final = 15_000  # agents in a process, where their number is to be found out


def agents(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    backend_url: Annotated[
        str | None,
        typer.Option(
            "--backend-url",
            help=f"The backend, {_BACKEND} unless given; agents connect to its /ws/agent. \\[env: AGENTSIM_BACKEND_URL]",
            show_default=False,
        ),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(
            "--agents",
            help=f"How many agents there are, {_AGENTS} unless given. \\[env: AGENTSIM_AGENTS]",
            min=1,
            max=100_000,
            show_default=False,
        ),
    ] = None,
    active: Annotated[
        int | None,
        typer.Option(
            "--active",
            help=f"How many a start activates, {_ACTIVE} unless given. \\[env: AGENTSIM_ACTIVE_AGENTS]",
            min=0,
            max=100_000,
            show_default=False,
        ),
    ] = None,
    auto_start: Annotated[
        bool, typer.Option("--auto-start", help="Start at once, not when told to. \\[env: AGENTSIM_AUTO_START]")
    ] = False,
    control_host: Annotated[
        str, typer.Option("--control-host", help="Address of the control; 0.0.0.0 lets other machines in.")
    ] = "127.0.0.1",
    control_port: Annotated[
        int | None,
        typer.Option(
            "--control-port",
            help=f"Port of the control, {_PORT} unless given; 0 is any free one. \\[env: AGENTSIM_CONTROL_PORT]",
            min=0,
            max=65_535,
            show_default=False,
        ),
    ] = None,
    seed: Seed = None,
    speed: Speed = 1.0,
    mode: Annotated[
        str,
        typer.Option("--mode", help="self-driven agents find themselves calls; call-driven ones are assigned them."),
    ] = "self-driven",
    heartbeat: Annotated[
        float, typer.Option("--heartbeat", help="Real seconds between an agent's heartbeats.", min=0.1, max=3600)
    ] = 2.0,
    processes: Annotated[
        str, typer.Option("--processes", help=f"How many processes; auto is one for every {_EACH} agents.")
    ] = "auto",
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            help="Have the processes on the machines of this Ray cluster: host:port, ray://host:port, or local."
            " Needs flexsim\\[cluster].",
            show_default=False,
        ),
    ] = None,
    per_socket: Annotated[
        int, typer.Option("--per-socket", help="How many agents share a WebSocket.", min=1, max=1000)
    ] = 1,
    reconnect_storm: Annotated[
        bool, typer.Option("--reconnect-storm", help="Reconnect at once and all together, without backoff and jitter.")
    ] = False,
    domain: Annotated[
        str | None,
        typer.Option(
            "--domain",
            help="A domain description that says departments and locations: a file, a folder or an example's name.",
            show_default=False,
        ),
    ] = None,
    from_taskrouter: Annotated[
        bool,
        typer.Option(
            "--from-taskrouter",
            help="Mirror a TaskRouter's workers, with their contacts' ids, as agents; starts at once.",
        ),
    ] = False,
    header: Annotated[
        list[str] | None,
        typer.Option("--header", help="A header for the handshake, NAME: VALUE; can be repeated.", show_default=False),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            help="Sent as Authorization: Bearer; others here can see it on a command line, .env is safer."
            " \\[env: AGENTSIM_TOKEN]",
            show_default=False,
        ),
    ] = None,
    ca: Annotated[
        Path | None,
        typer.Option(
            "--ca", help="File of certificates to trust, for https and wss.", dir_okay=False, show_default=False
        ),
    ] = None,
    insecure: Annotated[bool, typer.Option("--insecure", help="Do not check the backend's certificate.")] = False,
    ramp: Annotated[
        str | None,
        typer.Option("--ramp", help="How many agents when, SECONDS:AGENTS,...; starts at once.", show_default=False),
    ] = None,
    duration: Annotated[
        float | None,
        typer.Option("--duration", help="End after so many real seconds.", min=0.0, show_default=False),
    ] = None,
    fail_if: Annotated[
        list[str] | None,
        fails_if('is true at the end, or cannot be judged: "p99(heartbeat_lateness) > 100ms", "lost > 0"'),
    ] = None,
    junit: Junit = None,
    runs: Annotated[
        Path | None,
        typer.Option(
            "--runs", help="Leave a folder with the run's evidence in this one.", file_okay=False, show_default=False
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Connect agents to a backend, each on a WebSocket of its own or several on one, and serve the control that scales them live.

    Example: flexsim load agents --agents 200 --active 100 --auto-start
    Example: flexsim load agents --agents 5000 --ramp 0:0,60:5000,300:5000,330:0 --fail-if "p99(heartbeat_lateness) > 0.1"
    Example: flexsim load agents --mode call-driven --domain harbour-bank --runs runs
    Example: flexsim load agents --from-taskrouter
    """
    from flexsim.cli.load.swarming import Order, can_replace, carry_out, replace_process
    from flexsim.load import ramp as ramps
    from flexsim.load.run import RunOptions
    from flexsim.load.shard import Plan
    from flexsim.load.swarm import SwarmOptions
    from flexsim.load.target import Target

    known = settings(context)
    _log_as_told(known, common(context).log_level)
    checks = _checks(fail_if, junit)
    followed = None if ramp is None else ramps.parse(ramp)
    total, first = _numbers(known, count, active, followed)
    plan = Plan(
        agents=total,
        mix=_mix(domain),
        target=Target(
            url=backend_url or known.swarm_backend_url or _BACKEND, headers=_headers(header or [], token or known.swarm_token), ca=ca,
            verify=not insecure,
        ),
        options=SwarmOptions(
            seed=seed_or_fresh(context, seed), speed=speed, storm=reconnect_storm, per_socket=per_socket
        ),
    )  # fmt: skip
    port = _given(control_port, known.swarm_control_port)
    options = RunOptions(
        active=first,
        processes=_processes(processes, total),
        cluster=cluster,
        host=control_host,
        port=_PORT if port is None else port,
        auto_start=auto_start or bool(known.swarm_auto_start),
        ramp=followed,
        duration=duration,
        thresholds=() if checks is None else checks.thresholds,
    )
    order = Order(
        plan=plan,
        behaviour=_behaviour({"mode": mode, "heartbeatInterval": heartbeat}),
        options=options,
        checks=checks,
        way_in=credentials(context, None, None, None) if from_taskrouter else None,
        runs=runs,
        quiet=common(context).quiet or as_json,
        as_json=as_json,
        log_level=logging.getLogger("flexsim").level,
        debug=common(context).log_level is LogLevel.DEBUG,
    )
    if common(context).replaceable and can_replace():
        replace_process(order)
    carry_out(order)


def _behaviour(changes: dict[str, Any]) -> dict[str, Any]:
    """The configuration with these changes, which are refused here if they are wrong."""
    from flexsim.load.behaviour import Behaviour, document, merged

    return document(merged(Behaviour(), changes))


def _checks(fail_if: list[str] | None, junit: Path | None) -> "Checks | None":
    """What is to be checked, if anything; a swarm that nothing is asked of imports nothing for it."""
    if not fail_if and junit is None:
        return None
    from flexsim.cli.checking import read_checks
    from flexsim.load.thresholds import FIGURES

    return read_checks("flexsim load agents", fail_if, junit, vocabulary=FIGURES)


def _log_as_told(known: "Settings", level: LogLevel) -> None:
    """AGENTSIM_LOG_LEVEL holds unless --log-level says something else than its default."""
    if known.swarm_log_level and level is LogLevel.WARNING:
        logging.getLogger("flexsim").setLevel(known.swarm_log_level.upper())


def _numbers(known: "Settings", count: int | None, active: int | None, ramp: "Ramp | None") -> tuple[int, int]:
    """How many agents there are, and how many a start activates."""
    peak = ramp.peak if ramp else 0
    wanted, total = _given(active, known.swarm_active_agents), _given(count, known.swarm_agents)
    if total is None:
        total = max(_AGENTS, wanted or 0, peak)
    first = min(_ACTIVE, total) if wanted is None else wanted
    if max(first, peak) > total:
        raise ConfigurationError(f"{max(first, peak)} active agents are more than the {total} there are; see --agents")
    return total, first


def _given(flag: int | None, setting: int | None) -> int | None:
    return setting if flag is None else flag


def _processes(text: str, total: int) -> int:
    if text == "auto":
        return -(-total // _EACH)
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise ConfigurationError(f"--processes is a number from 1 to 64, or auto, not {text}")
    return int(text)


def _headers(given: list[str], token: str | None) -> dict[str, str]:
    found = {} if token is None else {"Authorization": f"Bearer {token}"}
    for each in given:
        name, colon, value = each.partition(":")
        if not colon:
            raise ConfigurationError(f"--header is NAME: VALUE; there is no colon in the one that begins {each[:20]!r}")
        found[name.strip()] = value.strip()
    return found


def _mix(domain: str | None) -> "Mix":
    from flexsim.load.profiles import DEFAULT_MIX, mix_of

    if domain is None:
        return DEFAULT_MIX
    from flexsim.domain.loading import load_domain

    return mix_of(load_domain(domain))
