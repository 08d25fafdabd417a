"""``flexsim doctor``: what is found, as lines or JSON, with the exit code of the worst; and no secret in it."""

import json
import os
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.emulator.server import LocalTaskRouter


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def go(*arguments, **environ):
        return CliRunner().invoke(app, ["doctor", *map(str, arguments)], env=environ)

    return go


@pytest.fixture(scope="module")
def router():
    with LocalTaskRouter(seed=1) as running:
        yield running


def way_in(router, **changes):
    return {
        "ACCOUNT_SID": router.account_sid,
        "AUTH_TOKEN": router.auth_token,
        "WRKSPC_SID": router.workspace_sid,
        "TASKROUTER_URL": router.base_url,
        **changes,
    }


def verdicts(result):
    return {each["subject"]: each["verdict"] for each in json.loads(result.stdout)}


def test_with_all_there_nothing_is_wrong_and_no_secret_is_shown(run, router):
    CliRunner().invoke(app, ["genconfig"])
    result = run("--json", **way_in(router))
    assert result.exit_code == 0
    found = verdicts(result)
    assert (found["TaskRouter"], found["configuration"], found["runs"]) == ("good", "good", "good")
    assert router.auth_token not in result.output


def test_without_credentials_it_warns_and_says_what_works(run):
    result = run("--json")
    assert (result.exit_code, verdicts(result)["TaskRouter"]) == (0, "warning")


def test_refused_credentials_and_an_address_that_nobody_answers_are_faults(run, router):
    refused = run("--json", **way_in(router, AUTH_TOKEN="wrong"))
    assert (refused.exit_code, verdicts(refused)["TaskRouter"]) == (1, "fault")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    silent = run("--json", **way_in(router, TASKROUTER_URL=f"http://127.0.0.1:{port}"))
    assert (silent.exit_code, verdicts(silent)["TaskRouter"]) == (1, "fault")


def test_a_callback_that_nobody_answers_is_a_warning(run, router):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    result = run("--json", **way_in(router, ASSIGN_URL=f"http://127.0.0.1:{port}"))
    assert (result.exit_code, verdicts(result)["callback"]) == (0, "warning")


def test_a_port_that_is_taken_is_a_warning(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = verdicts(run("--json", AGENTSIM_PORT=str(port)))
    assert found[f"port {port}"] == "warning"


def test_an_env_file_that_others_may_read_is_a_warning(run):
    Path(".env").write_text("RANDOM_SEED=1\n", encoding="utf-8")
    Path(".env").chmod(0o644)
    assert verdicts(run("--json"))["settings"] == "warning"
    Path(".env").chmod(0o600)
    assert verdicts(run("--json"))["settings"] == "good"


def test_lines_say_what_to_do(run):
    result = run()
    assert "flexsim genconfig" in result.stdout
    assert result.stdout.count("✓") >= 5


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_folder_that_cannot_be_written_to_is_a_fault(run, tmp_path):
    tmp_path.chmod(0o555)
    result = run("--json")
    tmp_path.chmod(0o755)
    assert (result.exit_code, verdicts(result)["runs"]) == (1, "fault")
