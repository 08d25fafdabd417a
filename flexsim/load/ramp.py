"""How many agents there are to be when: ``0:0,60:5000,300:5000,330:0``, straight lines between the points."""

import math
from dataclasses import dataclass

from flexsim.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """Points of (seconds, agents), seconds ascending."""

    points: tuple[tuple[float, int], ...]

    @property
    def duration(self) -> float:
        """The time of the last point."""
        return self.points[-1][0]

    @property
    def peak(self) -> int:
        """The most agents there are at once."""
        return max(agents for _, agents in self.points)

    def at(self, seconds: float) -> int:
        """How many agents at this time; before the first point and after the last, as many as there."""
        before, after = self.points[0], self.points[-1]
        if seconds <= before[0]:
            return before[1]
        for start, end in zip(self.points, self.points[1:], strict=False):
            if seconds < end[0]:
                share = (seconds - start[0]) / (end[0] - start[0])
                return round(start[1] + share * (end[1] - start[1]))
        return after[1]


def parse(text: str) -> Ramp:
    """The ramp that the text says; raises ConfigurationError naming the point that is wrong."""
    points: list[tuple[float, int]] = []
    for each in text.split(","):
        seconds, colon, agents = each.strip().partition(":")
        try:
            point = float(seconds), int(agents)
        except ValueError:
            point = math.nan, -1
        if not (colon and math.isfinite(point[0]) and point[0] >= 0 and point[1] >= 0):
            raise ConfigurationError(f"not a point of a ramp, SECONDS:AGENTS: {each.strip()!r}, in: {text}")
        if points and point[0] <= points[-1][0]:
            raise ConfigurationError(f"a ramp's times ascend, and {seconds.strip()} does not: {text}")
        points.append(point)
    return Ramp(points=tuple(points))
