"""A neutral sink for the swarm: upgrades every request to a WebSocket and throws away what comes. A program."""

import asyncio
import base64
import contextlib
import hashlib
import sys

try:
    import uvloop
except ImportError:
    uvloop = None

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Sink(asyncio.Protocol):
    __slots__ = ("head", "transport")

    def connection_made(self, transport):
        self.transport = transport
        self.head = b""

    def data_received(self, data):
        if self.head is not None:
            self.head += data
            if b"\r\n\r\n" in self.head:
                self.upgrade()
        elif data[0] & 0x0F == 0x9 and len(data) == 6:  # a ping on its own
            self.transport.write(b"\x8a\x00")
        elif data[0] & 0x0F == 0x8:
            self.transport.write(b"\x88\x02\x03\xe8")
            self.transport.close()
        elif b"\x89\x80" in data[-6:-4]:  # a ping behind a heartbeat
            self.transport.write(b"\x8a\x00")

    def upgrade(self):
        key = next(
            line.split(b":", 1)[1].strip()
            for line in self.head.split(b"\r\n")
            if line.lower().startswith(b"sec-websocket-key:")
        )
        accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest())
        self.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        self.head = None


async def main():
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until whoever started it is gone
    server.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if uvloop else None) as runner:
        runner.run(main())
