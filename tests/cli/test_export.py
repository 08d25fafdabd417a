"""The command ``flexsim export``."""

import json
import sys

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from tests.reporting.conftest import busy_centre, leave


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


@pytest.fixture
def monday(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return leave(tmp_path / "runs", "monday", busy_centre())


def test_tables_go_into_the_runs_folder_and_are_named(monday):
    found = run("export", "monday")
    assert found.exit_code == 0
    assert "runs/monday/export/tasks.csv  6 rows" in found.stdout.splitlines()
    assert sorted(each.name for each in (monday / "export").iterdir()) == [
        "agent_states.csv", "events.csv", "intervals.csv", "reservations.csv", "tasks.csv",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_other_forms_and_places(monday, tmp_path, form):
    document = json.loads(run("export", monday, "--format", form, "--out", tmp_path / "x", "--json").stdout)
    assert (document["format"], document["rows"]["tasks"], document["folder"]) == (form, 6, str(tmp_path / "x"))
    assert (tmp_path / "x" / f"tasks.{form}").stat().st_size > 0


def test_parquet_without_pyarrow_is_one_clear_line_and_exit_2(monday, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    found = run("export", monday, "--format", "parquet")
    assert found.exit_code == 2
    assert found.stderr.splitlines() == [
        "flexsim: Parquet needs pyarrow, which is not installed: pip install 'flexsim[parquet]', or --format csv or jsonl"
    ]
    assert not (monday / "export").exists()
