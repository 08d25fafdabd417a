"""The command refuses what it cannot serve; that it serves and stops is seen in test_agents."""

import socket

from typer.testing import CliRunner

from flexsim.cli.app import app

runner = CliRunner()


def test_a_fault_that_there_is_not_is_named():
    result = runner.invoke(app, ["load", "backend", "--fault", "drp=1"])
    assert (result.exit_code, "no such fault: drp" in result.stderr) == (2, True)


def test_a_port_that_is_taken_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = runner.invoke(app, ["load", "backend", "--port", str(taken.getsockname()[1])])
    assert (result.exit_code, "is in use; 0 takes any free one" in result.stderr) == (2, True)
