"""Every command, file and program in the guide to callers is run as it stands there."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.voice.dialogue import callers, criteria, tools
from flexsim.voice.dialogue.reading import read_agent, read_caller, read_scenario
from tests.test_house import parse
from tests.voice.dialogue.talking import talk

GUIDE = (Path(__file__).parents[2] / "docs" / "voice-callers.md").read_text()
LINES = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]
FILES = dict(re.findall(r"```yaml\n# docs: (\S+)\n(.*?)```", GUIDE, re.DOTALL))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("line", LINES)
def test_every_command_does_what_it_says(line, folder):
    parse(shlex.split(line))
    found = CliRunner().invoke(app, shlex.split(line)[1:])
    assert found.exit_code == 0, found.stderr
    assert found.stdout


def test_the_files_of_the_guide_make_conversations():
    assert set(FILES) == {"caller.yaml", "scenario.yaml", "agent.yaml"}
    caller = read_caller(FILES["caller.yaml"], "caller.yaml", "mine")
    scenario = read_scenario(FILES["scenario.yaml"], "scenario.yaml", "mine")
    agent = read_agent(FILES["agent.yaml"], "agent.yaml", "mine")
    assert any(talk(caller, "lost-card", seed=seed).verdict.reached for seed in range(5))
    reached = [talk(callers.caller("typical"), scenario, agent, seed=seed) for seed in range(10)]
    assert sum(each.verdict.reached for each in reached) >= 8
    assert "Granite Savings" in reached[0].text()


def test_the_program_of_the_guide_runs(capsys):
    exec(re.search(r"```python\n(.*?)```", GUIDE, re.DOTALL)[1], {})
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_the_guide_names_every_function_and_only_sentences_that_are_known():
    for domain, functions in tools.DOMAINS.items():
        row = next(line for line in GUIDE.splitlines() if line.startswith(f"| `{domain}` |"))
        assert re.findall(r"`(\w+)`", row)[1:] == [each.name for each in functions]
    told = re.search(r"knows \((.*?)\)", GUIDE, re.DOTALL)[1]
    assert [each for each in re.findall(r"`([^`]+)`", told) if " ".join(each.split()) not in criteria.KNOWN] == []
