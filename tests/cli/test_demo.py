"""``flexsim demo``: lines in a pipe, JSON when asked for, silence when quiet, and 130 after Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app

runner = CliRunner()


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_run_is_shown_as_lines_and_figures_in_a_pipe(empty_folder):
    result = runner.invoke(app, ["demo", "--duration", "2", "--agents", "4", "--seed", "9", "--locale", "de-de"])
    assert result.exit_code == 0, result.stderr
    assert "\x1b" not in result.stdout
    assert "offered" in result.stdout
    assert "seed 9" in result.stdout
    assert re.search(r"^dashboard: http://127\.0\.0\.1:\d+/_flexsim/dashboard$", result.stdout, re.MULTILINE)
    folder = next((empty_folder / "runs").iterdir())
    assert f"runs/{folder.name}" in result.stdout
    assert {each.name for each in folder.iterdir()} == {
        "manifest.json", "config", "events.jsonl", "summary.json", "report.html",
    }  # fmt: skip


def test_json_is_all_there_is_on_stdout(empty_folder):
    result = runner.invoke(app, ["demo", "--duration", "1", "--agents", "3", "--json", "--out", "elsewhere"])
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["total"]["offered"] >= 0
    assert (empty_folder / document["folder"] / "summary.json").is_file()
    assert document["folder"].startswith("elsewhere/")


def test_thresholds_are_judged_when_all_is_done_and_those_that_come_true_fail(empty_folder):
    words = ["--fail-if", "offered < 0", "--fail-if", "offered >= 0", "--fail-if", "max(wait) > 9h where queue = Sales"]
    words += ["--duration", "2", "--agents", "4", "--seed", "9", "--json", "--junit", "checks.xml"]
    result = runner.invoke(app, ["demo", *words])
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    told = {each["threshold"]: (each["measured"], each["failed"]) for each in document["thresholds"]}
    offered = document["total"]["offered"]
    assert told["offered < 0"] == (offered, False)
    assert told["offered >= 0"] == (offered, True)
    assert f"failed: offered >= 0 (measured {offered})" in result.stderr
    longest, failed = told["max(wait) > 32400 where queue = Sales"]
    assert failed == (longest is None)
    assert longest is None or round(longest, 1) == document["queues"]["Sales"]["wait"]["longest"]
    assert "offered &gt;= 0" in (empty_folder / "checks.xml").read_text()
    assert len(list((empty_folder / "runs").glob("*/summary.json"))) == 1


@pytest.mark.parametrize("threshold", ["speed > 5", "asa > 5 where queue = Sale", "asa >"])
def test_a_threshold_that_is_wrong_is_refused_before_anything_starts(threshold, empty_folder):
    result = runner.invoke(app, ["demo", "--fail-if", threshold])
    assert result.exit_code == 2
    assert result.stderr.startswith("flexsim: ")
    assert threshold in result.stderr
    assert not (empty_folder / "runs").exists()


def test_quiet_leaves_the_figures(empty_folder):
    result = runner.invoke(app, ["--quiet", "demo", "--duration", "1", "--agents", "3"])
    assert result.stderr == ""
    assert "busy" not in result.stdout
    assert "tasks completed" in result.stdout


def test_the_dashboard_is_opened_when_asked_for(monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    result = runner.invoke(app, ["--quiet", "demo", "--duration", "1", "--agents", "3", "--open", "--allow-control"])
    assert result.exit_code == 0, result.stderr
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/_flexsim/dashboard", *opened)


def test_a_domain_that_is_wrong_is_refused_before_anything_starts(empty_folder):
    (empty_folder / "domain.json").write_text('{"agentCnt": 0}')
    result = runner.invoke(app, ["demo", "--domaindir", "."])
    assert result.exit_code == 2
    assert "agentCnt" in result.stderr
    assert not (empty_folder / "runs").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_ctrl_c_and_sigterm_end_it_with_the_figures(number, code, empty_folder):
    program = [sys.executable, "-m", "flexsim", "demo", "--duration", "100", "--agents", "4"]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as process:
        for output in process.stdout:
            if "offered" in output:
                break
        process.send_signal(number)
        rest, errors = process.communicate(timeout=60)
    assert process.returncode == code
    assert next((empty_folder / "runs").glob("*/summary.json")).is_file()
    assert "open at closing time" in rest
    assert errors == ""
