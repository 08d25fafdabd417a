"""``flexsim converse serve``: serves until it is told to stop."""

import asyncio
import json
import signal
import subprocess
import sys

from typer.testing import CliRunner
from websockets.asyncio.client import connect

from flexsim.cli.app import app


async def first(url, count):
    async with connect(f"{url}?caller_type=hurried&seed=3") as socket:
        return [json.loads(await socket.recv()) for _ in range(count)]


def test_it_serves_and_stops_when_told_to_with_everything_kept(tmp_path):
    words = ["converse", "serve", "--port", "0", "--speed", "20", "--seed", "1", "--out", str(tmp_path), "--json"]
    with subprocess.Popen([sys.executable, "-m", "flexsim", *words], stdout=subprocess.PIPE, text=True) as process:
        url = json.loads(process.stdout.readline())["url"]
        told = asyncio.run(first(url, 2))
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0
    assert told[0] == {"happening": "connected", "conversation_id": "hurried-lost-card-s3"}
    found = json.loads((tmp_path / "hurried-lost-card-s3" / "call_metadata.json").read_text())
    assert (found["finished"], found["end_reason"]) == (True, "interrupted")


def test_a_port_that_cannot_be_had_is_told(tmp_path):
    found = CliRunner().invoke(
        app, ["converse", "serve", "--host", "203.0.113.1", "--port", "0", "--out", str(tmp_path)]
    )
    assert found.exit_code == 2
    assert "cannot listen on 203.0.113.1:0" in found.stderr
