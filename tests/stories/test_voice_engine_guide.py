"""Every command and every program of the voice engine's guide is run as it stands there, on other ports."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from tests.test_house import parse

GUIDE = (Path(__file__).parents[2] / "docs" / "voice-engine.md").read_text()
LINES = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]
PROGRAMS = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture(scope="module")
def port():
    words = [sys.executable, "-m", "flexsim", "converse", "engine", "--port", "0", "--json"]
    with subprocess.Popen(words, text=True, stdout=subprocess.PIPE) as process:
        yield json.loads(process.stdout.readline())["http"].rpartition(":")[2]
        process.terminate()


@pytest.mark.parametrize("program", PROGRAMS, ids=["client", "objects"])
def test_every_program_of_the_guide_prints_an_answer(program, port, tmp_path):
    moved = program.replace("8765", port)
    result = subprocess.run(
        [sys.executable, "-c", moved], capture_output=True, text=True, check=True, timeout=60, cwd=tmp_path
    )
    assert len(result.stdout.split()) > 3
    if "answer.wav" in program:
        with wave.open(str(tmp_path / "answer.wav")) as file:
            assert (file.getframerate(), file.getnframes() > 24_000) == (24_000, True)


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("flexsim")])
def test_every_command_of_the_guide_parses(line):
    parse(shlex.split(line))


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("curl")])
def test_what_is_asked_of_a_running_engine_is_answered(line, port):
    if shutil.which("curl") is None:
        pytest.skip("there is no curl on this machine")
    words = shlex.split(line.replace("8765", port))
    result = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30)
    assert any(each in result.stdout for each in ('"status":"ok"', "flexsim_engine_sessions", '"value":"ek_'))


def test_every_line_of_the_guide_is_one_that_is_tried():
    assert {shlex.split(line)[0] for line in LINES} == {"flexsim", "curl"}
    assert len(PROGRAMS) == 2


def test_every_code_of_the_guide_is_one_that_a_session_gives():
    told = set(re.findall(r"`([a-z_]+)`", GUIDE.partition("| code |")[2].partition("##")[0])) - {
        "param",
        "delete",
        "retrieve",
    }
    room = Path(__file__).parents[2] / "flexsim" / "voice" / "realtime"
    source = "".join(each.read_text() for each in room.glob("*.py"))
    assert {code for code in told if f'"{code}"' not in source} == {"item_truncate_invalid_item_id"}
    assert 'f"item_{doing}_invalid_item_id"' in source
