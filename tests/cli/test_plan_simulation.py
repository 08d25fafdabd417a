"""``flexsim plan --simulate`` from a user's folder."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app

QUICK = ("--hours", 1, "--replications", 2, "--precision", "20%", "--around", 0, "--seed", 1, "--warmup", 0)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def plan(*arguments):
    return CliRunner().invoke(app, ["plan", "--simulate", *map(str, arguments)])


def test_it_prints_the_staffing_what_binds_and_the_levels():
    done = plan(*QUICK, "--together")
    assert done.exit_code == 0, done.stderr
    assert "least staffing: " in done.stdout
    assert "what binds: all queues together, " in done.stdout
    assert "staffings simulated, the last of them 2 times; seed 1" in done.stdout
    assert done.stderr == ""


def test_scripts_read_the_same_and_the_same_seed_finds_the_same():
    first, second = (json.loads(plan(*QUICK, "--json").stdout) for _ in range(2))
    assert first == second
    assert first["goal"] == {
        "service_level": 0.8, "within": 20.0, "in": "each queue", "confidence": 0.95, "precision": 0.2,
    }  # fmt: skip
    assert first["binding"]["service_level"] >= 0.8
    assert sum(first["agents"].values()) == first["total"]


def test_by_interval_there_is_a_row_for_each_interval_and_queue():
    done = plan(*QUICK, "--interval", "30m", "--service-level", "70/30", "--csv")
    assert done.exit_code == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["start"][-5:] for row in rows if row["queue"] == "Sales"] == ["08:00", "08:30"]
    assert all(float(row["service_level"]) >= 0.7 for row in rows)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--aht", "3m"), "--aht goes with formulas, not with --simulate"),
        (("--max-asa", "10s"), "--max-asa goes with formulas"),
        (("--hours", 2.5, "--interval", "1h"), "--hours 2.5 must be a whole number of intervals"),
        (("--hours", 100, "--interval", "1m"), "96 at most"),
        (("--service-level", "100/20"), "no number of agents is certain"),
        (("--start", "tomorrow"), "--start is not a date"),
        (("--cfgdir", "nowhere"), "nowhere"),
    ],
    ids=str,
)
def test_what_cannot_be_is_one_line_and_exit_2(arguments, message):
    done = plan(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_more_than_a_day_by_interval_is_refused():
    done = plan("--hours", 48, "--interval", "1h", "--seed", 1)
    assert done.exit_code == 2
    assert "for a day at most" in done.stderr
