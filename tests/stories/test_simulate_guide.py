"""Every example of docs/simulate.md does what the guide says it does."""

import contextlib
import io
import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.configuration.generate import generate
from flexsim.domain.loading import load_domain
from flexsim.fastforward.levers import changed, levers
from flexsim.randomness import Randomness

GUIDE = (Path(__file__).parents[2] / "docs" / "simulate.md").read_text(encoding="utf-8")


def examples(language):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    return [text for name, text in found if name == language]


COMMANDS = [block.strip() for block in examples("") if block.startswith("flexsim")]


def test_the_guide_has_its_examples():
    assert len(COMMANDS) == 7


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_runs_and_says_something(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, shlex.split(command)[1:])
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip()
    if "--list" in command or "what-if" in command:
        return
    (folder,) = (tmp_path / "runs").iterdir()
    named = set(re.findall(r"^\| `([\w./-]+?)/?` \|", GUIDE, re.MULTILINE)) & {each.name for each in folder.iterdir()}
    left = {"manifest.json", "events.jsonl", "config", "summary.json", "replications.jsonl"}
    assert named == (left if "backfill" in command else left | {"report.html"})
    assert (folder / "event-stream.jsonl").exists() == ("--event-stream" in command)


def test_the_changes_of_the_guide_can_be_made():
    bank = generate(load_domain("harbour-bank"), Randomness(1))
    (document,) = map(json.loads, examples("json"))
    _, changes = changed(bank, [(name, str(value)) for name, value in document.items()])
    assert len(changes) == 3
    known = levers(bank)
    table = GUIDE.partition("| setting |")[2].partition("\n\n")[0]
    named = re.findall(r"^\| `([\w.]+)`", table, re.MULTILINE)
    assert len(named) == 8
    assert [name for name in named if name not in known] == []


def test_the_python_of_the_guide_runs():
    (program,) = examples("python")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(program, "docs/simulate.md", "exec"), {})
    assert said.getvalue().startswith("Interval(mean=")
