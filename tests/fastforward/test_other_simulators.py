"""Centres for which no formula is known, on the engine and on two other simulators: ciw and SimPy.

Both sides are run with several seeds of their own; the differences of the means must be none at 99 % for all of a test's
figures together (Welch's intervals, Bonferroni), and the intervals must be narrow enough to tell.
"""

import json
import random
from collections import Counter

import ciw
import pytest
import simpy

from flexsim.fastforward.queueing import START, Span, Stream, System, add_workers, new_engine, observe
from flexsim.measure.intervals import welch_difference
from flexsim.randomness import Randomness
from flexsim.taskrouter.inputs import NewTask, NewTaskQueue, NewWorkflow

SEEDS = 12
SPAN = Span(warm_up=500, customers=2500)
TALK = 100.0


def assert_alike(ours, theirs, widest):
    """Lists of figures by seed; ``widest`` is how wide an interval of each may be, as a share of the figure."""
    level = 1.0 - 0.01 / len(ours[0])
    for name in ours[0]:
        difference = welch_difference([each[name] for each in theirs], [each[name] for each in ours], level)
        assert not difference.excludes_zero, f"{name}: {difference}"
        middle = sum(each[name] for each in theirs) / len(theirs)
        assert difference.half_width < widest * middle, f"{name}: too wide to tell: {difference}, of {middle}"


def figures(outcomes, names):
    found = {}
    for outcome, name in zip(outcomes, names, strict=True):
        found[f"{name} abandoned"] = outcome.abandoned / outcome.offered
        found[f"{name} wait of the served"] = outcome.wait_answered / outcome.answered
    return found


# Priorities with abandonment: two classes with patience of their own.

RANKED = {"first": (0.03, 60.0), "second": (0.035, 150.0)}  # arrivals a second, patience
RANKED_AGENTS = 6


def test_priorities_with_abandonment_are_as_in_ciw():
    assert_alike(
        [ranked_here(seed) for seed in range(SEEDS)], [ranked_in_ciw(seed) for seed in range(SEEDS)], widest=0.2
    )


def ranked_here(seed):
    engine = new_engine()
    add_workers(engine, RANKED_AGENTS)
    streams = [
        Stream(
            task=NewTask(workflow=0, channel=0, attributes={}, priority=priority),
            rate=rate,
            service=TALK,
            patience=patience,
        )
        for priority, (rate, patience) in zip((1, 0), RANKED.values(), strict=True)
    ]
    seen = observe(System(engine=engine, streams=streams), SPAN, Randomness(seed), "ranked")
    return figures(seen.streams, RANKED)


