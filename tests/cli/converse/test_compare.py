"""The command ``flexsim converse compare``."""

import json
from pathlib import Path

import pytest

from tests.cli.converse.recorded import shell_in


@pytest.fixture
def shell(tmp_path, monkeypatch):
    return shell_in(tmp_path, monkeypatch)


def test_callers_stand_side_by_side_with_typical_first(shell):
    found = json.loads(shell("compare --json").stdout)
    assert found["baseline"] == "typical"
    assert list(found["groups"]) == ["typical", "elderly"]
    assert found["groups"]["elderly"]["success"]["value"] == pytest.approx(2 / 3, abs=1e-6)


def test_two_batches_are_compared_with_each_other_in_pairs(shell):
    found = json.loads(shell("compare runs/monday runs/tuesday --json").stdout)
    assert list(found["groups"]) == ["monday", "tuesday"]
    assert found["differences"]["tuesday"]["paired"] is True
    assert found["differences"]["tuesday"]["figures"]["latency_caller"]["difference"] == pytest.approx(0.4)


def test_anything_else_can_be_grouped_by_and_held_against(shell):
    assert (
        json.loads(shell("compare agent_conversations monday --by caller --baseline elderly --json").stdout)["baseline"]
        == "elderly"
    )


def test_the_terminal_has_a_table_and_the_page_the_same(shell):
    found = shell("compare --html comparison.html")
    assert "Goal reached" in found.stdout
    assert "differences are from typical" in found.stdout
    assert "Goal reached" in Path("comparison.html").read_text()


def test_the_sound_alone_can_be_compared(shell):
    found = json.loads(shell("compare monday tuesday --audio-only --json").stdout)
    assert found["differences"]["tuesday"]["figures"]["latency_caller"]["difference"] == pytest.approx(0.4, abs=0.001)
    assert found["groups"]["monday"]["figures"]["calls"] is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("compare monday", "nothing to compare: all conversations are of typical"),
        ("compare --baseline hurried", "no such group: hurried; there are elderly, typical"),
        ("compare nowhere monday", "no conversation nowhere"),
    ],
)
def test_what_is_wrong_is_said(shell, line, words):
    found = shell(line)
    assert found.exit_code == 2
    assert words in found.stderr
