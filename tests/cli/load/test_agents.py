"""The command runs a swarm to its end, says what became of it, and exits as it should."""

import json
import re
import signal
import subprocess
import sys

import pytest
from junitparser import JUnitXml
from typer.testing import CliRunner

from flexsim.cli.app import app

runner = CliRunner()


@pytest.fixture(scope="module")
def backend():
    """A backend in a process of its own; also that the command stops at SIGTERM with 0."""
    command = [sys.executable, "-m", "flexsim", "load", "backend", "--port", "0", "--seed", "1", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())["url"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def load(*arguments, env=None):
    return runner.invoke(app, ["load", "agents", "--control-port", "0", "--seed", "1", *arguments], env=env)


def test_a_run_of_some_seconds_is_summed_up_and_leaves_evidence(backend, tmp_path):
    result = load(
        "--backend-url", backend, "--active", "20", "--auto-start", "--duration", "1.2", "--heartbeat", "0.3", "--json",
        "--runs", str(tmp_path), "--fail-if", "lost > 0", "--speed", "10",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert (found["connectedAgents"], found["sent"]["register"]) == (20, 20)
    assert found["thresholds"] == [{"threshold": "lost > 0", "measured": 0, "failed": False}]
    [folder] = tmp_path.iterdir()
    assert found["run"] == str(folder)
    assert {each.name for each in folder.iterdir()} == {"manifest.json", "events.jsonl", "summary.json", "report.html"}


def test_a_threshold_that_does_not_hold_exits_1(backend, tmp_path):
    env = {
        "AGENTSIM_BACKEND_URL": backend,
        "AGENTSIM_AUTO_START": "true",
        "AGENTSIM_ACTIVE_AGENTS": "3",
        "AGENTSIM_AGENTS": "5",
    }
    file = tmp_path / "checks.xml"
    result = load(
        "--duration", "0.6", "--fail-if", "connected > 2", "--fail-if", "lost > 0", "--junit", str(file), env=env
    )
    assert result.exit_code == 1
    (suite,) = JUnitXml.fromfile(str(file))
    assert (suite.name, suite.tests, suite.failures) == ("flexsim load agents", 2, 1)
    assert "failed: connected > 2 (measured 3)" in result.stderr
    assert re.search(r"register sent\s+│\s+3 ", result.stdout)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--mode", "wild"], "mode is self-driven or call-driven"),
        (["--processes", "many"], "--processes is a number from 1 to 64, or auto, not many"),
        (["--active", "300", "--agents", "200"], "300 active agents are more than the 200 there are"),
        (["--ramp", "0:500,10:0", "--agents", "200"], "500 active agents"),
        (["--ramp", "soon"], "not a point of a ramp"),
        (["--fail-if", "lots > 1"], "no such figure: lots"),
        (["--backend-url", "localhost"], "address of a backend"),
        (["--junit", "checks.xml"], "--junit writes what --fail-if checks"),
        (["--header", "secret"], "--header is NAME: VALUE"),
        (["--domain", "nowhere"], "no such file"),
        (["--from-taskrouter"], "no ACCOUNT_SID (--acct), AUTH_TOKEN (--auth), WRKSPC_SID (--wrkspc)"),
        (["--agents", "100000", "--active", "100000", "--processes", "1"], "more than 1 process can open"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_2(arguments, said):
    result = load(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_backend_without_an_address_is_exit_3():
    result = load("--backend-url", "http://nobody.invalid", "--auto-start", "--duration", "1")
    assert result.exit_code == 3
    assert "nobody.invalid" in result.stderr


@pytest.mark.parametrize("words", [["report"], ["audit"], ["export"], ["compare", "{run}"]])
def test_commands_about_contacts_say_in_one_line_that_a_swarm_has_none(words, tmp_path):
    assert load("--backend-url", "http://127.0.0.1:9", "--duration", "0.1", "--runs", str(tmp_path)).exit_code == 0
    [folder] = tmp_path.iterdir()
    result = runner.invoke(app, [word.format(run=folder) for word in [*words, str(folder)]])
    assert result.exit_code == 2
    assert result.stderr == (
        f"flexsim: {folder} is the run of a swarm of agents, which has no contacts; its page is {folder / 'report.html'}\n"
    )
