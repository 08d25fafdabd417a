"""Every command of the workforce's guide does what it says, in order and in one folder."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.workforce.company.beginning import MIDDLING
from flexsim.workforce.figures import FIGURES
from flexsim.workforce.roles.loading import seven_roles
from flexsim.workforce.scenario import THEMES
from flexsim.workforce.what_if.changes import apply
from tests.test_house import parse

GUIDE = (Path(__file__).parents[2] / "docs" / "workforce.md").read_text(encoding="utf-8")


def blocks(language):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    return [text for name, text in found if name == language]


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]
WITH_A_MODEL = [line for block in blocks("") for line in block.splitlines()]


def quicker(line):
    """The same with fewer pairs, which is what takes the time."""
    words = shlex.split(line)[1:]
    if "what-if" in words:
        words = [word for at, word in enumerate(words) if "--pairs" not in {word, words[at - 1]}] + ["--pairs", "2"]
    return words


def test_every_command_runs_one_after_the_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (roles,) = blocks("yaml")
    (tmp_path / "roles.yaml").write_text(roles)
    # What-ifs ask about the latest session: those that are stored come before them, the longest last.
    commands = sorted(COMMANDS, key=lambda line: ("what-if" in line, "--turns 26" in line))
    for line in commands:
        found = CliRunner().invoke(app, quicker(line))
        assert found.exit_code == 0, (line, found.output)
        assert found.stdout.strip()
    assert len(list((tmp_path / "runs").iterdir())) == 4
    assert "both branches are the same" in CliRunner().invoke(app, quicker(commands[-1])).stdout


@pytest.mark.parametrize("line", WITH_A_MODEL)
def test_what_asks_a_model_parses(line):
    parse([word for word in shlex.split(line) if not re.match(r"[A-Z_]+=", word)])


def test_the_guide_names_what_there_is():
    for name in (*THEMES, *FIGURES.figures):
        assert re.search(rf"\b{name}\b", GUIDE), name
    for line in COMMANDS:
        apply(re.findall(r"--change (\S+)", line), MIDDLING, seven_roles())
    table = GUIDE.partition("| change | what it does |")[2].partition("\n\n")[0]
    for name in re.findall(r"`([a-z]+)`", table):
        apply([f"{name}=+1%" if name != "luck" else "luck=1"], MIDDLING, seven_roles())
