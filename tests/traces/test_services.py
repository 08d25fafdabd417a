"""The services run scenarios for real, over real HTTP, refuse what is out of range, and stop when nobody waits any more."""

import asyncio
import contextlib
from collections import Counter
from dataclasses import replace

import pytest

from flexsim.clock import WallClock
from flexsim.errors import ConfigurationError, TargetRefused, TargetUnreachable
from flexsim.traces.analysis import analyze
from flexsim.traces.app_client import ask, session
from flexsim.traces.parameters import SCENARIOS
from flexsim.traces.sanity import QUICK, check
from flexsim.traces.sending import Destination
from flexsim.traces.services import App, Tools, app_service, tool_service
from flexsim.traces.spans import Code
from tests.traces.receiving import Scripted


class Pair:
    """Both services on free ports, and a receiver of spans."""

    def __init__(self, *, both=False, **tools):
        self._tools = Tools(**tools)
        self._both = both

    async def __aenter__(self):
        self._stack = contextlib.AsyncExitStack()
        enter = self._stack.enter_async_context
        self.receiver = await enter(Scripted())
        destination = Destination(endpoint=self.receiver.url)
        tools = replace(self._tools, destination=destination if self._both else None)
        self.tools_url, self.tools = await enter(tool_service(tools, WallClock(), 1))
        how = App(tools_url=self.tools_url, destination=destination, service="app", mesh="west")
        self.app = await enter(app_service(how, WallClock(), 1))
        self.session = await enter(session())
        return self

    async def __aexit__(self, *_):
        await self._stack.aclose()

    def ask(self, scenario, **parameters):
        return ask(self.session, self.app.url, scenario, parameters)


async def until(true):
    """Return as soon as it is; after five seconds in any case."""
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)


def with_pair(test, **tools):
    async def go():
        async with Pair(**tools) as pair:
            await test(pair)

    asyncio.run(asyncio.wait_for(go(), 60))


def test_every_scenario_is_run_for_real_and_its_spans_arrive():
    async def test(pair):
        found = await asyncio.gather(*(check(pair.session, pair.app.url, each) for each in SCENARIOS))
        assert [(each.scenario, each.problems) for each in found] == [(each, ()) for each in SCENARIOS]
        pair.app.exporter.flush()
        await until(lambda: not pair.app.exporter.ledger.waiting)
        ids = pair.receiver.span_ids()
        assert len(ids) == len(set(ids)) == sum(each.spans for each in found)
        assert pair.tools.calls > 50
        assert pair.app.service.stats()["ended"] == 8

    with_pair(test)


def test_a_trace_goes_through_both_services_and_its_analysis_is_that_of_one():
    async def gone_through():
        async with Pair(both=True, error_rate=0.02) as pair:
            wanted = {}
            for each in SCENARIOS:
                answers = await pair.ask(each, **QUICK[each])
                wanted[answers.pop("trace_id")] = answers
        found = {}
        for span in pair.receiver.spans():
            found.setdefault(span.trace_id.hex(), []).append(span)
        return wanted, found

    wanted, found = asyncio.run(asyncio.wait_for(gone_through(), 60))
    assert set(wanted) == set(found)
    for trace_id, answers in wanted.items():
        spans = found[trace_id]
        by_service = Counter(each.resource.attributes["service.name"] for each in spans)
        assert by_service == {"app": answers["spans"], "synthetic-tool-service": answers["tool_calls"]}
        parents = Counter(each.parent_id for each in spans if each.name == "GET /tool/{name}")
        calls = {each.span_id: each for each in spans if each.attributes["ati.span.kind"] == "tool_call"}
        assert parents == dict.fromkeys(calls, 1)
        failed = [each for each in spans if each.name == "GET /tool/{name}" and each.status.code == Code.ERROR]
        assert {each.parent_id for each in failed} == {each for each in calls if calls[each].status.code == Code.ERROR}
        told = analyze(spans)
        assert told.halves == answers["tool_calls"]
        alone = analyze([each for each in spans if each.resource.attributes["service.name"] == "app"])
        assert replace(told, halves=0) == alone
        assert [each.span_id for each in told.critical_path] == answers["critical_path"]


def test_a_call_takes_what_the_tool_service_says_unless_a_delay_is_asked_for():
    async def test(pair):
        slow = await pair.ask("human", human_delay_s=0)
        quick = await pair.ask("human", human_delay_s=0, delay_ms=0)
        assert slow["duration_ms"] - quick["duration_ms"] > 0.9 * 300 - 100

    with_pair(test, delay_ms=300)


def test_calls_that_the_tool_service_fails_are_failed_calls():
    async def test(pair):
        answers = await pair.ask("retry", fanout=3, error_rate=0, max_retries=2, backoff_ms=1, delay_ms=1)
        assert answers["tool_calls"] == 9
        assert [each["succeeded"] for each in answers["retries"]] == [False] * 3
        assert pair.tools.failed == 9

    with_pair(test, error_rate=1)


