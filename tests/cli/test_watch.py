"""``flexsim watch``: once or again and again, of a local TaskRouter or of Twilio, for people, pipes and scripts."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.emulator.server import LocalTaskRouter
from flexsim.settings import variables


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for variable in variables():
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture(scope="module")
def router():
    with LocalTaskRouter() as running:
        running.workspace.tasks.create()
        yield running


def run(*arguments):
    return CliRunner().invoke(app, ["watch", *arguments])


def test_once_as_json_is_the_servers_own_summary(router):
    result = run("--url", router.base_url, "--once", "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert (found["workspace"], found["total"]["waiting"]) == (router.workspace_sid, 1)


def test_once_is_a_picture_for_people(router):
    result = run("--url", router.base_url, "--once")
    assert "Flex Task Assignment" in result.stdout
    assert "Everyone" in result.stdout
    assert "Ctrl-C" not in result.stdout


def test_the_settings_say_where_and_which_workspace(router):
    Path(".env").write_text(f"TASKROUTER_URL={router.base_url}\nWRKSPC_SID={router.workspace_sid}\n")
    assert json.loads(run("--once", "--json").stdout)["workspace"] == router.workspace_sid
    Path(".env").write_text(f"TASKROUTER_URL={router.base_url}\nWRKSPC_SID=WS{'0' * 32}\n")
    result = run("--once")
    assert result.exit_code == 3
    assert f"has no workspace WS{'0' * 32}" in result.stderr


def test_without_any_address_it_is_twilio_and_needs_credentials():
    result = run("--once")
    assert result.exit_code == 2
    assert "ACCOUNT_SID" in result.stderr


def test_nobody_there_is_one_line_and_exit_3():
    result = run("--url", "http://127.0.0.1:1")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (3, "", 1)


@pytest.mark.parametrize(("more", "number", "code"), [((), signal.SIGINT, 130), (("--json",), signal.SIGTERM, 0)])
def test_in_a_pipe_there_is_a_line_for_each_look_until_it_is_told_to_stop(router, more, number, code):
    command = [sys.executable, "-m", "flexsim", "watch", "--url", router.base_url, "--interval", "0.1", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for _ in range(3)]
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (code, "")
    if more:
        assert [json.loads(line)["total"]["waiting"] for line in lines] == [1, 1, 1]
    else:
        assert all("waiting 1" in line for line in lines)
