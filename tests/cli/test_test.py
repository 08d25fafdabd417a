"""``flexsim test``: cases on stdout, a verdict in the exit code."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app

CASES = """\
cases:
  - name: good
    task: {attributes: {topic: Sales}}
    expect: {queue: Sales}
  - name: bad
    task: {attributes: {topic: Sales}}
    expect: {queue: Service}
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def go(*arguments):
        return CliRunner().invoke(app, [*map(str, arguments)])

    assert go("genconfig").exit_code == 0
    return go


def test_init_writes_a_file_that_passes_and_never_replaces_one(run):
    result = run("test", "--init")
    assert result.exit_code == 0
    assert result.stderr == "wrote routing.yaml; run it: flexsim test routing.yaml --cfgdir config\n"
    assert run("test").exit_code == 0
    assert run("test").stdout.endswith("8 cases passed\n")
    again = run("test", "--write-example")
    assert (again.exit_code, again.stderr) == (
        2,
        "flexsim: routing.yaml is there already; name another, or remove it first\n",
    )


def test_a_failing_case_exits_1_and_says_why(run):
    Path("routing.yaml").write_text(CASES, encoding="utf-8")
    result = run("test")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "ok     good",
        "FAILED bad",
        "       routing.yaml:7: queue at 0 s: expected Service, got Sales",
        "         filter 'Sales Filter' (number 1) matches: topic == 'Sales' is true: topic is \"Sales\"",
        "       what happened:",
        "         0 s: filter 'Sales Filter' (number 1), target 1: queue Sales",
        "         0 s: offered to Agent_001",
    ]
    assert result.stderr == "flexsim: 1 of 2 cases in routing.yaml failed\n"


def test_json_and_junit_hold_the_same(run):
    Path("routing.yaml").write_text(CASES, encoding="utf-8")
    result = run("test", "--json", "--junit", "out.xml")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert (found["failed"], [each["passed"] for each in found["cases"]]) == (1, [True, False])
    (failure,) = found["cases"][1]["failures"]
    assert (failure["what"], failure["expected"], failure["got"], failure["line"]) == ("queue", "Service", "Sales", 7)
    good, bad = ET.parse("out.xml").getroot()[0]
    assert good.find("failure") is None
    assert "expected Service, got Sales" in bad.find("failure").text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cases: [", "flexsim: routing.yaml, line 1: not YAML: "),
        ("cases:\n  - name: a\n    expect: {que: x}", "line 3, $.cases[0].expect.que: unknown property 'que'"),
        ("cases:\n  - name: a\n    workers: [{name: x}]\n    expect: {waits: true}", "line 3, $.cases[0].workers[0].name: the configuration has no worker 'x'"),
    ],
)  # fmt: skip
def test_a_file_that_makes_no_sense_is_bad_usage(run, text, message):
    Path("routing.yaml").write_text(text, encoding="utf-8")
    result = run("test")
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_that_is_not_there_is_bad_usage(run):
    result = run("test", "gone.yaml")
    assert (result.exit_code, result.stderr) == (2, "flexsim: no such file: gone.yaml\n")


def test_the_schema_is_printed(run):
    assert json.loads(run("test", "--schema").stdout)["title"] == "Tests of a routing configuration"
