"""``flexsim agentsim``: logs in, logs out, and says what was wrong in one line."""

import json
import socket
from pathlib import Path

import pytest


@pytest.fixture
def deployed(bench):
    with Path(".env").open("a") as file:
        file.write("AGENTSIM_PORT=0\n")
    assert bench.run("deploy").exit_code == 0
    return bench


def activities(bench):
    async def ask(router):
        names = {activity.sid: activity.name for activity in await router.activities()}
        return {names[worker.activity_sid] for worker in await router.workers()}

    return bench.ask(ask)


def called_address(bench):
    async def ask(router):
        return next(each for each in await router.workflows() if each.name == "Tidewater Workflow").assignment_url

    return bench.ask(ask)


def test_it_stops_by_itself_after_the_duration_with_everybody_logged_out(deployed):
    result = deployed.run("agentsim", "--duration", 20, "--speed", 40, "--seed", 3)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    assert "5 agents of Tidewater at http://127.0.0.1:" in result.stderr
    assert "(speed 40, seed 3)" in result.stderr
    assert "activity changes 10" in result.stderr  # five in, five out
    assert activities(deployed) == {"Offline"}


def test_json_is_all_there_is_on_stdout(deployed):
    result = deployed.run("agentsim", "--duration", 0, "--json")
    summary = json.loads(result.stdout)
    assert (summary["activity_changes"], summary["lost"], summary["in_hand"]) == (10, 0, 0)


def test_quiet_leaves_nothing_to_read(deployed):
    result = deployed.run("--quiet", "agentsim", "--duration", 0)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_a_taskrouter_on_this_machine_is_told_where_it_listens(deployed):
    result = deployed.run("agentsim", "--duration", 0)
    address = called_address(deployed)
    assert f"calls {address} from now on" in result.stderr
    assert address.endswith("/reservation")
    assert ":0/" not in address


def test_a_public_address_gets_the_callbacks_path(deployed):
    result = deployed.run("agentsim", "--duration", 0, "--public-url", "https://acme.example")
    assert result.exit_code == 0, result.stderr
    assert called_address(deployed) == "https://acme.example/reservation"


def test_a_public_address_that_is_none_is_named(deployed):
    result = deployed.run("agentsim", "--public-url", "acme")
    assert result.exit_code == 2
    assert "--public-url" in result.stderr
    assert "acme" in result.stderr


def test_a_port_that_is_taken_is_named_before_anybody_is_logged_in(deployed):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = deployed.run("agentsim", "--port", port)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [f"flexsim: port {port} of 127.0.0.1 is in use; 0 takes any free one"]
    assert activities(deployed) == {"Offline"}


def test_before_deploy_it_says_what_to_do(bench):
    result = bench.run("agentsim", "--port", 0)
    assert result.exit_code == 2
    assert "flexsim deploy" in result.stderr
    assert "agentsim: " not in result.stderr  # there is nothing to sum up


def test_a_wrong_token_is_refused(deployed):
    result = deployed.run("agentsim", "--auth", "wrong")
    assert result.exit_code == 3
    assert "AUTH_TOKEN" in result.stderr
    assert "wrong" not in result.stderr


def test_a_missing_configuration_is_named(deployed):
    result = deployed.run("agentsim", "--cfgdir", "elsewhere")
    assert result.exit_code == 2
    assert "elsewhere" in result.stderr
