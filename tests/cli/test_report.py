"""The command ``flexsim report``."""

import json
import webbrowser

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from tests.reporting.conftest import busy_centre, configured, leave


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


@pytest.fixture
def monday(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return leave(tmp_path / "runs", "monday", busy_centre(), configuration=configured())


def test_a_page_is_left_in_the_runs_folder_and_its_name_is_printed(monday):
    found = run("report", "monday")
    assert (found.exit_code, found.stdout) == (0, "runs/monday/report.html\n")
    assert (monday / "report.html").read_text().startswith("<!doctype html>")
    assert found.stderr == ""


def test_the_other_forms_go_to_stdout_or_to_a_file(monday, tmp_path):
    assert json.loads(run("report", monday, "--format", "json").stdout)["total"]["offered"] == 6
    assert run("report", monday, "--format", "csv").stdout.startswith("queue,from,offered,")
    assert run("report", monday, "--format", "md", "--out", tmp_path / "x.md").stdout == f"{tmp_path / 'x.md'}\n"
    assert (tmp_path / "x.md").read_text().startswith("# Tidewater")
    assert run("report", monday, "--out", "-").stdout.startswith("<!doctype html>")


def test_interval_formula_and_threshold_are_taken(monday):
    options = ("--interval", 60, "--service-level-formula", "abandoned-missed", "--threshold", 100, "--format", "json")
    document = json.loads(run("report", monday, *options).stdout)
    assert document["intervals"]["width"] == 3600
    assert document["service_level"]["formula"] == "abandoned-missed"
    assert document["total"]["service_level"] == pytest.approx(3 / 5)


def test_the_page_is_shown(monday, monkeypatch):
    shown = []
    monkeypatch.setattr(webbrowser, "open", lambda address: shown.append(address) or True)
    assert run("report", monday, "--open").exit_code == 0
    assert shown == [(monday / "report.html").as_uri()]


def test_without_a_browser_it_says_what_to_do(monday, monkeypatch):
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    found = run("report", monday, "--open")
    assert found.exit_code == 0
    assert "no browser found; open" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tuesday"], "no such run: tuesday; runs are folders"),
        (["monday", "--format", "json", "--open"], "--open shows a page"),
        (["monday", "--out", "/proc/nowhere/x.html"], "cannot write /proc/nowhere/x.html"),
        (["monday", "--interval", "7"], "Invalid value"),
        (["monday", "--service-level-formula", "best"], "Invalid value"),
    ],
)
def test_bad_usage_is_one_clear_line_and_exit_2(monday, arguments, message):
    found = run("report", *arguments)
    assert found.exit_code == 2
    assert message in found.stderr
    assert "Traceback" not in found.stderr


def test_a_broken_log_is_one_clear_line(monday):
    (monday / "events.jsonl").write_text("nonsense\n")
    found = run("report", monday)
    assert (found.exit_code, found.stderr) == (
        2,
        "flexsim: line 1 of the event log is not an event of ours: nonsense\n",
    )
