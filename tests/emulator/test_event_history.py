"""The history: bounded, indexed, and the same after it was written down and read again."""

import random

import orjson
import pytest

from flexsim.emulator.event_history import CHUNK, LONGEST, EventHistory, Query, WorkspaceHistory
from flexsim.emulator.host import Happening
from flexsim.taskrouter.events import EXTRA, KIND, RESERVATION, TASK, TIME, WORKER
from tests.taskrouter.centre import Operations, furnish, new_engine

ALWAYS = {"start": 0.0, "end": float("inf")}


class Run:
    """A random centre with a history of its own, and every moment that it should have heard of."""

    def __init__(self, seed, limit, steps=120):
        rng = random.Random(seed)
        self.engine = new_engine()
        furnish(self.engine, rng)
        self.history = WorkspaceHistory(self.engine, limit)
        self.operations = Operations(self.engine, rng)
        self.all, self.number = [], 7
        for _ in range(steps):
            self.all += self.step(self.history)

    def step(self, *histories):
        happened = self.operations.step()
        if not happened:
            return []
        happening = Happening(workspace=None, first=0, events=happened)
        found = [history.hear(self.number, happening) for history in histories]
        assert all(each == found[0] for each in found)
        self.number += len(happened)
        return found[0]


@pytest.mark.parametrize(("name", "place"), [("task", TASK), ("worker", WORKER), ("reservation", RESERVATION)])
@pytest.mark.parametrize("limit", [40, 1000])
def test_an_index_finds_what_a_scan_finds(name, place, limit):
    for seed in range(6):
        run = Run(seed, limit)
        kept = run.all[-limit:]
        assert len(run.history) == len(kept)
        for value in range(-1, 40):
            expected = [each for each in kept if each.event[place] == value]
            assert list(run.history.select(Query(**ALWAYS, **{name: value}))) == expected


def test_a_filter_by_task_or_worker_looks_at_nothing_else():
    run = Run(1, 1000)
    for name, place in (("task", TASK), ("worker", WORKER)):
        query = Query(**ALWAYS, **{name: 1})
        assert all(each.event[place] == 1 for each in run.history._candidates(query))


def test_times_and_first_numbers_bound_what_is_selected():
    run = Run(2, 1000)
    times = [each.event[TIME] for each in run.all]
    for start, end in ((times[20], times[60]), (times[-1] + 1, times[-1] + 2), (0.0, times[0])):
        expected = [each for each in run.all if start <= each.event[TIME] <= end]
        assert list(run.history.select(Query(start=start, end=end))) == expected
    for first in (0, run.all[30].number, run.all[-1].number + 1, 10**9):
        expected = [each for each in run.all if each.number >= first]
        assert list(run.history.select(Query(**ALWAYS, first=first))) == expected


def test_an_event_is_found_by_its_number_as_long_as_it_is_kept():
    run = Run(3, 50)
    kept = {each.number: each for each in run.all[-50:]}
    for number in range(run.all[0].number - 2, run.all[-1].number + 3):
        assert run.history.find(number) == kept.get(number)


def test_the_list_itself_stays_small():
    run = Run(4, 30, steps=400)
    assert len(run.all) > 300
    assert len(run.history) == 30
    assert len(run.history._moments) <= 2 * 30 + 30
    indexed = sum(map(len, run.history._of_task.values()))
    assert indexed == sum(each.event[TASK] is not None for each in run.all[-30:])


def test_what_is_older_than_thirty_days_is_gone():
    run = Run(5, 1000)
    run.operations.now += LONGEST
    last = []
    while not last:
        last = run.step(run.history)
    latest = last[-1].event[TIME]
    assert next(iter(run.history.select(Query(**ALWAYS)))).event[TIME] >= latest - LONGEST
    assert len(run.history) < len(run.all)
    run.history._let_go(latest + 1)
    document = run.history.dump()
    assert list(WorkspaceHistory(run.engine, 1000, document).select(Query(**ALWAYS))) == []


@pytest.mark.parametrize("seed", range(10, 14))
def test_read_from_its_document_it_goes_on_as_the_one_that_was_written_down(seed):
    run = Run(seed, 60)
    again = WorkspaceHistory(run.engine, 60, orjson.loads(orjson.dumps(run.history.dump())))
    assert list(again.select(Query(**ALWAYS))) == run.all[-60:]
    for _ in range(80):
        run.step(run.history, again)
    assert list(again.select(Query(**ALWAYS))) == list(run.history.select(Query(**ALWAYS)))
    assert again.dump()["past"] == run.history.dump()["past"]


def test_what_was_written_down_once_is_not_written_again_and_a_chunk_goes_with_its_last_moment():
    run = Run(20, 3 * CHUNK, steps=1)
    run.history.dump()
    chunks = set()
    while run.number < 7 * CHUNK:
        run.all += run.step(run.history)
        chunks |= {id(text) for _, text in run.history._chunks}
    document = run.history.dump()
    assert {id(text) for text in document["chunks"]} <= chunks
    assert 2 <= len(document["chunks"]) <= 4
    assert len(document["rest"]["moments"]) < CHUNK
    again = WorkspaceHistory(run.engine, 3 * CHUNK, orjson.loads(orjson.dumps(document)))
    assert list(again.select(Query(**ALWAYS))) == run.all[-3 * CHUNK :]
    assert again.dump()["chunks"] == document["chunks"]
    small = WorkspaceHistory(run.engine, 100, orjson.loads(orjson.dumps(document)))
    assert list(small.select(Query(**ALWAYS))) == run.all[-100:]


def test_a_keeper_loads_what_it_dumped_for_the_workspaces_that_there_are(site):
    site.reserved()
    other = site.open(site.account)
    document = orjson.loads(orjson.dumps(site.history.dump()))
    again = EventHistory(site.host)
    again.load(document)
    for workspace in (site.workspace, other):
        before, after = (list(each.of(workspace).select(Query(**ALWAYS))) for each in (site.history, again))
        assert before == after != []
    site.host.subscribe(again)
    site.task()
    old, new = (list(each.of(site.workspace).select(Query(**ALWAYS))) for each in (site.history, again))
    assert old == new
    assert len(old) > len(before)


def test_a_workspaces_history_goes_with_it_and_begins_anew(site):
    first = next(iter(site.history.of(site.workspace).select(Query(**ALWAYS))))
    assert (first.number, first.event[EXTRA]) == (0, 0)
    site.delete(site.workspace.path)
    assert site.history.dump() == {}
    site.host.reset(1)
    workspace = site.open(site.account)
    assert workspace.sid == site.workspace.sid
    kinds = [each.event[KIND] for each in site.history.of(workspace).select(Query(**ALWAYS))]
    assert kinds[0] == first.event[KIND]
    assert len(kinds) == workspace.engine.sequence + 1
