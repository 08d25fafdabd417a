"""The engine as a queue: what it does agrees with Erlang's formulas, within 99.9 % confidence intervals, seeds varied."""

import heapq
import itertools
import math
import random
import statistics

import pytest

from flexsim.taskrouter.events import KIND, RESERVATION, RESERVATION_CREATED, TASK
from flexsim.taskrouter.inputs import NewTask, TaskChanges
from tests.taskrouter.centre import START, add_worker, new_engine

ARRIVE, COMPLETE, ABANDON = range(3)
DONE, LEFT = TaskChanges(status="completed"), TaskChanges(status="canceled")


def simulate(seed, servers, rate, mean_service, patience=None, tasks=4000):
    """Exponential everything; the worker accepts at once. Returns the waits of the served and the number that left."""
    rng = random.Random(seed)
    engine = new_engine()
    for number in range(servers):
        add_worker(engine, f"A{number}")
    serial = itertools.count()
    diary = [(START, next(serial), ARRIVE, 0)]
    born, waits, left = {}, {}, set()
    warm_up = tasks // 5
    while diary:
        now, _, what, whose = heapq.heappop(diary)
        happened = []
        if what == ARRIVE:
            happened = engine.create_task(now, NewTask(workflow=0, channel=0, attributes={}))
            task = happened[0][TASK]
            born[task] = now
            if len(born) < tasks:
                heapq.heappush(diary, (now + rng.expovariate(rate), next(serial), ARRIVE, 0))
            if patience:
                heapq.heappush(diary, (now + rng.expovariate(1 / patience), next(serial), ABANDON, task))
        elif what == COMPLETE:
            happened = engine.update_task(now, whose, DONE)
        elif whose not in waits:
            left.add(whose)
            happened = engine.update_task(now, whose, LEFT)
        for event in happened:
            if event[KIND] == RESERVATION_CREATED:
                engine.accept(now, event[RESERVATION])
                waits[event[TASK]] = now - born[event[TASK]]
                heapq.heappush(diary, (now + rng.expovariate(1 / mean_service), next(serial), COMPLETE, event[TASK]))
    counted = [wait for task, wait in waits.items() if task >= warm_up]
    return counted, sum(task >= warm_up for task in left)


def interval(samples, quantile=3.85):
    """Mean and half width; 3.85 is Student's 99.9 % quantile (two-sided) for 19 degrees of freedom, rounded up."""
    return statistics.mean(samples), quantile * statistics.stdev(samples) / math.sqrt(len(samples))


def erlang_c(servers, load):
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def erlang_a(servers, rate, service, patience):
    """Probability of abandoning in M/M/c+M, by the birth and death chain."""
    weights, weight = [1.0], 1.0
    for number in range(1, servers + 2000):
        leaving = min(number, servers) / service + max(0, number - servers) / patience
        weight *= rate / leaving
        weights.append(weight)
        if number > servers and weight < 1e-15 * sum(weights):
            break
    total = sum(weights)
    lost = sum(weight / total * max(0, number - servers) / patience for number, weight in enumerate(weights))
    return lost / rate


@pytest.mark.parametrize("servers", [1, 8])
def test_waiting_agrees_with_erlang_c(servers):
    service, usage = 100.0, 0.8
    rate = usage * servers / service
    probability = erlang_c(servers, usage * servers)
    expected = probability * service / (servers * (1 - usage))
    runs = [simulate(seed, servers, rate, service)[0] for seed in range(20)]
    mean, half = interval([statistics.mean(waits) for waits in runs])
    assert abs(mean - expected) < half, f"mean wait {mean:.2f} +- {half:.2f}, Erlang C says {expected:.2f}"
    assert half < expected / 2, "an interval this wide would prove nothing"
    waited, half = interval([sum(wait > 0 for wait in waits) / len(waits) for waits in runs])
    assert abs(waited - probability) < half


def test_abandonment_agrees_with_erlang_a():
    servers, service, patience = 8, 100.0, 60.0
    rate = 1.1 * servers / service
    expected = erlang_a(servers, rate, service, patience)
    shares = []
    for seed in range(20):
        waits, left = simulate(seed, servers, rate, service, patience)
        shares.append(left / (left + len(waits)))
    mean, half = interval(shares)
    assert abs(mean - expected) < half, f"{mean:.4f} +- {half:.4f} abandon, Erlang A says {expected:.4f}"
    assert half < expected / 5