def ranked_in_ciw(seed):
    exponential = ciw.dists.Exponential
    network = ciw.create_network(
        arrival_distributions={name: [exponential(rate)] for name, (rate, _) in RANKED.items()},
        service_distributions={name: [exponential(1 / TALK)] for name in RANKED},
        reneging_time_distributions={name: [exponential(1 / patience)] for name, (_, patience) in RANKED.items()},
        priority_classes={"first": 0, "second": 1},
        number_of_servers=[RANKED_AGENTS],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    rate = sum(rate for rate, _ in RANKED.values())
    begin, end = SPAN.warm_up / rate, (SPAN.warm_up + SPAN.customers) / rate
    simulation.simulate_until_max_time(end + 20 * TALK)  # so that whoever came before the end is gone
    found = {}
    for name in RANKED:
        records = [
            each
            for each in simulation.get_all_records()
            if each.customer_class == name and begin <= each.arrival_date < end
        ]
        waits = [each.waiting_time for each in records if each.record_type == "service"]
        kinds = Counter(each.record_type for each in records)
        assert set(kinds) <= {"service", "renege"}
        found[f"{name} abandoned"] = kinds["renege"] / kinds.total()
        found[f"{name} wait of the served"] = sum(waits) / len(waits)
    return found


# Two skills, and overflow from one to the other's agents after some seconds.

TEAMS = {"sales": 5, "service": 6}
RATES = {"sales": 0.055, "service": 0.045}
PATIENCE = 120.0
OVERFLOW = 15.0  # seconds after which sales calls may go to anybody


def test_two_skills_with_overflow_are_as_in_simpy():
    assert_alike(
        [overflow_here(seed) for seed in range(SEEDS)], [overflow_in_simpy(seed) for seed in range(SEEDS)], widest=0.2
    )


def test_without_the_overflow_they_are_not():
    """The comparison can fail: without overflow sales calls wait longer than SimPy's with it."""
    ours, theirs = [overflow_here(seed, after=1e6) for seed in range(4)], [overflow_in_simpy(seed) for seed in range(4)]
    with pytest.raises(AssertionError, match="sales"):
        assert_alike(ours, theirs, widest=10.0)


def overflow_here(seed, after=OVERFLOW):
    engine = new_engine()
    for team, agents in TEAMS.items():
        engine.create_task_queue(START, NewTaskQueue(name=team, target_workers=f"team == '{team}'"))
        add_workers(engine, agents, team=team)
    sids = {queue.name: engine.sids.sid("WQ", queue.id) for queue in engine.queues.values()}
    routing = {
        "filters": [
            {
                "expression": "skill == 'sales'",
                "targets": [{"queue": sids["sales"], "timeout": int(after)}, {"queue": sids["Everyone"]}],
            },
            {"expression": "skill == 'service'", "targets": [{"queue": sids["service"]}]},
        ]
    }
    engine.create_workflow(START, NewWorkflow(name="Main", configuration=json.dumps({"task_routing": routing})))
    streams = [
        Stream(
            task=NewTask(workflow=1, channel=0, attributes={"skill": skill}), rate=rate, service=TALK, patience=PATIENCE
        )
        for skill, rate in RATES.items()
    ]
    seen = observe(System(engine=engine, streams=streams), SPAN, Randomness(seed), "overflow")
    return figures(seen.streams, RATES)


class Caller:
    def __init__(self, skill, now, called):
        self.teams, self.arrived, self.called = [skill], now, called


class SimPyCentre:
    """First come, first served, by whichever free agent may; a sales caller may be served by both teams after a while."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.env = simpy.Environment()
        self.free = dict(TEAMS)
        self.waiting = []
        self.waits = {skill: [] for skill in RATES}
        self.left = Counter()
        rate = sum(RATES.values())
        self.begin, self.end = SPAN.warm_up / rate, (SPAN.warm_up + SPAN.customers) / rate
        for skill in RATES:
            self.env.process(self.source(skill))
        self.env.run(self.end + 10 * PATIENCE)

    def source(self, skill):
        while True:
            yield self.env.timeout(self.rng.expovariate(RATES[skill]))
            self.env.process(self.call(skill))

    def call(self, skill):
        caller = Caller(skill, self.env.now, self.env.event())
        self.waiting.append(caller)
        self.match()
        gives_up = self.env.timeout(self.rng.expovariate(1 / PATIENCE))
        if skill == "sales":
            yield caller.called | gives_up | self.env.timeout(OVERFLOW)
            if not caller.called.triggered and not gives_up.processed:
                caller.teams = ["sales", "service"]
                self.match()
        yield caller.called | gives_up
        counted = self.begin <= caller.arrived < self.end
        if not caller.called.triggered:
            self.waiting.remove(caller)
            self.left[skill] += counted
            return
        if counted:
            self.waits[skill].append(self.env.now - caller.arrived)
        yield self.env.timeout(self.rng.expovariate(1 / TALK))
        self.free[caller.called.value] += 1
        self.match()

    def match(self):
        for caller in list(self.waiting):  # in order of arrival
            team = next((team for team in caller.teams if self.free[team]), None)
            if team:
                self.free[team] -= 1
                self.waiting.remove(caller)
                caller.called.succeed(team)


def overflow_in_simpy(seed):
    centre = SimPyCentre(seed)
    found = {}
    for skill in RATES:
        served = centre.waits[skill]
        found[f"{skill} abandoned"] = centre.left[skill] / (centre.left[skill] + len(served))
        found[f"{skill} wait of the served"] = sum(served) / len(served)
    return found
