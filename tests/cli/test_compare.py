"""The command ``flexsim compare``."""

import json

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from tests.reporting.conftest import busy_centre, configured, leave


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "120"})


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return [
        leave(tmp_path / "runs", name, busy_centre(), configuration=configured(brand=name), seed=seed)
        for name, seed in (("monday", 1), ("tuesday", 2))
    ]


def test_tables_and_changes_are_printed(runs):
    found = run("compare", "monday", "tuesday")
    assert found.exit_code == 0
    assert "Service level" in found.stdout
    assert "A is monday, B is tuesday" in found.stdout
    assert "  seed: 1 -> 2" in found.stdout.splitlines()
    assert '  metadata.json.brand: "monday" -> "tuesday"' in found.stdout.splitlines()


def test_json_and_markdown(runs):
    assert json.loads(run("compare", *runs, "--json").stdout)["a"]["name"] == "monday"
    assert run("compare", *runs, "--format", "md").stdout.startswith("# monday and tuesday\n")


def test_a_formula_is_taken(runs):
    document = json.loads(run("compare", *runs, "--json", "--service-level-formula", "abandoned-met").stdout)
    assert document["formula"] == "abandoned-met"


def test_a_run_that_is_not_there_is_named(runs):
    found = run("compare", "monday", "friday")
    assert (found.exit_code, found.stderr[:30]) == (2, "flexsim: no such run: friday; ")
