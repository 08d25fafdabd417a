"""The agent service's own usage; tests/cli/load/test_services.py runs it."""

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--otlp", "localhost", "--port", "0"], "an OTLP endpoint is an http or https address"),
        (["--otlp", "http://a", "--protocol", "udp", "--port", "0"], "no such protocol: udp"),
        (["--host", "no.such.host.invalid"], "no such host to listen on"),
    ],
)
def test_nonsense_is_told_in_one_line(words, problem):
    result = CliRunner().invoke(app, ["load", "app", *words])
    assert result.exit_code == 2
    assert problem in result.stderr
