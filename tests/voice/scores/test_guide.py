"""The examples of the guide run as they stand."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from tests.voice.scores.studio import lost_card

GUIDE = (Path(__file__).parents[3] / "docs" / "voice-scores.md").read_text()
EXAMPLES = re.findall(r"^    (flexsim .*)$", GUIDE, re.MULTILINE)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, caller in (("typical-lost-card-s7", "typical"), ("elderly-lost-card-s7", "elderly")):
        lost_card(24.0).know(caller={"name": caller}).leave(tmp_path / "agent_conversations", name)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_runs(example, here):
    found = CliRunner().invoke(app, shlex.split(example)[1:])
    assert found.exit_code == 0, found.output


def test_there_are_examples_of_every_command():
    assert {shlex.split(each)[2] for each in EXAMPLES} == {"analyze", "report", "compare"}


def test_the_python_of_the_guide_runs(here, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    exec(compile(code, "docs/voice-scores.md", "exec"), {})
    assert "'correct': 2" in capsys.readouterr().out
