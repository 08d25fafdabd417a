"""The command ``flexsim converse analyze``."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.converse.recorded import shell_in


@pytest.fixture
def shell(tmp_path, monkeypatch):
    return shell_in(tmp_path, monkeypatch)


def test_one_conversation_is_told_in_full(shell):
    found = shell("analyze typical-lost-card-s7")
    assert found.exit_code == 0
    assert "By the log" in found.stdout
    assert "log and sound agree within 20 ms on 7 of 7" in found.stdout


def test_several_are_listed_with_their_rates(shell):
    found = shell("analyze")
    assert found.exit_code == 0
    assert found.stdout.count("-lost-card-s") >= 4
    assert "goal reached: 75" in found.stdout
    assert "pass^3: 0" in found.stdout.replace("\u00a0", " ")


def test_everything_is_there_as_json(shell):
    found = json.loads(shell('analyze elderly-lost-card-s0 monday --json --fail-if "duration < 1"').stdout)
    assert [each["conversation_id"] for each in found["conversations"]] == [
        "elderly-lost-card-s0",
        "typical-s0",
        "typical-s1",
    ]
    assert found["together"]["conversations"] == 3
    assert found["thresholds"] == [{"threshold": "duration < 1", "measured": 6.0, "failed": False}]


def test_the_sound_alone_is_enough(shell):
    Path("agent_conversations/typical-lost-card-s7/transcript.json").unlink()
    found = json.loads(shell("analyze typical-lost-card-s7 --audio-only --json").stdout)["conversations"][0]
    assert found["log"] is None
    assert found["sound"]["turns"] == {"caller": 3, "agent": 4}
    assert found["missing"] == []


def test_a_threshold_that_comes_true_fails_the_command(shell):
    found = shell('analyze --fail-if "goal_rate < 90%" --fail-if "dead_airs < 0" --junit checks.xml')
    assert found.exit_code == 1
    assert "failed: goal_rate < 0.9 (measured 0.75)" in found.stderr
    assert "held: dead_airs < 0" in found.stderr
    assert [each.get("name") for each in ET.parse("checks.xml").iter("testcase")] == [
        "goal_rate < 0.9",
        "dead_airs < 0",
    ]


def test_where_there_is_nothing_to_judge_a_threshold_fails(shell):
    assert shell('analyze elderly-lost-card-s0 --fail-if "yield_rate < 0.5"').exit_code == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("analyze nowhere", "no conversation nowhere"),
        ("analyze --out elsewhere", "no conversation elsewhere"),
        ('analyze --fail-if "goal < 1"', "no such figure: goal (did you mean goal_rate?)"),
        ("analyze --junit x.xml", "--junit writes what --fail-if checks"),
        ('analyze --fail-if "turns > 9" --junit no/x.xml', "there is no folder no"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_done(shell, line, words):
    found = shell(line)
    assert found.exit_code == 2
    assert words in found.stderr
    assert found.stdout == ""


def test_what_a_crash_has_left_is_scored_and_what_is_missing_is_said(shell):
    folder = Path("agent_conversations/typical-lost-card-s7")
    (folder / "call_metadata.json").unlink()
    stereo = folder / "stereo_recording.wav"
    stereo.write_bytes(stereo.read_bytes()[:500_000])
    found = shell("analyze typical-lost-card-s7")
    assert found.exit_code == 0
    assert (
        "missing: call_metadata.json is not there\nmissing: stereo_recording.wav was not brought to its end: 5.2 s"
        in found.stdout
    )
