"""The command ``flexsim load grade``; that perfect answers are graded 1 is seen in test_analyze."""

import json

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app


@pytest.fixture
def files(tmp_path):
    truth = [{"trace_id": each, "root_cause": "1", "critical_path": ["1", "2"]} for each in "ab"]
    answers = [{"trace_id": "a", "root_cause": "1", "critical_path": ["1"]}]
    for name, documents in (("truth", truth), ("answers", answers)):
        (tmp_path / name).write_text("".join(json.dumps(each) + "\n" for each in documents))
    return tmp_path / "answers", tmp_path / "truth"


def run(*arguments):
    return CliRunner().invoke(app, ["load", "grade", *map(str, arguments)])


def test_grades_are_printed_with_what_was_left_unanswered(files):
    found = run(*files)
    assert found.exit_code == 0
    assert "score 0.5333 over 2 traces; 1 of them unanswered, 0 answers about others" in found.stdout
    assert "root_cause" in found.stdout


def test_a_score_that_is_too_low_fails(files):
    found = run(*files, "--at-least", "0.9", "--json")
    assert (found.exit_code, json.loads(found.stdout)["grades"]["critical_path"]["recall"]) == (1, 0.25)
    assert "the score is 0.5333, lower than 0.9" in found.stderr
    assert run(*files, "--at-least", "0.5").exit_code == 0


def test_a_file_that_is_not_there_is_named(files):
    found = run(files[0], "nowhere")
    assert (found.exit_code, "cannot read nowhere" in found.stderr) == (2, True)
