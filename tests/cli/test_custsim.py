"""``flexsim custsim``: so many customers, from where they are said to be, and a summary."""

import signal
import subprocess
import sys

import pytest

QUICK = ("--speed", 400, "--rate-per-hour", 7200, "--seed", 3)


@pytest.fixture
def deployed(bench):
    assert bench.run("deploy").exit_code == 0
    return bench


def tasks(bench):
    async def ask(router):
        return await router.tasks()

    return bench.ask(ask)


def test_it_ends_once_the_last_customer_has_given_up(deployed):
    summary = deployed.json("custsim", "--max-tasks", 6, *QUICK)
    assert (summary["created"], summary["abandoned"], summary["undecided"]) == (6, 6, 0)
    assert [task.reason for task in tasks(deployed)] == ["abandoned"] * 6


def test_the_summary_is_a_line_on_stderr(deployed):
    result = deployed.run("custsim", "--max-tasks", 3, *QUICK)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "custsim: arrived 3, created 3, abandoned 3 (" in result.stderr
    assert "(speed 400, seed 3)" in result.stderr


def test_told_to_stop_it_says_how_many_tasks_it_leaves(deployed):
    program = [sys.executable, "-m", "flexsim", "custsim", "--speed", "1", "--rate-per-hour", "72000"]
    with subprocess.Popen(program, stderr=subprocess.PIPE, text=True) as process:
        while not tasks(deployed):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    left = len(tasks(deployed))
    assert f"created {left}, undecided {left} (" in errors
    assert errors.splitlines()[-1].startswith(f"{left} task")
    assert "cleansim removes them" in errors


def test_the_time_limit_goes_by_both_of_its_names(deployed):
    for name in ("--time-limit", "--timeLim"):
        result = deployed.run("custsim", name, 0)
        assert result.exit_code == 0, result.stderr
        assert "nobody came" in result.stderr


def test_the_same_seed_brings_the_same_customers(deployed):
    for _ in range(2):
        deployed.run("custsim", "--max-tasks", 3, *QUICK)
    names = [task.attributes["customers"]["name"] for task in tasks(deployed)]
    assert sorted(names[:3]) == sorted(names[3:])


def test_customers_come_from_the_locale_that_is_asked_for(deployed):
    deployed.run("custsim", "--max-tasks", 2, "--locale", "de-de", *QUICK)
    for task in tasks(deployed):
        assert task.attributes["from_country"] == "DE"
        assert task.attributes["from"].startswith("+49")


def test_an_unknown_locale_is_named(deployed):
    result = deployed.run("custsim", "--locale", "tlh")
    assert result.exit_code == 2
    assert "tlh" in result.stderr


def test_before_deploy_it_says_what_to_do(bench):
    result = bench.run("custsim")
    assert result.exit_code == 2
    assert "flexsim deploy" in result.stderr
    assert "nobody came" not in result.stderr
