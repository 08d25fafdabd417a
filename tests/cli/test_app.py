"""The frame: errors become one line and an exit code, the same from a shell and under Typer's runner."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from flexsim.cli.app import COMMANDS, GROUPS, Commands, app, python_name
from flexsim.errors import CheckFailed, ConfigurationError, DomainError, FlexsimError, TargetUnreachable

runner = CliRunner()

FAILURES = {
    "check": (CheckFailed("3 changes to make"), 1),
    "configuration": (ConfigurationError("no such folder: here"), 2),
    "target": (TargetUnreachable("nobody answers at http://127.0.0.1:1"), 3),
    "ours": (FlexsimError("the log has two ends"), 4),
}


def an_app_that_raises(error: BaseException) -> typer.Typer:
    failing = typer.Typer(cls=Commands)

    @failing.command()
    def fail(number: Annotated[int, typer.Option()] = 0) -> None:
        raise error

    failing.callback()(lambda: None)
    return failing


def flexsim(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, **environ}
    return subprocess.run(
        [sys.executable, "-m", "flexsim", *arguments],
        capture_output=True, text=True, check=False, env=environ, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("kind", FAILURES)
def test_an_error_is_one_line_on_stderr_and_its_exit_code(kind):
    error, code = FAILURES[kind]
    result = runner.invoke(an_app_that_raises(error), ["fail"])
    assert result.exit_code == code
    assert result.stderr == f"flexsim: {error}\n"
    assert result.stdout == ""


def test_a_domain_errors_problems_stand_on_a_line_each():
    error = DomainError("domain.json", ["$.agentCnt: 0 is too small", "$.brand: [missing]"])
    result = runner.invoke(an_app_that_raises(error), ["fail"])
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "flexsim: domain.json is not a valid domain description:",
        "  $.agentCnt: 0 is too small",
        "  $.brand: [missing]",
    ]


def test_an_unexpected_exception_is_our_fault_in_one_line():
    result = runner.invoke(an_app_that_raises(ZeroDivisionError("division by zero")), ["fail"])
    assert result.exit_code == 4
    assert len(result.stderr.splitlines()) == 1
    assert "a fault of flexsim" in result.stderr
    assert "ZeroDivisionError: division by zero" in result.stderr
    assert "--log-level debug" in result.stderr


def test_an_exception_without_a_message_is_reported_too():
    result = runner.invoke(an_app_that_raises(AssertionError()), ["fail"])
    assert result.exit_code == 4
    assert "AssertionError" in result.stderr


def test_an_interrupt_exits_130():
    assert runner.invoke(an_app_that_raises(KeyboardInterrupt()), ["fail"]).exit_code == 130


def test_a_broken_pipe_that_is_not_stdouts_is_our_fault():
    result = runner.invoke(an_app_that_raises(BrokenPipeError(32, "a socket's")), ["fail"])
    assert result.exit_code == 4
    assert "BrokenPipeError" in result.stderr


def test_an_exit_that_a_command_asks_for_stays():
    assert runner.invoke(an_app_that_raises(typer.Exit(1)), ["fail"]).exit_code == 1


@pytest.mark.parametrize("arguments", [["fail", "--number", "three"], ["fail", "--numbr", "3"], ["nonsense"]])
def test_bad_usage_exits_2(arguments):
    result = runner.invoke(an_app_that_raises(AssertionError("not reached")), arguments)
    assert result.exit_code == 2
    assert "flexsim:" not in result.stderr


def test_the_debug_level_shows_the_traceback():
    failing = typer.Typer(cls=Commands)
    failing.callback()(app.registered_callback.callback)

    @failing.command()
    def fail() -> None:
        raise ZeroDivisionError

    result = runner.invoke(failing, ["--log-level", "debug", "fail"])
    assert result.exit_code == 4
    assert "Traceback (most recent call last)" in result.stderr
    assert "in fail" in result.stderr


def test_a_mistyped_command_is_met_with_the_nearest_one():
    result = runner.invoke(app, ["genconfg"])
    assert result.exit_code == 2
    assert "genconfig" in result.stderr


def test_a_commands_dashes_are_underscores_in_the_module_that_holds_it():
    assert python_name("what-if") == "what_if"
    names = [*(set(COMMANDS) - set(GROUPS)), *(f"{group}/{name}" for group in GROUPS for name in GROUPS[group])]
    for name in names:
        assert (Path(__file__).parents[2] / "flexsim" / "cli" / f"{python_name(name)}.py").is_file()


def test_help_lists_every_command_with_its_first_sentence():
    result = runner.invoke(app, ["--help"])
    assert result.exit_code == 0
    for name in COMMANDS:
        assert f"│ {name} " in result.stdout


def test_version_is_the_packages():
    result = runner.invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, "flexsim 0.1.0\n")


def test_help_in_a_process_of_its_own_imports_nothing_heavy():
    program = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from flexsim.cli.app import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "print([each for each in ('twilio', 'flask', 'starlette', 'aiohttp', 'faker', 'jsonschema') if each in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_the_module_runs_as_a_program():
    result = flexsim("--version")
    assert (result.returncode, result.stdout) == (0, "flexsim 0.1.0\n")


@pytest.mark.parametrize(("arguments", "code"), [(["genconfig", "--schema"], 141), (["--help"], 1)])
def test_a_reader_who_goes_away_is_not_an_error_of_anybody(arguments, code):
    """Typer's own pages end with Rich's 1."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    program = [sys.executable, "-m", "flexsim", *arguments]
    try:
        result = subprocess.run(program, stdout=write_end, stderr=subprocess.PIPE, check=False, timeout=60)
    finally:
        os.close(write_end)
    assert (result.returncode, result.stderr) == (code, b"")


