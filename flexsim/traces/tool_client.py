"""Calls the tool service over connections that are kept; building one for each call would cost twenty milliseconds."""

from typing import Any, Final, Self

import aiohttp
import orjson
from yarl import URL

_CONNECTIONS: Final = 2_000


class ToolClient:
    """One pool for all scenarios; use it as ``async with``."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
            timeout=aiohttp.ClientTimeout(total=None, connect=10),
            read_bufsize=256 * 1024,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, tool: str, query: str) -> tuple[int | None, dict[str, Any]]:
        """The status and what the tool answered; None and why where it did not."""
        assert self._session is not None, "it is used inside async with"
        # Both are ours: names of tools and numbers, which need no quoting.
        url = URL(f"{self._base}/tool/{tool}?{query}", encoded=True)
        try:
            async with self._session.get(url, allow_redirects=False) as answer:
                body = await answer.read()
                found = orjson.loads(body) if body else {}
                return answer.status, found if isinstance(found, dict) else {}
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError) as error:
            return None, {"error": f"the tool service did not answer ({type(error).__name__})"}


class RemoteTools:
    """The tools of one run: ``delay_ms`` is the delay asked for, or None for whatever the service takes, nominally ``nominal``."""

    def __init__(self, client: ToolClient, delay_ms: float | None, nominal: float) -> None:
        self._client = client
        self._delay_ms = delay_ms
        self._nominal = nominal

    async def call(self, tool: str, factor: float, fail: bool, payload_kb: int) -> tuple[str, float]:
        """As ``Stage`` has it; the delay is what the service says it took."""
        query = f"factor={factor:.6f}" if self._delay_ms is None else f"delay_ms={self._delay_ms * factor:.3f}"
        if fail:
            query += "&error_rate=1"
        if payload_kb:
            query += f"&payload_size_kb={payload_kb}"
        status, found = await self._client.get(tool, query)
        delay = found.get("delay_ms")
        took = float(delay) if isinstance(delay, int | float) else self._nominal * factor
        return ("" if status == 200 else str(found.get("error") or f"{tool} answered {status}"), took)
