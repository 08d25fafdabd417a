"""Conversations on demand: whoever opens a WebSocket starts one, and is told what happens in it, while it is recorded.

``/agent-conversation?caller_type=typical&scenario=lost-card`` starts a conversation; each message is a happening, as JSON.
Who leaves before its end ends it. ``/health`` says how many there are.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import orjson
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from flexsim.clock import Clock
from flexsim.errors import ConfigurationError, FlexsimError
from flexsim.origins import refusal
from flexsim.voice.conversation.casting import Plan, Provider
from flexsim.voice.conversation.choosing import agent_of, caller_of, scenario_of
from flexsim.voice.conversation.connection import Door
from flexsim.voice.conversation.conversing import Outcome, Setting, converse_live
from flexsim.voice.conversation.happenings import Happening, document
from flexsim.voice.conversation.live import Reconnecting
from flexsim.voice.conversation.records import Side
from flexsim.voice.conversation.rules import Rules
from flexsim.voice.sound.impairments import Impairments

PATH: Final = "/agent-conversation"
_PARAMETERS: Final = ("caller_type", "scenario", "agent", "seed")
_LARGEST: Final = 1 << 16  # bytes of a message from a watcher, who has nothing to say
_BEHIND: Final = 10_000  # happenings that a watcher may be behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for all conversations of a server; ``at_once`` is how many there may be at a time."""

    out: Path
    at_once: int = 10
    seed: int = 0
    provider: Provider = Provider.LOCAL
    rules: Rules = field(default_factory=Rules)
    impairments: Impairments = field(default_factory=Impairments)


class Stand:
    """The conversations of one server."""

    def __init__(self, terms: Terms, doors: Mapping[Side, Door], clock: Clock, bound: str) -> None:
        self._terms = terms
        self._bound = bound  # the address that it listens on
        self._doors = doors
        self._clock = clock
        self.running = 0
        self.ever = 0

    # HTTP.

    def door(self, _connection: ServerConnection, request: Request) -> Response | None:
        """What a request is answered with; None where it begins a conversation."""
        parts = urlsplit(request.path)
        host, origin = request.headers.get("Host"), request.headers.get("Origin")
        problem = refusal(host, origin, bound=self._bound, changes=parts.path == PATH)
        if problem is not None:
            return _response(HTTPStatus.FORBIDDEN, {"error": problem})
        if parts.path == "/health":
            status = {"status": "ok", "conversations": self.running, "ever": self.ever, "most": self._terms.at_once}
            return _response(HTTPStatus.OK, status)
        if parts.path != PATH:
            return _response(
                HTTPStatus.NOT_FOUND, {"error": f"nothing is at {parts.path[:200]}; conversations are at {PATH}"}
            )
        if self.running >= self._terms.at_once:
            return _response(
                HTTPStatus.TOO_MANY_REQUESTS, {"error": f"{self.running} conversations take place already"}
            )
        try:
            self._plan(request)
        except ConfigurationError as error:
            return _response(HTTPStatus.BAD_REQUEST, {"error": str(error)})
        return None

    def _plan(self, request: Request) -> Plan:
        query = parse_qs(urlsplit(request.path).query)
        unknown = [each for each in query if each not in _PARAMETERS]
        if unknown:
            raise ConfigurationError(f"no such parameter: {unknown[0][:100]}; there are {', '.join(_PARAMETERS)}")
        given = {name: values[-1] for name, values in query.items()}
        seed = given.get("seed", str(self._terms.seed + self.ever))
        if not seed.isdecimal() or len(seed) > 18:
            raise ConfigurationError(f"seed is not a number from 0: {seed[:100]}")
        scenario = scenario_of(given.get("scenario", "lost-card"))
        return Plan(
            caller=caller_of(given.get("caller_type", "typical")),
            scenario=scenario,
            agent=agent_of(given.get("agent"), scenario),
            seed=int(seed),
            provider=self._terms.provider,
            rules=self._terms.rules,
            impairments=self._terms.impairments,
        )

    # Conversations.

    async def attend(self, socket: ServerConnection) -> None:
        """One conversation, from the moment somebody watches it to its end."""
        assert socket.request is not None, "the handshake is over"
        if self.running >= self._terms.at_once:  # somebody else's handshake was faster
            await socket.close(1013, "too many conversations take place already")
            return
        plan = self._plan(socket.request)
        self.running += 1
        self.ever += 1
        try:
            await self._converse(socket, plan)
        finally:
            self.running -= 1

    async def _converse(self, socket: ServerConnection, plan: Plan) -> None:
        watcher = _Watcher(socket)
        setting = Setting(out=self._terms.out, started=self._clock.now(), watch=watcher.see)
        conversation = asyncio.create_task(converse_live(plan, setting, self._doors, self._clock, Reconnecting()))
        sending = asyncio.create_task(watcher.send())
        gone = asyncio.create_task(socket.wait_closed())
        try:
            await asyncio.wait({conversation, sending, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not conversation.done():
                conversation.cancel()  # it ends as interrupted, and keeps what it has
            try:
                watcher.end(_over(await conversation))
            except FlexsimError as error:
                watcher.end({"happening": "failed", "error": str(error)})
            with contextlib.suppress(ConnectionClosed):
                await sending
                await socket.close()
        finally:
            for each in (conversation, sending, gone):
                each.cancel()
            await asyncio.gather(conversation, sending, gone, return_exceptions=True)


class _Watcher:
    """Whoever is told of one conversation."""

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket
        self._told: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(_BEHIND)

    def see(self, happening: Happening) -> None:
        """Tell it, presently; one who is too far behind misses it."""
        with contextlib.suppress(asyncio.QueueFull):
            self._told.put_nowait(document(happening))

    def end(self, last: dict[str, Any]) -> None:
        """Tell the last word."""
        with contextlib.suppress(asyncio.QueueFull):
            self._told.put_nowait(last)
            self._told.put_nowait(None)

    async def send(self) -> None:
        """Until the last word is sent."""
        while (told := await self._told.get()) is not None:
            await self._socket.send(orjson.dumps(told), text=True)


def _over(outcome: Outcome) -> dict[str, Any]:
    kept = ("conversation_id", "seed", "duration", "turns", "end_reason", "goal")
    return {"happening": "over", **{name: outcome.metadata[name] for name in kept}, "folder": str(outcome.folder)}


@contextlib.asynccontextmanager
async def serving(stand: Stand, host: str, port: int) -> AsyncIterator[int]:
    """Serve while inside; gives the port. Raises ConfigurationError where it cannot be had."""
    try:
        server = await serve(
            stand.attend, host, port,
            process_request=stand.door, compression=None, server_header=None, max_size=_LARGEST, logger=_QUIET,
        )  # fmt: skip
    except OSError as error:
        reason = str(error.strerror or error).lower()
        raise ConfigurationError(f"cannot listen on {host}:{port}: {reason}; --port 0 takes any free one") from error
    try:
        yield next(iter(server.sockets)).getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


# What clients do wrong in a handshake is their business.
_QUIET: Final = logging.getLogger(f"{__name__}.sockets")
_QUIET.setLevel(logging.CRITICAL)


def _response(status: HTTPStatus, body: dict[str, Any]) -> Response:
    text = orjson.dumps(body)
    headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(text)), "Connection": "close"})
    return Response(status.value, status.phrase, headers, text)
