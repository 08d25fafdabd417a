"""Event callbacks, to a real server: filtered, signed, in order, tried again, and counted when lost."""

import asyncio
from contextlib import asynccontextmanager

from aiohttp import web
from twilio.request_validator import RequestValidator

from flexsim.emulator.event_callbacks import Delivery, EventCallbacks
from flexsim.emulator.outbound import Poster

FAST = Delivery(first_pause=0.001)


@asynccontextmanager
async def telling(site, url, events_filter="", delivery=FAST):
    """The site with an event callback address."""
    poster = Poster()
    callbacks = EventCallbacks(site.host, poster, site.alerts, delivery)
    site.host.subscribe(callbacks)
    site.post(site.workspace.path, EventCallbackUrl=url, EventsFilter=events_filter)
    try:
        yield callbacks
    finally:
        await callbacks.stop()
        await poster.close()


async def drained(callbacks):
    while senders := [lane.sender for lane in callbacks._lanes.values() if lane.sender]:
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
            assert (callbacks.sent, callbacks.lost, callbacks.waiting) == (8, 0, 0)

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
            assert (callbacks.sent, callbacks.lost) == (2, 0)

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
            assert (callbacks.sent, callbacks.lost) == (0, 1)
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
            assert callbacks.lost == 1

    asyncio.run(scenario())


def test_when_too_many_wait_the_oldest_are_lost_and_counted(site, receiver):
    async def scenario():
        bound = Delivery(queue_bound=3, first_pause=0.001, answer_within=0.2, tries=1)
        async with receiver(None) as server, telling(site, server.address, "task.created", bound) as callbacks:
            tasks = [site.task()["sid"] for _ in range(6)]
            assert (callbacks.waiting, callbacks.lost) == (3, 3)
            await drained(callbacks)
            assert [post.form["TaskSid"] for post in server.posts] == [tasks[0], *tasks[4:]]

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
            await callbacks.stop()
            assert callbacks.waiting == 2
            callbacks.resume()
            await drained(callbacks)
            assert (callbacks.sent, callbacks.waiting) == (2, 0)

    asyncio.run(scenario())


def test_a_deleted_workspace_says_so_last(site, receiver):
    async def scenario():
        async with receiver() as server, telling(site, server.address) as callbacks:
            site.delete(site.workspace.path)
            await drained(callbacks)
            assert types(server.posts)[-1] == "workspace.deleted"
            assert server.posts[-1].form["ResourceSid"] == site.workspace.sid

    asyncio.run(scenario())
