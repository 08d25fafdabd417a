"""Serving: a port that is taken is told, and pages from elsewhere have no say."""

import asyncio
import socket

import pytest

from flexsim.errors import ConfigurationError, FlexsimError
from flexsim.hosting import served
from flexsim.load.http import application, field, route


def test_a_port_that_is_taken_is_told():
    async def scenario():
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(ConfigurationError, match=f"port {port} of 127.0.0.1 is in use"):
                async with served(application([]), "127.0.0.1", port):
                    pass

    asyncio.run(scenario())


async def answered(port, head):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{head}\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
    found = await reader.read()
    writer.close()
    return int(found.split()[1])


def test_a_page_from_elsewhere_may_look_and_not_touch():
    async def scenario():
        async def fine(_body):
            return {}

        async def broken(_body):
            raise FlexsimError("it broke")

        app = application([route("/", fine, "GET", "POST"), route("/broken", broken)])
        async with served(app, "127.0.0.1", 0) as port:
            assert await answered(port, "POST / HTTP/1.1") == 200
            assert await answered(port, f"POST / HTTP/1.1\r\nOrigin: http://127.0.0.1:{port}") == 200
            assert await answered(port, "POST / HTTP/1.1\r\nOrigin: http://evil.example") == 403
            assert await answered(port, "GET / HTTP/1.1\r\nOrigin: http://evil.example") == 200
            assert await answered(port, "GET /broken HTTP/1.1") == 500

    asyncio.run(scenario())


def test_a_field_is_the_first_that_is_there():
    assert field({"b": 2}, "a", "b") == 2
    assert field(None, "a") is None
    with pytest.raises(ConfigurationError):
        field([], "a")
