"""The command ``flexsim taskrouter``, as a process: what it prints, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys

import pytest
import requests


def start(*arguments):
    command = [sys.executable, "-m", "flexsim", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


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
    assert errors.splitlines() == [f"TaskRouter at {lines['TASKROUTER_URL']} (speed 1, seed 1); Ctrl-C stops it"]


def test_json_is_one_line_and_the_seed_decides_it_but_for_the_port():
    found = []
    for _ in range(2):
        process = start("--quiet", "taskrouter", "--port", "0", "--seed", "7", "--speed", "20", "--json")
        document = json.loads(process.stdout.readline())
        health = requests.get(f"{document['TASKROUTER_URL']}/_flexsim/health", timeout=10).json()
        assert (health["speed"], health["seed"]) == (document["speed"], document["seed"]) == (20.0, 7)
        assert ended(process, signal.SIGTERM) == (0, "")
        del document["TASKROUTER_URL"]
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


def test_an_empty_control_token_is_one_line_and_exit_2():
    process = start("taskrouter", "--port", "0", "--control-token", " ")
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors.count("\n")) == (2, 1)
