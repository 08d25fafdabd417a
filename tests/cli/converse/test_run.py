"""``flexsim converse run``: watched, kept, and told how it ended."""

import json
import os
import signal
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app


def run(*words, out):
    return CliRunner().invoke(app, ["converse", "run", "--out", str(out), *words])


def test_in_virtual_time_it_is_shown_and_kept(tmp_path):
    found = run("--virtual", "--seed", "7", "--duration", "10", out=tmp_path)
    assert found.exit_code == 0, found.output
    assert "typical-lost-card-s7: both sessions are ready" in found.stdout
    assert "agent  " in found.stdout
    assert "it took too long" in found.stdout
    assert f"seed 7; sound, words, functions and protocol are in {tmp_path}" in found.stdout.replace("\n", "")
    assert (tmp_path / "typical-lost-card-s7" / "stereo_recording.wav").is_file()


def test_as_json_there_is_nothing_but_the_result(recorded):
    found = run("--virtual", "--seed", "7", "--duration", "10", "--json", out=recorded.parent / "other")
    document = json.loads(found.stdout)
    assert document["end_reason"] == "max_duration"
    assert document["folder"].endswith("typical-lost-card-s7")
    for each in (recorded / "typical-lost-card-s7").iterdir():
        assert each.read_bytes() == (recorded.parent / "other" / "typical-lost-card-s7" / each.name).read_bytes()


def test_over_sockets_it_is_the_same_command(tmp_path):
    found = run("--speed", "30", "--seed", "7", "--duration", "10", "--json", out=tmp_path)
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["virtual"] is False


def test_who_calls_why_over_which_line_is_for_you_to_say(tmp_path):
    (tmp_path / "grumpy.yaml").write_text("patience: 2\n")
    found = run(
        "--virtual", "--seed", "1", "--duration", "5", "--json", "--caller-file", str(tmp_path / "grumpy.yaml"),
        "--scenario", "car-claim", "--turns", "manual", "--noise", "12", "--mulaw", "--loss", "0.02", "--delay", "80",
        out=tmp_path / "out",
    )  # fmt: skip
    document = json.loads(found.stdout)
    assert (document["caller"]["name"], document["agent"]["name"]) == ("grumpy", "insurance")
    assert document["turn_taking"] == "manual"
    assert document["impairments"] == {"noise_db": 12.0, "mulaw": True, "loss": 0.02, "delay_ms": 80}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--caller", "nobody"], "no such caller: nobody"),
        (["--caller-file", "nowhere.yaml"], "cannot read nowhere.yaml"),
        (["--provider", "openai"], "--provider openai needs OPENAI_API_KEY"),
        (["--virtual", "--speed", "2"], "--virtual is in this process and has no pace"),
        (["--virtual", "--engine-url", "ws://x"], "--virtual is in this process and has no pace"),
        (["--engine-url", "ftp://x"], "not a ws, wss, http or https address: ftp://x"),
    ],
)
def test_what_is_wrong_is_told_in_a_line_and_nothing_is_left(tmp_path, words, message):
    found = run("--seed", "1", *words, out=tmp_path / "out")
    assert found.exit_code == 2
    assert message in found.stderr
    assert len(found.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_the_key_is_never_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    found = run("--provider", "openai", "--engine-url", "ws://x", "--seed", "1", out=tmp_path)
    assert found.exit_code == 2
    assert "very-secret" not in found.output


def test_an_engine_that_is_not_there_is_told(tmp_path):
    found = run("--engine-url", "ws://127.0.0.1:9", "--seed", "1", out=tmp_path)
    assert found.exit_code == 3
    assert "nobody answers at ws://127.0.0.1:9/v1/realtime" in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_interrupted_it_says_what_there_is_and_keeps_it(tmp_path):
    words = ["converse", "run", "--seed", "7", "--out", str(tmp_path)]
    with subprocess.Popen(
        [sys.executable, "-m", "flexsim", *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        for line in process.stdout:
            if "both sessions are ready" in line:
                break
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 130
    assert "it was interrupted" in rest
    assert (
        json.loads((tmp_path / "typical-lost-card-s7" / "call_metadata.json").read_text())["end_reason"]
        == "interrupted"
    )
