"""The command ``flexsim workforce run``."""

import asyncio
import json
import os
import signal
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.clock import ManualClock
from flexsim.workforce.evidence import read_run
from flexsim.workforce.memory.listed import ListedMemories
from flexsim.workforce.minds.asking import Answer
from flexsim.workforce.minds.llm import LlmMind, Model
from flexsim.workforce.minds.recordings import Recorder
from flexsim.workforce.store.store import Store
from flexsim.workforce.turns.engine import simulator
from flexsim.workforce.turns.opening import open_session
from tests.workforce.minds.chat_server import right_answer

SCENARIO = "The release slips by three weeks and support is swamped"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")

    def go(*arguments):
        return CliRunner().invoke(app, ["workforce", "run", *map(str, arguments)])

    return go


def test_a_run_talks_decides_and_leaves_its_evidence(run, tmp_path):
    found = run("--scenario", SCENARIO, "--turns", 3, "--seed", 7)
    assert found.exit_code == 0, found.stderr
    for piece in (
        "Week 1",
        "Chief Executive to all: ",
        "Decided: ",
        "Week 3: ",
        "people in support",
        "seed 7; session WS",
        "everything is in runs/",
    ):
        assert piece in found.stdout
    (folder,) = (tmp_path / "runs").iterdir()
    assert {each.name for each in folder.iterdir()} == {
        "manifest.json",
        "session.json",
        "events.jsonl",
        "summary.json",
        "report.html",
    }


def test_the_session_is_in_the_store_as_it_is_in_the_folder(run, tmp_path):
    assert run("--scenario", SCENARIO, "--turns", 3, "--seed", 7).exit_code == 0
    (folder,) = (tmp_path / "runs").iterdir()
    session, turns = read_run(folder)
    store = Store.open("sqlite:///workforce.db", ManualClock())
    assert store.session(session.id).session == session
    assert tuple(store.turns(session.id, limit=10)) == turns
    store.close()


def test_without_a_store_the_same_happens(run, tmp_path):
    """What roles recall does not depend on where they recall it from."""
    kept = run("--scenario", SCENARIO, "--turns", 6, "--seed", 7).stdout
    (tmp_path / "workforce.db").unlink()
    assert (
        run("--scenario", SCENARIO, "--turns", 6, "--seed", 7, "--no-store").stdout.rpartition("; session")[0]
        == kept.rpartition("; session")[0]
    )
    assert not (tmp_path / "workforce.db").exists()


def test_the_same_seed_says_the_same_and_another_something_else(run):
    texts = [
        run("--scenario", SCENARIO, "--turns", 3, "--seed", seed).stdout.rpartition("; session")[0]
        for seed in (7, 7, 8)
    ]
    assert texts[0] == texts[1] != texts[2]


def test_a_scenario_may_be_a_file_and_the_result_json(run, tmp_path):
    (tmp_path / "scenario.txt").write_text(SCENARIO)
    found = json.loads(
        run("--scenario", "scenario.txt", "--turns", 2, "--seed", 1, "--json", "--fail-if", "budget < 0").stdout
    )
    assert found["figures"]["turns"] == 2
    assert found["beginning"]["release_in"] == 9.0
    assert found["thresholds"] == [
        {"threshold": "budget < 0", "measured": found["end"]["budget"], "failed": False}
    ] or (found["thresholds"][0]["failed"] is False)


def test_brief_leaves_the_conversation_out(run):
    found = run("--scenario", SCENARIO, "--turns", 2, "--seed", 1, "--brief", "--no-report")
    assert "Week 2: " in found.stdout
    assert "Chief Executive" not in found.stdout


