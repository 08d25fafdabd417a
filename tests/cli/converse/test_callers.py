"""The command ``flexsim converse callers``."""

import json

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app


def run(*arguments):
    return CliRunner().invoke(app, ["converse", "callers", *map(str, arguments)])


def test_all_there_are_are_listed():
    found = run()
    assert found.exit_code == 0
    assert all(each in found.stdout for each in ("frustrated", "lost-card", "insurance", "Northwind Bank"))


def test_the_list_as_json_holds_everything():
    found = json.loads(run("--json").stdout)
    assert {each["name"] for each in found["callers"]} >= {"typical", "elderly"}
    assert found["scenarios"][0]["goal"]["success"]
    assert found["agents"][0]["knowledge"]["en"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hurried", "35% of the agent's turns"),
        ("lost-card", "card replacement confirmed"),
        ("banking", "transfer_funds"),
    ],
)
def test_one_of_them_is_described(name, text):
    assert text in run(name).stdout


def test_a_file_of_ones_own_is_read(tmp_path):
    file = tmp_path / "zoe.yaml"
    file.write_text("patience: 2\ngoal: {primary: Talk to a human, success: [transferred to human]}\n")
    found = run(file)
    assert found.exit_code == 0
    assert "zoe" in found.stdout
    assert "Talk to a human" in found.stdout
    assert json.loads(run(file, "--json").stdout)["persona"]["patience"] == 2


def test_scenarios_and_agents_of_ones_own_are_told_apart(tmp_path):
    (tmp_path / "s.json").write_text(
        json.dumps(
            {
                "domain": "banking",
                "goal": {"primary": "x", "success": ["balance told"]},
                "state": {"customer": {"name": "A B", "date_of_birth": "1990-01-01"}},
            }
        )
    )
    (tmp_path / "a.yml").write_text("company: Mine\ndomain: insurance\n")
    assert "balance told" in run(tmp_path / "s.json").stdout
    assert "file_claim" in run(tmp_path / "a.yml").stdout


def test_what_is_wrong_with_it_is_told_with_its_line(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("style: calm\npatience: 20\n")
    found = run(file)
    assert found.exit_code == 2
    assert "line 2, $.patience: 20 is greater than 10" in found.stderr


def test_a_file_that_is_not_there_is_named(tmp_path):
    found = run(tmp_path / "no.yaml")
    assert found.exit_code == 2
    assert "no.yaml" in found.stderr


def test_an_unknown_name_is_told_with_what_there_is():
    found = run("frustratd")
    assert (found.exit_code, "did you mean 'frustrated'?" in found.stderr) == (2, True)


def test_instructions_are_those_that_a_model_gets():
    assert "- Goal: Get my lost gold card replaced" in run("typical", "--instructions", "lost-card").stdout
    assert "- Company: Northwind Bank" in run("banking", "--instructions", "lost-card").stdout


@pytest.mark.parametrize("arguments", [["--instructions", "lost-card"], ["lost-card", "--instructions", "lost-card"]])
def test_instructions_are_for_somebody_who_speaks(arguments):
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize("kind", ["caller", "scenario", "agent"])
def test_schemas_are_printed(kind):
    assert json.loads(run("--schema", kind).stdout)["$id"].endswith(f"{kind}.schema.json")
