"""``flexsim deploy`` as a user runs it: a table, then the deed, and exit codes that a script can rely on."""

import json

import pytest


async def things(router):
    return [[each.name for each in await kind()] for kind in (router.workers, router.task_queues, router.workflows)]


async def callback(router):
    return next(each.assignment_url for each in await router.workflows() if each.name == "Tidewater Workflow")


def test_deploying_shows_what_it_does_and_does_it(bench):
    done = bench.run("deploy")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "create │ task queue │ Sales" in done.stdout
    assert "Agent_000 … Agent_004 (5)" in done.stdout
    assert done.stdout.splitlines()[-1].startswith(f"deployed to workspace {bench.server.workspace_sid}: 9 changes in ")
    workers, queues, workflows = bench.ask(things)
    assert workers == [f"Agent_00{n}" for n in range(5)]
    assert queues == ["Everyone", "Sales", "Service", "Support"]
    assert workflows == ["Assign to Anyone", "Tidewater Workflow"]


def test_deploying_again_changes_nothing(bench):
    bench.run("deploy")
    before = bench.ask(things)
    done = bench.run("deploy")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "unchanged: 3 task queues, 1 workflow, 5 workers",
        f"workspace {bench.server.workspace_sid} is in sync, assignments go to http://127.0.0.1:3000/reservation",
    ]
    assert bench.ask(things) == before


def test_a_dry_run_shows_and_does_nothing(bench):
    before = bench.ask(things)
    done = bench.run("deploy", "--dry-run")
    assert done.exit_code == 0
    assert "create │ workflow" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("none of them made")
    assert bench.ask(things) == before


def test_a_check_exits_1_until_deployed_and_changes_nothing(bench):
    before = bench.ask(things)
    out_of_sync = bench.run("deploy", "--check")
    assert out_of_sync.exit_code == 1
    assert "is out of sync with config; run flexsim deploy" in out_of_sync.stderr
    assert bench.ask(things) == before
    bench.run("deploy")
    assert bench.run("deploy", "--check").exit_code == 0
    bench.run("genconfig", "--agents", 6)
    assert bench.run("deploy", "--check").exit_code == 1


def test_as_json_the_changes_can_be_read_by_programs(bench):
    first, second = bench.json("deploy"), bench.json("deploy")
    assert (first["inSync"], second["inSync"]) == (False, True)
    assert first["workspace"] == bench.server.workspace_sid
    assert {change["action"] for change in first["changes"]} == {"create"}
    assert len(first["changes"]) == 9
    assert second["changes"] == []
    assert second["http"]["failures"] == {}


@pytest.mark.parametrize("flag", ["--assign-url", "--assignURL"])
def test_the_assignment_address_can_be_said(bench, flag):
    assert bench.run("deploy", flag, "https://tunnel.example").exit_code == 0
    assert bench.ask(callback) == "https://tunnel.example/reservation"


def test_the_assignment_address_can_be_set_and_follows_agentsims_port(bench, monkeypatch):
    monkeypatch.setenv("AGENTSIM_PORT", "3456")
    bench.run("deploy")
    assert bench.ask(callback) == "http://127.0.0.1:3456/reservation"
    monkeypatch.setenv("ASSIGN_URL", "https://set.example/x")
    bench.run("deploy")
    assert bench.ask(callback) == "https://set.example/x"


def test_an_address_that_is_none_is_bad_usage(bench):
    done = bench.run("deploy", "--assign-url", "tunnel.example")
    assert done.exit_code == 2
    assert "--assign-url is not an http or https address: tunnel.example" in done.stderr


def test_what_is_missing_is_named_and_exits_2_before_anything_is_changed(bench):
    async def without_chat(router):
        for channel in await router.task_channels():
            if channel.unique_name == "chat":
                await router.delete_task_channel(channel.sid)

    bench.ask(without_chat)
    before = bench.ask(things)
    done = bench.run("deploy")
    assert done.exit_code == 2
    assert "the workspace lacks task channel chat; nothing was changed" in done.stderr
    assert bench.ask(things) == before
    assert bench.run("deploy", "--create-missing").exit_code == 0


def test_what_is_in_the_way_is_named_and_exits_2(bench):
    async def their_worker(router):
        await router.create_worker("Agent_003", attributes={})

    bench.ask(their_worker)
    done = bench.run("deploy")
    assert done.exit_code == 2
    assert "the worker Agent_003" in done.stderr
    assert len(bench.ask(things)[0]) == 1


def test_without_a_configuration_the_command_that_makes_one_is_named(bench):
    done = bench.run("deploy", "--cfgdir", "nowhere")
    assert done.exit_code == 2
    assert "flexsim genconfig --cfgdir nowhere" in done.stderr


def test_a_wrong_token_exits_3_and_is_not_shown(bench):
    done = bench.run("deploy", "--auth", "wrong-but-secret")
    assert done.exit_code == 3
    assert "check ACCOUNT_SID and AUTH_TOKEN (or --acct and --auth)" in done.stderr
    assert "secret" not in done.stderr


def test_an_unknown_workspace_exits_3_and_is_named(bench):
    other = "WS" + "f" * 32
    done = bench.run("deploy", "--wrkspc", other)
    assert done.exit_code == 3
    assert f"has no workspace {other}: check WRKSPC_SID" in done.stderr


def test_hand_edited_files_are_deployed_as_they_are(bench):
    file = bench.folder / "config" / "queues.json"
    queues = json.loads(file.read_text())
    queues[0]["targetWorkers"] += " AND level > 2"
    file.write_text(json.dumps(queues))
    assert bench.run("deploy").exit_code == 0
    assert bench.json("deploy")["inSync"]
    queues[0]["targetWorkers"] += " AND level < 9"
    file.write_text(json.dumps(queues))
    (change,) = bench.json("deploy")["changes"]
    assert (change["action"], change["kind"]) == ("update", "task queue")
