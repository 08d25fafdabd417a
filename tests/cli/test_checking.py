"""Thresholds on the command line: refused before anything is done, and judged when all is."""

import pytest
from junitparser import JUnitXml

from flexsim.cli.checking import read_checks, write_junit
from flexsim.errors import CheckFailed, ConfigurationError, ThresholdError
from flexsim.measure.junit import Case
from flexsim.measure.statistics import Totals


def totals(answered):
    found = Totals()
    found.overall.offered = 10
    found.overall.answered = answered
    return found


def test_without_thresholds_nothing_is_said_and_nothing_fails(capsys):
    checks = read_checks("flexsim demo", None, None)
    checks.enforce(checks.judge(totals(5)), quiet=False)
    assert capsys.readouterr() == ("", "")


def test_each_threshold_is_told_in_a_line_and_one_that_comes_true_fails(capsys, tmp_path):
    file = tmp_path / "checks.xml"
    checks = read_checks("flexsim demo", ["answered < 3", "answered < 8", "asa > 60"], file)
    with pytest.raises(CheckFailed, match=r"^2 of 3 thresholds failed$"):
        checks.enforce(checks.judge(totals(5)), quiet=False)
    assert capsys.readouterr().err.splitlines() == [
        "held: answered < 3 (measured 5)", "failed: answered < 8 (measured 5)",
        "failed: asa > 60 (there is nothing to judge)",
    ]  # fmt: skip
    (suite,) = JUnitXml.fromfile(str(file))
    assert (suite.name, suite.tests, suite.failures) == ("flexsim demo", 3, 2)


def test_quiet_leaves_what_failed(capsys):
    checks = read_checks("flexsim demo", ["answered < 3", "answered < 8"], None)
    with pytest.raises(CheckFailed):
        checks.enforce(checks.judge(totals(5)), quiet=True)
    assert capsys.readouterr().err == "failed: answered < 8 (measured 5)\n"


def test_what_is_wrong_is_said_before_anything_is_done(tmp_path):
    with pytest.raises(ThresholdError, match="no such figure: speed"):
        read_checks("flexsim demo", ["speed > 5"], None)
    with pytest.raises(ConfigurationError, match="no such queue: Sale"):
        read_checks("flexsim demo", ["asa > 5 where queue = Sale"], None, queues={"Sales"})
    with pytest.raises(ConfigurationError, match="give at least one threshold"):
        read_checks("flexsim demo", None, tmp_path / "checks.xml")
    with pytest.raises(ConfigurationError, match=r"there is no folder .*nowhere"):
        read_checks("flexsim demo", ["asa > 5"], tmp_path / "nowhere" / "checks.xml")


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=f"cannot write {tmp_path}: Is a directory"):
        write_junit(tmp_path, "flexsim audit", [Case(name="lines")])
