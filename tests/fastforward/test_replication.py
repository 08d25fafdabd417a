"""One replication: warm-up, period, and what is open at the end."""

import dataclasses
import json

import pytest

from flexsim.configuration.generate import generate
from flexsim.domain.loading import domain_from_json, load_domain
from flexsim.domain.merging import merge
from flexsim.domain.writing import domain_to_json
from flexsim.fastforward.replication import Plan, Running
from flexsim.measure.intervals import mean_interval
from flexsim.measure.reading import LogReader
from flexsim.measure.statistics import Statistics
from flexsim.measure.summary import document, summarize
from flexsim.randomness import Randomness
from flexsim.taskrouter import events as ev
from tests.fastforward.conftest import EIGHT
from tests.fastforward.logs import logged


def test_the_figures_are_those_that_the_log_gives(plan):
    text, result = logged(plan)
    reader = LogReader()
    statistics = Statistics(reader.names, plan.configuration.domain.service_level.threshold)
    for event in reader.events(text.splitlines(keepends=True)):
        statistics.add(event)
    again, own = summarize(statistics, plan.end), document(result.standing)
    assert again == own


def test_the_clock_stops_at_the_end_and_what_is_open_is_named(plan):
    text, result = logged(plan)
    assert json.loads(text.splitlines()[-1])["t"] <= plan.end
    still = sum(result.standing.tasks[state] for state in ("pending", "reserved", "assigned", "wrapping"))
    assert still > 0
    assert result.arrived == still + result.standing.tasks["completed"] + result.standing.tasks["canceled"]


def test_drained_everybody_finishes_and_nobody_else_comes(plan):
    _, stopped = logged(plan)
    _, drained = logged(dataclasses.replace(plan, drain=True))
    assert drained.arrived == stopped.arrived
    assert drained.standing.tasks["completed"] + drained.standing.tasks["canceled"] == drained.arrived
    assert drained.standing.at > plan.end


def test_who_arrives_in_the_warm_up_counts_for_nothing_and_changes_no_event(plan):
    whole_text, whole = logged(plan)
    text, result = logged(dataclasses.replace(plan, warmup=3600.0, duration=3600.0))
    assert text == whole_text
    arrivals = [record["t"] for record in map(json.loads, text.splitlines()) if record["type"] == "task.created"]
    assert result.standing.totals.overall.offered == sum(each > EIGHT + 3600 for each in arrivals)
    assert 0 < result.standing.totals.overall.offered < whole.standing.totals.overall.offered
    totals = result.standing.totals
    assert totals.busy + totals.idle <= 12 * 3600


def test_progress_ends_at_one(plan):
    shares = []
    Running(dataclasses.replace(plan, duration=60.0)).run(shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def small_centre(agents, rate, patience):
    """M/M/n with impatient customers: one queue, one channel, exponential times, and no wrap-up to speak of."""
    long = {"curve": "exponential", "min": 0, "max": 100_000}
    custom = {"dataType": "string", "options": {"all": ["Sales"]}}
    own = {
        "agentCnt": agents,
        "queueFilterDim": "topic",
        "queueWorkerDims": ["skill"],
        "arrivals": {"ratePerHour": rate},
        "dimensions": {
            "channel": {"options": {"all": ["voice"]}, "optionParams": {"all": [{"baseCapacity": 1}]}},
            "topic": custom,
            "skill": {"entity": "workers", **custom},
            "activity": {"options": {"all": ["Available"]}, "optionParams": {"all": [{"portion": 1, "baseDur": 3600}]}},
            "abandonTime": {**long, "mean": patience},
            "talkTime": {**long, "mean": 180},
            "wrapTime": {"min": 0, "max": 0.001},
        },
    }
    domain = domain_from_json(merge(domain_to_json(load_domain(None)), own))
    return generate(domain, Randomness(1), agents)


def erlang_a(servers, arrivals, handle, patience):
    """The share that gives up and the mean number waiting, by the balance of births and deaths (Garnett et al. 2002)."""
    weights = [1.0]
    while weights[-1] > 1e-16 * max(weights) or len(weights) < 2 * servers:
        state = len(weights)
        weights.append(weights[-1] * arrivals / (min(state, servers) / handle + max(0, state - servers) / patience))
    waiting = sum(max(0, state - servers) * each for state, each in enumerate(weights)) / sum(weights)
    return waiting / patience / arrivals, waiting


def time_waiting(events, start, end):
    """Seconds that tasks waited between ``start`` and ``end``, all together: the area under the number waiting."""
    area, waiting, since = 0.0, set(), start
    for event in events:
        now = min(max(event[ev.TIME], start), end)
        area, since = area + len(waiting) * (now - since), now
        if event[ev.KIND] == ev.TASK_CREATED:
            waiting.add(event[ev.TASK])
        elif event[ev.KIND] in {ev.TASK_CANCELED, ev.RESERVATION_ACCEPTED}:
            waiting.discard(event[ev.TASK])
    return area + len(waiting) * (end - since)


def test_a_centre_with_impatient_customers_is_erlang_a_and_keeps_littles_law():
    agents, rate, patience = 8, 150.0, 240.0
    plan = Plan(
        configuration=small_centre(agents, rate, patience), seed=4, start=EIGHT, warmup=3600.0, duration=30 * 3600.0
    )
    shares, numbers = [], []
    for number in range(10):
        running = Running(plan, number)
        own, events = running.simulation.listen, []
        running.simulation.listen = lambda happened, own=own, events=events: (own(happened), events.extend(happened))
        total = running.run().standing.totals.overall
        shares.append(total.abandoned / total.offered)
        numbers.append(time_waiting(events, EIGHT + 3600, plan.end) / plan.duration)
        # Little: the mean number that waits is the rate of leaving by impatience times the mean patience.
        assert numbers[-1] == pytest.approx(total.abandoned * patience / plan.duration, rel=0.25)
    share, waiting = erlang_a(agents, rate / 3600, 180.0, patience)
    for values, expected in ((shares, share), (numbers, waiting)):
        found = mean_interval(values, 0.999)
        assert found.low < expected < found.high
        assert found.half_width < 0.3 * expected
