"""Commands of the workforce in a folder of their own, and a service that runs as a program."""

import contextlib
import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["workforce", *map(str, arguments)])


@contextlib.contextmanager
def served(*arguments, **environment):
    """A running ``flexsim workforce serve`` and its address."""
    program = [sys.executable, "-m", "flexsim", "workforce", "serve", "--port", "0", "--json", *map(str, arguments)]
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment or None
    ) as running:
        try:
            line = running.stdout.readline()
            assert line, running.stderr.read()
            yield running, json.loads(line)["url"]
        finally:
            if running.poll() is None:
                running.kill()
