"""The command ``flexsim load collector``."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.request

import pytest
from junitparser import JUnitXml
from typer.testing import CliRunner

from flexsim.cli.app import app
from tests.traces.conftest import request

BODY = request((2, 9, 1, 4), (1, None, 0, 5)).SerializeToString()


def run(*arguments):
    return CliRunner().invoke(app, ["load", "collector", *map(str, arguments)])


def post(url):
    asked = urllib.request.Request(f"{url}/v1/traces", BODY, {"content-type": "application/x-protobuf"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200


def collected(*arguments, end=None):
    """Exit code, last document, and what was said, of a program that was sent two spans, one of them an orphan."""
    program = [sys.executable, "-m", "flexsim", "load", "collector", "--port", "0", "--json", *map(str, arguments)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        post(json.loads(running.stdout.readline())["url"])
        if end is not None:
            os.kill(running.pid, end)
        out, said = running.communicate(timeout=20)
        return running.returncode, json.loads(out.splitlines()[-1]), said


def test_it_ends_with_the_expected_spans_keeps_them_and_judges_them(tmp_path):
    store = tmp_path / "spans.sqlite"
    code, stats, said = collected(
        "--expect-spans", 2, "--fail-if", "orphans > 0", "--fail-if", "late > 0", "--store", store,
        "--junit", tmp_path / "checks.xml",
    )  # fmt: skip
    (suite,) = JUnitXml.fromfile(str(tmp_path / "checks.xml"))
    assert (suite.name, suite.tests, suite.failures) == ("flexsim load collector", 2, 1)
    assert (code, stats["spans"], stats["orphans"]) == (1, 2, 1)
    assert [each["failed"] for each in stats["thresholds"]] == [True, False]
    assert "failed: orphans > 0 (measured 1)" in said
    connection = sqlite3.connect(store)
    assert connection.execute("SELECT count(*) FROM spans").fetchone() == (2,)
    connection.close()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_whoever_stops_it_gets_the_figures(number, code):
    found, stats, _ = collected(end=number)
    assert (found, stats["spans"]) == (code, 2)


def test_spans_that_do_not_come_are_missed_when_the_time_is_over():
    found = run("--port", 0, "--duration", 0.1, "--expect-spans", 5)
    assert (found.exit_code, "0 spans have come, not 5" in found.stderr) == (1, True)
    assert "orphans" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fail-if", "orphan > 0"), "did you mean orphans?"),
        (("--store", "spans.txt"), "ends in .sqlite or .db, or a folder for Parquet, not spans.txt"),
        (("--junit", "checks.xml"), "give at least one threshold"),
        (("--expect-spans", "-1"), "--expect-spans"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(arguments, said):
    found = run("--port", 0, "--duration", 0, *arguments)
    assert (found.exit_code, said in found.stderr) == (2, True)
