"""Every command in the swarm's guide is run as it stands there, on other ports."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_house import parse

GUIDE = (Path(__file__).parents[2] / "docs" / "swarm.md").read_text()
LINES = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]
FLEXSIM = [sys.executable, "-m", "flexsim"]
SWARM = "flexsim load agents --agents 1000 --active 100 --auto-start"
RUNNING = {SWARM, "flexsim load backend"}  # once for all, by the fixture
FEWER = {"--agents": "60", "--active": "20", "--ramp": "0:0,0.5:20,1:0"}  # as quick as a test has to be


def began(*words, **options):
    return subprocess.Popen([*FLEXSIM, *words], text=True, **options)


@pytest.fixture
def ports():
    """A backend and a swarm as the guide starts them, and what their ports are called there."""
    with began("load", "backend", "--port", "0", "--json", stdout=-1) as backend:
        url = json.loads(backend.stdout.readline())["url"]
        with began(
            *SWARM.split()[1:], "--backend-url", url, "--control-port", "0", stderr=-1, stdout=subprocess.DEVNULL
        ) as swarm:
            control = re.search(r"control at (\S+);?", swarm.stderr.readline())[1]
            yield {"8080": url.rpartition(":")[2], "8081": control.rpartition(":")[2]}
            swarm.terminate()
        backend.terminate()


def moved(line, ports):
    for told, port in ports.items():
        line = line.replace(f"localhost:{told}", f"127.0.0.1:{port}")
    return shlex.split(line)


def run(words, ports):
    if words[0] == "curl":
        return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    if words[1:3] == ["load", "ctl"]:
        words = [*words, "--url", f"http://127.0.0.1:{ports['8081']}"]
    elif words[1:3] == ["load", "agents"]:
        run(["flexsim", "load", "ctl", "stop"], ports)  # two swarms have agents of the same names
        words = [FEWER.get(before, word) for before, word in zip(words, [*words[1:], ""], strict=True)][:-1]
        words = [
            "flexsim",
            *words,
            "--duration",
            "1.5",
            "--control-port",
            "0",
            "--backend-url",
            f"http://127.0.0.1:{ports['8080']}",
        ]
    return subprocess.run([*FLEXSIM, *words[1:]], capture_output=True, text=True, check=False, timeout=60)


def test_every_command_of_the_guide_does_what_it_says(ports, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = 0
    for line in LINES:
        words = moved(line, ports)
        if line in RUNNING or "--fault" in words or (words[0] == "curl" and shutil.which("curl") is None):
            continue
        result = run(words, ports)
        assert result.returncode == 0, (line, result.stderr)
        if words[0] == "curl" and "/metrics" not in line:
            assert "error" not in json.loads(result.stdout), line
        ran += 1
    assert ran >= 10
    assert (tmp_path / "runs").is_dir()


def test_what_runs_already_is_in_the_guide():
    assert set(LINES) >= RUNNING


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("flexsim")])
def test_every_command_of_the_guide_parses(line):
    parse(shlex.split(line))


def test_every_kind_of_line_in_the_guide_is_one_that_is_run():
    assert len(LINES) > 15
    assert {shlex.split(line)[0] for line in LINES} == {"flexsim", "curl"}
