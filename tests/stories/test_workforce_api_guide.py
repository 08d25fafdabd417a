"""Every example of docs/workforce-api.md runs, and its tables name what there is."""

import os
import re
import shlex
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.clock import ManualClock
from flexsim.settings import variables
from flexsim.workforce.memory.ranking import CANDIDATES, HALF_LIVES
from flexsim.workforce.service import Service
from flexsim.workforce.store.store import Store
from tests.test_house import parse
from tests.workforce.api.conftest import client_of
from tests.workforce.doubles import SeededCompany

GUIDE = (Path(__file__).parents[2] / "docs" / "workforce-api.md").read_text(encoding="utf-8")


def examples(language):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    return [text for name, text in found if name == language]


LINES = [
    line.removeprefix("$ ")
    for language in ("console", "sh")
    for block in examples(language)
    for line in block.splitlines()
]
COMMANDS = [line for line in LINES if line.startswith("flexsim")]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_guide_parses(command):
    parse(shlex.split(command))


def test_the_commands_about_sessions_run_one_after_the_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = [CliRunner().invoke(app, shlex.split(each)[1:]) for each in COMMANDS if " seed" in each or " memory" in each]
    assert [each.exit_code for each in told] == [0, 0, 0]
    assert all(each.stdout.strip() for each in told)


def test_the_python_of_the_guide_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    (program,) = examples("python")
    found = {}
    exec(compile(program, "docs/workforce-api.md", "exec"), found)
    assert [each["figure"] for each in found["effects"]]
    assert found["memories"]


def test_the_guide_names_every_operation_and_no_other(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path}/x.db", ManualClock())
    with client_of(Service(store, SeededCompany(), ManualClock())) as client:
        there = set(client.get("/openapi.json").json()["paths"])
    store.close()
    table = (
        GUIDE.partition("| operation | does |")[2]
        .partition("\n\n")[0]
        .replace("`…/resume`", "`/simulate/{session_id}/resume`")
    )
    named = set(re.findall(r"(?<=[` ])/[\w/{}-]+", "\n".join(line.split(" | ")[0] for line in table.splitlines())))
    assert named == there


def test_the_guide_names_settings_that_there_are():
    table = GUIDE.partition("| setting | says |")[2].partition("\n\n")[0]
    named = re.findall(r"`([A-Z_]{4,})`", "\n".join(line.split(" | ")[0] for line in table.splitlines()))
    assert len(named) == 11
    assert set(named) <= set(variables())


def test_the_guide_says_how_memory_fades():
    table = GUIDE.partition("| kind | holds |")[2].partition("\n\n")[0]
    told = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| (\w+)", table, re.MULTILINE))
    assert told == {kind: "never" if turns == float("inf") else f"{turns:g}" for kind, turns in HALF_LIVES.items()}
    assert f"at most {CANDIDATES} memories" in GUIDE
