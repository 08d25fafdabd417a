"""The tool service's own usage; tests/cli/load/test_services.py runs it."""

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app


@pytest.mark.parametrize("words", [["--error-rate", "2"], ["--delay-ms", "-1"], ["--port", "70000"]])
def test_what_is_out_of_range_is_refused(words):
    assert CliRunner().invoke(app, ["load", "tools", *words]).exit_code == 2


def test_a_bad_variable_is_named(monkeypatch):
    monkeypatch.setenv("TOOL_ERROR_RATE", "often")
    result = CliRunner().invoke(app, ["load", "tools", "--port", "0"])
    assert result.exit_code == 2
    assert "TOOL_ERROR_RATE in the environment is not a share from 0 to 1: often" in result.stderr
