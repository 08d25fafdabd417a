"""Posts: signed, in time, and never a step further than the address given."""

import asyncio

import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from flexsim.emulator.outbound import Post, Poster
from flexsim.errors import TargetUnreachable

FORM = {"TaskAttributes": '{"name": "Jürgen & + ="}', "Empty": ""}


def post(url, timeout=5.0):
    return Post(url=url, form=FORM, token="token", timeout=timeout)


async def sent(*posts):
    poster = Poster()
    try:
        return [await poster.send(each) for each in posts]
    finally:
        await poster.close()


def test_the_form_arrives_whole_and_signed_for_the_address_as_written(receiver):
    async def scenario():
        async with receiver("{}") as server:
            url = f"{server.address}/a%20b%2Dc?x=%C3%BC&y=%7E"
            (answer,) = await sent(post(url + "#rc=3"))
            assert (answer.status, answer.content_type, answer.body) == (200, "application/json", b"{}")
            (arrived,) = server.posts
            assert arrived.path == "/a%20b%2Dc?x=%C3%BC&y=%7E"
            assert arrived.form == FORM
            assert RequestValidator("token").validate(url, arrived.form, arrived.headers["X-Twilio-Signature"])

    asyncio.run(scenario())


def test_an_answer_that_does_not_come_in_time_is_no_answer(receiver):
    async def scenario():
        async with receiver(None) as server:
            with pytest.raises(TargetUnreachable, match=r"no answer from .* in 0\.05 s"):
                await sent(post(server.address, timeout=0.05))

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://", "http://[::1", "http://no-such-host.invalid/", "http://127.0.0.1:99999/"]
)
def test_an_address_where_nobody_can_be_is_unreachable_and_named(url):
    with pytest.raises(TargetUnreachable, match="no answer from"):
        asyncio.run(sent(post(url)))


def test_a_redirect_is_an_answer_and_not_followed(receiver):
    async def scenario():
        async with receiver(web.Response(status=302, headers={"Location": "/elsewhere"})) as server:
            (answer,) = await sent(post(server.address))
            assert answer.status == 302
            assert len(server.posts) == 1

    asyncio.run(scenario())


def test_a_very_long_answer_is_cut(receiver):
    async def scenario():
        async with receiver(web.Response(body=b"x" * 1_000_000)) as server:
            (answer,) = await sent(post(server.address))
            assert len(answer.body) == 64 * 1024

    asyncio.run(scenario())


def test_a_poster_that_was_closed_serves_the_next_event_loop(receiver):
    poster = Poster()

    async def scenario():
        async with receiver("{}") as server:
            await asyncio.gather(*(poster.send(post(server.address)) for _ in range(300)))
            await poster.close()

    asyncio.run(scenario())
    asyncio.run(scenario())
