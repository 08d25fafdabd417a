"""docs/collector.md: what it shows is what happens."""

import contextlib
import re
import shlex
import sqlite3
import sys
from pathlib import Path

from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.traces.storing import open_store
from flexsim.traces.watching import FIGURES
from tests.traces.conftest import request

TEXT = (Path(__file__).parents[2] / "docs" / "collector.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def commands(program):
    lines = [line for block in blocks("console") for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith(f"$ {program} ")]


def test_traces_are_made_analyzed_and_graded_as_it_is_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = []
    for command in commands("flexsim load trace") + commands("flexsim load analyze") + commands("flexsim load grade"):
        found = CliRunner().invoke(app, shlex.split(command)[1:])
        assert found.exit_code == 0, f"{command}: {found.output}"
        shown.append(found.stdout)
    assert len(shown) == 4
    assert [line.rstrip() for line in shown[1].splitlines()] == blocks("text")[0].splitlines()


def test_the_collector_in_a_test_does_what_is_said(monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    (program,) = blocks("python")
    exec(compile(program, "docs/collector.md", "exec"), {})


def test_every_figure_is_explained():
    assert set(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)) == set(FIGURES.figures)


def test_the_query_finds_what_it_asks_for(tmp_path):
    (query,) = blocks("sql")
    with open_store(tmp_path / "spans.sqlite") as store:
        store.keep(request((2, 1, 1, 4, {"ati.tool.name": "search", "name": "call"}), (1, None, 0, 5)), 0.0)
    with contextlib.closing(sqlite3.connect(tmp_path / "spans.sqlite")) as connection:
        assert list(connection.execute(query)) == [("call", 1, 3.0)]
