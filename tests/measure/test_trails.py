"""Trails say what a count was at any time, from the few points where it changed."""

import random
from itertools import pairwise

from flexsim.measure.trails import COARSE, FINE, MOST_POINTS, Trails

START = 1_767_600_000.0


class Counter:
    """Something that is counted, and what it was all along."""

    def __init__(self):
        self.count = 0
        self.trails = Trails(lambda _: (self.count,), START)
        self.changes = [(START, 0)]

    def change(self, at, count):
        self.trails.pass_to(START + at)
        self.count = count
        self.trails.touch(["thing"])
        self.changes.append((START + at, count))

    def before(self, moment):
        """The count just before ``moment``."""
        return [count for at, count in self.changes if at < moment][-1]


def test_points_are_evenly_spaced_and_end_now():
    thing = Counter()
    thing.change(1, 3)
    thing.change(12, 4)
    points = thing.trails.points("thing", START, START + 17, 100)
    assert points == [(START + 5, (3,)), (START + 10, (3,)), (START + 15, (4,)), (START + 17, (4,))]


def test_what_never_changed_is_as_it_is_now():
    thing = Counter()
    assert thing.trails.points("other", START, START + 60, 100) == [(START + 60, (0,))]


def test_nothing_is_said_of_before_the_beginning():
    thing = Counter()
    thing.change(1, 1)
    assert thing.trails.points("thing", 0.0, START + 6, 100)[0] == (START + 5, (1,))


def test_any_window_in_any_resolution_shows_what_was_so():
    rng = random.Random(5)
    thing = Counter()
    now = 0.0
    for _ in range(2000):
        now += rng.choice([0.0, 0.3, 2.0, 5.0, 40.0])
        thing.change(now, rng.randrange(100))
    end = START + now + 1
    for start, most in ((0, 10_000), (now - 300, 61), (now - 3600, 100), (0, 50)):
        points = thing.trails.points("thing", START + start, end, most)
        assert len(points) <= most
        steps = {later[0] - earlier[0] for earlier, later in pairwise(points[:-1])}
        assert len(steps) == 1
        assert steps.pop() % FINE == 0
        assert [counts for _, counts in points] == [(thing.before(at),) for at, _ in points]


def test_only_the_latest_points_are_kept_and_the_coarse_ones_reach_further_back():
    thing = Counter()
    for place in range(3 * MOST_POINTS):
        thing.change(place * FINE + 1, place)
    now = START + 3 * MOST_POINTS * FINE
    recent = thing.trails.points("thing", now - 3600, now, 10_000)
    assert {later[0] - earlier[0] for earlier, later in pairwise(recent[:-1])} == {FINE}
    whole = thing.trails.points("thing", START, now, 10_000)
    assert whole[0][0] == START + COARSE
    assert [counts for _, counts in whole] == [(thing.before(at),) for at, _ in whole]
    assert len(thing.trails._fine["thing"].points) <= 2 * MOST_POINTS


def test_a_quiet_time_costs_one_point():
    thing = Counter()
    thing.change(1, 1)
    thing.change(100_000, 2)
    assert len(thing.trails._fine["thing"].points) == 1
    assert thing.trails.points("thing", START + 99_980, START + 100_001, 100)[-2:] == [
        (START + 100_000, (1,)),
        (START + 100_001, (2,)),
    ]
