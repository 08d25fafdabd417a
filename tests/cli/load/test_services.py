"""The services as commands: they say where they are, work together, and end when told to."""

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import time

import pytest

from flexsim.settings import variables
from flexsim.traces.app_client import ask, session


@pytest.fixture
def start(tmp_path, monkeypatch):
    for variable in variables():
        monkeypatch.delenv(variable, raising=False)
    running = []

    def begin(*words, **environment):
        process = subprocess.Popen(
            [sys.executable, "-m", "flexsim", "load", *words, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, cwd=tmp_path, env={**os.environ, **environment},
        )  # fmt: skip
        running.append(process)
        ready, _, _ = select.select([process.stdout], [], [], 20)
        line = process.stdout.readline() if ready else ""
        assert line, process.stderr.read()
        return process, json.loads(line)

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def asked(url, scenario, **parameters):
    async def go():
        async with session() as client:
            return await ask(client, url, scenario, parameters)

    return asyncio.run(go())


def stats(url):
    async def go():
        async with session() as client, client.get(f"{url}/stats") as answer:
            return await answer.json()

    return asyncio.run(go())


def test_agents_tools_and_receiver_work_together_and_end_when_told_to(start):
    process, found = start("services", "--port", "0", "--tools-port", "0", "--collector-port", "0", "--seed", "1")
    answers = asked(found["app"], "fanout", fanout=10, delay_ms=5)
    assert answers["spans"] == 23
    for _ in range(100):
        if stats(found["otlp"])["spans"] == 23:
            break
        time.sleep(0.05)
    assert stats(found["otlp"])["orphans"] == 0
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_agents_and_tools_are_services_of_their_own_which_the_environment_describes(start):
    tools, told = start("tools", "--port", "0", TOOL_DELAY_MS="1", TOOL_ERROR_RATE="1")
    agents, found = start("app", "--port", "0", TOOL_BASE=told["tools"])
    answers = asked(found["app"], "retry", fanout=2, max_retries=1, backoff_ms=1)
    assert [each["succeeded"] for each in answers["retries"]] == [False, False]
    for process in (agents, tools):
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
