"""By the clock, scenarios have the same shape as in virtual time, and stop when told to."""

import asyncio

import pytest

from flexsim.clock import WallClock
from flexsim.randomness import Randomness
from flexsim.traces.declared import EXTRAS
from flexsim.traces.parameters import SCENARIOS, read
from flexsim.traces.real_stage import RealStage, SleepingTools
from flexsim.traces.run import Ids, Names, Run
from flexsim.traces.scenarios import BY_NAME
from flexsim.traces.virtual import VirtualTraces, tool_delay
from flexsim.traces.vocabulary import vocabulary

QUICK = {
    "fanout": {"fanout": "6", "concurrency": "3", "delay_ms": "2"},
    "chain": {"depth": "5", "delay_ms": "1"},
    "retry": {"fanout": "5", "error_rate": "0.5", "delay_ms": "1", "backoff_ms": "1"},
    "dag": {"fanout": "5", "delay_ms": "2"},
    "react": {"max_steps": "2", "delay_ms": "1"},
    "human": {"human_delay_s": "0.01", "delay_ms": "1"},
    "rag": {"rag_chunks": "2", "delay_ms": "1"},
    "stream": {"duration_s": "0.1", "tool_delay_ms": "2", "background_fanout": "4", "tokens_per_s": "50"},
}


def run_for(scenario, token=None, **more):
    parameters = read(scenario, QUICK[scenario] | more)
    stage = RealStage(WallClock(), SleepingTools(tool_delay(parameters)), token)
    draws = Randomness(1).family("trace").of("0").random
    return Run(stage, vocabulary(scenario), parameters, Ids(Randomness(1).generator("ids")), draws, Names())


@pytest.mark.parametrize("scenario", sorted(set(SCENARIOS) - {"retry"}))  # whose draws come in the order of its calls
def test_the_same_scenario_has_as_many_spans_of_each_kind_by_the_clock_as_in_virtual_time(scenario):
    run = run_for(scenario)
    asyncio.run(asyncio.wait_for(BY_NAME[scenario](run), 10))
    virtual = VirtualTraces(1).make(scenario, read(scenario, QUICK[scenario]), 0).spans
    assert sorted(span[0].name for span in run.spans) == sorted(span[0].name for span in virtual)
    assert all(span[4] <= span[5] for span in run.spans)


def test_retries_by_the_clock_are_bounded():
    run = run_for("retry")
    asyncio.run(BY_NAME["retry"](run))
    assert run.facts.tool_calls == 5 + run.facts.retried
    assert all(len(each.attempts) <= 4 for each in run.facts.retries)


def test_tokens_are_handed_on_as_they_come():
    tokens = []

    async def token(text):
        tokens.append(text)

    run = run_for("stream", token)
    asyncio.run(BY_NAME["stream"](run))
    assert len(tokens) == run.facts.tokens > 2


def test_being_cancelled_breaks_the_trace_off_and_everything_in_it():
    async def go():
        run = run_for("fanout", delay_ms="60000")
        task = asyncio.create_task(BY_NAME["fanout"](run))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(asyncio.all_tasks()) == 1
        return run

    run = asyncio.run(go())
    assert run.spans[-1][EXTRAS].message == "broken off"
