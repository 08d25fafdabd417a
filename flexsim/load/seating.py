"""Who sits where: the agents that are wanted, and the lines, each one connection, that one or several of them share.

Agents are numbered by place; those of places 0 to ``per_line`` - 1 share line 0, and so on. No I/O.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from flexsim.load.link import Link
from flexsim.load.machine import Agent
from flexsim.load.profiles import Profile


class Line:
    """A connection that is wanted, through all its attempts; ``link`` is the present one, if there is one."""

    __slots__ = ("attempt", "link", "number", "session")

    def __init__(self, number: int) -> None:
        self.number = number
        self.link: Link | None = None
        self.attempt = 0
        self.session = 0  # connections so far


class Seat:
    """What the swarm keeps for an agent that is wanted; ``away`` once it is not, or was told to stay away."""

    __slots__ = ("agent", "away", "line", "outbox", "place", "template")

    def __init__(self, agent: Agent, place: int, line: Line) -> None:
        self.agent = agent
        self.place = place
        self.line = line
        self.template: bytes | None = None
        self.outbox: list[bytes] | None = None
        self.away = False

    @property
    def link(self) -> Link | None:
        """The open connection that this agent is registered on; None where there is none."""
        link = self.line.link
        return link if link is not None and link.open and not self.away else None


class Seating:
    """Seats by place and lines by number, as far as they are wanted."""

    def __init__(self, profiles: Sequence[Profile], per_line: int = 1) -> None:
        self.seats: dict[int, Seat] = {}
        self.lines: dict[int, Line] = {}
        self._profiles = profiles
        self._per_line = per_line
        # Where each line is one agent's, its number says whose a message is: no need of 100 bytes for each.
        self._places = {each.agent_id: place for place, each in enumerate(profiles)} if per_line > 1 else {}

    def admit(self, place: int) -> Seat:
        """A seat for the agent in this place, which has none, on the line of that place."""
        number = place // self._per_line
        line = self.lines.get(number)
        if line is None:
            line = self.lines[number] = Line(number)
        seat = self.seats[place] = Seat(Agent(self._profiles[place]), place, line)
        return seat

    def line_at(self, place: int) -> Line | None:
        """The line of this place, if anybody is on it."""
        return self.lines.get(place // self._per_line)

    def waits(self, line: Line) -> bool:
        """Whether this line is wanted and has no connection."""
        return line.link is None and self.lines.get(line.number) is line

    def on(self, line: Line) -> Iterator[Seat]:
        """Those on this line who are not away, by place."""
        first = line.number * self._per_line
        for place in range(first, first + self._per_line):
            seat = self.seats.get(place)
            if seat is not None and not seat.away:
                yield seat

    def line_of(self, link: Link) -> Line | None:
        """The line whose present connection this is; None where it is none's any more."""
        line = self.lines.get(link.number)
        return line if line is not None and line.link is link else None

    def addressed(self, link: Link, frame: dict[str, Any]) -> int | None:
        """The place of the agent that a message is for, wanted or not; None where it is none of this connection's."""
        if self._per_line == 1:
            return link.number
        agent_id = frame.get("agentId")
        place = self._places.get(agent_id) if isinstance(agent_id, str) else None
        return place if place is not None and place // self._per_line == link.number else None
