"""The engine against theory: each figure that a formula gives must lie in the interval that independent runs give.

Every case is run with several seeds from its own streams of draws; Student's t of their means gives the intervals. With m
comparisons each has the level 1 - 0.01/m (Bonferroni: O. J. Dunn, "Multiple comparisons among means", 1961), so that all of
them hold together in 99 of 100 runs of a right engine, however they depend on each other.
"""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from flexsim.fastforward.controls import controlled_interval
from flexsim.fastforward.queueing import Observation, Outcome, Span, Stream, System, add_workers, new_engine, observe
from flexsim.measure.intervals import Interval, mean_interval
from flexsim.randomness import Randomness
from flexsim.staffing.demand import Demand
from flexsim.staffing.erlang_a import ErlangA
from flexsim.staffing.erlang_b import ErlangB
from flexsim.staffing.erlang_c import ErlangC
from flexsim.staffing.finite_room import FiniteRoom
from flexsim.staffing.model import Model
from flexsim.staffing.priorities import mean_waits
from flexsim.taskrouter.inputs import NewTask

FAMILY_LEVEL: Final = 0.99  # that all comparisons hold together
SEEDS: Final = 20
FEWEST_SEEDS: Final = 8  # five degrees of freedom; with fewer the intervals hold everything

_SERVICE: Final = 180.0
_THRESHOLD: Final = 20.0
_FULL: Final = Span(warm_up=1000, customers=5000, threshold=_THRESHOLD)
_QUICK: Final = Span(warm_up=300, customers=1000, threshold=_THRESHOLD)

