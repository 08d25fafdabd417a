"""One run of ``flexsim load agents`` once its command line has been read, from what is said first to the exit code.

It needs nothing of what reads a command line, which is 13 MB that a swarm would carry for hours. So the process of the
command replaces itself, where the system lets it, by one that has been told what to do and has read nothing.
"""

import os
import pickle
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flexsim.cli import output
from flexsim.cli.frame import ending, log_to_stderr
from flexsim.clock import WallClock
from flexsim.interrupts import until_terminated
from flexsim.load.behaviour import Behaviour, merged
from flexsim.load.run import Run, RunOptions
from flexsim.load.shard import Plan
from flexsim.loops import run
from flexsim.sockets import address

if TYPE_CHECKING:
    from flexsim.cli.checking import Checks
    from flexsim.deployment.client import Credentials
    from flexsim.runs.folder import RunWriter
    from flexsim.taskrouter.port import TaskRouter

# Not -m, which would have this module a second time, as __main__, and an order of the one is none of the other.
_PROGRAM: Final = "from flexsim.__main__ import main; main('flexsim.cli.load.swarming')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the command line said. ``behaviour`` is a document; ``way_in`` leads to the TaskRouter to be mirrored, if any."""

    plan: Plan
    behaviour: Mapping[str, Any]
    options: RunOptions
    checks: "Checks | None" = None
    way_in: "Credentials | None" = None
    runs: Path | None = None
    quiet: bool = False
    as_json: bool = False
    log_level: int | str = "WARNING"
    debug: bool = False


def carry_out(order: Order) -> None:
    """Run the swarm to its end; raises CheckFailed where a threshold failed."""
    run(_until_over(order))


def can_replace() -> bool:
    """Whether this process could be replaced: where memory can be handed on as a file, for an order may hold a token."""
    return hasattr(os, "memfd_create")


def replace_process(order: Order) -> None:
    """End this program, and have its process go on with the order alone; does not return."""
    descriptor = os.memfd_create("order")
    os.set_inheritable(descriptor, True)
    with os.fdopen(os.dup(descriptor), "wb") as file:
        pickle.dump(order, file)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-c", _PROGRAM, str(descriptor)])  # noqa: S606 -- ourselves


def main() -> int:
    """Carry out the order in the file of this number; the exit code."""
    with os.fdopen(int(sys.argv[1]), "rb") as file:
        file.seek(0)
        order: Order = pickle.load(file)  # noqa: S301 -- written by this very process
    log_to_stderr(order.log_level)
    try:
        carry_out(order)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 -- the last one to hear of it
        return ending(error, debug=order.debug)
    return 0


async def _until_over(order: Order) -> None:
    behaviour = merged(Behaviour(), order.behaviour)
    if order.way_in is None:
        await _run(order, behaviour, None)
        return
    from flexsim.deployment.client import connect
    from flexsim.load.bridge import profiles_of

    async with connect(order.way_in) as router:
        roster = profiles_of(await router.workers())
        order = replace(
            order,
            plan=replace(order.plan, agents=len(roster), roster=roster),
            options=replace(order.options, active=len(roster), processes=1, auto_start=True),
        )
        await _run(order, merged(behaviour, {"mode": "call-driven"}), router)


async def _run(order: Order, behaviour: Behaviour, router: "TaskRouter | None") -> None:
    clock = WallClock(1.0)
    writer = None if order.runs is None else _writer(order.runs, order.plan, clock.now())
    swarm = Run(order.plan, behaviour, order.options, clock, writer, router)
    with writer or nullcontext():
        try:
            with until_terminated():
                await swarm.until_over(lambda port: _announce(order, port))
        finally:
            _sum_up(order, swarm, writer)
    if order.checks is not None:
        order.checks.enforce(swarm.verdicts, quiet=order.quiet)


def _announce(order: Order, port: int) -> None:
    plan = order.plan
    output.say(
        f"{plan.agents} agents for {plan.target.websocket}; control at http://{address(order.options.host, port)}"
        f" (speed {plan.options.speed:g}, seed {plan.options.seed}); Ctrl-C ends it",
        quiet=order.quiet,
    )


def _sum_up(order: Order, swarm: Run, writer: "RunWriter | None") -> None:
    if not swarm.stats:
        return
    if order.as_json:
        verdicts = [each.document() for each in swarm.verdicts]
        path = None if writer is None else str(writer.path)
        output.print_json(swarm.stats | {"thresholds": verdicts, "run": path})
        return
    lateness, sent = swarm.stats["heartbeatLateness"], swarm.stats["sent"]
    rows = [*((f"{name} sent", number) for name, number in sent.items()), *swarm.stats["events"].items()]
    output.print_table(None, ["what", "count"], rows)
    if lateness["p99"] is not None:
        output.print_line(f"heartbeats were at most {1000 * lateness['p99']:.1f} ms late (99 %)")
    if writer is not None:
        output.print_line(f"evidence in {writer.path}")


def _writer(runs: Path, plan: Plan, now: float) -> "RunWriter":
    import json

    from flexsim.runs.folder import Manifest, begin_run, digest, versions

    document = plan.document() | {"target": plan.target.url}
    manifest = Manifest(
        command="load-agents", seed=plan.options.seed, speed=plan.options.speed, started=now,
        configuration=digest(json.dumps(document, sort_keys=True)), threshold=20.0, versions=versions("websockets"),
    )  # fmt: skip
    return begin_run(runs, manifest)
