"""``flexsim converse batch``: a suite, its folder, and what it must not come to."""

import json
import xml.etree.ElementTree as ET

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app

SUITE = """\
name: short
seed: 7
defaults: {scenario: lost-card, duration: 6}
cases:
  - {caller: typical, tags: [smoke]}
  - {caller: hurried}
"""


@pytest.fixture
def suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "suite.yaml").write_text(SUITE)
    return tmp_path


def batch(*words):
    return CliRunner().invoke(app, ["converse", "batch", "suite.yaml", *words])


def test_a_suite_is_run_kept_and_summed_up(suite):
    found = batch("--repeat", "2")
    assert found.exit_code == 0, found.output
    assert "4 of 4 conversations: 4 max duration" in found.stdout
    (run,) = (suite / "runs").iterdir()
    assert run.name.endswith("_converse-short")
    assert len(list((run / "conversations").iterdir())) == 4
    assert {"manifest.json", "events.jsonl", "summary.json", "report.html"} <= {each.name for each in run.iterdir()}


def test_a_threshold_that_comes_true_fails_it_and_is_written_for_a_build_server(suite):
    found = batch("--fail-if", "goal_rate < 0.9", "--junit", "junit.xml", "--json", "--no-report")
    assert found.exit_code == 1
    assert "failed: goal_rate < 0.9 (measured 0)" in found.stderr
    document = json.loads(found.stdout)
    assert [each["conversation_id"] for each in document["lines"]] == ["hurried-lost-card-s7", "typical-lost-card-s7"]
    assert document["thresholds"][0]["failed"] is True
    cases = ET.parse("junit.xml").getroot().iter("testcase")
    assert [each.get("name") for each in cases] == ["hurried-lost-card-s7", "typical-lost-card-s7", "goal_rate < 0.9"]


def test_filters_choose_cases(suite):
    found = batch("--filter", "tag=smoke", "--json", "--no-report")
    assert [each["caller"] for each in json.loads(found.stdout)["lines"]] == ["typical"]


def test_at_the_clocks_pace_they_take_place_at_once(suite):
    found = batch("--live", "--speed", "30", "--parallel", "2", "--json", "--no-report")
    assert found.exit_code == 0, found.output
    document = json.loads(found.stdout)
    assert document["end_reasons"] == {"max_duration": 2}
    metadata = json.loads(
        (suite / document["folder"] / "conversations" / "hurried-lost-card-s7" / "call_metadata.json").read_text()
    )
    assert metadata["virtual"] is False


def test_conversations_that_cannot_take_place_fail_it(suite):
    found = batch("--engine-url", "ws://127.0.0.1:9", "--no-report")
    assert found.exit_code == 1
    assert "typical-lost-card-s7: nobody answers at ws://127.0.0.1:9" in found.stderr
    assert "2 of 2 conversations could not take place" in found.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--fail-if", "goal_rat < 1"], "no such figure: goal_rat"),
        (["--filter", "caller=nobody"], "suite.yaml has no case that matches caller=nobody"),
        (["--filter", "colour=blue"], "a filter is about name, caller, scenario, agent, tag"),
        (["--junit", "nowhere/x.xml"], "--junit: there is no folder nowhere"),
        (["--provider", "openai"], "needs OPENAI_API_KEY"),
    ],
)
def test_what_is_wrong_is_told_before_anything_begins(suite, words, message):
    found = batch(*words)
    assert found.exit_code == 2
    assert message in found.stderr
    assert not (suite / "runs").exists()
