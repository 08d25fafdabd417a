"""Every example of docs/traces.md does what the guide says it does."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from flexsim.cli.app import GROUPS, app
from flexsim.settings import variables
from flexsim.traces.parameters import SCENARIOS

GUIDE = (Path(__file__).parents[2] / "docs" / "traces.md").read_text(encoding="utf-8")


def examples(language):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    return [text for name, text in found if name == language]


COMMANDS = [block.strip() for block in examples("")]


def test_the_guide_has_its_examples():
    assert len(COMMANDS) == 5
    assert len(examples("python")) == len(examples("yaml")) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_runs_and_says_something(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for variable in variables():
        monkeypatch.delenv(variable, raising=False)
    Path("mix.yaml").write_text(examples("yaml")[0])
    result = CliRunner().invoke(app, shlex.split(command)[1:])
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip()


def test_the_python_example_runs():
    exec(examples("python")[0], {})


@pytest.mark.parametrize("line", re.findall(r"^    (flexsim .*)$", GUIDE, re.MULTILINE))
def test_the_other_lines_parse(line):
    found, words = typer.main.get_command(app), shlex.split(line)[1:]
    if words[0] in GROUPS:
        found = found.get_command(typer.Context(found), words.pop(0))
    found.get_command(typer.Context(found), words[0]).make_context(words[0], words[1:])


def test_the_table_has_every_scenario():
    assert re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE) == list(SCENARIOS)
