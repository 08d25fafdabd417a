"""Carries out what ``faults`` decides: around the API as ASGI, and around the poster of callbacks.

Waiting is in real seconds, as a network's is. The controls themselves are never struck.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flexsim.emulator.control import PREFIX
from flexsim.emulator.exchange import JSON_HEADERS, Header
from flexsim.emulator.faults import Faults, Strike
from flexsim.emulator.outbound import Answer, Post, Sender
from flexsim.emulator.problems import MORE_INFO
from flexsim.errors import TargetUnreachable

Peer = tuple[str, int]
HangUp = Callable[[Peer], None]

_MESSAGES: Final = {429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable"}


class FaultGate:
    """An ASGI application around another; ``hang_up`` closes the connection of the client at that address at once."""

    def __init__(self, app: ASGIApp, faults: Faults, hang_up: HangUp) -> None:
        self._app = app
        self._faults = faults
        self._hang_up = hang_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        strike = None
        if self._faults.active and scope["type"] == "http" and not scope["path"].startswith(PREFIX):
            strike = self._faults.strike_request(scope["method"], scope["path"])
        if strike is None:
            await self._app(scope, receive, send)
        else:
            await self._struck(strike, scope, receive, send)

    async def _struck(self, strike: Strike, scope: Scope, receive: Receive, send: Send) -> None:
        if strike.seconds:
            await asyncio.sleep(strike.seconds)
        if strike.status is None and not strike.drop:
            await self._app(scope, receive, send)
            return
        if strike.processed:
            await self._app(scope, receive, _unheard)
        if strike.drop and scope.get("client"):
            self._hang_up(tuple(scope["client"]))
            while (await receive())["type"] != "http.disconnect":
                pass  # else the server would complain that it was given no answer
        else:
            await _answer(strike, send)


async def _unheard(_: Message) -> None:
    pass


async def _answer(strike: Strike, send: Send) -> None:
    status = strike.status or 500
    message = _MESSAGES.get(status, "A fault that was asked for")
    body = orjson.dumps(
        {"code": 20000 + status, "message": message, "more_info": f"{MORE_INFO}{20000 + status}", "status": status}
    )
    headers: list[Header] = [*JSON_HEADERS, (b"content-length", b"%d" % len(body))]
    if strike.retry_after is not None:
        headers.append((b"retry-after", b"%d" % strike.retry_after))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class FaultySender:
    """Sends posts of one kind, but for those that a rule strikes."""

    def __init__(self, sender: Sender, faults: Faults, kind: str) -> None:
        self._sender = sender
        self._faults = faults
        self._kind = kind

    async def send(self, post: Post) -> Answer:
        """As ``outbound.Poster.send``; a post that is dropped has had no answer."""
        strike = self._faults.strike_callback(self._kind, post.url)
        if strike is not None:
            if strike.seconds:
                await asyncio.sleep(strike.seconds)
            if strike.drop:
                raise TargetUnreachable(f"no answer from {post.url}: a fault that was asked for")
        return await self._sender.send(post)
