"""Matching by index finds what looking at everybody finds."""

import random

import pytest

from flexsim.taskrouter.inputs import NewTask
from tests.taskrouter.centre import START, Operations, add_worker, furnish, new_engine
from tests.taskrouter.laws import Witness, check_laws
from tests.taskrouter.naive import NaiveMatcher


def history(seed, matcher, steps, check=False):
    rng = random.Random(seed)
    engine = new_engine(matcher)
    furnish(engine, rng)
    operations, witness, log = Operations(engine, rng), Witness(), []
    for _ in range(steps):
        happened = operations.step()
        log += happened
        if check:
            witness.hear(happened)
            check_laws(engine)
    if check:
        assert max(witness.ended.values(), default=0) <= 1, "a task ends once"
    return log, operations


@pytest.mark.interpreted
@pytest.mark.parametrize("seed", range(120))
def test_the_indexes_and_the_naive_matcher_give_the_same_history(seed):
    indexed, operations = history(seed, None, 300)
    naive, _ = history(seed, NaiveMatcher, 300)
    assert indexed == naive
    assert len(indexed) > 100
    assert operations.refused < 150, "most operations must do something"


@pytest.mark.parametrize("seed", range(100, 140))
def test_every_law_holds_after_every_operation(seed):
    log, _ = history(seed, None, 200, check=True)
    assert log[0][0] >= START


def test_an_idle_worker_stands_once_in_a_lane_however_often_it_comes_and_goes():
    engine = new_engine()
    workers = [add_worker(engine, f"Agent_{number}") for number in range(3)]
    for number in range(500):
        engine.create_task(START + number, NewTask(workflow=0, channel=0, attributes={}))
        engine.accept(START + number, number)
        engine.complete(START + number, number)
    (lane,) = engine._matcher._lanes.values()
    assert len(lane.idle) <= len(workers)
    assert len(lane.standing) == len(lane.idle)
