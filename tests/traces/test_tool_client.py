"""The client of the tool service keeps its connections, survives their loss, and says in a few words what went wrong."""

import asyncio
import contextlib

import pytest

from flexsim.errors import ConfigurationError
from flexsim.traces import tool_client
from flexsim.traces.tool_client import RemoteTools, ToolClient

FINE = b'HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"delay_ms":1.5}'
PIECES = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{"delay\r\n9\r\n_ms":1.5}\r\n0\r\n\r\n'

CALLER = bytes([7] * 16 + [9] * 8)


class Server:
    """Answers each request with the next of ``answers``, then closes where one is None; the last goes on for ever."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.connections = 0
        self.requests = []
        self.lost = 0

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()

    async def _serve(self, reader, writer):
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    break
                for at in range(0, len(answer), 7):  # as it pleases the network
                    writer.write(answer[at : at + 7])
                    await writer.drain()
            writer.close()
            return
        self.lost += 1
        writer.close()


def asked(*answers, times=1, path=""):
    async def go():
        async with Server(*answers) as server, ToolClient(server.url + path) as client:
            found = [await client.get("search", "factor=1", "00-x") for _ in range(times)]
            return found, server

    return asyncio.run(asyncio.wait_for(go(), 10))


@pytest.mark.parametrize("answer", [FINE, PIECES])
def test_one_connection_serves_one_request_after_the_other(answer):
    found, server = asked(answer, times=5)
    assert found == [(200, {"delay_ms": 1.5})] * 5
    assert server.connections == 1
    assert server.requests[0].startswith(b"GET /tool/search?factor=1 HTTP/1.1\r\nHost: 127.0.0.1:")


def test_a_path_stands_before_the_tools():
    _, server = asked(FINE, path="/behind/")
    assert server.requests[0].startswith(b"GET /behind/tool/search?")


def test_a_kept_connection_that_has_been_closed_is_replaced():
    found, server = asked(FINE, None, FINE, times=2)
    assert found == [(200, {"delay_ms": 1.5})] * 2
    assert server.connections == 2


def test_a_connection_that_is_not_to_be_kept_is_not():
    found, server = asked(FINE.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"), times=3)
    assert [status for status, _ in found] == [200] * 3
    assert server.connections == 3


@pytest.mark.parametrize(
    "answer",
    [None, b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{{{"],
    ids=["gone", "no HTTP", "no JSON"],
)
def test_what_is_no_answer_is_a_failed_call(answer):
    ((status, found),), _ = asked(answer)
    assert status is None
    assert found["error"].startswith("the tool service did not answer")


def test_an_answer_without_end_is_not_read(monkeypatch):
    monkeypatch.setattr(tool_client, "_MOST_READ", 10)
    ((status, _),), _ = asked(FINE)
    assert status is None


def test_being_cancelled_lets_the_connection_go():
    async def go():
        async with Server(b"") as server, ToolClient(server.url) as client:
            asking = asyncio.create_task(client.get("search", "", "00-x"))
            await asyncio.sleep(0.05)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            await asyncio.sleep(0.05)
            return server.lost

    assert asyncio.run(go()) == 1


def test_a_delay_asked_for_is_asked_for_and_else_the_service_decides():
    async def go():
        async with Server(FINE) as server, ToolClient(server.url) as client:
            assert await RemoteTools(client, 80.0, 80.0).call("a", 1.5, True, 7, CALLER) == ("", 1.5)
            await RemoteTools(client, None, 80.0, recorded=False).call("a", 1.5, False, 0, CALLER)
            told = [each.partition(b"traceparent: ")[2].partition(b"\r\n")[0] for each in server.requests]
            assert told == [b"00-%b-%b-%b" % (b"07" * 16, b"09" * 8, flags) for flags in (b"01", b"00")]
            return [each.split(b" ")[1] for each in server.requests]

    assert asyncio.run(go()) == [
        b"/tool/a?delay_ms=120.000&error_rate=1&payload_size_kb=7", b"/tool/a?factor=1.500000",
    ]  # fmt: skip


@pytest.mark.parametrize("base", ["localhost:8081", "ftp://a", ""])
def test_what_is_no_address_is_refused(base):
    with pytest.raises(ConfigurationError, match="the tool service is at an http or https address"):
        ToolClient(base)
