"""The menu runs what is chosen, asks again where it must, and ends when told to."""

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.cli.load import menu

ANSWERS = {
    "trace_id": "ab", "spans": 9, "duration_ms": 12.0, "critical_path": ["c"], "tool_calls": 3, "retries": [],
    "idle_ms": 0.0, "root_cause": "cd", "time_to_first_token_ms": None, "tokens": None,
}  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """What would have been sent; tests/traces/test_services.py sends it."""
    found = []
    monkeypatch.setattr(menu, "_run", lambda *what: found.append(what) or ANSWERS)
    return found


def run(text, *words):
    return CliRunner().invoke(app, ["load", "menu", *words], input=text)


def test_a_scenario_is_run_with_what_was_given_and_defaults_are_left_out(asked):
    result = run("chain\n3\n\nq\n")
    assert result.exit_code == 0
    assert asked == [("http://127.0.0.1:8080", "chain", {"depth": 3})]
    assert "trace ab: 9 spans in 12 ms" in result.stdout
    assert "to blame: span cd" in result.stdout


def test_what_is_out_of_range_is_told_and_asked_for_again(asked):
    result = run("2\n0\n4\n\nq\n")
    assert "depth is a whole number from 1 to 500: 0" in result.stdout
    assert asked[0][2] == {"depth": 4}


def test_with_several_services_it_asks_which(asked):
    run("6\n2\n\n\nq\n", "--url", "http://a", "--url", "http://b")
    assert asked == [("http://b", "human", {})]


@pytest.mark.parametrize("text", ["", "q\n", "99\nnonsense\nq\n"])
def test_it_ends_when_told_to_or_at_the_end_of_its_input(asked, text):
    assert run(text).exit_code == 0
    assert asked == []


def test_nobody_there_is_told_and_the_menu_goes_on():
    result = run("human\n\n\nq\n", "--url", "http://127.0.0.1:1")
    assert result.exit_code == 0
    assert "no agent service at http://127.0.0.1:1" in result.stderr
