"""A whole centre runs over HTTP and leaves evidence in which every task has ended."""

import asyncio
import json
from collections import Counter

import aiohttp
import pytest

from flexsim.configuration.files import read_configuration, render
from flexsim.configuration.generate import generate
from flexsim.demo.centre import DemoPlan, run_demo
from flexsim.domain.loading import load_domain
from flexsim.errors import ConfigurationError
from flexsim.measure.reading import LogReader
from flexsim.measure.statistics import Statistics
from flexsim.measure.summary import summarize
from flexsim.randomness import Randomness
from flexsim.runs.folder import read_lines, read_manifest, read_summary


def plan(out, **changes):
    configuration = generate(load_domain(None), Randomness(3), 6)
    facts = {"configuration": configuration, "seed": 3, "speed": 60.0, "duration": 3.0, "out": out}
    return DemoPlan(**{**facts, **changes})


@pytest.fixture(scope="module")
def a_run(tmp_path_factory):
    frames = []

    async def run():
        return await run_demo(plan(tmp_path_factory.mktemp("runs")), frames.append, asyncio.Event())

    return asyncio.run(run()), frames


def test_customers_are_served(a_run):
    outcome, _ = a_run
    total = outcome.summary["total"]
    assert total["offered"] > 10
    assert total["answered"] > 5
    assert total["handled"] > 0
    assert outcome.summary["agentsim"]["lost"] == outcome.summary["custsim"]["lost"] == 0


def test_agents_and_customers_saw_what_the_taskrouter_saw(a_run):
    outcome, _ = a_run
    agents, customers, total = (outcome.summary[name] for name in ("agentsim", "custsim", "total"))
    # What was under way over HTTP at closing time is in one of the counts only: a request or two of each agent's.
    assert abs(customers["created"] - total["offered"]) <= 3
    assert abs(agents["accepted"] - total["answered"]) <= 2 * 6
    assert abs(agents["completed"] - total["handled"]) <= 2 * 6


def test_every_task_ends_exactly_once(a_run):
    outcome, _ = a_run
    ends = Counter()
    for record in map(json.loads, read_lines(outcome.path)):
        if record["type"] == "task.created":
            ends[record["task"]] += 0
        elif record["type"] in {"task.completed", "task.canceled", "task.deleted"}:
            ends[record["task"]] += 1
    # A customer or two may have been on the way at the moment of the figures.
    assert 0 <= len(ends) - outcome.summary["total"]["offered"] <= 3
    assert set(ends.values()) == {1}


def test_the_configuration_is_kept_with_the_run(a_run):
    outcome, _ = a_run
    kept = read_configuration(outcome.path / "config")
    assert render(kept) == render(plan(None).configuration)


def test_agents_are_logged_out_at_the_end(a_run):
    outcome, _ = a_run
    reader = LogReader()
    statistics = Statistics(reader.names, 20)
    for event in reader.events(read_lines(outcome.path)):
        statistics.add(event)
    agents = statistics.workers_by_activity()
    assert agents.pop("Offline") == 6
    assert set(agents.values()) == {0}


def test_the_summary_can_be_made_again_from_the_log(a_run):
    outcome, _ = a_run
    summary, manifest = read_summary(outcome.path), read_manifest(outcome.path)
    reader = LogReader()
    statistics = Statistics(reader.names, manifest.threshold)
    for event in reader.events(read_lines(outcome.path)):
        if statistics.events < summary["events"]:
            statistics.add(event)
    again = flat(summarize(statistics, summary["at"]))
    there = flat(summary)
    assert again == pytest.approx({name: there[name] for name in again}, abs=0.1001)  # times are rounded in both


def flat(document, path=""):
    found = {}
    for name, value in document.items():
        found.update(flat(value, f"{path}/{name}") if isinstance(value, dict) else {f"{path}/{name}": value})
    return found


def test_the_manifest_says_how_to_repeat_it(a_run):
    outcome, _ = a_run
    manifest = read_manifest(outcome.path)
    assert (manifest.command, manifest.seed, manifest.speed) == ("demo", 3, 60.0)
    assert set(manifest.versions) == {"python", "flexsim", "twilio"}
    assert len(manifest.configuration) == 64


def test_frames_come_twice_a_second_until_the_duration_is_over(a_run):
    outcome, frames = a_run
    assert 4 <= len(frames) <= 8
    assert frames[-1] is outcome.closing
    assert frames[-1].elapsed >= 3.0
    assert [frame.summary["total"]["offered"] for frame in frames] == sorted(
        frame.summary["total"]["offered"] for frame in frames
    )


def test_it_stops_early_when_told_to(tmp_path):
    async def run():
        stop = asyncio.Event()
        return await run_demo(plan(tmp_path, duration=100.0), lambda _: stop.set(), stop)

    outcome = asyncio.run(run())
    assert outcome.closing.elapsed < 10.0
    assert read_summary(outcome.path) == outcome.summary


def test_what_the_page_may_do_reaches_the_customers(tmp_path):
    made = plan(tmp_path, duration=100.0, allow_control=True)
    level = made.configuration.domain.service_level
    assert (made.goal.threshold, made.goal.target) == (level.threshold, level.target)

    async def run():
        stop = asyncio.Event()
        kept, answers = [], []

        async def act(address):
            async with aiohttp.ClientSession() as session:
                async with session.get(f"{address}/stream") as stream:
                    while not (line := await stream.content.readline()).startswith(b"data: "):
                        pass
                offered = json.loads(line.removeprefix(b"data: "))["actions"]
                headers = {"X-Flexsim-Control": offered["token"]}
                for name, fields in (("arrivals", {"paused": True}), ("burst", {"count": 3})):
                    async with session.post(f"{address}/do/{name}", json=fields, headers=headers) as answer:
                        answers.append((answer.status, await answer.json()))
            stop.set()

        def watch(frame):
            if frame.summary["total"]["offered"] and not kept:
                kept.append(asyncio.create_task(act(f"{frame.address}/_flexsim/dashboard")))

        outcome = await run_demo(made, watch, stop)
        return answers, outcome

    answers, outcome = asyncio.run(run())
    assert answers == [(200, {"paused": True}), (200, {"created": 3})]
    assert outcome.summary["custsim"]["arrived"] >= 4


def test_a_port_that_is_taken_is_named(tmp_path):
    async def run():
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        taken = server.sockets[0].getsockname()[1]
        async with server:
            await run_demo(plan(tmp_path, port=taken), lambda _: None, asyncio.Event())

    with pytest.raises(ConfigurationError, match="is in use"):
        asyncio.run(run())
