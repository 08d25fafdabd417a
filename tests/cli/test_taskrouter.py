"""The command ``flexsim taskrouter``, as a process: what it prints, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys

import pytest
import requests

from flexsim.cli import taskrouter
from flexsim.emulator.options import Options
from flexsim.emulator.server import DEFAULT_PORT, LocalTaskRouter


def start(*arguments, environ=None):
    command = [sys.executable, "-m", "flexsim", *arguments]
    environ = {**os.environ, **(environ or {})}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)


def ended(process, number):
    """Exit code and stderr after the signal."""
    os.kill(process.pid, number)
    _, errors = process.communicate(timeout=20)
    return process.returncode, errors


def environment(process):
    return dict(process.stdout.readline().strip().split("=", 1) for _ in range(4))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_prints_the_lines_to_paste_serves_and_ends_cleanly(number, code):
    process = start("taskrouter", "--port", "0")
    lines = environment(process)
    assert list(lines) == ["TASKROUTER_URL", "ACCOUNT_SID", "AUTH_TOKEN", "WRKSPC_SID"]
    url = f"{lines['TASKROUTER_URL']}/v1/Workspaces/{lines['WRKSPC_SID']}"
    answer = requests.get(url, auth=(lines["ACCOUNT_SID"], lines["AUTH_TOKEN"]), timeout=10)
    assert answer.json()["friendly_name"] == "Flex Task Assignment"
    returned, errors = ended(process, number)
    assert returned == code
    assert errors.splitlines() == [
        f"TaskRouter at {lines['TASKROUTER_URL']} (speed 1, seed 1); Ctrl-C stops it",
        f"dashboard at {lines['TASKROUTER_URL']}/_flexsim/dashboard",
    ]


def test_json_is_one_line_and_the_seed_decides_it_but_for_the_port():
    found = []
    for _ in range(2):
        process = start("--quiet", "taskrouter", "--port", "0", "--seed", "7", "--speed", "20", "--json")
        document = json.loads(process.stdout.readline())
        health = requests.get(f"{document['TASKROUTER_URL']}/_flexsim/health", timeout=10).json()
        assert (health["speed"], health["seed"]) == (document["speed"], document["seed"]) == (20.0, 7)
        assert ended(process, signal.SIGTERM) == (0, "")
        assert document.pop("dashboard") == f"{document.pop('TASKROUTER_URL')}/_flexsim/dashboard"
        found.append(document)
    assert found[0] == found[1]


def test_a_taken_port_is_one_line_and_exit_2():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start("taskrouter", "--port", str(port))
        output, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert output == ""
    assert errors == f"flexsim: port {port} of 127.0.0.1 is in use; 0 takes any free one\n"


def test_rate_limits_and_control_token_reach_the_server():
    process = start("taskrouter", "--port", "0", "--rate-limits", "--request-rate", "4", "--control-token", "sesame")
    lines = environment(process)
    address = lines["TASKROUTER_URL"]
    url = f"{address}/v1/Workspaces/{lines['WRKSPC_SID']}/Tasks"
    auth = (lines["ACCOUNT_SID"], lines["AUTH_TOKEN"])
    with requests.Session() as session:

        def refused(**query):
            """The first answer that is no 200; a busy machine may need more than a second for a few."""
            answers = (session.get(url, params=query, auth=auth, timeout=10) for _ in range(1000))
            return next(each for each in answers if each.status_code != 200)

        costly, plain = refused(EvaluateTaskAttributes="a=1"), refused()
        assert (costly.status_code, costly.json()["code"], costly.headers["Retry-After"]) == (429, 20429, "1")
        assert costly.headers["X-Rate-Limit-Config"] == "EvaluateTaskAttributes"
        assert costly.headers["X-Rate-Limit-Limit"] == "3"
        assert (plain.status_code, plain.headers["X-Rate-Limit-Limit"]) == (429, "4")
        assert session.get(f"{address}/_flexsim/seed", timeout=10).status_code == 403
        bearer = {"Authorization": "Bearer sesame"}
        assert session.get(f"{address}/_flexsim/seed", headers=bearer, timeout=10).json() == {"seed": 1}
    assert ended(process, signal.SIGTERM)[0] == 0


def test_the_limit_of_worker_statistics_reaches_the_server():
    process = start("taskrouter", "--port", "0", "--worker-statistics-limit", "0")
    lines = environment(process)
    workers = f"{lines['TASKROUTER_URL']}/v1/Workspaces/{lines['WRKSPC_SID']}/Workers"
    auth = (lines["ACCOUNT_SID"], lines["AUTH_TOKEN"])
    assert requests.get(f"{workers}/Statistics", auth=auth, timeout=10).status_code == 200
    requests.post(workers, data={"FriendlyName": "bob"}, auth=auth, timeout=10)
    assert requests.get(f"{workers}/Statistics", auth=auth, timeout=10).status_code == 400
    assert ended(process, signal.SIGTERM)[0] == 0


def test_the_control_token_can_come_from_the_environment():
    process = start("taskrouter", "--port", "0", environ={"TASKROUTER_CONTROL_TOKEN": "sesame"})
    address = environment(process)["TASKROUTER_URL"]
    assert requests.get(f"{address}/_flexsim/seed", timeout=10).status_code == 403
    bearer = {"Authorization": "Bearer sesame"}
    assert requests.get(f"{address}/_flexsim/seed", headers=bearer, timeout=10).status_code == 200
    assert ended(process, signal.SIGTERM)[0] == 0


def test_an_empty_control_token_is_one_line_and_exit_2():
    process = start("taskrouter", "--port", "0", "--control-token", " ")
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors.count("\n")) == (2, 1)


def test_what_is_in_the_data_file_is_there_after_a_kill_and_a_restart(tmp_path):
    command = ("taskrouter", "--port", "0", "--data", str(tmp_path / "centre.db"))
    process = start(*command, "--seed", "7")
    lines = environment(process)
    auth = (lines["ACCOUNT_SID"], lines["AUTH_TOKEN"])
    made = requests.post(
        f"{lines['TASKROUTER_URL']}/v1/Workspaces/{lines['WRKSPC_SID']}/Tasks", auth=auth, timeout=10
    ).json()
    ended(process, signal.SIGKILL)
    process = start(*command)
    again = environment(process)
    address = again.pop("TASKROUTER_URL")
    assert again.items() <= lines.items()
    found = requests.get(f"{address}/v1/Workspaces/{lines['WRKSPC_SID']}/Tasks/{made['sid']}", auth=auth, timeout=10)
    assert found.json()["date_created"] == made["date_created"]
    returned, errors = ended(process, signal.SIGTERM)
    said = [f"TaskRouter at {address} (speed 1, seed 7); Ctrl-C stops it", f"dashboard at {address}/_flexsim/dashboard"]
    assert (returned, errors.splitlines()) == (0, said)
    assert [each.name for each in tmp_path.iterdir()] == ["centre.db"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--data", "diary.txt"), "diary.txt is not a data file of flexsim: name another one, or a new one"),
        (("--data", "nowhere/centre.db"), "cannot make nowhere/centre.db: unable to open database file"),
        (("--data", "centre.db", "--seed", "8"), "centre.db was made with seed 7, not 8: leave the seed out"),
        (
            ("--replay", "diary.txt"),
            "diary.txt does not hold recorded inputs: Expecting value: line 1 column 1 (char 0)",
        ),
        (("--replay", "none.jsonl"), "cannot read none.jsonl: No such file or directory"),
    ],
)
def test_a_file_that_is_not_to_be_used_is_one_line_and_exit_2_and_stays_as_it_is(
    tmp_path, monkeypatch, arguments, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "diary.txt").write_text("dear to somebody\n" * 10)
    with LocalTaskRouter(seed=7, options=Options(data="centre.db")):
        pass
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    process = start("taskrouter", "--port", "0", *arguments)
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, errors) == (2, "", f"flexsim: {message}\n")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_recorded_inputs_are_replayed(tmp_path):
    path = tmp_path / "inputs.jsonl"
    with LocalTaskRouter(options=Options(data=":memory:")) as recorded:
        recorded.workspace.workers.create("alice")
        path.write_text(requests.get(f"{recorded.base_url}/_flexsim/inputs", timeout=10).text)
    process = start("taskrouter", "--port", "0", "--replay", str(path))
    lines = environment(process)
    health = requests.get(f"{lines['TASKROUTER_URL']}/_flexsim/health", timeout=10).json()
    assert health["workspaces"][0]["workers"] == 1
    assert ended(process, signal.SIGTERM)[0] == 0


def test_a_disk_that_is_full_is_one_line_and_exit_4_and_what_was_acknowledged_is_there(tmp_path):
    data = str(tmp_path / "centre.db")
    program = "import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)); runpy.run_module('flexsim', run_name='__main__')"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "--quiet", "taskrouter", "--port", "0", "--data", data],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = environment(process)
    url = f"{lines['TASKROUTER_URL']}/v1/Workspaces/{lines['WRKSPC_SID']}/Tasks"
    acknowledged = []
    with requests.Session() as session:
        session.auth = (lines["ACCOUNT_SID"], lines["AUTH_TOKEN"])
        while True:
            answer = session.post(url, data={"Attributes": json.dumps({"ballast": "x" * 3000})}, timeout=10)
            if answer.status_code != 201:
                break
            acknowledged.append(answer.json()["sid"])
    _, errors = process.communicate(timeout=20)
    last = errors.splitlines()[-1]
    assert (answer.status_code, process.returncode) == (500, 4)
    assert last.startswith(f"flexsim: cannot write {data}: ")
    with LocalTaskRouter(options=Options(data=data)) as again:
        assert sorted(each.sid for each in again.workspace.tasks.list()) == sorted(acknowledged)


def test_the_defaults_written_out_are_the_librarys():
    defaults = Options()
    written = {name: getattr(taskrouter, f"_{name.upper()}") for name in ("history", "event_batch", "event_interval")}
    assert written == {name: getattr(defaults, name) for name in written}
    assert taskrouter._PORT == DEFAULT_PORT
    assert defaults.goal.threshold == taskrouter._THRESHOLD


def test_a_sink_and_a_history_reach_the_server():
    with socket.create_server(("127.0.0.1", 0)) as sink:
        url = f"http://127.0.0.1:{sink.getsockname()[1]}/events"
        process = start(
            "taskrouter",
            "--port",
            "0",
            "--history",
            "3",
            "--event-sink",
            url,
            "--event-batch",
            "2",
            "--event-interval",
            "0",
        )
        lines = environment(process)
        with sink.accept()[0] as connection:
            request = b""
            while b"]" not in request:
                request += connection.recv(65_536)
        address = f"{lines['TASKROUTER_URL']}/v1/Workspaces/{lines['WRKSPC_SID']}/Events"
        listed = requests.get(address, auth=(lines["ACCOUNT_SID"], lines["AUTH_TOKEN"]), timeout=10).json()["events"]
        assert ended(process, signal.SIGTERM)[0] == 0
    assert request.startswith(b"POST /events?bodySHA256=")
    assert request.count(b'"specversion"') == 2
    assert len(listed) == 3


def test_a_sink_that_is_no_address_is_one_line_and_exit_2():
    process = start("taskrouter", "--port", "0", "--event-sink", "localhost:9000")
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, output) == (2, "")
    assert errors == "flexsim: the event sink must be an http or https address: localhost:9000\n"
