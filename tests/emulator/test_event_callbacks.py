"""Event callbacks, to a real server: filtered, signed, in order, tried again, and counted when lost."""

import asyncio
from contextlib import asynccontextmanager

from aiohttp import web
from twilio.request_validator import RequestValidator

from flexsim.emulator.event_callbacks import EventCallbacks, read_filter
from flexsim.emulator.lanes import Delivery
from flexsim.emulator.outbound import Poster
from flexsim.ids import Sids
from flexsim.taskrouter.events import NAMES
from tests.emulator.every_event import COMMON, PARAMETERS, SEEN_ON_TASKS, tell

FAST = Delivery(answer_within=5, first_pause=0.001)


@asynccontextmanager
async def telling(site, url, events_filter="", delivery=FAST):
    """The site with an event callback address."""
    poster = Poster()
    callbacks = EventCallbacks(site.host, site.history, poster, site.alerts, delivery)
    site.host.subscribe(callbacks)
    site.post(site.workspace.path, EventCallbackUrl=url, EventsFilter=events_filter)
    try:
        yield callbacks
    finally:
        await callbacks.lanes.stop()
        await poster.close()


async def drained(callbacks):
    while senders := callbacks.lanes.senders():
        await asyncio.gather(*senders)


def types(posts):
    return [post.form["EventType"] for post in posts]


def test_events_arrive_in_order_and_signed(site, receiver):
    async def scenario():
        async with receiver() as server, telling(site, f"{server.address}/events?a=b") as callbacks:
            _, _, reservation = site.reserved()
            site.post(reservation["url"], ReservationStatus="accepted")
            await drained(callbacks)
            assert types(server.posts) == [
                "workspace.updated",
                "worker.created",
                "task.created",
                "workflow.entered",
                "workflow.target-matched",
                "task-queue.entered",
                "reservation.created",
                "reservation.accepted",
            ]
            for post in server.posts:
                url = f"{server.address}/events?a=b"
                assert RequestValidator(site.account.token).validate(url, post.form, post.headers["X-Twilio-Signature"])
            assert (callbacks.lanes.sent, callbacks.lanes.lost, callbacks.lanes.waiting) == (8, 0, 0)

    asyncio.run(scenario())


def test_only_what_the_filter_names_is_sent(site, receiver):
    async def scenario():
        async with (
            receiver() as server,
            telling(site, server.address, "task.created, reservation.created") as callbacks,
        ):
            site.reserved()
            await drained(callbacks)
            assert types(server.posts) == ["task.created", "reservation.created"]

    asyncio.run(scenario())


def test_an_event_that_is_not_taken_is_tried_again_before_the_next_one_goes(site, receiver):
    async def scenario():
        failing = [web.Response(status=503), web.Response(status=429), "{}"]
        async with (
            receiver(*failing) as server,
            telling(site, server.address, "task.created,task.deleted") as callbacks,
        ):
            task = site.task()
            site.delete(f"/Tasks/{task['sid']}")
            await drained(callbacks)
            assert types(server.posts) == ["task.created"] * 3 + ["task.deleted"]
            assert (callbacks.lanes.sent, callbacks.lanes.lost) == (2, 0)

    asyncio.run(scenario())


def test_an_event_is_lost_counted_and_alerted_when_the_tries_are_over(site, receiver):
    async def scenario():
        async with (
            receiver(web.Response(status=500)) as server,
            telling(site, server.address, "task.created") as callbacks,
        ):
            site.task()
            await drained(callbacks)
            assert len(server.posts) == FAST.tries
            assert (callbacks.lanes.sent, callbacks.lanes.lost) == (0, 1)
            (alert,) = site.alerts.listed()
            assert "task.created" in alert["message"]
            assert "answered 500" in alert["message"]

    asyncio.run(scenario())


def test_a_refusal_is_not_tried_again(site, receiver):
    async def scenario():
        async with (
            receiver(web.Response(status=403)) as server,
            telling(site, server.address, "task.created") as callbacks,
        ):
            site.task()
            await drained(callbacks)
            assert len(server.posts) == 1
            assert callbacks.lanes.lost == 1

    asyncio.run(scenario())


