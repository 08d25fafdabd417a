"""``flexsim backfill``: days that end where they are told to."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.runs.folder import read_manifest


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["backfill", *map(str, arguments)])


def test_the_days_lie_before_the_one_named(empty_folder):
    result = run("--domaindir", "harbour-bank", "--agents", 5, "--days", 1, "--until", "2026-01-06", "--seed", 3)
    assert result.exit_code == 0, result.stderr
    assert "1 days" not in result.stdout
    folder = empty_folder / "runs" / "2026-01-05_050000_backfill"
    assert f"(seed 3) in runs/{folder.name}" in result.stdout
    assert read_manifest(folder).started == datetime(2026, 1, 5, 5, tzinfo=UTC).timestamp()


def test_unless_told_they_end_today(empty_folder):
    arguments = ("--domaindir", "harbour-bank", "--agents", 1, "--days", 1, "--json")
    document = json.loads(run(*arguments).stdout)
    assert abs(document["at"] - datetime.now(UTC).timestamp()) < 2 * 86_400
    assert (empty_folder / document["folder"] / "events.jsonl").is_file()
    assert not (empty_folder / document["folder"] / "event-stream.jsonl").exists()


def test_a_day_that_is_none_is_refused(empty_folder):
    result = run("--until", "soon")
    assert result.exit_code == 2
    assert "--until is not a date such as 2026-03-01: soon" in result.stderr
    assert not (empty_folder / "runs").exists()
