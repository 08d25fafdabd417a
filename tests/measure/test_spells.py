"""Spells within any window are those that a list of all spells, cut to the window, gives."""

import json
import random

import pytest

from flexsim.measure.history import Window, window
from flexsim.measure.instants import milliseconds
from flexsim.measure.spells import MOST_CHANGES, NOWHERE, Spells, Spread

START = 1_767_614_400.0


def span(first, until):
    return Window(first=first, last=int(until), until=until)


def figures(spreads):
    return {
        activity: (each.count, each.total, each.least, each.most) for activity, each in spreads.items() if each.count
    }


def test_a_spell_is_cut_to_the_window():
    spells = Spells()
    spells.change(START, 1, 10)
    spells.change(START + 100, 1, 11)
    found = spells.durations(span(int(START) + 40, START + 130), None)
    assert figures(found) == {10: (1, 60_000, 60_000, 60_000), 11: (1, 30_000, 30_000, 30_000)}


def test_a_worker_who_never_changes_fills_the_window():
    spells = Spells()
    spells.change(START, 1, 10)
    assert figures(spells.durations(span(int(START) + 5, START + 65.25), None)) == {10: (1, 60_250, 60_250, 60_250)}


def test_nothing_is_said_of_workers_before_they_are_created_nor_after_they_are_deleted():
    spells = Spells()
    spells.change(START + 10, 1, 10)
    spells.change(START + 30, 1, NOWHERE)
    assert figures(spells.durations(span(int(START), START + 99), None)) == {10: (1, 20_000, 20_000, 20_000)}
    assert spells.now(None)[10] == 0


def test_the_average_is_over_spells_not_over_workers():
    spells = Spells()
    for moment, activity in ((0, 10), (10, 11), (20, 10), (50, 11)):
        spells.change(START + moment, 1, activity)
    spread = spells.durations(span(int(START), START + 60), None)[10]
    assert (spread.count, spread.total, spread.least, spread.most) == (2, 40_000, 10_000, 30_000)


class Diary:
    """The same, the obvious way: every spell there has been."""

    def __init__(self):
        self.spells, self.present = [], {}

    def change(self, moment, worker, activity):
        if worker in self.present:
            self.spells.append((worker, *self.present.pop(worker), moment))
        if activity != NOWHERE:
            self.present[worker] = (activity, moment)

    def durations(self, window, workers):
        found = {}
        goes_on = [(worker, activity, since, float("inf")) for worker, (activity, since) in self.present.items()]
        for worker, activity, since, left in self.spells + goes_on:
            if workers is None or worker in workers:
                length = min(left, window.until) - max(since, window.first)
                found.setdefault(activity, Spread()).add(milliseconds(length))
        return found


@pytest.mark.parametrize("seed", range(20))
def test_any_window_and_any_workers_give_what_a_recount_gives(seed):
    rng = random.Random(seed)
    spells, diary, now = Spells(), Diary(), START
    for step in range(600):
        now += rng.choice([0.0, 0.25, 3.0, 40.0, 900.0])
        worker, activity = rng.randrange(8), rng.choice([10, 11, 12, NOWHERE])
        if activity != NOWHERE or worker in diary.present:
            spells.change(now, worker, activity)
            diary.change(now, worker, activity)
        if step == 300:
            again = Spells()
            again.load(json.loads(json.dumps(spells.dump())))
            spells = again
        edges = sorted(rng.uniform(START - 10, now + 10) for _ in "ab")
        cut = window(now, *edges)
        workers = rng.choice([None, {1, 2, 5}, {3}])
        assert figures(spells.durations(cut, workers)) == figures(diary.durations(cut, workers))
        assert +spells.now({1, 2}) == +spells.now({1, 2, 99})


def test_beyond_the_changes_that_are_kept_durations_begin_with_the_first_of_them():
    spells = Spells()
    for step in range(2 * MOST_CHANGES):  # half of them are dropped now
        spells.change(START + step, 1, step % 2)
    assert len(spells._moments) == MOST_CHANGES
    found = spells.durations(span(int(START), START + 2 * MOST_CHANGES), None)
    assert sum(each.total for each in found.values()) == MOST_CHANGES * 1000
