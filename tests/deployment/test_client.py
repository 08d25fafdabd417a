"""The port over Twilio's SDK: what goes out, what comes back, and what errors say.

The port's meaning is tested in tests/conformance; here is what only a TaskRouter that misbehaves shows.
"""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from flexsim.deployment.client import Credentials, TwilioTaskRouter, connect
from flexsim.deployment.transport import Policy, Transport
from flexsim.errors import TargetRefused, TargetUnreachable
from flexsim.taskrouter.port import NewTask, TaskChanges, WorkerChanges, WorkflowChanges

TOKEN = "0123456789abcdef0123456789abcdef"
TASK = {"sid": "WT1", "assignment_status": "completed", "attributes": "{}", "task_channel_unique_name": "chat"}


def credentials(address, token=TOKEN):
    return Credentials(account_sid="AC1", auth_token=token, workspace_sid="WS1", base_url=address)


def ask(faults, steps, question, **policy):
    """What ``question(router)`` gives or raises against a server that does ``steps``, and the server."""

    async def no_sleep(seconds):
        pass

    async def go():
        async with faults.server(steps) as server:
            transport = Transport(lambda: 0.0, Policy(**policy), no_sleep)
            try:
                return await question(TwilioTaskRouter(credentials(server.address), transport)), server
            except (TargetRefused, TargetUnreachable) as error:
                return error, server
            finally:
                await transport.close()

    return asyncio.run(go())


def refusal(faults, status, code, message):
    return faults.Answer(status, json.dumps({"status": status, "code": code, "message": message}).encode())


def answer(faults, document):
    return faults.Answer(200, json.dumps(document).encode())


def test_the_token_is_in_no_repr():
    assert TOKEN not in repr(credentials("http://127.0.0.1"))


def test_without_a_base_address_the_target_is_twilio():
    assert credentials(None).address == "https://taskrouter.twilio.com"


def test_a_refusal_names_the_thing_and_carries_status_and_code(faults):
    steps = [refusal(faults, 400, 20001, "Worker with the same friendly name already exists.")]
    error, _ = ask(faults, steps, lambda router: router.create_worker("Agent_000", attributes={}))
    assert (error.status, error.code) == (400, 20001)
    assert str(error) == (
        "could not create the worker Agent_000: Worker with the same friendly name already exists (HTTP 400, code 20001)"
    )


def test_a_refused_list_carries_status_and_code_too(faults):
    error, _ = ask(faults, [refusal(faults, 403, 20403, "Forbidden")], lambda router: router.workers())
    assert (error.status, error.code) == (403, 20403)
    assert str(error) == "could not list the workers: Forbidden (HTTP 403, code 20403)"


def test_an_error_in_the_newer_form_is_understood(faults):
    body = {"type": "about:blank", "title": "Bad", "status": 400, "code": 20001, "detail": "no such channel"}
    steps = [faults.Answer(400, json.dumps(body).encode())]
    error, _ = ask(faults, steps, lambda router: router.task("WT1"))
    assert str(error) == "could not read the task WT1: no such channel (HTTP 400, code 20001)"


def test_an_error_without_any_body_is_still_told(faults):
    error, _ = ask(faults, [faults.Answer(500, b"")], lambda router: router.task("WT1"))
    assert error.status == 500
    assert "could not read the task WT1" in str(error)


@pytest.mark.parametrize("listing", [False, True])
def test_wrong_credentials_say_which_settings_to_look_at_and_not_what_they_are(faults, listing):
    steps = [refusal(faults, 401, 20003, "Authenticate")]
    error, server = ask(faults, steps, lambda router: router.workers() if listing else router.task("WT1"))
    assert error.status == 401
    assert str(error) == (
        f"{server.address} does not accept the credentials of account AC1:"
        " check ACCOUNT_SID and AUTH_TOKEN (or --acct and --auth)"
    )
    assert TOKEN not in str(error)


def test_an_unknown_workspace_is_named_when_connecting(faults):
    async def go():
        async with (
            faults.server([refusal(faults, 404, 20404, "not found")]) as server,
            connect(credentials(server.address)),
        ):
            raise AssertionError("unreachable")

    with pytest.raises(TargetRefused, match=r"has no workspace WS1: check WRKSPC_SID \(or --wrkspc\)"):
        asyncio.run(go())


@pytest.mark.parametrize("document", [b'{"meta": 3}', b'{"sid": "WS2", "friendly_name": "another"}'])
def test_connecting_to_something_that_merely_speaks_json_says_to_check_the_address(faults, document):
    async def go():
        async with faults.server([faults.Answer(200, document)]) as server, connect(credentials(server.address)):
            raise AssertionError("unreachable")

    with pytest.raises(TargetUnreachable, match=r"does not answer as a TaskRouter does .*check the address"):
        asyncio.run(go())