def test_a_pipe_that_broke_with_nothing_left_to_write_is_not_an_error_of_anybody():
    """A long page goes out in one piece, whose failure leaves no rest by which flushing could tell."""
    program = (
        "import typer\n"
        "from flexsim.cli.app import Commands\n"
        "app = typer.Typer(cls=Commands)\n"
        "app.callback()(lambda: None)\n"
        "@app.command()\n"
        "def write():\n"
        "    raise BrokenPipeError(32, 'nothing is left to write')\n"
        "app(['write'])"
    )
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        run = subprocess.run(
            [sys.executable, "-c", program], stdout=write_end, stderr=subprocess.PIPE, check=False, timeout=60
        )
    finally:
        os.close(write_end)
    assert (run.returncode, run.stderr) == (141, b"")


def test_an_interrupted_class_statement_is_an_interrupt():
    error = RuntimeError("Error calling __set_name__ on 'Field' instance")
    error.__cause__ = KeyboardInterrupt()
    result = runner.invoke(an_app_that_raises(error), ["fail"])
    assert (result.exit_code, result.stderr) == (130, "")


def test_ctrl_c_while_the_command_line_is_still_being_read_in_exits_130(tmp_path):
    (tmp_path / "typer.py").write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nimport time\ntime.sleep(9)"
    )
    result = flexsim("--version", PYTHONPATH=str(tmp_path))
    assert (result.returncode, result.stderr) == (130, "")


def test_letters_that_the_terminal_does_not_know_are_replaced_and_json_is_escaped(tmp_path):
    domain = tmp_path / "domain.json"
    domain.write_text(json.dumps({"brand": "Škoda"}))
    command = ["genconfig", "--domaindir", str(tmp_path), "--cfgdir", str(tmp_path / "config")]
    shown = flexsim(*command, PYTHONIOENCODING="ascii")
    assert (shown.returncode, shown.stdout.splitlines()[0][:6]) == (0, "?koda:")
    as_json = flexsim(*command, "--json", PYTHONIOENCODING="ascii")
    assert json.loads(as_json.stdout)["brand"] == "Škoda"


def test_the_shells_completion_offers_the_commands():
    result = flexsim(_FLEXSIM_COMPLETE="complete_bash", COMP_WORDS="flexsim gen", COMP_CWORD="1")
    assert result.stdout.split() == ["genconfig"]


def test_the_shells_completion_script_names_our_command(monkeypatch):
    monkeypatch.setattr("shellingham.detect_shell", lambda *_: ("bash", "/bin/bash"))  # whoever runs the tests
    result = runner.invoke(app, ["--show-completion", "bash"], prog_name="flexsim")
    assert "_FLEXSIM_COMPLETE" in result.stdout
