"""The command ``flexsim workforce roles``."""

import json

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.workforce.company.repertoire import ACTIONS


def roles(*arguments):
    return CliRunner().invoke(app, ["workforce", "roles", *map(str, arguments)], env={"COLUMNS": "300"})


def test_the_seven_are_listed():
    found = roles()
    assert all(title in found.stdout for title in ("Chief Executive", "Engineering Lead", "Simulation Analyst"))
    assert [each["name"] for each in json.loads(roles("--json").stdout)][-1] == "ceo"


def test_actions_and_the_schema_are_there_for_whoever_writes_roles():
    assert all(kind in roles("--actions").stdout for kind in ACTIONS)
    assert {each["kind"] for each in json.loads(roles("--actions", "--json").stdout)} == set(ACTIONS)
    assert json.loads(roles("--schema").stdout)["title"].startswith("Roles")


def test_a_file_of_ones_own_is_checked(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("roles:\n  - {name: x}\n")
    found = roles("--roles", file)
    assert found.exit_code == 2
    assert f"{file}, line 2" in found.stderr


@pytest.mark.parametrize("flag", ["--json", "--actions", "--schema"])
def test_every_form_exits_well(flag):
    assert roles(flag).exit_code == 0
