"""What a cluster simulates is what one machine simulates: the same files, the same figures."""

import json

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app

CENTRE = ("--agents", "12", "--hours", "0.5", "--seed", "7")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def go(*arguments):
        result = CliRunner().invoke(app, [*map(str, arguments)])
        assert result.exit_code == 0, result.stderr
        return result.stdout

    return go


def test_a_simulation_spread_over_a_cluster_leaves_the_same_run(run, cluster, tmp_path):
    options = (*CENTRE, "--replications", 4, "--keep-logs", "--no-report", "--json")
    folders = {}
    for name, spread in (("here", ()), ("there", ("--cluster", cluster.address))):
        folders[name] = tmp_path / json.loads(run("simulate", *options, "--out", name, *spread))["folder"]
    names = {path.relative_to(folders["here"]) for path in folders["here"].rglob("*") if path.is_file()}
    assert len([name for name in names if name.suffix == ".jsonl"]) >= 5
    for name in names:
        assert (folders["there"] / name).read_bytes() == (folders["here"] / name).read_bytes(), name


def test_a_change_is_compared_on_a_cluster_as_here(run, cluster):
    options = (*CENTRE, "--replications", 3, "--set", "agents=+2", "--json")
    assert run("what-if", *options, "--cluster", cluster.address) == run("what-if", *options)


def test_a_staffing_is_found_on_a_cluster_as_here(run, cluster):
    options = ("--simulate", "--hours", 0.2, "--seed", 1, "--precision", "50%", "--replications", 2, "--json")
    assert run("plan", *options, "--cluster", cluster.address) == run("plan", *options)


def test_a_suite_of_conversations_leaves_the_same_recordings(run, cluster, tmp_path):
    suite = {"cases": [{"caller": "typical", "scenario": ["balance", "lost-card"], "agent": "banking"}]}
    (tmp_path / "suite.json").write_text(json.dumps(suite), encoding="utf-8")
    recordings = []
    for runs, spread in (("here", ()), ("there", ("--cluster", cluster.address))):
        run("converse", "batch", "suite.json", "--seed", 7, "--runs", runs, "--no-report", *spread)
        files = sorted((tmp_path / runs).glob("*/conversations/*/*"))
        recordings.append({path.relative_to(path.parents[1]): path.read_bytes() for path in files})
    assert len(recordings[0]) > 10
    assert recordings[0] == recordings[1]


def test_jobs_and_a_cluster_do_not_go_together():
    result = CliRunner().invoke(app, ["simulate", "--jobs", "2", "--cluster", "local"])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
