"""The tool service on the wire: HTTP/1.1 without a task for each request.

A call is a timer: what comes is parsed by httptools, as it is for uvicorn, and what is to be answered is written when its time
has come. That costs less than half of the same service on ASGI, where a waiting request is two tasks, a queue and a timeout.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any, Final

from flexsim.errors import ConfigurationError
from flexsim.sockets import address, listening
from flexsim.traces.tool_service import Answer, ToolService

_MOST_WAITING: Final = 64  # requests sent before the answer to the one before; no more is read then
_LARGEST: Final = 65_536  # bytes of a request, which has no body that anybody would read
_UNREAD: Final = 16 * 2**20  # bytes of answers that a caller may leave unread before it is cut off
_GRACE: Final = 2.0  # seconds for calls under way
_REASONS: Final = {each.value: each.phrase for each in HTTPStatus}


class _Connection(asyncio.Protocol):
    """One caller's; answers are in the order of requests, one at a time."""

    def __init__(self, door: "Door") -> None:
        self._door = door
        self._parser = door.parser(self)
        self._transport: Any = None
        self._url = b""
        self._traceparent = b""
        self._size = 0
        self._waiting: deque[tuple[bytes, bytes, bytes, bool]] = deque()
        self._answer: Answer | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._last = False  # the caller wants no more answers after the present one

    @property
    def busy(self) -> bool:
        return self._answer is not None

    # Called by asyncio.

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._door.connections.add(self)

    def data_received(self, data: bytes) -> None:
        self._size += len(data)
        try:
            self._parser.feed_data(data)
        except Exception:  # noqa: BLE001 -- httptools' own, whose base is Exception
            self._refuse()
            return
        if self._size > _LARGEST:
            self._refuse()
        elif len(self._waiting) > _MOST_WAITING:
            self._transport.pause_reading()

    def connection_lost(self, _: Exception | None) -> None:
        self._door.connections.discard(self)
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.over(False)

    # Called by the parser.

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(name) == 11 and name.lower() == b"traceparent":
            self._traceparent = value

    def on_message_complete(self) -> None:
        if self._last:
            return  # nothing more is to be answered
        parser = self._parser
        request = (parser.get_method(), self._url, self._traceparent, parser.should_keep_alive())
        self._url, self._traceparent, self._size = b"", b"", 0
        if self._answer is None:
            self._begin(request)
        else:
            self._waiting.append(request)

    # Inside.

    def _begin(self, request: tuple[bytes, bytes, bytes, bool]) -> None:
        method, url, traceparent, keep = request
        self._last = not keep
        path, _, query = url.decode("latin-1").partition("?")
        answer = self._door.service.asked(path, query, traceparent) if method == b"GET" else _NOT_ALLOWED
        self._answer = answer
        if answer.pieces:
            self._transport.write(_head(answer.status, b"text/plain", b"transfer-encoding: chunked", last=self._last))
            self._send_piece(0)
        else:
            self._timer = self._door.loop.call_later(answer.delay, self._finish) if answer.delay else None
            if self._timer is None:
                self._finish()

    def _send_piece(self, number: int) -> None:
        """Wait before each piece; the last one is followed by the end."""
        answer = self._answer
        assert answer is not None
        if number:
            piece = answer.pieces[number - 1]
            if piece:
                self._transport.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        if number == len(answer.pieces):
            self._transport.write(b"0\r\n\r\n")
            self._over(answer)
        else:
            pause = answer.delay / len(answer.pieces)
            self._timer = self._door.loop.call_later(pause, self._send_piece, number + 1)

    def _finish(self) -> None:
        answer = self._answer
        assert answer is not None
        length = b"content-length: %d" % len(answer.body)
        self._transport.write(_head(answer.status, b"application/json", length, last=self._last) + answer.body)
        self._over(answer)

    def _over(self, answer: Answer) -> None:
        self._answer = self._timer = None
        answer.over(True)
        if self._last or self._door.closing:
            self._transport.close()
        elif self._transport.get_write_buffer_size() > _UNREAD:
            self._transport.abort()
        elif self._waiting:
            request = self._waiting.popleft()
            self._transport.resume_reading()
            self._door.loop.call_soon(self._next, request)

    def _next(self, request: tuple[bytes, bytes, bytes, bool]) -> None:
        if not self._transport.is_closing():
            self._begin(request)

    def _refuse(self) -> None:
        """What came is no request: say so and hang up, or hang up once what was asked before is answered."""
        if self._answer is not None:
            self._last = True
            self._transport.pause_reading()
            return
        self._transport.write(_head(400, b"text/plain", b"content-length: 0", last=True))
        self._transport.close()

    def close(self, *, abort: bool = False) -> None:
        if abort:
            self._transport.abort()
        else:
            self._transport.close()


def _head(status: int, kind: bytes, length: bytes, *, last: bool) -> bytes:
    connection = b"connection: close\r\n" if last else b""
    return b"HTTP/1.1 %d %b\r\ncontent-type: %b\r\n%b\r\n%b\r\n" % (
        status, _REASONS[status].encode(), kind, length, connection,
    )  # fmt: skip


_NOT_ALLOWED: Final = Answer(405, b'{"error":"only GET is answered"}')


class Door:
    """Where callers come in."""

    def __init__(self, service: ToolService) -> None:
        try:
            import httptools  # noqa: PLC0415 -- not for every interpreter, and only needed where scenarios run for real
        except ImportError as error:
            raise ConfigurationError("the scenario services need the package httptools, and hence CPython") from error
        self.parser: Any = httptools.HttpRequestParser
        self.service = service
        self.loop = asyncio.get_running_loop()
        self.connections: set[_Connection] = set()
        self.closing = False

    def connection(self) -> asyncio.Protocol:
        """The protocol of one more caller."""
        return _Connection(self)

    async def close(self) -> None:
        """Let go of callers who wait for nothing; of others once they are answered, or after a while."""
        self.closing = True
        for each in [each for each in self.connections if not each.busy]:
            each.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                while self.connections:  # noqa: ASYNC110 -- once, at the end
                    await asyncio.sleep(0.01)
        for each in list(self.connections):
            each.close(abort=True)
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def serving_tools(service: ToolService, host: str, port: int) -> AsyncIterator[str]:
    """Serve while inside; gives the address. Raises ConfigurationError where it cannot be had."""
    door = Door(service)
    bound = listening(host, port)
    server = await door.loop.create_server(door.connection, sock=bound)
    try:
        yield f"http://{address(host, bound.getsockname()[1])}"
    finally:
        server.close()
        await door.close()