@pytest.mark.parametrize(
    ("scenario", "parameters", "reason"),
    [
        ("fanout", {"fanout": 0}, "fanout is a whole number from 1 to 10000: 0"),
        ("stream", {"duration_s": 1e9}, "duration_s is a number from 0.05 to 3600: 1000000000.0"),
        ("chain", {"fanout": 1}, "chain has no parameter fanout; it has depth, delay_ms"),
        ("nothing", {}, "no such scenario: nothing"),
    ],
)
def test_what_is_out_of_range_is_refused_with_the_range(scenario, parameters, reason):
    async def test(pair):
        with pytest.raises(TargetRefused, match=reason) as caught:
            await pair.ask(scenario, **parameters)
        assert caught.value.status == 422

    with_pair(test)


@pytest.mark.parametrize(
    "path",
    ["/run?scenario=fanout&fanout=50&concurrency=50&delay_ms=60000", "/stream?duration_s=600&tool_delay_ms=60000"],
)
def test_when_the_client_goes_the_work_stops(path):
    async def test(pair):
        async def wait_for_all_of_it():
            async with pair.session.get(pair.app.url + path) as answer:
                await answer.read()

        asking = asyncio.create_task(wait_for_all_of_it())
        await until(lambda: pair.tools.calls >= 10)
        asking.cancel()
        await until(lambda: pair.app.service.broken_off and pair.tools.stopped == pair.tools.calls)
        assert pair.app.service.stats()["broken_off"] == 1
        assert pair.tools.stopped == pair.tools.calls >= 10

    with_pair(test)


async def got(pair, path):
    async with pair.session.get(pair.tools_url + path) as answer:
        return answer.status, await answer.read()


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/tool/search?delay_ms=0", 200, b'"tool":"search"'),
        ("/tool/search?delay_ms=0&payload_size_kb=3", 200, b"x" * 3072),
        ("/tool/search?delay_ms=0&payload_size_kb=3&stream=1", 200, b"x" * 3072),
        ("/tool/search?delay_ms=0&error_rate=1", 500, b"search failed"),
        ("/tool/search?delay_ms=-1", 422, b"delay_ms is a number from 0 to 3.6e+06: -1"),
        ("/tool/search?error_rate=2", 422, b"error_rate is a number from 0 to 1: 2"),
        ("/tool/search?speed=1", 422, b"a tool has no parameter speed"),
        ("/tool/search?" + "a=1&" * 40, 422, b"more than 32 parameters"),
        ("/tool/", 404, b"there are /tool/NAME and /health"),
        ("/tool/a%2Fb", 404, b"there are"),
        ("/health", 200, b'"status":"ok"'),
    ],
)
def test_a_tool_does_what_it_is_told(path, status, said):
    async def test(pair):
        found, body = await got(pair, path)
        assert found == status
        assert said in body

    with_pair(test)


def test_a_streamed_answer_comes_in_pieces_over_the_delay():
    async def test(pair):
        pieces = []
        async with pair.session.get(pair.tools_url + "/tool/a?delay_ms=200&stream=1") as answer:
            pieces.extend([(asyncio.get_running_loop().time(), piece) async for piece in answer.content])
        assert [piece for _, piece in pieces] == [f"{number}\n".encode() for number in range(10)]
        assert pieces[-1][0] - pieces[0][0] > 0.1

    with_pair(test)


def test_without_a_tool_service_calls_fail_and_the_trace_says_so():
    async def go():
        async with tool_service(Tools(), WallClock(), 1) as (gone, _):
            pass
        how = App(tools_url=gone, service="app")
        async with app_service(how, WallClock(), 1) as app, session() as client:
            answers = await ask(client, app.url, "retry", {"fanout": 2, "max_retries": 1, "backoff_ms": 1})
            assert [each["succeeded"] for each in answers["retries"]] == [False, False]
            assert "delivery" not in app.service.stats()

    asyncio.run(go())


def test_nobody_there_is_told_with_what_to_do():
    async def go():
        async with session() as client:
            with pytest.raises(TargetUnreachable, match="start one with flexsim load services"):
                await ask(client, "http://127.0.0.1:1", "fanout", {})

    asyncio.run(go())


def test_a_port_that_is_taken_is_told():
    async def go():
        async with tool_service(Tools(), WallClock(), 1) as (url, _):
            with pytest.raises(ConfigurationError, match=r"port \d+ of 127.0.0.1 is in use"):
                async with tool_service(Tools(port=int(url.rsplit(":", 1)[1])), WallClock(), 1):
                    pass

    asyncio.run(go())


def test_the_check_has_every_scenario():
    assert list(QUICK) == list(SCENARIOS)
