"""The tool service on the wire: whole requests and broken ones, kept connections and callers that go."""

import asyncio
import contextlib

import pytest

from flexsim.randomness import Randomness
from flexsim.traces.tool_service import ToolService
from flexsim.traces.tool_serving import serving_tools

GET = b"GET /tool/search?delay_ms=%d%b HTTP/1.1\r\nHost: x\r\n%b\r\n"


def asked(delay=0, more=b"", headers=b""):
    return GET % (delay, more, headers)


@contextlib.asynccontextmanager
async def service():
    found = ToolService(Randomness(1).generator("errors"))
    async with serving_tools(found, "127.0.0.1", 0) as url:
        yield found, int(url.rpartition(":")[2])


def spoken(*pieces, until_closed=True):
    """What comes back when these bytes are sent, one after the other; and the service."""

    async def go():
        async with service() as (found, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.01)
            if not until_closed:
                writer.write_eof()
            answer = await asyncio.wait_for(reader.read(), 10)
            writer.close()
            return answer, found

    return asyncio.run(go())


async def until(true):
    while not true():  # noqa: ASYNC110 -- what is looked at has no event
        await asyncio.sleep(0.01)


LAST = b"Connection: close\r\n"


def test_a_request_in_pieces_is_answered_whole():
    whole = asked(headers=LAST)
    answer, found = spoken(*(whole[at : at + 7] for at in range(0, len(whole), 7)))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
    assert body == b'{"tool":"search","delay_ms":0.0,"payload":""}'
    assert b"content-length: %d" % len(body) in head
    assert found.calls == 1


def test_requests_sent_at_once_are_answered_in_their_order_whatever_they_take():
    answer, found = spoken(asked(30) + asked(0) + asked(10, headers=LAST))
    delays = [each.partition(b",")[0] for each in answer.split(b'"delay_ms":')[1:]]
    assert delays == [b"30.0", b"0.0", b"10.0"]
    assert (found.calls, found.stopped) == (3, 0)


def test_very_many_requests_at_once_are_all_answered():
    answer, found = spoken(asked() * 500 + asked(headers=LAST))
    assert answer.count(b"HTTP/1.1 200 OK") == found.calls == 501


def test_a_streamed_payload_comes_in_chunks():
    answer, _ = spoken(asked(20, b"&stream=1&payload_size_kb=3", LAST))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"transfer-encoding: chunked" in head
    chunks = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        chunks.append(rest[: int(size, 16)])
        body = rest[int(size, 16) + 2 :]
    assert (len(chunks), b"".join(chunks)) == (11, b"x" * 3072)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST /tool/search HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi", b"405"),
        (b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"404"),
        (b"GET /tool/a?colour=red HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"422"),
        (b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"200"),
        (b"GET /health HTTP/1.0\r\n\r\n", b"200"),
        (b"this is not HTTP\r\n\r\n", b"400"),
        (b"GET /health HTTP/1.1\r\nX: " + b"x" * 70_000, b"400"),
        (b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", b"200"),
        (asked(20) + b"and then nonsense\r\n\r\n", b"200"),
    ],
)
def test_what_is_asked_otherwise_is_answered_with_its_status_and_hung_up_on(request_, status):
    answer, _ = spoken(request_)
    assert answer.split(b" ")[1] == status


@pytest.mark.parametrize("more", [b"", b"&stream=1"])
def test_a_caller_that_goes_stops_its_call(more):
    async def go():
        async with service() as (found, port):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(asked(60_000, more) * 3)
            await until(lambda: found.calls)
            writer.transport.abort()
            await until(lambda: found.stopped)
            return found.calls, found.stopped

    assert asyncio.run(asyncio.wait_for(go(), 10)) == (1, 1)


def test_when_it_stops_calls_under_way_are_answered_and_idle_callers_let_go():
    async def go():
        async with service() as (found, port):
            idle, other = await asyncio.open_connection("127.0.0.1", port)
            busy, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(asked(100))
            await until(lambda: found.calls)
        found = await idle.read(), await busy.read()
        writer.close()
        other.close()
        return found

    idle, busy = asyncio.run(asyncio.wait_for(go(), 10))
    assert (idle, b"200 OK" in busy) == (b"", True)
