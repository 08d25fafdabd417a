"""``flexsim lint``: findings on stdout, a verdict in the exit code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def go(*arguments):
        return CliRunner().invoke(app, [*map(str, arguments)])

    assert go("genconfig").exit_code == 0
    return go


def spoil(change):
    """Change the first filter of the workflow in ./config."""
    file = Path("config/workflow.json")
    document = json.loads(file.read_text(encoding="utf-8"))
    change(document["configuration"]["task_routing"]["filters"][0])
    file.write_text(json.dumps(document, indent=2), encoding="utf-8")


def misspell(entry):
    entry["expression"] = "topic == 'Salse'"


def hurry(entry):
    entry["targets"][0]["timeout"] = 10


def test_a_configuration_without_fault_exits_0(run):
    result = run("lint")
    assert (result.exit_code, result.stdout) == (0, "nothing found in config\n")
    assert run("lint", "--json").stdout == "[]\n"


def test_an_error_exits_1_with_its_place_and_advice(run):
    spoil(misspell)
    result = run("lint", "config")
    assert result.exit_code == 1
    first, advice, *_ = result.stdout.splitlines()
    assert first.startswith("config/workflow.json:9: error FX011 at /configuration/task_routing/filters/0/expression: ")
    assert advice == "    use values that the domain's dimensions have"
    assert result.stderr == "flexsim: 1 error, 1 warning in config\n"


def test_json_holds_the_same(run):
    spoil(misspell)
    result = run("lint", "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert [(each["code"], each["severity"], each["line"]) for each in found] == [
        ("FX011", "error", 9),
        ("FX023", "warning", 38),
    ]
    assert set(found[0]) == {"code", "severity", "file", "pointer", "line", "message", "advice"}


def test_a_warning_exits_1_only_when_asked_to_be_strict(run):
    spoil(hurry)
    assert "FX065" in run("lint").stdout
    assert run("lint").exit_code == 0
    assert run("lint", "--strict").exit_code == 1
    result = run("lint", "--strict", "--ignore", "FX065")
    assert (result.exit_code, result.stdout) == (0, "nothing found in config\n")


def test_what_cannot_be_judged_is_bad_usage(run):
    assert run("lint", "--ignore", "FX9").exit_code == 2
    assert "no configuration in gone" in run("lint", "gone").stderr
    assert run("lint", "gone").exit_code == 2