def test_connecting_to_nobody_says_the_address(closed_port):
    async def go():
        policy = Policy(tries=1)
        async with connect(credentials(f"http://127.0.0.1:{closed_port}"), policy):
            raise AssertionError("unreachable")

    with pytest.raises(TargetUnreachable, match=f"cannot reach http://127.0.0.1:{closed_port} ") as raised:
        asyncio.run(go())
    assert TOKEN not in str(raised.value)


def test_a_deletion_whose_answer_was_lost_is_done_when_the_thing_is_gone(faults):
    gone = refusal(faults, 404, 20404, "not found")
    result, server = ask(faults, [faults.Reset(), gone], lambda router: router.delete_worker("WK1"))
    assert result is None
    assert len(server.seen) == 2
    error, _ = ask(faults, [gone], lambda router: router.delete_worker("WK1"))
    assert error.status == 404


def test_a_completion_whose_answer_was_lost_is_done_when_the_task_is_completed(faults):
    refused = refusal(faults, 400, 20001, "it is not currently assigned")
    steps = [faults.Reset(), refused, answer(faults, TASK)]
    changes = TaskChanges(status="completed", reason="done")
    task, server = ask(faults, steps, lambda router: router.update_task("WT1", changes))
    assert task.status == "completed"
    assert [line.split()[0] for line in server.seen] == ["POST", "POST", "GET"]


@pytest.mark.parametrize("status", ["pending", "canceled"])
def test_a_completion_whose_answer_was_lost_is_refused_when_the_task_is_something_else(faults, status):
    refused = refusal(faults, 400, 20001, "it is not currently assigned")
    steps = [faults.Reset(), refused, answer(faults, {**TASK, "assignment_status": status})]
    error, _ = ask(faults, steps, lambda router: router.update_task("WT1", TaskChanges(status="completed")))
    assert error.status == 400


def test_a_refusal_without_any_loss_is_not_looked_into(faults):
    steps = [refusal(faults, 400, 20001, "it is not currently assigned")]
    error, server = ask(faults, steps, lambda router: router.update_task("WT1", TaskChanges(status="completed")))
    assert error.status == 400
    assert len(server.seen) == 1


def test_an_acceptance_whose_answer_was_lost_is_done_when_it_is_accepted(faults):
    refused = refusal(faults, 400, 20001, "Reservation WR1 is already in state [accepted]")
    accepted = {"sid": "WR1", "reservation_status": "accepted", "date_updated": "2026-01-01T00:00:00Z"}
    steps = [faults.Reset(), refused, answer(faults, accepted)]
    found, _ = ask(faults, steps, lambda router: router.update_reservation("WT1", "WR1", "accepted"))
    assert found.status == "accepted"
    assert found.updated == datetime(2026, 1, 1, tzinfo=UTC).timestamp()


def test_a_time_with_fractions_is_understood(faults):
    reservation = {"sid": "WR1", "reservation_status": "accepted", "date_updated": "2026-01-01T00:00:00.250Z"}
    found, _ = ask(
        faults, [answer(faults, reservation)], lambda router: router.update_reservation("WT1", "WR1", "accepted")
    )
    assert found.updated == datetime(2026, 1, 1, tzinfo=UTC).timestamp() + 0.25


def test_attributes_go_out_as_short_as_json_gets_and_as_they_are(faults):
    async def go():
        async with faults.server([answer(faults, TASK)]) as server:
            bodies = []
            transport = Transport(lambda: 0.0)
            send = transport.request

            async def noting(method, url, **options):
                bodies.append(options["data"])
                return await send(method, url, **options)

            transport.request = noting
            router = TwilioTaskRouter(credentials(server.address), transport)
            await router.create_task(NewTask(workflow_sid="WW1", channel="chat", attributes={"name": "Zoë", "n": [1]}))
            await router.update_worker("WK1", WorkerChanges(attributes={}))
            await router.update_workflow("WW1", WorkflowChanges(assignment_url="http://x/"))
            await transport.close()
            return bodies

    task, worker, workflow = asyncio.run(go())
    assert task["Attributes"] == '{"name":"Zoë","n":[1]}'
    assert "Priority" not in task
    assert dict(worker) == {"Attributes": "{}"}
    assert dict(workflow) == {"AssignmentCallbackUrl": "http://x/"}


def test_attributes_that_are_no_object_are_none(faults):
    for text in ("", "null", "[1]", "{broken"):
        task, _ = ask(faults, [answer(faults, {**TASK, "attributes": text})], lambda router: router.task("WT1"))
        assert task.attributes == {}


def test_an_answer_that_twilios_sdk_cannot_page_through_is_told(faults):
    error, _ = ask(faults, [answer(faults, {"meta": {}, "a": [], "b": []})], lambda router: router.workers())
    assert isinstance(error, TargetRefused)
    assert "makes no sense to Twilio's SDK" in str(error)
