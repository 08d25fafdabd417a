"""One connection against peers of every kind: each is counted, survived, and takes no more memory than it may."""

import asyncio
import shutil
import ssl
import subprocess

import pytest
from websockets.asyncio.server import serve
from websockets.frames import Frame, Opcode

from flexsim.load.link import Link
from flexsim.load.target import Masks, Target
from tests.load.centre import until


class Owner:
    def __init__(self):
        self.masks = Masks()
        self.log = []
        self.over = asyncio.Event()

    def opened(self, link):
        self.log.append("opened")
        link.send(b'{"type":"register"}')

    def received(self, link, payload):
        self.log.append(payload)

    def broken(self, link):
        self.log.append("broken")

    def gone(self, link, reason):
        self.log.append(("gone", reason))
        self.over.set()


async def connected(port, scheme="ws", tls=None, **target):
    owner = Owner()
    link = Link(owner, 0, Target(url=f"{scheme}://127.0.0.1:{port}", **target), 0.0)
    await asyncio.get_running_loop().create_connection(lambda: link, "127.0.0.1", port, ssl=tls)
    return owner, link


async def against(handler, check):
    """Run ``check(owner, link)`` against a server of websockets' own."""
    async with serve(handler, "127.0.0.1", 0, compression=None) as server:
        owner, link = await connected(server.sockets[0].getsockname()[1])
        await check(owner, link)
        link.abort()


async def raw(answer, check):
    """The same against a peer that answers the handshake with these bytes."""

    async def peer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(peer, "127.0.0.1", 0)
    owner, link = await connected(server.sockets[0].getsockname()[1])
    async with asyncio.timeout(10):
        await check(owner, link)
    link.abort()
    await asyncio.sleep(0.01)
    server.close()


def test_it_speaks_with_websockets_own_server():
    closed = []

    async def handler(socket):
        first = await socket.recv()
        await socket.send(first)
        await socket.send(["frag", "ment", "ed"])
        await (await socket.ping(b"?"))
        await socket.close(1012)
        closed.append(socket.protocol.close_rcvd.code)

    async def check(owner, link):
        await owner.over.wait()
        assert owner.log[:3] == ["opened", b'{"type":"register"}', b"fragmented"]
        assert owner.log[3] == ("gone", "the backend closed it (1012)")

    asyncio.run(against(handler, check))
    assert closed == [1012]


def test_our_goodbye_is_answered_and_what_comes_before_is_heard():
    async def handler(socket):
        await socket.send("first")
        await socket.wait_closed()

    async def check(owner, link):
        await until(lambda: b"first" in owner.log)
        link.ping()
        link.close()
        link.close()
        await owner.over.wait()
        assert owner.log[-1] == ("gone", "we closed it")

    asyncio.run(against(handler, check))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "missing connection header"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", ""),
        (b"x" * 20_000, "has no end"),
    ],
)
def test_what_is_no_handshake_is_refused(answer, reason):
    async def check(owner, link):
        await owner.over.wait()
        [(kind, why)] = owner.log
        assert kind == "gone"
        assert reason in why.lower()

    asyncio.run(raw(answer, check))


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xff" * 10,
        b"\x81\xff" + b"\xff" * 20,
        b"\x81\x7f" + b"\x7f" * 8,
        Frame(Opcode.CONT, b"x").serialize(mask=False),
    ],
)
def test_garbage_after_the_handshake_is_counted_and_ends_the_connection(garbage):
    async def handler(socket):
        await socket.recv()
        socket.transport.write(garbage)
        await socket.wait_closed()

    async def check(owner, link):
        async with asyncio.timeout(5):
            await owner.over.wait()
        assert owner.log.count("broken") == 1

    asyncio.run(against(handler, check))


def test_a_peer_that_does_not_read_fills_its_buffer_and_no_more():
    over = asyncio.Event()

    async def handler(socket):
        socket.transport.pause_reading()
        await over.wait()
        socket.transport.abort()

    async def check(owner, link):
        await until(lambda: link.open)
        for _ in range(100_000):
            if link.full:
                break
            link.send(b"x" * 1000)
        assert link.full
        assert link._transport.get_write_buffer_size() < 200_000
        link.give_up("it does not read")
        link.abort()
        await owner.over.wait()
        assert owner.log[-1] == ("gone", "it does not read")
        over.set()

    asyncio.run(against(handler, check))


def test_headers_and_a_token_are_sent_and_tls_is_spoken(tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        [*command.split(), "-keyout", "key.pem", "-out", "ca.pem"], cwd=tmp_path, check=True, capture_output=True
    )
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(tmp_path / "ca.pem", tmp_path / "key.pem")
    seen = []

    async def handler(socket):
        seen.append(socket.request.headers["Authorization"])
        await socket.wait_closed()

    async def scenario():
        async with serve(handler, "127.0.0.1", 0, ssl=server_side) as server:
            port = server.sockets[0].getsockname()[1]
            target = Target(url=f"https://127.0.0.1:{port}", ca=tmp_path / "ca.pem")
            owner, link = await connected(port, "wss", target.tls(), headers={"Authorization": "Bearer t"})
            await until(lambda: "opened" in owner.log)
            link.close()
            await owner.over.wait()

    asyncio.run(scenario())
    assert seen == ["Bearer t"]
