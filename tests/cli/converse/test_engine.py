"""The command serves sessions until it is told to stop, and says what it cannot do."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys

import orjson
import pytest
from typer.testing import CliRunner
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from flexsim.cli.app import app

runner = CliRunner()


@pytest.fixture
def engine():
    """The command as a program, and what it says of itself."""
    words = [sys.executable, "-m", "flexsim", "converse", "engine", "--port", "0", "--seed", "7", "--json"]
    with subprocess.Popen(words, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        yield process, json.loads(process.stdout.readline())
        process.kill()


async def answered(url, **options):
    """The first answer of a session: what it wrote, and the kinds of all events."""
    async with connect(f"{url}/realtime", **options) as client:
        kinds, update = [], {"type": "realtime", "output_modalities": ["text"]}
        await client.send(orjson.dumps({"type": "session.update", "session": update}), text=True)
        await client.send('{"type": "response.create"}')
        while True:
            event = orjson.loads(await asyncio.wait_for(client.recv(), 10))
            kinds.append(event["type"])
            if event["type"] == "response.done":
                return event["response"], kinds


@pytest.mark.parametrize(("told", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_answers_until_it_is_told_to_stop(engine, told, code):
    process, said = engine
    response, kinds = asyncio.run(answered(said["url"]))
    assert said["seed"] == 7
    assert kinds[:3] == ["session.created", "session.updated", "response.created"]
    assert response["output"][0]["content"][0]["text"]

    async def stay():
        async with connect(f"{said['url']}/realtime") as client:
            await client.recv()
            process.send_signal(told)
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(client.recv(), 10)
            return client.close_code

    assert asyncio.run(stay()) == 1001  # going away
    assert process.wait(10) == code
    assert process.stderr.read() == ""


def test_a_port_that_is_taken_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = runner.invoke(app, ["converse", "engine", "--port", str(taken.getsockname()[1])])
    assert (result.exit_code, "cannot listen on" in result.stderr) == (2, True)
    assert "Traceback" not in result.stderr


def test_its_key_may_come_from_the_environment():
    words = [sys.executable, "-m", "flexsim", "converse", "engine", "--port", "0", "--json"]
    environ = {**os.environ, "CONVERSE_API_KEY": "sesame"}
    with subprocess.Popen(words, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ) as process:
        url = json.loads(process.stdout.readline())["url"]
        try:
            with pytest.raises(InvalidStatus) as caught:
                asyncio.run(answered(url))
            assert caught.value.response.status_code == 401
            headers = {"Authorization": "Bearer sesame"}
            assert asyncio.run(answered(url, additional_headers=headers))[0]["status"] == "completed"
        finally:
            process.kill()
