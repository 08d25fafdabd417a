"""A server begins, or says why it does not; tests/load/test_http.py and tests/traces/test_services.py serve with it."""

import asyncio

import pytest

from flexsim.hosting import Server, hosted, served
from flexsim.sockets import listening


async def empty(_scope, _receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


async def first_line(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    found = await reader.read()
    writer.close()
    return found.partition(b"\r\n")[0]


def test_it_answers_once_it_has_begun_and_no_more_once_it_has_ended():
    async def scenario():
        async with served(empty, "127.0.0.1", 0) as port:
            assert await first_line(port) == b"HTTP/1.1 204 No Content"
        with pytest.raises(ConnectionRefusedError):
            await first_line(port)

    asyncio.run(scenario())


def test_what_stops_a_server_before_it_answers_is_raised():
    async def scenario():
        bound = listening("127.0.0.1", 0)
        bound.close()
        await Server(empty).begin(bound)

    with pytest.raises(OSError, match="Bad file descriptor"):
        asyncio.run(scenario())


def test_a_proxy_is_not_believed_and_no_server_is_named():
    async def scenario():
        found = Server(empty).config
        return found.proxy_headers, found.server_header, found.access_log

    assert asyncio.run(scenario()) == (False, False, False)


def test_the_address_names_a_host_that_answers():
    async def scenario():
        async with hosted(empty, "0.0.0.0", 0) as address:
            return address

    assert asyncio.run(scenario()).startswith("http://127.0.0.1:")
