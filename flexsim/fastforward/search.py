"""The least staffing that meets a service level, found by simulating it: per skill group, and per interval if wanted.

Every staffing is tried on the same customers (common random numbers), so that one agent more never looks worse by luck.
A staffing is simulated as often as it takes to tell each level from the goal with the stated confidence, or to know it to
within the precision asked for (an indifference zone; Kim and Nelson, "Selecting the Best System", 2006); then it counts by
its estimate.

The search goes up in leaps until every level is met, and then takes away what it can: many agents of one group at a time,
then fewer, at last one; in all intervals at once, giving back where that was too much. Where no single agent can go, it
tries to replace two by one of another group. Levels rise with every agent, near enough, so what stands in the end cannot lose
anybody; that it is the least of all staffings is certain for a single group and likely for a few.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from flexsim.cluster.processes import Pool, Spread
from flexsim.configuration.records import Configuration
from flexsim.errors import ConfigurationError
from flexsim.fastforward.groups import Heads, Period, SkillGroup, Staffing, skill_groups, staffed
from flexsim.fastforward.levels import Cell, Counts, Level, Levels, estimate
from flexsim.fastforward.simulation import Simulation
from flexsim.randomness import Randomness

Told: TypeAlias = Callable[[str], None]

TOTAL: Final = "total"  # the queue of a level over all queues

_EXCHANGES_UP_TO: Final = 4  # groups; for more, too many replacements would have to be tried
_SPARE: Final = 10  # heads beyond one for each contact at which a level that is still missed will never be met


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """``share`` to be answered within the domain's threshold; in each queue, or in all together."""

    share: float
    each_queue: bool = True
    confidence: float = 0.95
    precision: float = 0.01  # half width of an interval that is narrow enough

    def met(self, level: Level) -> bool:
        """Whether the level counts as met, be that certain or not."""
        return level.share >= self.share

    def certain(self, level: Level) -> bool:
        """Whether more replications would hardly change that."""
        return abs(level.share - self.share) > level.half_width or level.half_width <= self.precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is staffed: the period is simulated with ``warmup`` seconds before it; ``threshold`` in seconds."""

    configuration: Configuration
    groups: tuple[SkillGroup, ...]
    period: Period
    seed: int
    warmup: float = 0.0

    @classmethod
    def of(cls, configuration: Configuration, period: Period, seed: int, warmup: float = 0.0) -> "Case":
        """Raises ConfigurationError where nobody serves any queue."""
        groups = skill_groups(configuration)
        if not groups:
            raise ConfigurationError("no worker of the configuration serves any of its queues; flexsim lint says why")
        return cls(configuration=configuration, groups=groups, period=period, seed=seed, warmup=warmup)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a staffing gives: levels by interval and queue (or ``TOTAL``), over so many replications."""

    staffing: Staffing
    levels: Mapping[Cell, Level]
    overall: Level  # all contacts of the period
    replications: int

    @property
    def binding(self) -> Cell | None:
        """Where the level is lowest; None where nobody comes."""
        return min(self.levels, key=lambda cell: (self.levels[cell].share, cell), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The same staffing but for ``change`` agents of one group, in every interval in which that is possible."""

    group: str
    change: int
    estimate: Estimate
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The least staffing, what it gives, and what a little more or less would; ``tried`` counts the staffings simulated."""

    case: Case
    goal: Goal
    estimate: Estimate
    neighbours: tuple[Neighbour, ...]
    tried: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Replications: so many at first, then twice as many each time, up to ``most``; here, or where ``spread`` has them.

    ``around`` is how many agents more and less are shown in the end.
    """

    first: int = 10
    most: int = 640
    spread: Spread | None = None
    around: int = 1


def find_staffing(case: Case, goal: Goal, effort: Effort | None = None, tell: Told | None = None) -> Found:
    """Search; ``tell`` hears in words how far it is.

    Raises ConfigurationError where the goal cannot be met by any number of agents.
    """
    effort = effort or Effort()
    with _simulating(case, effort.spread) as simulate:
        search = _Search(case, goal, effort, simulate, tell or (lambda _: None))
        found = search.run()
        neighbours = tuple(search.around(found, effort.around))
    return Found(case=case, goal=goal, estimate=found, neighbours=neighbours, tried=search.tried)


def estimate_staffing(case: Case, goal: Goal, staffing: Staffing, replications: int) -> Estimate:
    """What one staffing gives, simulated so often."""
    counts = [simulate_counts(case, staffing, number) for number in range(replications)]
    return _estimate(goal, staffing, counts)


def simulate_counts(case: Case, staffing: Staffing, number: int) -> Counts:
    """One replication of one staffing."""
    period = case.period
    configuration, duties = staffed(case.configuration, case.groups, staffing, period)
    randomness = Randomness(case.seed).replication(number)
    simulation = Simulation(configuration, randomness, period.start - case.warmup, duties=duties)
    queues = {queue.id: queue.name for queue in simulation.engine.queues.values()}
    levels = Levels(queues, period, configuration.domain.service_level.threshold)
    simulation.listen = levels.hear
    simulation.open()
    simulation.run_until(period.end)
    return levels.counts(period.end)


_Simulate: TypeAlias = Callable[[Staffing, Sequence[int]], list[Counts]]


@contextmanager
def _simulating(case: Case, spread: Spread | None) -> Iterator[_Simulate]:
    """Simulates in this process, or where ``spread`` has it done."""
    if spread is None:
        yield lambda staffing, numbers: [simulate_counts(case, staffing, number) for number in numbers]
        return
    with spread.open(_remember, case) as pool:
        yield lambda staffing, numbers: _simulated_there(pool, staffing, numbers)


def _simulated_there(pool: Pool, staffing: Staffing, numbers: Sequence[int]) -> list[Counts]:
    return [each.result() for each in [pool.submit(_simulate_given, staffing, number) for number in numbers]]


_given: list[Case] = []  # of a process that works for another


def _remember(case: Case) -> None:
    _given[:] = [case]


def _simulate_given(staffing: Staffing, number: int) -> Counts:
    return simulate_counts(_given[0], staffing, number)


def _estimate(goal: Goal, staffing: Staffing, replications: Sequence[Counts]) -> Estimate:
    counts = [_by_goal(each, goal) for each in replications]
    cells = sorted({cell for each in counts for cell in each})
    nothing = (0, 0)
    return Estimate(
        staffing=staffing,
        levels={cell: estimate([each.get(cell, nothing) for each in counts], goal.confidence) for cell in cells},
        overall=estimate([_sum(each) for each in replications], goal.confidence),
        replications=len(replications),
    )


def _by_goal(counts: Counts, goal: Goal) -> Counts:
    """As they are judged: by queue, or all queues of an interval together."""
    if goal.each_queue:
        return counts
    found: dict[Cell, tuple[int, int]] = {}
    for (interval, _), (in_time, judged) in counts.items():
        before = found.get((interval, TOTAL), (0, 0))
        found[interval, TOTAL] = before[0] + in_time, before[1] + judged
    return found


def _sum(counts: Counts) -> tuple[int, int]:
    return sum(in_time for in_time, _ in counts.values()), sum(judged for _, judged in counts.values())


@dataclass(slots=True)
class _Search:
    case: Case
    goal: Goal
    effort: Effort
    simulate: _Simulate
    tell: Told
    _counts: dict[Staffing, list[Counts]] = field(default_factory=dict)

    @property
    def tried(self) -> int:
        return len(self._counts)

    def run(self) -> Estimate:
        staffing = self._up(((1,) * len(self.case.groups),) * self.case.period.count)
        staffing = self._down(staffing)
        while (better := self._exchanged(staffing)) is not None:
            staffing = self._down(better)
        return self._judge(staffing)

    def around(self, found: Estimate, most: int) -> Iterator[Neighbour]:
        """What a little more and less of each group would give."""
        for group in range(len(self.case.groups)):
            for change in (*range(-most, 0), *range(1, most + 1)):
                staffing = _changed(found.staffing, group, change, range(len(found.staffing)))
                if staffing == found.staffing:
                    continue
                there = self._judge(staffing)
                met = not self._missed(there)
                yield Neighbour(group=self.case.groups[group].name, change=change, estimate=there, met=met)

    # Judging

    def _judge(self, staffing: Staffing) -> Estimate:
        """Simulate until every level can be told from the goal, or is known well enough."""
        counts = self._counts.setdefault(staffing, [])
        wanted = max(self.effort.first, len(counts))
        while True:
            if len(counts) < wanted:
                counts += self.simulate(staffing, range(len(counts), wanted))
            found = _estimate(self.goal, staffing, counts)
            if wanted >= self.effort.most or all(self.goal.certain(level) for level in found.levels.values()):
                break
            wanted = min(2 * wanted, self.effort.most)
        heads = sum(max(each) for each in zip(*staffing, strict=True))
        self.tell(f"{heads} agents: {found.overall.share:.1%}, {self.tried} staffings tried")
        return found

    def _missed(self, found: Estimate) -> list[Cell]:
        return [cell for cell, level in found.levels.items() if not self.goal.met(level)]

    # Up

    def _up(self, staffing: Staffing) -> Staffing:
        """Leap to a staffing that meets every level: half as many again wherever one is missed."""
        while missed := self._missed(there := self._judge(staffing)):
            raised = [list(heads) for heads in staffing]
            for interval, group in sorted(self._helpers(missed)):
                # Whoever waits from before is in the way of an interval too: its predecessor may lack heads.
                raised[interval][group] += max(1, staffing[interval][group] // 2)
            staffing = tuple(tuple(heads) for heads in raised)
            self._check_hope(there, staffing)
        return staffing

    def _helpers(self, missed: Sequence[Cell]) -> set[tuple[int, int]]:
        """The groups, by interval, that can help where a level is missed."""
        found = set()
        for interval, queue in missed:
            able = [n for n, group in enumerate(self.case.groups) if queue == TOTAL or queue in group.queues]
            # A queue that only takes what others leave (an overflow, say) is served by whoever is there.
            found |= {(interval, group) for group in able or range(len(self.case.groups))}
        return found

    def _check_hope(self, there: Estimate, staffing: Staffing) -> None:
        """Raise where more heads than contacts do not help."""
        for interval, queue in self._missed(there):
            contacts = sum(level.judged for (other, _), level in there.levels.items() if other == interval)
            if min(staffing[interval]) > contacts + _SPARE:
                level = there.levels[interval, queue]
                raise ConfigurationError(
                    f"queue {queue} stays at {level.share:.1%} however many agents there are (goal {self.goal.share:.1%});"
                    " flexsim lint may say why"
                )

    # Down

    def _down(self, staffing: Staffing) -> Staffing:
        """Take away what can be taken away, in ever smaller steps."""
        step = 1 << max(0, max(max(heads) for heads in staffing).bit_length() - 2)
        while step:
            # Groups with the most heads first: there is the most to be had.
            order = sorted(range(len(self.case.groups)), key=lambda g: (-sum(heads[g] for heads in staffing), g))
            before = staffing
            for group in order:
                staffing = self._take_away(staffing, group, step)
            if staffing == before:
                step //= 2
        return staffing

    def _take_away(self, staffing: Staffing, group: int, step: int) -> Staffing:
        """``step`` heads of a group less in as many intervals as can spare them."""
        intervals = {interval for interval, heads in enumerate(staffing) if heads[group] >= step}
        while intervals:
            candidate = _changed(staffing, group, -step, intervals)
            missed = self._missed(self._judge(candidate))
            if not missed:
                return candidate
            # Too few heads show in their interval, and in those after it, where the queue is worked off.
            blamed = {max((each for each in intervals if each <= interval), default=-1) for interval, _ in missed}
            intervals -= blamed if blamed & intervals else set(intervals)
        return staffing

    def _exchanged(self, staffing: Staffing) -> Staffing | None:
        """A staffing of one head less that meets every level: two of some group or groups replaced by one of another."""
        groups = range(len(self.case.groups))
        if len(staffing) > 1 or not 1 < len(groups) <= _EXCHANGES_UP_TO:
            return None
        heads = staffing[0]
        for gains in groups:
            for first in groups:
                for second in groups:
                    if gains in (first, second) or first > second:
                        continue
                    changed = _with(heads, {gains: 1, first: -1}, {second: -1})
                    if min(changed) >= 0 and not self._missed(self._judge((changed,))):
                        return (changed,)
        return None


def _with(heads: Heads, *changes: Mapping[int, int]) -> Heads:
    return tuple(count + sum(each.get(group, 0) for each in changes) for group, count in enumerate(heads))


def _changed(staffing: Staffing, group: int, change: int, intervals: "Sequence[int] | set[int] | range") -> Staffing:
    """So many more of one group in these intervals, where there are as many as shall go."""
    return tuple(
        _with(heads, {group: change}) if interval in intervals and heads[group] + change >= 0 else heads
        for interval, heads in enumerate(staffing)
    )
