"""A client's connection: what is sent arrives, what comes is handed on, and who is gone is known to be."""

import asyncio
import contextlib
import socket

import pytest
from websockets.asyncio.server import serve

from flexsim.errors import ConfigurationError, TargetRefused, TargetUnreachable
from flexsim.voice.conversation.connection import _MASKS, Door, connect
from flexsim.voice.realtime.frames import text_frame


class Guest:
    def __init__(self):
        self.came = asyncio.Queue()
        self.why = asyncio.get_running_loop().create_future()

    def received(self, text):
        self.came.put_nowait(text)

    def gone(self, why):
        self.why.set_result(why)


@contextlib.asynccontextmanager
async def server(attend, **options):
    async with serve(attend, "127.0.0.1", 0, **options) as found:
        yield f"ws://127.0.0.1:{next(iter(found.sockets)).getsockname()[1]}/v1/realtime?model=m"


async def echo(peer):
    async for text in peer:
        await peer.send(text)


def run(attend, client, **options):
    async def both():
        async with server(attend, **options) as url:
            guest = Guest()
            connection = await connect(Door(url=url, headers={"Authorization": "Bearer secret"}), guest)
            try:
                return await asyncio.wait_for(client(connection, guest), 10)
            finally:
                await connection.close()

    return asyncio.run(both())


def test_a_message_goes_out_and_one_comes_back():
    async def client(connection, guest):
        connection.send(b'{"a":1}')
        return await guest.came.get()

    assert run(echo, client) == b'{"a":1}'


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536, 200_000])
def test_messages_of_any_length_arrive_as_they_are(length):
    async def client(connection, guest):
        connection.send(b"x" * length)
        return await guest.came.get()

    assert run(echo, client) == b"x" * length


def test_no_two_messages_share_a_mask():
    frames = [text_frame(b"", _MASKS.next()) for _ in range(3000)]
    assert len(set(frames)) == 3000


def test_headers_and_the_path_arrive():
    seen = []

    async def attend(peer):
        seen.append((peer.request.path, peer.request.headers["Authorization"]))
        await peer.send("x")

    async def client(_connection, guest):
        return await guest.came.get()

    run(attend, client)
    assert seen == [("/v1/realtime?model=m", "Bearer secret")]


def test_a_message_in_pieces_is_put_together():
    async def attend(peer):
        await peer.send(iter(["one ", "two ", "three"]))
        await peer.wait_closed()

    async def client(_connection, guest):
        return await guest.came.get()

    assert run(attend, client) == b"one two three"


def test_a_server_that_closes_says_why():
    async def attend(peer):
        await peer.close(1000, "session expired")

    async def client(connection, guest):
        why = await guest.why
        connection.send(b"nobody hears this")
        return why

    assert run(attend, client) == "the server closed it (1000, session expired)"


def test_a_server_that_is_cut_off_is_gone():
    async def attend(peer):
        peer.transport.abort()
        await peer.wait_closed()

    async def client(_connection, guest):
        return await guest.why

    assert run(attend, client)


def test_a_server_that_does_not_keep_up_is_given_up():
    async def attend(peer):
        peer.transport.pause_reading()
        await peer.wait_closed()

    async def client(connection, guest):
        for _ in range(200):
            connection.send(b"x" * 100_000)
            if guest.why.done():
                break
        return await guest.why

    assert run(attend, client, close_timeout=0.1) == "it does not keep up with the sound"


def refused(status):
    return lambda connection, _request: connection.respond(status, "no\n")


def test_a_server_that_refuses_is_told_with_its_status_and_without_the_key():
    with pytest.raises(TargetRefused, match="/v1/realtime answers 401 Unauthorized") as caught:
        run(echo, None, process_request=refused(401))
    assert caught.value.status == 401
    assert "secret" not in str(caught.value)


def test_what_is_no_websocket_server_is_refused():
    async def both():
        async def attend(_reader, writer):
            writer.write(b"HTTP/1.0 hello\r\n\r\n")
            await writer.drain()
            writer.close()

        listening = await asyncio.start_server(attend, "127.0.0.1", 0)
        async with listening:
            port = listening.sockets[0].getsockname()[1]
            await connect(Door(url=f"ws://127.0.0.1:{port}/"), Guest())

    with pytest.raises((TargetRefused, TargetUnreachable), match=r"is no Realtime server|hung up"):
        asyncio.run(both())


def test_where_nobody_listens_nobody_answers():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{taken.getsockname()[1]}/"

        async def alone():
            await connect(Door(url=url), Guest())

        with pytest.raises(TargetUnreachable, match="nobody answers at ws://127"):
            asyncio.run(alone())


@pytest.mark.parametrize("url", ["ftp://x/", "ws://", "nonsense"])
def test_what_is_no_address_is_told(url):
    with pytest.raises(ConfigurationError, match="not a ws, wss, http or https address"):
        Door(url=url)


def test_an_address_is_shown_without_what_is_secret():
    door = Door(url="http://user:pass@host:8/v1?key=secret", headers={"Authorization": "Bearer secret"})
    assert door.shown == "http://host:8/v1"
    assert door.websocket == "ws://user:pass@host:8/v1?key=secret"
    assert "secret" not in repr(door).replace("key=secret", "")
