"""Commands that run a centre send its contacts as traces, where they are asked to."""

import asyncio
import json

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from typer.testing import CliRunner

from flexsim.cli.app import app
from tests.traces.receiving import Scripted


def run(*words):
    return CliRunner().invoke(app, [*map(str, words)])


def received(server):
    for _, _, body in server.requests:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            yield from (span for scope in resource.scope_spans for span in scope.spans)


@pytest.mark.parametrize(
    "words",
    [
        ["simulate", "--hours", 1, "--start", "2026-01-05T09:00", "--agents", 5, "--seed", 1],
        ["demo", "--duration", 2, "--speed", 100, "--agents", 5, "--seed", 1],
    ],
    ids=["simulate", "demo"],
)
def test_every_contact_that_ended_arrives_as_a_trace(words, tmp_path):
    async def go():
        async with Scripted() as server:
            result = await asyncio.to_thread(run, *words, "--out", tmp_path, "--otlp", server.url)
            return result, list(received(server))

    result, spans = asyncio.run(go())
    assert result.exit_code == 0, result.stderr
    (log,) = tmp_path.glob("*/events.jsonl")
    events = [json.loads(line) for line in log.read_text().splitlines()]
    ended = {each["task"] for each in events if each["type"] in {"task.completed", "task.canceled"}}
    contacts = {each["contact"][2:] for each in events if each["type"] == "task.created" and each["task"] in ended}
    assert {span.trace_id.hex() for span in spans} == contacts
    assert len(contacts) > 3
    assert f"{len(contacts)} contacts sent as traces" in result.stderr


def test_a_demo_sends_contacts_while_it_runs(tmp_path):
    async def go():
        async with Scripted() as server:
            words = [
                "demo",
                "--duration",
                8,
                "--speed",
                100,
                "--agents",
                5,
                "--seed",
                1,
                "--out",
                tmp_path,
                "--otlp",
                server.url,
            ]
            running = asyncio.create_task(asyncio.to_thread(run, *words))
            while not server.requests and not running.done():  # noqa: ASYNC110 -- what is looked at has no event
                await asyncio.sleep(0.05)
            early = not running.done() and not list(tmp_path.glob("*/summary.json"))
            return early, await running

    early, result = asyncio.run(go())
    assert (result.exit_code, early) == (0, True), result.stderr


def test_spans_that_do_not_arrive_are_exit_3_when_a_demo_is_over(tmp_path):
    async def go():
        async with Scripted(*[400] * 1000) as server:
            words = [
                "demo",
                "--duration",
                2,
                "--speed",
                100,
                "--agents",
                5,
                "--seed",
                1,
                "--out",
                tmp_path,
                "--otlp",
                server.url,
            ]
            return await asyncio.to_thread(run, *words)

    result = asyncio.run(go())
    assert (result.exit_code, "did not arrive" in result.stderr) == (3, True)
    assert list(tmp_path.glob("*/summary.json"))


@pytest.mark.parametrize(("keep", "sent"), [(["--keep-logs"], {0, 1, 2}), ([], {None})])
def test_of_several_replications_those_are_sent_whose_logs_are_kept(keep, sent, tmp_path):
    async def go():
        async with Scripted() as server:
            words = [
                "simulate",
                "--hours",
                0.2,
                "--start",
                "2026-01-05T09:00",
                "--agents",
                5,
                "--seed",
                1,
                "--replications",
                3,
            ]
            result = await asyncio.to_thread(run, *words, *keep, "--out", tmp_path, "--otlp", server.url)
            return result, server.spans()

    result, spans = asyncio.run(go())
    assert result.exit_code == 0, result.stderr
    assert {each.resource.attributes.get("flexsim.replication") for each in spans} == sent
    assert len({each.span_id for each in spans}) == len(spans)


def test_what_is_no_address_is_told_before_anything_is_run(tmp_path):
    result = run("simulate", "--out", tmp_path / "runs", "--otlp", "localhost:4318")
    assert result.exit_code == 2
    assert "an OTLP endpoint is an http or https address" in result.stderr
    assert not (tmp_path / "runs").exists()
