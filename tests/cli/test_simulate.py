"""``flexsim simulate``: figures for people, JSON for scripts, a folder for later."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.runs.folder import read_manifest

HOUR = ["simulate", "--hours", "1", "--start", "2026-01-05T09:00"]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_a_run_shows_its_figures_and_says_where_everything_is(empty_folder):
    result = run(*HOUR, "--agents", 8, "--seed", 9)
    assert result.exit_code == 0, result.stderr
    assert "offered" in result.stdout
    assert "open at the end" in result.stdout
    assert "seed 9; everything that happened is in runs/2026-01-05_090000_simulate" in result.stdout
    assert (empty_folder / "runs" / "2026-01-05_090000_simulate" / "events.jsonl").is_file()


def test_the_same_seed_gives_the_same_folder_to_the_byte(empty_folder):
    for jobs in (1, 2):
        assert run(*HOUR, "--seed", 9, "--replications", 2, "--jobs", jobs, "--out", f"out{jobs}").exit_code == 0
    one, two = (next((empty_folder / f"out{jobs}").iterdir()) for jobs in (1, 2))
    for file in ("events.jsonl", "summary.json", "replications.jsonl", "manifest.json"):
        assert (one / file).read_bytes() == (two / file).read_bytes()


def test_several_replications_show_means_with_their_uncertainty():
    result = run(*HOUR, "--replications", 3, "--seed", 1)
    assert "mean of 3 replications" in result.stdout
    assert "service_level" in result.stdout
    assert "in 3 replications" in result.stdout


def test_json_is_all_there_is_on_stdout(empty_folder):
    result = run(*HOUR, "--json", "--seed", 1)
    document = json.loads(result.stdout)
    assert document["replications"] == 1
    assert json.loads((empty_folder / document["folder"] / "summary.json").read_text())["total"] == document["total"]


def test_start_is_what_the_clock_on_the_centres_wall_shows_and_the_warm_up_comes_before(empty_folder):
    document = json.loads(run(*HOUR, "--domaindir", "harbour-bank", "--warmup", 0.5, "--json").stdout)
    manifest = read_manifest(empty_folder / document["folder"])
    assert manifest.started == 1_767_621_600.0 - 1800  # 09:00 in New York is 14:00 UTC
    assert manifest.warmup == 1800
    assert document["at"] == 1_767_621_600.0 + 3600


def test_a_configuration_of_files_is_simulated_as_it_is_or_with_other_agents(empty_folder):
    assert run("genconfig", "--agents", 5, "--cfgdir", "mine").exit_code == 0
    for more, count in (((), 5), (("--agents", 7), 7)):
        document = json.loads(run(*HOUR, "--cfgdir", "mine", *more, "--json").stdout)
        workers = json.loads((empty_folder / document["folder"] / "config" / "workers.json").read_text())
        assert len(workers) == count


def test_drained_nothing_is_left_open():
    assert "0 open at the end" in run(*HOUR, "--drain", "--seed", 1).stdout


def test_at_the_pace_of_a_clock_it_leaves_the_same_log(empty_folder):
    short = ["simulate", "--hours", 0.2, "--seed", 1, "--agents", 4]
    assert run(*short, "--out", "virtual").exit_code == 0
    paced = run(*short, "--out", "paced", "--speed", 5000)
    assert paced.exit_code == 0, paced.stderr
    virtual, paced = (next((empty_folder / each).iterdir()) for each in ("virtual", "paced"))
    assert (virtual / "events.jsonl").read_bytes() == (paced / "events.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--start", "yesterday"), "--start is not a date with or without a time, such as 2026-01-05T08:00: yesterday"),
        (("--start", "9999-01-01"), "--start is not a date"),
        (("--cfgdir", "nowhere"), "no configuration in nowhere"),
        (("--cfgdir", "config", "--domaindir", "harbour-bank"), "give one"),
        (("--speed", "60", "--replications", "2"), "--replications has no use for that"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(arguments, said, empty_folder):
    result = run(*HOUR, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (empty_folder / "runs").exists()


def test_thresholds_are_held_against_all_replications_together(empty_folder):
    arguments = (*HOUR, "--seed", 1, "--replications", 2, "--fail-if", "service_level < 1%", "--json")
    held = run(*arguments)
    assert held.exit_code == 0, held.stderr
    document = json.loads(held.stdout)
    total = document["total"]
    measured = total["answered_in_time"] / (total["answered"] + total["abandoned_late"])
    assert document["thresholds"][0]["measured"] == pytest.approx(measured)
    failed = run(*arguments, "--fail-if", "offered >= 1", "--junit", "checks.xml")
    assert failed.exit_code == 1
    assert "failed: offered >= 1" in failed.stderr
    assert "<failure" in (empty_folder / "checks.xml").read_text()


def test_a_threshold_about_a_queue_that_is_not_there_is_refused_before_anything_starts(empty_folder):
    result = run(*HOUR, "--fail-if", "asa > 10 where queue = Nowhere")
    assert result.exit_code == 2
    assert "Nowhere" in result.stderr
    assert not (empty_folder / "runs").exists()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_leaves_what_is_complete(jobs, empty_folder):
    program = [sys.executable, "-m", "flexsim", "simulate", "--hours", "2", "--replications", "5000", "--jobs", jobs]
    running = subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    file = None
    for _ in range(600):
        file = next(iter(empty_folder.glob("runs/*/replications.jsonl")), None)
        if file is not None and file.read_text().count("\n") >= 2:
            break
        time.sleep(0.05)  # another process works; nothing tells a test that it is under way
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: all of them get it
    stdout, stderr = running.communicate(timeout=30)
    assert running.returncode == 130, stderr
    assert stderr == ""
    complete = len(file.read_text().splitlines())
    assert json.loads((file.parent / "summary.json").read_text())["replications"] == complete >= 2
    assert f"mean of {complete} replications" in stdout


def test_voice_contacts_that_are_conversations_take_as_long_as_these(empty_folder):
    result = run("simulate", "--hours", "0.2", "--start", "2026-01-05T10:00", "--seed", 7, "--voices", 1, "--json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    (spoken,) = document["conversations"]
    contact, folder = spoken["contact"], empty_folder / document["folder"]
    assert (empty_folder / spoken["folder"]).parent == folder / "conversations"
    assert (folder / "conversations" / contact / "stereo_recording.wav").is_file()
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    task = next(each["task"] for each in events if each.get("contact") == contact)
    begun = next(each["t"] for each in events if each["type"] == "reservation.accepted" and each["task"] == task)
    over = next(each["t"] for each in events if each["type"] == "task.wrapup" and each["task"] == task)
    assert over - begun == pytest.approx(spoken["duration"], abs=0.002)


def test_conversations_are_for_one_run(empty_folder):
    result = run("simulate", "--voices", 1, "--replications", 2)
    assert result.exit_code == 2
    assert "--voices lets contacts of one run on this machine talk" in result.stderr
    assert not (empty_folder / "runs").exists()
