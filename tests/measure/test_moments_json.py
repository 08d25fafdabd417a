"""Moments survive being written as JSON, and shared facts are written once."""

import random

import orjson

from flexsim.measure.moments_json import pack, unpack
from flexsim.measure.past import Past
from tests.taskrouter.centre import Operations, furnish, new_engine


def moments(seed, steps):
    rng = random.Random(seed)
    engine = new_engine()
    furnish(engine, rng)
    past, operations = Past(engine), Operations(engine, rng)
    return [moment for _ in range(steps) for moment in past.hear(0, operations.step())]


def test_what_is_packed_comes_back_equal():
    for seed in range(10):
        before = moments(seed, 100)
        assert unpack(orjson.loads(orjson.dumps(pack(before)))) == before


def test_shared_facts_are_written_once_and_shared_again():
    before = moments(3, 100)
    document = pack(before)
    distinct = {id(each.task): each for each in before if each.task is not None}
    assert (
        sum(place == 6 for place, *_ in document["facts"])
        == len(distinct)
        < sum(each.task is not None for each in before)
    )
    after = unpack(orjson.loads(orjson.dumps(document)))
    assert len({id(each.task) for each in after if each.task is not None}) == len(distinct)


def test_nothing_packs_to_nothing():
    assert unpack(pack([])) == []