def test_a_threshold_that_comes_true_fails_the_run(run, tmp_path):
    found = run(
        "--scenario", SCENARIO, "--turns", 2, "--seed", 1, "--fail-if", "service_level < 100%", "--junit", "checks.xml"
    )
    assert found.exit_code == 1
    assert "failed: service_level < 1" in found.stderr
    assert "<failure" in (tmp_path / "checks.xml").read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--scenario", " "], "the scenario is empty"),
        (["--scenario", "missing.txt"], "there is no file missing.txt"),
        (["--scenario", SCENARIO, "--fail-if", "wait > 3"], "no such figure: wait"),
        (["--scenario", SCENARIO, "--roles", "missing.yaml"], "cannot read missing.yaml"),
        (["--scenario", SCENARIO, "--replay", "x.jsonl"], "give --mind llm"),
        (["--scenario", SCENARIO, "--mind", "llm"], "OPENAI_API_KEY"),
        (["--scenario", SCENARIO, "--mind", "llm", "--replay", "x.jsonl"], "cannot read x.jsonl"),
        (["--scenario", SCENARIO, "--mind", "llm", "--replay", "x", "--record", "y"], "exclude each other"),
        (
            ["--scenario", SCENARIO, "--mind", "llm", "--base-url", "http://127.0.0.1:9/v1", "--price", "cheap"],
            "a price is dollars",
        ),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_left(run, tmp_path, arguments, told):
    found = run(*arguments)
    assert found.exit_code == 2, found.output
    assert told in found.stderr
    assert "Traceback" not in found.output
    assert not (tmp_path / "runs").exists()


def test_your_own_roles_take_part(run, tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "roles:\n  - {name: solo, title: Soloist, priority: 1, goals: [Keep quality], responsibilities: [all], capabilities: [decides, fix_quality]}\n"
    )
    found = run("--scenario", SCENARIO, "--turns", 2, "--seed", 1, "--roles", "mine.yaml")
    assert "Soloist to all: " in found.stdout


def test_a_model_that_nobody_serves_is_a_target_that_cannot_be_reached(run):
    found = run(
        "--scenario", SCENARIO, "--turns", 1, "--mind", "llm", "--base-url", "http://127.0.0.1:9/v1", "--retries", 0
    )
    assert found.exit_code == 3
    assert "http://127.0.0.1:9/v1 cannot be reached" in found.stderr


def test_a_recorded_model_is_replayed_without_a_key(run, tmp_path):
    recorded = _record(tmp_path / "model.jsonl")
    found = run(
        "--scenario", SCENARIO, "--turns", 1, "--seed", 3, "--mind", "llm", "--replay", recorded, "--price", "1/2"
    )
    assert found.exit_code == 0, found.stderr
    assert "14 answers" in found.stdout
    missed = run("--scenario", SCENARIO, "--turns", 1, "--seed", 4, "--mind", "llm", "--replay", recorded)
    assert missed.exit_code == 2
    assert "differs in seed: recorded '4', asked '5'" in missed.stderr


def test_a_model_that_fails_on_the_way_leaves_the_weeks_that_are_whole(run, tmp_path):
    """The recording holds one week; the second is a miss."""
    recorded = _record(tmp_path / "model.jsonl")
    found = run("--scenario", SCENARIO, "--turns", 2, "--seed", 3, "--mind", "llm", "--replay", recorded)
    assert found.exit_code == 2
    assert "holds no answer to this" in found.stderr
    assert "after 1 week" in found.stdout
    (folder,) = (tmp_path / "runs").iterdir()
    assert json.loads((folder / "summary.json").read_text())["figures"]["turns"] == 1
    assert (folder / "report.html").is_file()


def _record(file):
    """A recording of a turn, made by a model that always answers right."""

    class Right:
        async def complete(self, request, pieces=None):
            return Answer(text=right_answer(request.canonical()), input_tokens=10, output_tokens=5)

    with Recorder(Right(), file) as chat:
        mind = LlmMind(chat, Model(name="m", seed=3))
        asyncio.run(simulator(mind).next_turn(open_session(SCENARIO, seed=3, mind="llm"), (), ListedMemories()))
    return file


def test_ctrl_c_leaves_the_turns_that_are_whole(tmp_path):
    words = ["workforce", "run", "--scenario", SCENARIO, "--turns", "520", "--seed", "1", "--brief", "--no-report"]
    with subprocess.Popen(
        [sys.executable, "-m", "flexsim", *words],
        cwd=tmp_path,
        stdout=-1,
        stderr=-1,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout.readline().startswith("Week 1: ")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
    (folder,) = (tmp_path / "runs").iterdir()
    lines = (folder / "events.jsonl").read_text().splitlines()
    assert 0 < len(lines) < 520
    assert json.loads((folder / "summary.json").read_text())["figures"]["turns"] == len(lines)
