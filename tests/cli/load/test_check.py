"""The sanity check runs every scenario, and fails where one does not do what it must."""

import json

from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.traces.parameters import SCENARIOS


def test_a_pair_of_our_own_passes():
    result = CliRunner().invoke(app, ["load", "check", "--json"])
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert [each["scenario"] for each in found] == list(SCENARIOS)
    assert all(each["spans"] and not each["problems"] for each in found)


def test_nobody_there_is_told():
    result = CliRunner().invoke(app, ["load", "check", "--url", "http://127.0.0.1:1"])
    assert result.exit_code == 3
    assert "no agent service at http://127.0.0.1:1" in result.stderr
