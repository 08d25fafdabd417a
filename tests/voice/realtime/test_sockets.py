"""What a client sends in odd ways is heard all the same, or refused as RFC 6455 wants it."""

import asyncio
from contextlib import asynccontextmanager

import orjson
import pytest
from websockets.client import ClientProtocol
from websockets.frames import CloseCode, Frame, Opcode
from websockets.uri import parse_uri

from tests.voice.realtime.company import engine

CREATE = b'{"type":"response.create"}'


class Client:
    """A client by hand: bytes as they are wanted out, frames in."""

    def __init__(self, port, reader, writer):
        self.core = ClientProtocol(parse_uri(f"ws://127.0.0.1:{port}/v1/realtime"))
        self.reader, self.writer = reader, writer
        self.messages = []

    def handshake(self):
        self.core.send_request(self.core.connect())
        return b"".join(self.core.data_to_send())

    async def write(self, data, piece=1 << 20):
        for start in range(0, len(data), piece):
            self.writer.write(data[start : start + piece])
            await self.writer.drain()
            await asyncio.sleep(0)

    async def until(self, kind):
        """Gives the event; None where the connection ended before."""
        while True:
            while self.messages:
                event = self.messages.pop(0)
                if event["type"] == kind:
                    return event
            data = await asyncio.wait_for(self.reader.read(65_536), 10)
            if not data:
                self.core.receive_eof()
                return None
            self.core.receive_data(data)
            frames = [each for each in self.core.events_received() if isinstance(each, Frame)]
            self.messages += [orjson.loads(bytes(each.data)) for each in frames if each.opcode is Opcode.TEXT]


@asynccontextmanager
async def by_hand():
    async with engine() as found:
        reader, writer = await asyncio.open_connection("127.0.0.1", found.port)
        yield Client(found.port, reader, writer)
        writer.close()


def sent(*frames):
    return b"".join(Frame(*each).serialize(mask=True) for each in frames)


def talk(data, kind, *, piece=1 << 20, at_once=False):
    """Send this, with the handshake or when the session has begun, and wait for such an event."""

    async def run():
        async with by_hand() as client:
            if at_once:
                await client.write(client.handshake() + data, piece)
            else:
                await client.write(client.handshake())
                assert await client.until("session.created")
                await client.write(data, piece)
            return await client.until(kind), client.core.close_code

    return asyncio.run(run())


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
@pytest.mark.parametrize("at_once", [False, True])
def test_a_message_is_heard_however_it_comes_and_as_early_as_can_be(piece, at_once):
    assert talk(sent((Opcode.TEXT, CREATE)), "response.done", piece=piece, at_once=at_once)[0]


def test_a_message_in_pieces_is_put_together_with_a_ping_between_them():
    data = sent((Opcode.TEXT, CREATE[:5], False), (Opcode.PING, b""), (Opcode.CONT, CREATE[5:]))
    assert talk(data, "response.done")[0]


def test_a_message_that_is_no_text_is_refused_also_in_pieces():
    data = sent((Opcode.BINARY, CREATE[:5], False), (Opcode.CONT, CREATE[5:]))
    assert talk(data, "error")[0]["error"]["code"] == "invalid_event"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (sent((Opcode.TEXT, b"\xff")), CloseCode.INVALID_DATA),
        (sent((Opcode.TEXT, b"{", False), (Opcode.TEXT, b"{}")), CloseCode.PROTOCOL_ERROR),
        (sent((Opcode.CONT, b"{}")), CloseCode.PROTOCOL_ERROR),
        (Frame(Opcode.TEXT, CREATE).serialize(mask=False), CloseCode.PROTOCOL_ERROR),
        (b"\x81\xff" + (1 << 40).to_bytes(8), CloseCode.MESSAGE_TOO_BIG),
    ],
    ids=["no UTF-8", "a message within another", "the middle of nothing", "no mask", "a terabyte"],
)
def test_who_breaks_the_rules_is_shown_out(data, code):
    assert talk(data + sent((Opcode.TEXT, CREATE)), "response.created") == (None, code)


def test_what_comes_after_a_goodbye_is_not_heard():
    goodbye = sent((Opcode.CLOSE, (1000).to_bytes(2)))
    assert talk(goodbye + sent((Opcode.TEXT, CREATE)), "response.created") == (None, 1000)
