"""The whole cycle as a person runs it: one command for all of it, and five commands in processes of their own."""

import json
import signal
from collections import defaultdict

from tests.stories.programs import (
    ENDS,
    Process,
    flexsim,
    free_port,
    healthy,
    local_taskrouter,
    read_env,
    tell,
    until,
    workspace,
    write_env,
)  # fmt: skip


def test_five_commands_in_processes_of_their_own(folder):
    """Generate, deploy, serve, call, clean up: every task ends once, and the workspace is as it was before."""

    async def story():
        async with local_taskrouter(speed=60) as ends:
            before = await workspace()
            await flexsim("genconfig", "--agents", "6", "--seed", "4")
            port = await free_port()
            write_env(*read_env(), f"AGENTSIM_PORT={port}\n", f"ASSIGN_URL=http://127.0.0.1:{port}\n")
            await flexsim("deploy")
            await flexsim("deploy", "--check")
            agents = await Process.start("agentsim", "--warm", "--seed", "4", "--json")
            health = await healthy(f"http://127.0.0.1:{port}")
            customers = json.loads(await flexsim("custsim", "--max-tasks", "40", "--seed", "4", "--json"))
            await until(lambda: len(ends) == 40 and all(ends.values()))
            served = json.loads(await agents.stop(signal.SIGINT, 130))
            await flexsim("cleansim", "--all")
            return before, await workspace(), health, customers, served, dict(ends)

    before, after, health, customers, served, ends = tell(story, 90)
    assert health["agents"] == 6
    assert customers["created"] == len(ends) == 40
    first_ends = [each[0] for each in ends.values()]
    assert first_ends.count("task.completed") == served["completed"] > 0
    assert first_ends.count("task.canceled") == customers["abandoned"]
    assert len(first_ends) == served["completed"] + customers["abandoned"]
    # What cleansim deletes had ended; nothing ends twice otherwise.
    assert {tuple(each[1:]) for each in ends.values()} <= {(), ("task.deleted",), ("task.system-deleted",)}
    assert served["lost"] == customers["lost"] == 0
    assert after == before


def test_the_demo_in_one_process_tree(folder):
    """``flexsim demo`` on a free port: every task created ends in exactly one state, and the log tells it all."""

    async def story():
        return json.loads(
            await flexsim("demo", "--duration", "4", "--speed", "60", "--agents", "6", "--port", "0", "--json")
        )

    summary = tell(story, 60)
    ends = defaultdict(list)
    log = (folder / summary["folder"] / "events.jsonl").read_text()
    for record in map(json.loads, log.splitlines()):
        if record["type"] == "task.created":
            assert record["contact"].startswith("CX")
            ends[record["task"]] = []
        elif record["type"] in ENDS:
            ends[record["task"]].append(record["type"])
    assert summary["total"]["offered"] > 0
    assert 0 <= len(ends) - summary["total"]["offered"] <= 3  # on the way at the moment of the figures
    assert {len(each) for each in ends.values()} == {1}


def test_without_credentials_and_without_a_local_taskrouter_one_line_says_what_to_do(folder):
    async def story():
        await flexsim("genconfig", "--agents", "2")
        for command in ("deploy", "agentsim", "custsim", "cleansim"):
            process = await Process.start(command)
            _, errors = await process.process.communicate()
            assert process.process.returncode == 2
            assert errors.decode().count("\n") == 1
            assert "flexsim taskrouter" in errors.decode()

    tell(story, 60)


def test_a_taskrouter_that_is_not_there_is_said_to_be_unreachable(folder):
    async def story():
        port = await free_port()
        write_env(
            f"TASKROUTER_URL=http://127.0.0.1:{port}\n",
            f"ACCOUNT_SID=AC{'0' * 32}\nAUTH_TOKEN=t\nWRKSPC_SID=WS{'0' * 32}\n",
        )
        await flexsim("genconfig", "--agents", "2")
        process = await Process.start("deploy")
        _, errors = await process.process.communicate()
        assert process.process.returncode == 3
        assert f"http://127.0.0.1:{port}" in errors.decode()

    tell(story, 60)
