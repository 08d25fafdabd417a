"""Assignment callbacks, to a real server: what is sent, what the answers do, and what happens when none comes."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from flexsim.emulator.callbacks import AssignmentCallbacks
from flexsim.emulator.outbound import Poster


@asynccontextmanager
async def calling_back(site, *, answer_within=5.0, **addresses):
    """The site with callbacks to these addresses."""
    poster = Poster()
    callbacks = AssignmentCallbacks(site.host, poster, site.alerts, answer_within=answer_within)
    site.host.subscribe(callbacks)
    site.post(f"/Workflows/{site.listed('/Workflows')[0]['sid']}", **addresses)
    try:
        yield callbacks
    finally:
        await callbacks.stop()
        await poster.close()


async def decided(site, callbacks, reservation):
    """The reservation once all callbacks have been answered."""
    await asyncio.gather(*callbacks._running)
    return site.get(reservation["url"])["reservation_status"]


def alerts(site):
    return [(each["code"], each["message"]) for each in site.alerts.listed()]


def outcome(site, receiver, answer):
    """The reservation's status after the callback was answered so."""

    async def scenario():
        async with receiver(answer) as server, calling_back(site, AssignmentCallbackUrl=server.address) as callbacks:
            _, _, reservation = site.reserved()
            return await decided(site, callbacks, reservation)

    return asyncio.run(scenario())


def test_a_reservation_is_announced_in_one_signed_form(site, receiver):
    async def scenario():
        async with receiver("{}") as server:
            url = f"{server.address}/reservation?x=1"
            async with calling_back(site, AssignmentCallbackUrl=url) as callbacks:
                worker = site.worker("bob", "Break", attributes='{"contact_uri": "client:bob"}')
                task = site.task('{"type":  "support"}', Priority=7)
                site.clock.advance(12.5)
                site.post(f"/Workers/{worker['sid']}", ActivitySid=site.activity("Available"))
                (post,) = await server.arrived(1)
                (reservation,) = site.listed(f"/Tasks/{task['sid']}/Reservations")
                assert await decided(site, callbacks, reservation) == "pending"
                assert post.form == {
                    "Timestamp": str(int(site.clock.now())),
                    "AccountSid": site.account.sid,
                    "WorkspaceSid": site.workspace.sid,
                    "WorkflowSid": task["workflow_sid"],
                    "TaskQueueSid": task["task_queue_sid"],
                    "TaskSid": task["sid"],
                    "TaskAttributes": '{"type":  "support"}',
                    "TaskAge": "12",
                    "TaskPriority": "7",
                    "WorkerSid": worker["sid"],
                    "WorkerName": "bob",
                    "WorkerAttributes": '{"contact_uri": "client:bob"}',
                    "ReservationSid": reservation["sid"],
                }
                validator = RequestValidator(site.account.token)
                assert validator.validate(url, post.form, post.headers["X-Twilio-Signature"])
                assert callbacks.sent == 1

    asyncio.run(scenario())


def test_a_workflow_without_an_address_is_not_announced(site, receiver):
    async def scenario():
        async with receiver() as server, calling_back(site) as callbacks:
            site.reserved()
            assert callbacks.underway == 0
            assert server.posts == []

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("answer", "status", "codes"),
    [
        ('{"instruction": "accept"}', "accepted", []),
        ('{"instruction": "reject"}', "rejected", []),
        ('{"instruction": "dequeue", "from": "+1"}', "accepted", [0]),
        ('{"instruction": "conference"}', "accepted", [0]),
        ('{"instruction": "call", "url": "http://x", "accept": true}', "accepted", [0]),
        ('{"instruction": "call", "url": "http://x"}', "pending", [0]),
        ('{"instruction": "redirect", "accept": "true"}', "accepted", [0]),
        ("{}", "pending", []),
        ('{"accept": true}', "pending", [40005]),
        ("[]", "pending", [40005]),
        ("accept", "pending", [40001]),
        ('{"instruction": "dance"}', "pending", [55555]),
        ('{"instruction": "supervise"}', "pending", [55555]),
        ('{"instruction": "reject", "activity_sid": "WA0"}', "pending", [40100]),
        (web.Response(status=200), "pending", []),
        (web.Response(status=204), "pending", []),
        (web.Response(status=202, text='{"instruction": "accept"}', content_type="application/json"), "pending", []),
        (web.Response(text='{"instruction": "accept"}', content_type="text/html"), "pending", [40000]),
        (web.Response(status=500), "pending", [11200]),
        (web.Response(status=302, headers={"Location": "/"}), "pending", [11200]),
    ],
)
def test_an_answer_decides_or_leaves_pending_and_what_is_wrong_leaves_an_alert(site, receiver, answer, status, codes):
    assert outcome(site, receiver, answer) == status
    assert [code for code, _ in alerts(site)] == codes


def test_a_rejecting_worker_moves_where_the_answer_says(site, receiver):
    outcome(site, receiver, f'{{"instruction": "reject", "activity_sid": "{site.activity("Break")}"}}')
    assert site.listed("/Workers")[0]["activity_name"] == "Break"


@pytest.mark.parametrize("first", [web.Response(status=404), web.Response(text="x", content_type="text/plain"), None])
def test_the_fallback_is_asked_when_the_first_address_fails(site, receiver, first):
    async def scenario():
        async with receiver(first) as bad, receiver('{"instruction": "accept"}') as good:
            addresses = {"AssignmentCallbackUrl": bad.address, "FallbackAssignmentCallbackUrl": good.address}
            async with calling_back(site, answer_within=0.2, **addresses) as callbacks:
                _, _, reservation = site.reserved()
                assert await decided(site, callbacks, reservation) == "accepted"
                assert bad.posts[0].form == good.posts[0].form
                assert callbacks.sent == 2

    asyncio.run(scenario())


def test_when_both_addresses_fail_the_reservation_stays_pending_until_it_times_out(site):
    async def scenario():
        nobody = "http://127.0.0.1:1/"
        addresses = {"AssignmentCallbackUrl": nobody, "FallbackAssignmentCallbackUrl": nobody}
        async with calling_back(site, **addresses) as callbacks:
            _, _, reservation = site.reserved()
            assert await decided(site, callbacks, reservation) == "pending"
            assert [code for code, _ in alerts(site)] == [11200, 11200]
            site.clock.advance(120)
            assert site.get(reservation["url"])["reservation_status"] == "timeout"

    asyncio.run(scenario())


def test_an_answer_that_comes_after_the_reservation_was_decided_leaves_an_alert(site, receiver):
    async def scenario():
        answer = '{"instruction": "conference"}'
        async with receiver(answer) as server, calling_back(site, AssignmentCallbackUrl=server.address) as callbacks:
            _, _, reservation = site.reserved()
            site.post(reservation["url"], ReservationStatus="accepted")
            assert await decided(site, callbacks, reservation) == "accepted"
            ((code, message),) = alerts(site)
            assert code == 40136
            assert "is not currently in a Pending state" in message

    asyncio.run(scenario())


def test_many_reservations_are_announced_side_by_side(site, receiver):
    async def scenario():
        async with receiver(None) as server:
            async with calling_back(site, AssignmentCallbackUrl=server.address) as callbacks:
                for number in range(20):
                    site.worker(f"w{number}")
                    site.task()
                await server.arrived(20)  # none has been answered
                assert callbacks.underway == 20
            assert callbacks.underway == 0

    asyncio.run(scenario())