Figure = Callable[[Observation], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A figure: what theory says of it, how it is read off a run, and whether the luck of the draws is taken out of it."""

    figure: str
    theory: float
    measure: Figure
    controlled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A textbook queue. ``rates`` are arrivals a second by priority, the first to go at the front.

    ``length`` is how long a run is beside others: queues that forget slowly need more customers.
    """

    name: str
    agents: int
    rates: tuple[float, ...]
    patience: float | None = None
    room: int | None = None
    length: float
    inspected: bool = False
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One comparison's outcome; ``measured`` is an interval at the level that all of them together ask for."""

    case: str
    figure: str
    theory: float
    measured: Interval

    @property
    def holds(self) -> bool:
        """Whether theory lies within."""
        assert self.measured.half_width is not None, "several seeds"
        return abs(self.measured.mean - self.theory) <= self.measured.half_width


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All verdicts; ``level`` is that of each interval, ``customers`` how many were counted in all."""

    seed: int
    seeds: int
    level: float
    customers: int
    verdicts: tuple[Verdict, ...]

    @property
    def holds(self) -> bool:
        """Whether theory lies within every interval."""
        return all(verdict.holds for verdict in self.verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is run. ``service_scale`` other than 1 is a fault put in on purpose, to see that it is found."""

    seed: int
    seeds: int = SEEDS
    quick: bool = False
    service_scale: float = 1.0

    @property
    def span(self) -> Span:
        """How many customers a run takes."""
        return _QUICK if self.quick else _FULL


def runs(plan: Plan) -> int:
    """How many runs ``selftest`` makes, for a progress bar."""
    return len(cases()) * plan.seeds


def selftest(plan: Plan, step: Callable[[], None] = lambda: None) -> Report:
    """Run all cases; ``step`` is called after each run. The same plan gives the same report."""
    if plan.seeds < FEWEST_SEEDS:
        raise ValueError(f"intervals take {FEWEST_SEEDS} seeds or more: {plan.seeds}")
    seen: list[list[Observation]] = []
    for case in cases():
        observed = []
        for number in range(plan.seeds):
            observed.append(_run(case, plan, number))
            step()
        seen.append(observed)
    compared = [
        (case.name, each, observed) for case, observed in zip(cases(), seen, strict=True) for each in case.comparisons
    ]
    compared.append(("all", _all_services(), [each for observed in seen for each in observed]))
    level = 1.0 - (1.0 - FAMILY_LEVEL) / len(compared)
    verdicts = tuple(_judged(name, each, observed, level) for name, each, observed in compared)
    return Report(
        seed=plan.seed,
        seeds=plan.seeds,
        level=level,
        customers=sum(each.total.offered for observed in seen for each in observed),
        verdicts=verdicts,
    )


def _judged(case: str, comparison: Comparison, observed: list[Observation], level: float) -> Verdict:
    values = [comparison.measure(each) for each in observed]
    if comparison.controlled:
        measured = controlled_interval(values, [each.luck for each in observed], level)
    else:
        measured = mean_interval(values, level)
    return Verdict(case=case, figure=comparison.figure, theory=comparison.theory, measured=measured)


def _run(case: Case, plan: Plan, number: int) -> Observation:
    engine = new_engine(case.name)
    add_workers(engine, case.agents)
    highest = len(case.rates) - 1
    streams = [
        Stream(
            task=NewTask(workflow=0, channel=0, attributes={}, priority=highest - place),
            rate=rate,
            service=_SERVICE,
            patience=case.patience,
        )
        for place, rate in enumerate(case.rates)
    ]
    system = System(
        engine=engine,
        streams=streams,
        room=case.room,
        service_scale=plan.service_scale,
        inspections=sum(case.rates) / 2.0 if case.inspected else 0.0,
    )
    span = dataclasses.replace(plan.span, customers=round(plan.span.customers * case.length))
    return observe(system, span, Randomness(plan.seed + number), case.name)


# The cases.


def cases() -> tuple[Case, ...]:
    """Small and large groups, light and heavy loads, with and without abandonment, loss and priorities."""
    return tuple(_cases())


def _cases() -> Iterator[Case]:
    yield _patient(1, 0.6)
    yield _patient(8, 0.75, length=1.5, inspected=True)
    # A queue that is seldom there, and long when it is, has mean waits too skewed for Student's t in runs of this length.
    yield _patient(50, 0.88, length=1.5, waits=False)
    yield _impatient(8, 1.1, 90.0, length=0.75)
    yield _impatient(40, 0.95, 90.0, length=1.5)
    yield _loss(8, 0.9, length=0.5)
    yield _bounded(5, 1.0, 12, length=0.5)
    yield _ranked(1, (0.2, 0.2, 0.25))
    yield _ranked(6, (0.25, 0.5), length=1.5)


def _patient(agents: int, usage: float, *, length: float = 1.0, waits: bool = True, inspected: bool = False) -> Case:
    demand = Demand(rate=usage * agents / _SERVICE, service=_SERVICE)
    model = ErlangC(demand, agents)
    return Case(
        name=f"M/M/{agents} at {usage:.0%}",
        agents=agents,
        rates=(demand.rate,),
        length=length,
        inspected=inspected,
        comparisons=(
            *_shares(model),
            *([_asa(model)] if waits else ()),
            _pasta(),
            *([_little()] if inspected else ()),
        ),
    )


def _impatient(agents: int, usage: float, patience: float, *, length: float) -> Case:
    demand = Demand(rate=usage * agents / _SERVICE, service=_SERVICE, patience=patience)
    model = ErlangA(demand, agents)
    return Case(
        name=f"M/M/{agents}+M at {usage:.0%}",
        agents=agents,
        rates=(demand.rate,),
        length=length,
        patience=patience,
        inspected=True,
        comparisons=(
            Comparison(
                figure="abandoned", theory=model.abandonment, measure=lambda o: o.total.abandoned / o.total.offered
            ),
            *_shares(model),
            _asa(model),
            _queue(model),
            _pasta(),
            _little(),
        ),
    )


def _loss(agents: int, usage: float, *, length: float) -> Case:
    demand = Demand(rate=usage * agents / _SERVICE, service=_SERVICE)
    model = ErlangB(demand, agents)
    return Case(
        name=f"M/M/{agents}/{agents} at {usage:.0%}",
        agents=agents,
        rates=(demand.rate,),
        length=length,
        room=agents,
        comparisons=(
            _blocked(model),
            _occupied(model),
            Comparison(
                figure="PASTA: turned away - all busy",
                theory=0.0,
                measure=lambda o: o.total.balked / o.total.offered - o.all_busy / o.seconds,
            ),
        ),
    )


def _bounded(agents: int, usage: float, room: int, *, length: float) -> Case:
    demand = Demand(rate=usage * agents / _SERVICE, service=_SERVICE)
    model = FiniteRoom(demand, agents, room)
    return Case(
        name=f"M/M/{agents}/{room} at {usage:.0%}",
        agents=agents,
        rates=(demand.rate,),
        length=length,
        room=room,
        comparisons=(_blocked(model), *_shares(model), _asa(model), _queue(model)),
    )


def _ranked(agents: int, usages: tuple[float, ...], *, length: float = 1.0) -> Case:
    rates = tuple(usage * agents / _SERVICE for usage in usages)
    waits = mean_waits(agents, _SERVICE, rates)
    return Case(
        name=f"M/M/{agents} at {sum(usages):.0%}, {len(rates)} priorities",
        agents=agents,
        rates=rates,
        length=length,
        comparisons=tuple(
            Comparison(figure=f"mean wait of priority {place + 1}, s", theory=wait, measure=_mean_wait_of(place))
            for place, wait in enumerate(waits)
        ),
    )


def _mean_wait_of(place: int) -> Figure:
    return lambda observed: observed.streams[place].wait / observed.streams[place].offered


# The figures.


def _shares(model: Model) -> Iterator[Comparison]:
    yield Comparison(
        figure="had to wait", theory=model.wait_probability, measure=lambda o: o.total.delayed / o.total.entered
    )
    yield Comparison(figure="service level", theory=model.service_level(_THRESHOLD), measure=lambda o: _level(o.total))
    yield _occupied(model)


def _asa(model: Model) -> Comparison:
    return Comparison(figure="ASA, s", theory=model.asa, measure=lambda o: o.total.wait_answered / o.total.answered)


def _queue(model: Model) -> Comparison:
    return Comparison(figure="waiting on average", theory=model.queue_length, measure=lambda o: o.waiting / o.seconds)


def _level(outcome: Outcome) -> float:
    return outcome.answered_in_time / (outcome.answered + outcome.abandoned_late)


def _occupied(model: Model) -> Comparison:
    agents = model.agents
    return Comparison(figure="occupancy", theory=model.occupancy, measure=lambda o: o.busy / o.seconds / agents)


def _blocked(model: Model) -> Comparison:
    return Comparison(figure="turned away", theory=model.blocking, measure=lambda o: o.total.balked / o.total.offered)


def _pasta() -> Comparison:
    """Poisson arrivals see time averages (R. W. Wolff, 1982): whoever comes finds all busy as often as it is so."""
    return Comparison(
        figure="PASTA: had to wait - all busy",
        theory=0.0,
        measure=lambda o: o.total.delayed / o.total.offered - o.all_busy / o.seconds,
    )


def _little() -> Comparison:
    """L = rate x W (J. D. C. Little, 1961): the pending tasks in the engine's table, looked at now and then, against waits."""
    return Comparison(
        figure="Little: queue - rate x wait",
        theory=0.0,
        measure=lambda o: o.inspected / o.inspections - o.total.wait / o.seconds,
    )


def _all_services() -> Comparison:
    return Comparison(
        figure="handle time, s",
        theory=_SERVICE,
        measure=lambda o: o.total.handle_time / o.total.answered,
        controlled=False,
    )
