"""Calls the tool service over connections that are kept.

An HTTP/1.1 client of our own, for ``GET`` alone: httptools reads the answers, as it does for uvicorn the requests. It costs
less than half of what aiohttp's does, and calls are nearly all that the agent service does (bench/traces.py).
"""

import asyncio
import ssl
from typing import Any, Final, Self
from urllib.parse import urlsplit

import orjson

from flexsim.errors import ConfigurationError
from flexsim.traces.slots import RealSlots
from flexsim.traces.trace_context import HEADER, write

_CONNECTIONS: Final = 2_000
_CONNECT: Final = 10.0  # seconds
_MOST_READ: Final = 16 * 1024 * 1024


class _Connection(asyncio.Protocol):
    """One connection, with one request on it at a time."""

    def __init__(self, parser: Any, idle: list["_Connection"]) -> None:
        self._idle = idle
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self._transport: Any = None
        self._parser = parser(self)

    async def get(self, request: bytes) -> tuple[int, bytes]:
        """The status and body; raises ConnectionError where it breaks, and lets the connection go when cancelled."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._answer
        except asyncio.CancelledError:
            self._transport.abort()
            raise

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except Exception as error:  # noqa: BLE001 -- httptools' own, whose base is Exception
            self._failed(f"what answers is no HTTP/1.1: {error}")

    def connection_lost(self, _: Exception | None) -> None:
        if self in self._idle:
            self._idle.remove(self)
        self._failed("the connection was lost")

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > _MOST_READ:
            self._failed(f"the answer is longer than {_MOST_READ} bytes")
        else:
            self._parts.append(body)

    def on_message_complete(self) -> None:
        answer, body = self._answer, b"".join(self._parts)
        self._answer, self._parts, self._size = None, [], 0
        if self._parser.should_keep_alive():
            self._idle.append(self)
        else:
            self._transport.close()
        if answer is not None and not answer.done():
            answer.set_result((self._parser.get_status_code(), body))

    def _failed(self, why: str) -> None:
        answer, self._answer = self._answer, None
        self._parts.clear()
        if answer is not None and not answer.done():
            answer.set_exception(ConnectionError(why))
        self._transport.abort()


class ToolClient:
    """One pool for all scenarios; use it as ``async with``. Raises ConfigurationError for what is no address."""

    def __init__(self, base: str) -> None:
        try:
            import httptools  # noqa: PLC0415 -- not for every interpreter, and only needed where scenarios run for real
        except ImportError as error:
            raise ConfigurationError("the scenario services need the package httptools, and hence CPython") from error
        parts = urlsplit(base)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigurationError(f"the tool service is at an http or https address: {base}")
        self._parser = httptools.HttpResponseParser
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._host = parts.hostname
        self._port = parts.port or (443 if self._tls else 80)
        self._path = parts.path.rstrip("/")
        host = parts.netloc.rpartition("@")[2]
        self._after = f" HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n{HEADER}: "
        self._free = RealSlots(_CONNECTIONS)
        self._idle: list[_Connection] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in self._idle.copy():
            each.close()

    async def get(self, tool: str, query: str, traceparent: str) -> tuple[int | None, dict[str, Any]]:
        """The status and what the tool answered; None and why where it did not."""
        # All are ours: names of tools and numbers, which need no quoting.
        request = f"GET {self._path}/tool/{tool}?{query}{self._after}{traceparent}\r\n\r\n".encode()
        try:
            await self._free.acquire()
            try:
                status, body = await self._ask(request)
            finally:
                self._free.release()
            found = orjson.loads(body) if body else {}
            return status, found if isinstance(found, dict) else {}
        except (OSError, TimeoutError, orjson.JSONDecodeError) as error:
            return None, {"error": f"the tool service did not answer ({type(error).__name__})"}

    async def _ask(self, request: bytes) -> tuple[int, bytes]:
        """On a kept connection, if there is one; on a new one where the other side has closed that meanwhile."""
        while self._idle:
            try:
                return await self._idle.pop().get(request)
            except ConnectionError:
                continue
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(_CONNECT):
            _, connection = await loop.create_connection(
                lambda: _Connection(self._parser, self._idle), self._host, self._port, ssl=self._tls
            )
        return await connection.get(request)


class RemoteTools:
    """The tools of one run: ``delay_ms`` is the delay asked for, or None for whatever the service takes, nominally ``nominal``.

    ``recorded`` is whether the run's spans go anywhere, as the service is told.
    """

    def __init__(self, client: ToolClient, delay_ms: float | None, nominal: float, *, recorded: bool = True) -> None:
        self._recorded = recorded
        self._client = client
        self._delay_ms = delay_ms
        self._nominal = nominal

    async def call(self, tool: str, factor: float, fail: bool, payload_kb: int, caller: bytes) -> tuple[str, float]:
        """As ``Stage`` has it; the delay is what the service says it took."""
        query = f"factor={factor:.6f}" if self._delay_ms is None else f"delay_ms={self._delay_ms * factor:.3f}"
        if fail:
            query += "&error_rate=1"
        if payload_kb:
            query += f"&payload_size_kb={payload_kb}"
        status, found = await self._client.get(tool, query, write(caller, sampled=self._recorded))
        delay = found.get("delay_ms")
        took = float(delay) if isinstance(delay, int | float) else self._nominal * factor
        return ("" if status == 200 else str(found.get("error") or f"{tool} answered {status}"), took)
