"""``flexsim diff-routing``: who goes another way, in words, in JSON and in the exit code."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def go(*arguments):
        return CliRunner().invoke(app, [*map(str, arguments)])

    assert go("genconfig", "--cfgdir", "old").exit_code == 0
    shutil.copytree("old", "new")
    file = Path("new/workflow.json")
    document = json.loads(file.read_text(encoding="utf-8"))
    document["configuration"]["task_routing"]["filters"][0]["targets"][0]["queue"] = "Service"
    file.write_text(json.dumps(document), encoding="utf-8")
    return go


def test_the_same_routing_exits_0(run):
    result = run("diff-routing", "old", "old", "--contacts", 50)
    assert (result.exit_code, result.stdout) == (0, "all of 50 contacts would go the same way\n")


def test_another_routing_exits_1_and_is_told(run):
    result = run("diff-routing", "old", "new", "--contacts", 200)
    assert result.exit_code == 1
    title, old, new, *_ = result.stdout.splitlines()
    assert title.endswith("another queue, workers:")
    assert old == "  old  Sales Filter 1: Sales (13 workers) until 300 s"
    assert new.startswith("  new  Sales Filter 1: Service (")
    assert "for example CX" in result.stdout
    count = title.split()[0]
    assert result.stderr == f"flexsim: {count} of 200 contacts would go another way under new\n"


def test_json_counts_and_shows_examples(run):
    found = json.loads(run("diff-routing", "old", "new", "--contacts", 200, "--json").stdout)
    (group,) = found["groups"]
    assert (found["contacts"], group["count"]) == (200, found["differing"])
    assert group["differs"] == ["queue", "workers"]
    assert (group["before"][0]["queue"], group["after"][0]["queue"]) == ("Sales", "Service")
    assert {each["attributes"]["topic"] for each in group["examples"]} == {"Sales"}


def test_the_seed_decides_the_contacts(run):
    first, again, other = (
        run("diff-routing", "old", "new", "--contacts", 50, "--seed", seed, "--json").stdout for seed in (1, 1, 2)
    )
    assert first == again != other


def test_the_contacts_of_a_run_are_looked_at(run):
    demo = run(
        "demo", "--duration", 1, "--speed", 200, "--agents", 4, "--port", 0, "--seed", 1, "--out", "runs", "--json"
    )
    assert demo.exit_code == 0
    (folder,) = Path("runs").iterdir()
    lines = (folder / "events.jsonl").read_text().splitlines()
    created = sum('"type":"task.created"' in line for line in lines)
    result = json.loads(run("diff-routing", "old", "new", folder, "--json").stdout)
    assert result["contacts"] == created > 20
    assert 0 < result["differing"] < created


def test_a_folder_that_is_no_run_is_bad_usage(run):
    result = run("diff-routing", "old", "new", "old")
    assert result.exit_code == 2
    assert "is old a run's folder?" in result.stderr
