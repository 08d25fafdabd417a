"""Whatever goes wrong ends in an exit code, and in at most one line."""

import logging

import pytest

from flexsim.cli import output
from flexsim.cli.frame import ending, log_to_stderr
from flexsim.errors import CheckFailed, ConfigurationError, TargetUnreachable


def interrupted_class_statement():
    error = RuntimeError("Error calling __set_name__")
    error.__cause__ = KeyboardInterrupt()
    return error


def interrupted_putting_away():
    error = RuntimeError("release unlocked lock")
    error.__context__ = OSError("of what was being done")
    error.__context__.__context__ = KeyboardInterrupt()
    return error


def going_round_in_circles():
    error = ConfigurationError("no such queue: Q")
    error.__cause__ = OSError()
    error.__cause__.__context__ = error
    return error


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (CheckFailed("2 of 3 thresholds failed"), 1, "flexsim: 2 of 3 thresholds failed\n"),
        (ConfigurationError("no such queue: Q"), 2, "flexsim: no such queue: Q\n"),
        (TargetUnreachable("nobody answers"), 3, "flexsim: nobody answers\n"),
        (KeyboardInterrupt(), 130, ""),
        (interrupted_class_statement(), 130, ""),
        (interrupted_putting_away(), 130, ""),
        (going_round_in_circles(), 2, "flexsim: no such queue: Q\n"),
        (output.ReaderGoneError(), 141, ""),
    ],
)
def test_an_error_has_its_exit_code_and_its_line(error, code, said, capsys):
    assert ending(error, debug=False) == code
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero\nagain"), BrokenPipeError(32, "a socket's")])
def test_what_nobody_expected_is_our_fault_in_one_line_and_whole_when_debugging(error, capsys):
    assert ending(error, debug=False) == 4
    [line] = capsys.readouterr().err.splitlines()
    assert type(error).__name__ in line
    assert ending(error, debug=True) == 4
    assert len(capsys.readouterr().err.splitlines()) > 1


def test_our_own_records_are_logged_from_the_level_on(capsys):
    before = logging.getLogger("flexsim").handlers
    try:
        log_to_stderr("ERROR")
        logging.getLogger("flexsim.load").warning("not heard")
        logging.getLogger("flexsim.load").error("heard")
        assert capsys.readouterr().err == "ERROR flexsim.load: heard\n"
    finally:
        logging.getLogger("flexsim").handlers = before
