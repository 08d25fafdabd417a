"""One process of a swarm that has several: every ``count``-th agent, steered by lines of JSON on its standard input.

The first line says everything that does not change; every other is an input, answered by one line, in order. The end of
the input ends the process, so that none outlives the one that steers it.
"""

import asyncio
import gc
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from flexsim.clock import WallClock
from flexsim.errors import FlexsimError
from flexsim.load.behaviour import Behaviour, merged
from flexsim.load.fleet import LocalFleet, document
from flexsim.load.limits import connections_allowed
from flexsim.load.profiles import Mix, Profile, generate
from flexsim.load.swarm import Swarm, SwarmOptions
from flexsim.load.target import Target
from flexsim.loops import run

LONGEST_LINE: Final = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What every process of a swarm is told at its beginning; a ``roster`` takes the place of agents that are generated.

    A roster stays in this process: it comes with somebody who decides what its agents do.
    """

    agents: int
    mix: Mix
    target: Target
    options: SwarmOptions
    roster: Sequence[Profile] | None = None

    def document(self) -> dict[str, Any]:
        """As JSON, for a process's standard input and for nobody's eyes: it may hold a token."""
        target = asdict(self.target)
        target["ca"] = None if self.target.ca is None else str(self.target.ca)
        return {"agents": self.agents, "mix": asdict(self.mix), "target": target, "options": asdict(self.options)}

    def profiles(self) -> Sequence[Profile]:
        """All agents."""
        return generate(self.agents, self.options.seed, self.mix) if self.roster is None else self.roster

    def swarm(self, behaviour: Behaviour, index: int = 0, count: int = 1) -> Swarm:
        """The swarm of process ``index`` of ``count``."""
        swarm = Swarm(self.profiles()[index::count], self.target, behaviour, WallClock(1.0), self.options)
        gc.collect()
        gc.freeze()  # what there is now stays; looking at it again and again would make heartbeats late
        return swarm


def plan_of(found: Mapping[str, Any]) -> Plan:
    """What ``Plan.document`` wrote."""
    target = {**found["target"], "ca": Path(found["target"]["ca"]) if found["target"]["ca"] else None}
    return Plan(
        agents=found["agents"],
        mix=Mix(**found["mix"]),
        target=Target(**target),
        options=SwarmOptions(**found["options"]),
    )


def share(wanted: int, index: int, count: int) -> int:
    """How many of the first ``wanted`` agents are those of process ``index`` of ``count``."""
    return max(0, (wanted - index + count - 1) // count)


async def _serve() -> None:
    lines = asyncio.StreamReader(limit=LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    first = json.loads(await lines.readline())
    connections_allowed()  # raises the limit of descriptors; on another machine nobody else does
    swarm = plan_of(first["plan"]).swarm(merged(Behaviour(), first["behaviour"]), first["index"], first["count"])
    fleet = LocalFleet(swarm)
    _answer({"ready": True})
    while line := await lines.readline():
        _answer(await _obey(fleet, json.loads(line)))
    await fleet.stop()


async def _obey(fleet: LocalFleet, order: Mapping[str, Any]) -> dict[str, Any]:
    try:
        match order["do"]:
            case "scale":
                await fleet.scale(order["wanted"])
            case "stop":
                await fleet.stop()
            case "pause":
                await fleet.pause()
            case "resume":
                await fleet.resume()
            case "configure":
                await fleet.configure(merged(Behaviour(), order["behaviour"]))
            case _:
                return {"report": document(await fleet.report())}
    except FlexsimError as error:
        return {"error": str(error)}
    return {}


def _answer(answer: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        run(_serve())
    except KeyboardInterrupt:  # Ctrl-C is for the one that steers
        sys.exit(130)
    except BrokenPipeError:  # who steers is gone; and what could not be told would be tried once more
        os._exit(130)
