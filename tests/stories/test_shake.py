"""What a stranger's machine does to every command: one clear line, the right exit code, nothing lost, no traceback."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flexsim.cli.app import COMMANDS, GROUPS
from tests.commands import command as found_command

ENVIRON = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb"}
NAMES = [name for name in COMMANDS if name not in GROUPS] + [
    f"{group} {name}" for group in GROUPS for name in GROUPS[group]
]

# What they do without an argument and without anything there: begin to serve, do their work, or ask.
SERVING = {
    "taskrouter",
    "load agents",
    "load backend",
    "load app",
    "load tools",
    "load services",
    "load collector",
    "load menu",
}
LONG = {"demo", "simulate", "what-if", "backfill", "selftest", "plan"}


def flexsim(folder, *arguments, environ=None, stdin=subprocess.DEVNULL, timeout=60):
    """Exit code, stdout and stderr of the command in this folder, with nothing of ours in the environment."""
    done = subprocess.run(
        [sys.executable, "-m", "flexsim", *map(str, arguments)],
        cwd=folder, env={**ENVIRON, "HOME": str(folder), **(environ or {})}, stdin=stdin, capture_output=True, text=True,
        timeout=timeout, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert "fault of flexsim" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def one_line(result, code, *words):
    """The result is this exit code and one line on stderr that says these words."""
    found, _, errors = result
    assert (found, errors.count("\n")) == (code, 1), errors
    assert errors.startswith("flexsim: ")
    assert all(word in errors for word in words), errors


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in SERVING | LONG and not name.startswith(("converse", "workforce"))]
)
def test_in_an_empty_folder_each_command_does_its_work_or_says_what_it_lacks(name, tmp_path):
    needed = [each for each in found_command(name).params if each.param_type_name == "argument" and each.required]
    code, output, errors = flexsim(tmp_path, *name.split(), *("nothing-there" for _ in needed))
    assert code in {0, 1, 2, 3}, errors
    assert output or errors


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_description_from_another_system_is_read_as_it_is_meant(tmp_path, line_end, mark):
    text = json.dumps({"brand": 'Ünï "quoted" O\'Hare 🎉', "agentCnt": 3}, indent=1, ensure_ascii=False)
    folder = tmp_path / "domain"
    folder.mkdir()
    (folder / "domain.json").write_bytes((mark + text.replace("\n", line_end)).encode())
    assert flexsim(tmp_path, "genconfig")[0] == 0
    assert "Ünï" in (tmp_path / "config" / "workflow.json").read_text(encoding="utf-8")
    assert flexsim(tmp_path, "lint", "config", "--strict")[0] == 0
    assert flexsim(tmp_path, "simulate", "--cfgdir", "config", "--hours", "0.1", "--seed", 1, "--no-report")[0] == 0


def test_a_description_in_another_encoding_is_one_line(tmp_path):
    (tmp_path / "domain.json").write_bytes('{"brand": "Café"}'.encode("latin-1"))
    one_line(flexsim(tmp_path, "genconfig", "--domaindir", "domain.json"), 2, "domain.json")


def test_a_description_of_200_megabytes_is_refused_before_it_fills_the_memory(tmp_path):
    with (tmp_path / "domain.json").open("wb") as file:
        file.write(b'{"brand": "')
        file.truncate(200_000_000)  # of zeros, on no disk
    one_line(flexsim(tmp_path, "genconfig", "--domaindir", "domain.json"), 2, "domain.json")


def test_a_description_that_nests_for_ever_is_one_line(tmp_path):
    (tmp_path / "domain.json").write_text("[" * 100_000, encoding="utf-8")
    one_line(flexsim(tmp_path, "genconfig", "--domaindir", "domain.json"), 2, "domain.json")


def test_fifty_thousand_agents_are_generated(tmp_path):
    assert flexsim(tmp_path, "genconfig", "--agents", 50_000, timeout=100)[0] == 0
    assert len(json.loads((tmp_path / "config" / "workers.json").read_text(encoding="utf-8"))) == 50_000


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_folder_that_may_only_be_read_is_one_line(tmp_path):
    tmp_path.chmod(0o555)
    with contextlib.ExitStack() as stack:
        stack.callback(tmp_path.chmod, 0o755)
        one_line(flexsim(tmp_path, "genconfig"), 2)
        one_line(flexsim(tmp_path, "simulate", "--hours", "0.1"), 2)


def test_a_file_where_a_folder_should_be_is_one_line(tmp_path):
    (tmp_path / "config").write_text("", encoding="utf-8")
    code, _, errors = flexsim(tmp_path, "genconfig")
    assert (code, "'config' is a file" in errors) == (2, True)
    (tmp_path / "runs").write_text("", encoding="utf-8")
    code, _, errors = flexsim(tmp_path, "simulate", "--hours", "0.1", "--seed", 1)
    assert (code, "'runs' is a file" in errors) == (2, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "arguments", [("--help",), ("genconfig", "--schema"), ("plan", "--calls-per-hour", "60", "--aht", "180", "--json")]
)
def test_output_that_cannot_be_written_is_no_traceback(tmp_path, arguments):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "flexsim", *arguments], cwd=tmp_path, env=ENVIRON, stdout=full, stderr=subprocess.PIPE,
            text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "flexsim: cannot write: no space left on device; make room, and run it again\n"


@pytest.mark.parametrize("name", ["taskrouter", "load backend", "load tools", "load collector"])
def test_a_port_in_use_is_one_line_that_names_it(tmp_path, name):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        one_line(flexsim(tmp_path, *name.split(), "--port", port), 2, str(port))


def test_no_network_is_one_line_and_exit_3(tmp_path):
    way_in = {"ACCOUNT_SID": "AC" + "0" * 32, "AUTH_TOKEN": "secret-token", "WRKSPC_SID": "WS" + "0" * 32}
    assert flexsim(tmp_path, "genconfig")[0] == 0
    for command in (("deploy", "--assign-url", "https://a.example"), ("custsim", "--max-tasks", "1"), ("cleansim",)):
        result = flexsim(tmp_path, *command, environ={**way_in, "TASKROUTER_URL": "http://127.0.0.1:1"})
        one_line(result, 3, "127.0.0.1:1")
        assert "secret-token" not in result[1] + result[2]


JUMPING = """
import time
real, begun = time.time, time.monotonic()
time.time = lambda: real() + 3600 * (int(4 * (time.monotonic() - begun)) % 3 - 1)
from flexsim.__main__ import main
main()
"""


def test_a_clock_that_is_set_by_an_hour_or_two_all_the_time_is_felt_by_nobody(tmp_path):
    """Forth and back, four times a second: no wait, no deadline, no figure and no end depends on it."""
    command = ("demo", "--duration", "2", "--agents", "6", "--seed", "1", "--no-report")
    done = subprocess.run(
        [sys.executable, "-c", JUMPING, *command], cwd=tmp_path, env=ENVIRON, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    [run] = (tmp_path / "runs").iterdir()
    code, told, errors = flexsim(tmp_path, "audit", run)
    assert code == 0, told + errors
    times = [json.loads(line)["t"] for line in (run / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    assert times[-1] - times[0] < 3600


class Started:
    """A command as a process group of its own, its words on stderr in a file."""

    def __init__(self, folder, *arguments):
        self.said = folder / "said"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flexsim", *map(str, arguments)], cwd=folder, env=ENVIRON, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=said, start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 -- one thread
            )  # fmt: skip

    def words(self):
        return self.said.read_text(encoding="utf-8")

    def until(self, condition):
        while not condition():
            assert self.process.poll() is None, self.words()
            time.sleep(0.02)

    def ended(self):
        """The exit code, once there is nobody left who could say anything; and nobody has said what only we understand."""
        try:
            self.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        assert "Traceback" not in self.words(), self.words()
        return self.process.returncode


@pytest.mark.parametrize("name", ["taskrouter", "load backend", "load services"])
def test_who_is_told_to_stop_again_and_again_does_so_without_a_word(tmp_path, name):
    ports = {"load services": ("--tools-port", "0", "--collector-port", "0")}
    started = Started(tmp_path, *name.split(), "--port", "0", *ports.get(name, ()))
    started.until(lambda: "Ctrl-C" in started.words())
    while started.process.poll() is None:
        started.process.send_signal(signal.SIGTERM)
        time.sleep(0.003)
    assert started.ended() in {
        0,
        143,
        -signal.SIGTERM,
    }  # the second one comes upon clean-up, the interpreter's, or nobody


def test_work_that_is_spread_over_processes_leaves_none_of_them_behind(tmp_path):
    started = Started(tmp_path, "simulate", "--seed", 1, "--replications", 1000, "--jobs", 2, "--no-report")
    started.until(lambda: any(tmp_path.glob("runs/*/replications.jsonl")))
    started.process.send_signal(signal.SIGTERM)
    assert started.ended() == 130
    [summary] = tmp_path.glob("runs/*/summary.json")
    assert json.loads(summary.read_text(encoding="utf-8"))


# By hand at many more moments: one of them takes seconds.
@pytest.mark.parametrize(
    ("number", "after"), [(signal.SIGTERM, 0.3), (signal.SIGTERM, 1.0), (signal.SIGTERM, 2.5), (signal.SIGINT, 1.0)]
)
def test_a_signal_at_any_moment_of_a_run_ends_it_without_a_traceback(tmp_path, after, number):
    command = [sys.executable, "-m", "flexsim", "demo", "--duration", "20", "--seed", "1", "--no-report"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=ENVIRON, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 -- one thread
    )  # fmt: skip
    time.sleep(after)
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    if after >= 0.8:  # before that, it is Python's own that is ended
        assert "Traceback" not in errors
        # 0 where it was told to stop, 130 where it had not begun; a signal that Python itself hands on is 130 to a shell.
        assert process.returncode in {0, 130, -signal.SIGINT}
    for run in (tmp_path / "runs").glob("*/events.jsonl"):
        for line in run.read_text(encoding="utf-8").splitlines():
            json.loads(line)
