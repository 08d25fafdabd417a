"""Whatever is simulated, its log obeys the laws and its figures are those that the log gives."""

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app


@pytest.mark.parametrize(
    "options",
    [
        ("--warmup", "0.5"),
        ("--replications", "2"),
        ("--drain",),
        ("--domaindir", "harbour-bank", "--start", "2026-01-05T11:00"),
        ("--speed", "20000"),
    ],
    ids=lambda options: options[0],
)
def test_the_auditor_finds_nothing(options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    made = run(app, ["simulate", "--hours", "0.5", "--agents", "12", "--seed", "3", *options])
    assert made.exit_code == 0, made.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    found = run(app, ["audit", str(folder)])
    assert found.exit_code == 0, found.stdout + found.stderr
    assert "19 laws hold" in found.stdout
