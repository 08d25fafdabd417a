"""What a swarm's control steers, be it in this process or in several."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from flexsim.load.behaviour import Behaviour
from flexsim.load.swarm import Swarm
from flexsim.load.tally import Tally, tally_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a fleet stands; ``sockets`` are open connections, ``census`` is of agents connected, ``problem`` why the last connection was lost or refused."""

    connected: int
    sockets: int
    away: int
    census: Mapping[str, Mapping[str, int]]
    tally: Tally
    problem: str = ""
    processes: int = 1
    restarts: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


class Fleet(Protocol):
    """A swarm, or several that act as one; inputs are given one after the other, and what they promise is true after."""

    async def scale(self, wanted: int) -> None:
        """Have so many agents active; those that go have closed their sockets."""

    async def stop(self) -> None:
        """Nobody active."""

    async def pause(self) -> None:
        """The agents stay as they are; heartbeats go on."""

    async def resume(self) -> None:
        """The agents go on."""

    async def configure(self, behaviour: Behaviour) -> None:
        """Behave like this from now on."""

    async def report(self) -> Report:
        """How it stands."""


class LocalFleet:
    """The swarm of this process."""

    def __init__(self, swarm: Swarm) -> None:
        self.swarm = swarm

    async def scale(self, wanted: int) -> None:
        """Have so many agents active."""
        await self.swarm.scale(wanted)

    async def stop(self) -> None:
        """Nobody active."""
        await self.swarm.stop()

    async def pause(self) -> None:
        """Stand still."""
        self.swarm.pause()

    async def resume(self) -> None:
        """Go on."""
        self.swarm.resume()

    async def configure(self, behaviour: Behaviour) -> None:
        """Behave like this from now on."""
        self.swarm.configure(behaviour)

    async def report(self) -> Report:
        """How it stands."""
        swarm = self.swarm
        return Report(
            connected=swarm.connected,
            sockets=swarm.sockets,
            away=swarm.away,
            census=swarm.census(),
            tally=swarm.counted(),
            problem=swarm.last_problem,
        )


def document(report: Report) -> dict[str, Any]:
    """A report as JSON, to be sent from a process to the one that controls it."""
    return {
        "connected": report.connected,
        "sockets": report.sockets,
        "away": report.away,
        "census": report.census,
        "tally": report.tally.document(),
        "problem": report.problem,
    }


def report_of(found: Mapping[str, Any]) -> Report:
    """What ``document`` wrote."""
    return Report(**{**found, "tally": tally_of(found["tally"])})
