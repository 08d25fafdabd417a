"""``flexsim what-if``: one line for each figure, or a reason why not."""

import json

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app

SHORT = ["what-if", "--hours", "0.5", "--agents", "10", "--seed", "1", "--replications", "3"]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_each_figure_is_shown_before_and_after():
    result = run(*SHORT, "--set", "agents=+10")
    assert result.exit_code == 0, result.stderr
    assert "agents: 10 -> 20" in result.stdout
    assert "service_level" in result.stdout
    assert " pp" in result.stdout
    assert "3 pairs of replications, seed 1" in result.stdout


def test_json_and_processes_make_no_difference():
    one, two = (
        json.loads(run(*SHORT, "--set", "talkTime.mean=*0.5", "--json", "--jobs", jobs).stdout) for jobs in (1, 2)
    )
    assert one == two
    assert one["changes"] == {"talkTime.mean": {"change": "*0.5", "before": 55.0, "after": 27.5}}
    assert one["figures"]["talk"]["significant"] is True


def test_changes_can_come_from_a_file(empty_folder):
    (empty_folder / "more.json").write_text('{"agents": "+1", "wrapTime.mean": 20}')
    found = json.loads(run(*SHORT, "--change", "more.json", "--set", "agents=+1", "--json").stdout)
    assert found["changes"]["agents"]["after"] == 12
    assert found["changes"]["wrapTime.mean"]["after"] == 20


def test_everything_that_can_be_changed_is_named():
    assert "talkTime.mean" in run("what-if", "--list").stdout
    found = json.loads(run("what-if", "--list", "--json", "--domaindir", "harbour-bank").stdout)
    assert found["arrivals.rate"] == 1000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to change"),
        (("--set", "agents"), "is not NAME=CHANGE"),
        (("--set", "agnets=+2"), "did you mean agents"),
        (("--change", "list.json"), "does not hold changes by name"),
        (("--change", "nowhere.json"), "nowhere.json"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(arguments, said, empty_folder):
    (empty_folder / "list.json").write_text('["agents"]')
    result = run(*SHORT, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
