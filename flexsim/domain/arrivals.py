"""When contacts arrive where the domain describes arrivals: a Poisson process whose rate follows the local day and week.

The rate is constant between the edges of the profile's slots and of the spikes, so the next arrival is found exactly: one
exponential draw is used up piece by piece (inversion of the cumulative rate; Çinlar, Introduction to Stochastic
Processes, section 4.7). That takes one uniform number an arrival, and no rejections at night as thinning would.
"""

import math
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flexsim.domain.model import Arrivals
from flexsim.randomness import Uniform

_DAY: Final = 86_400
# Slots of 24, 48 or 96 a day, and all zones' offsets in force today, begin at multiples of this, in UTC too.
_QUARTER: Final = 900
_HOPELESS: Final = 15 * _DAY  # a week has at least one moment with a rate, or there never is one
_FOREVER: Final = 3653 * _DAY  # ten years: a rate so low that nobody comes for so long is as good as none


def rate_at(arrivals: Arrivals, moment: float) -> float:
    """Arrivals a second at ``moment`` (UTC seconds)."""
    local = _local(arrivals, moment)
    second = (local - local.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    return _rate(arrivals, local.weekday(), second)


class ArrivalProcess:
    """One arrival after the other, from UTC ``start`` on; what holds until the rate changes is looked up once."""

    __slots__ = ("_arrivals", "_end", "_moment", "_rate", "_rng")

    def __init__(self, arrivals: Arrivals, start: float, rng: Uniform) -> None:
        self._arrivals = arrivals
        self._rng = rng
        self._moment = self._end = start  # now, and how long the rate holds
        self._rate = 0.0

    def next(self) -> float:
        """The next arrival (UTC seconds); infinite where nobody comes in ten years."""
        due = -math.log1p(-self._rng.random())  # in expected arrivals
        moment, rate = self._moment, self._rate
        quiet, enough = 0.0, moment + _FOREVER
        while rate * (self._end - moment) <= due:
            due -= rate * (self._end - moment)
            quiet = 0.0 if rate > 0 else quiet + self._end - moment
            if quiet > _HOPELESS or moment > enough:
                return math.inf
            moment = self._end
            self._end = _next_edge(self._arrivals, moment)
            self._rate = rate = rate_at(self._arrivals, moment)
        self._moment = moment + due / rate
        return self._moment


def expected_arrivals(arrivals: Arrivals, start: float, end: float) -> float:
    """How many come from ``start`` to ``end`` (UTC seconds) on average: the integral of the rate, piece by piece."""
    total, moment = 0.0, start
    while moment < end:
        edge = min(end, _next_edge(arrivals, moment))
        total += rate_at(arrivals, moment) * (edge - moment)
        moment = edge
    return total


def _local(arrivals: Arrivals, moment: float) -> datetime:
    # By addition: fromtimestamp() refuses moments that some platforms do not know.
    utc = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment)
    # Naive from here on, so that subtracting midnight gives what the clock on the wall shows, whatever the season did.
    return utc.astimezone(ZoneInfo(arrivals.timezone)).replace(tzinfo=None)


def _rate(arrivals: Arrivals, weekday: int, second: float) -> float:
    slot = int(second * len(arrivals.profile) // _DAY)
    rate = arrivals.rate_per_hour / 3600.0 * arrivals.profile[slot] * arrivals.weekday[weekday]
    for spike in arrivals.spikes:
        if (second - spike.start) % _DAY < spike.duration:
            rate *= spike.factor
    return rate


def _next_edge(arrivals: Arrivals, moment: float) -> float:
    """The first moment after this one at which the rate may change; edges and zones' offsets are whole seconds."""
    whole = math.floor(moment)
    end = (whole // _QUARTER + 1) * _QUARTER
    if arrivals.spikes:
        local = _local(arrivals, whole)
        second = local.hour * 3600 + local.minute * 60 + local.second
        for spike in arrivals.spikes:
            for edge in (spike.start, spike.start + spike.duration):
                away = (edge - second) % _DAY
                if away > 0:
                    end = min(end, whole + away)
    return float(end)