def test_when_too_many_wait_the_oldest_are_lost_and_counted(site, receiver):
    async def scenario():
        bound = Delivery(bound=3, first_pause=0.001, answer_within=0.2, tries=1)
        async with receiver(None) as server, telling(site, server.address, "task.created", bound) as callbacks:
            tasks = [site.task()["sid"] for _ in range(6)]
            assert (callbacks.lanes.waiting, callbacks.lanes.lost) == (3, 3)
            await drained(callbacks)
            assert [post.form["TaskSid"] for post in server.posts] == tasks[3:]

    asyncio.run(scenario())


def test_without_an_address_nothing_is_sent_and_with_one_again_all_is_described(site, receiver):
    async def scenario():
        async with receiver() as server, telling(site, server.address, "worker.deleted") as callbacks:
            site.post(site.workspace.path, EventCallbackUrl="")
            worker = site.worker("unseen")
            site.post(site.workspace.path, EventCallbackUrl=server.address)
            site.delete(f"/Workers/{worker['sid']}")
            await drained(callbacks)
            assert [post.form["WorkerName"] for post in server.posts] == ["unseen"]

    asyncio.run(scenario())


def test_stopped_and_resumed_it_goes_on_with_what_waited(site, receiver):
    async def scenario():
        async with receiver(None, "{}") as server, telling(site, server.address, "task.created") as callbacks:
            site.task()
            site.task()
            await server.arrived(1)
            await callbacks.lanes.stop()
            assert callbacks.lanes.waiting == 2
            callbacks.lanes.resume()
            await drained(callbacks)
            assert (callbacks.lanes.sent, callbacks.lanes.waiting) == (2, 0)

    asyncio.run(scenario())


def test_a_deleted_workspace_says_so_last(site, receiver):
    async def scenario():
        async with receiver() as server, telling(site, server.address) as callbacks:
            site.delete(site.workspace.path)
            await drained(callbacks)
            assert types(server.posts)[-1] == "workspace.deleted"
            assert server.posts[-1].form["ResourceSid"] == site.workspace.sid

    asyncio.run(scenario())


def test_every_type_is_sent_with_all_its_documented_parameters_in_order(site, receiver):
    async def scenario():
        async with receiver() as server:
            poster = Poster()
            callbacks = EventCallbacks(site.host, site.history, poster, site.alerts, FAST)
            site.host.subscribe(callbacks)
            sid = tell(site, EventCallbackUrl=server.address)
            await drained(callbacks)
            await poster.close()
        forms = [post.form for post in server.posts]
        assert {form["EventType"] for form in forms} == set(PARAMETERS) == set(NAMES)
        for form in forms:
            missing = [each for each in (*COMMON, *PARAMETERS[form["EventType"]]) if each not in form]
            assert missing == [], form["EventType"]
            if "TaskSid" in form:
                assert [each for each in SEEN_ON_TASKS if each not in form] == []
            assert form["WorkspaceSid"] == sid
        # Every event once, in the order in which they happened: none of the numbers that SIDs are made of is left out.
        number = Sids(1, sid).number
        assert [number("EV", form["Sid"]) for form in forms] == list(range(len(forms)))
        times = [int(form["TimestampMs"]) for form in forms]
        assert times == sorted(times)
        assert (forms[0]["EventType"], forms[-1]["EventType"]) == ("workspace.created", "workspace.deleted")

    asyncio.run(scenario())


def test_a_receiver_has_fifteen_seconds_and_any_success_will_do(site, receiver):
    assert EventCallbacks(site.host, site.history, Poster(), site.alerts)._delivery.answer_within == 15.0

    async def scenario():
        async with receiver(web.Response(status=204)) as server, telling(site, server.address) as callbacks:
            await drained(callbacks)
            assert (callbacks.lanes.sent, callbacks.lanes.lost) == (1, 0)

    asyncio.run(scenario())


def test_a_filter_tolerates_spaces_and_the_spelling_of_event_streams():
    assert read_filter(" task.created , ,task-queue.expression-updated,") == {
        "task.created",
        "task-queue.expression.updated",
    }


def test_a_filter_that_names_no_event_type_leaves_an_alert_once(site, receiver):
    async def scenario():
        async with receiver() as server, telling(site, server.address, "task.creatd,reservation.failed") as callbacks:
            site.task()
            site.task()
            await drained(callbacks)
            assert server.posts == []
            (alert,) = site.alerts.listed()
            assert alert["message"] == "EventsFilter names no event type: task.creatd"

    asyncio.run(scenario())
