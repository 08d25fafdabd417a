"""A plan's traces come when they should, are handed on whole, and their answers with them."""

import asyncio
import json

from flexsim.clock import WallClock
from flexsim.traces.dirt import Dirt
from flexsim.traces.generating import Pipeline, Plan, by_the_clock, in_virtual_time
from flexsim.traces.mix import Entry, Mix
from flexsim.traces.parameters import read
from tests.traces.making import START_NS


class Kept:
    def __init__(self):
        self.spans = []

    async def export(self, spans):
        self.spans += spans

    batch = export


def entry(scenario, **given):
    return Entry(scenario=scenario, parameters=read(scenario, given))


def plan(*entries, rate=1.0, **more):
    return Plan(mix=Mix(entries=entries or (entry("fanout", fanout="3"),), rate=rate), seed=1, start=START_NS, **more)


def made(plan, answers=True):
    sink, lines, heard = Kept(), [], []

    async def go():
        pipeline = Pipeline(plan, sink, lines.append if answers else None)
        await in_virtual_time(plan, pipeline, heard.append)
        return await pipeline.finish()

    return asyncio.run(go()), sink.spans, [json.loads(each) for each in lines], heard


def test_as_many_traces_as_asked_for_each_with_its_answers():
    result, spans, answers, heard = made(plan(count=30))
    assert (result.traces, result.spans, len(spans)) == (30, 30 * 9, 30 * 9)
    assert [each["trace_id"] for each in answers] == list(dict.fromkeys(span[1].hex() for span in spans))
    assert heard == list(range(1, 31))


def test_a_duration_ends_it_too():
    _, spans, answers, _ = made(plan(rate=2.0, duration=100))
    roots = [span for span in spans if not span[3]]
    assert roots[0][4] == START_NS
    assert all(root[4] < START_NS + 100 * 10**9 for root in roots)
    assert abs(len(answers) - 200) < 4 * 200**0.5


def test_what_was_spoilt_is_in_the_answers_and_in_the_ledger():
    result, spans, answers, _ = made(plan(count=50, dirt=Dirt(orphaned=0.1)))
    told = sum(each["kind"] == "orphaned" for answer in answers for each in answer["defects"])
    assert told == result.ledger["orphaned"] > 0
    assert result.ledger["sent"] == len(spans)


def test_without_anybody_to_read_them_answers_are_not_made():
    result, _, answers, _ = made(plan(count=3), answers=False)
    assert (answers, result.traces) == ([], 3)


def test_by_the_clock_traces_overlap_and_all_come():
    async def go():
        sink, clock = Kept(), WallClock()
        start = int(clock.now() * 1e9)
        wanted = Plan(mix=Mix(entries=(entry("human", human_delay_s="0.1", delay_ms="1"),), rate=200), seed=1,
                      start=start, count=8)  # fmt: skip
        pipeline = Pipeline(wanted, sink, None)
        await by_the_clock(wanted, pipeline, clock, lambda _: None)
        return sink.spans, clock.now() - start / 1e9

    spans, took = asyncio.run(asyncio.wait_for(go(), 20))
    assert len(spans) == 8 * 6
    assert took < 8 * 0.1 * 3


def test_stopping_hands_on_what_there_is():
    async def go():
        sink, clock = Kept(), WallClock()
        wanted = Plan(
            mix=Mix(entries=(entry("human", human_delay_s="60"),)), seed=1, start=int(clock.now() * 1e9), count=1
        )
        pipeline = Pipeline(wanted, sink, None)
        task = asyncio.create_task(by_the_clock(wanted, pipeline, clock, lambda _: None))
        await asyncio.sleep(0.5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return sink.spans

    spans = asyncio.run(asyncio.wait_for(go(), 20))
    assert spans[-1][7].message == "broken off"
