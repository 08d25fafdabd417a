"""Conversations for the commands about them, made once."""

import shutil

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    """A folder with one conversation of ten seconds."""
    out = tmp_path_factory.mktemp("conversations")
    words = ["converse", "run", "--virtual", "--seed", "7", "--duration", "10", "--out", str(out), "--json"]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 0, found.output
    return out


@pytest.fixture
def kept(recorded, tmp_path):
    """A copy of it that may be changed."""
    return shutil.copytree(recorded, tmp_path / "kept")
