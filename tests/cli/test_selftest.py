"""``flexsim selftest`` as a command."""

import functools
import json

from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.fastforward import selftest as room


def selftest(*arguments):
    return CliRunner().invoke(app, ["selftest", *map(str, arguments)])


def few(monkeypatch):
    """Two cases in place of all: the whole is run by tests/fastforward/test_selftest.py."""
    chosen = room.cases()[1:6:4]
    monkeypatch.setattr(room, "cases", lambda: chosen)


def test_it_prints_a_verdict_for_each_figure_and_exits_0(monkeypatch):
    few(monkeypatch)
    done = selftest("--quick", "--seeds", 10)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "OUTSIDE" not in done.stdout
    *table, last = done.stdout.splitlines()
    assert len([line for line in table if "ok" in line]) == 10
    assert last.startswith("10 of 10 figures within; 20,000 customers, seeds 1 to 10; each interval at 99.90 %")


def test_all_figures_as_json(monkeypatch):
    few(monkeypatch)
    document = json.loads(selftest("--quick", "--seeds", 10, "--seed", 3, "--json").stdout)
    assert (document["holds"], document["seed"], document["seeds"]) == (True, 3, 10)
    assert all(figure["low"] <= figure["theory"] <= figure["high"] for figure in document["figures"])


def test_a_fault_exits_1_and_says_how_many_figures_it_moved(monkeypatch):
    few(monkeypatch)
    monkeypatch.setattr(room, "Plan", functools.partial(room.Plan, service_scale=1.1))
    done = selftest("--quick", "--seeds", 10)
    assert done.exit_code == 1
    outside = done.stdout.count("OUTSIDE")
    assert outside > 2
    assert done.stderr == f"flexsim: {outside} of 10 figures lie outside of their intervals\n"


def test_too_few_seeds_are_a_usage_error():
    assert selftest("--seeds", 3).exit_code == 2
