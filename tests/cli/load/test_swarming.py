"""The process of a swarm has been told what to do, carries nothing of what read the command line, and ends as it should."""

import contextlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flexsim.cli.load.swarming import can_replace

pytestmark = pytest.mark.skipif(not can_replace(), reason="the process cannot be replaced here")


@contextlib.contextmanager
def swarm(*arguments, **options):
    command = [
        sys.executable,
        "-m",
        "flexsim",
        *arguments,
        "--control-port",
        "0",
        "--backend-url",
        "http://127.0.0.1:9",
    ]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(("end", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_carries_nothing_of_the_command_line_and_stops_when_told(end, code):
    with swarm("load", "agents", "--token", "secret") as process:
        assert "control at http://127.0.0.1:" in process.stderr.readline()
        assert "swarming" in Path(f"/proc/{process.pid}/cmdline").read_text()
        assert "secret" not in Path(f"/proc/{process.pid}/cmdline").read_text()
        assert "_pydantic_core" not in Path(f"/proc/{process.pid}/maps").read_text()
        process.send_signal(end)
        out, said = process.communicate(timeout=30)
        assert (process.returncode, said, "count" in out) == (code, "", True)


def test_a_wrong_order_and_a_threshold_that_fails_exit_as_in_any_command():
    with swarm("load", "agents", "--processes", "no") as process:
        assert (process.wait(30), "--processes is a number" in process.stderr.read()) == (2, True)
    with swarm("load", "agents", "--duration", "0.1", "--fail-if", "connected < 1", "--auto-start") as process:
        _, said = process.communicate(timeout=30)
        assert process.returncode == 1
        assert said.splitlines()[1:] == ["failed: connected < 1 (measured 0)", "flexsim: 1 of 1 thresholds failed"]


def test_debugging_and_quiet_are_handed_on():
    arguments = ("load", "agents", "--auto-start", "--duration", "1", "--mode", "self-driven")
    with swarm("--quiet", *arguments, env={"PATH": "", "AGENTSIM_LOG_LEVEL": "error"}) as process:
        assert (process.communicate(timeout=30)[1], process.returncode) == ("", 0)
    with swarm("--log-level", "debug", *arguments, "--fail-if", "connected < 1") as process:
        assert "Traceback" in process.communicate(timeout=30)[1]
